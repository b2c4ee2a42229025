// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/CosineWindow.h"

#include "tests/support/FaultProxy.h"
#include "tests/support/Streams.h"
#include "tests/unit/engine/ReadBack.h"
#include "transport/session/SqliteRows.h"
#include "transport/view/ViewServer.h"

#include <QtTest>

#include <cmath>
#include <random>

using namespace rankscope;
using analysis::CosineMatrix;
using engine::CosineWindow;
using engine::RunReader;

namespace {

std::vector<std::uint64_t> stepsOf(std::uint64_t last, std::uint64_t count) {
    std::vector<std::uint64_t> steps;
    for (std::uint64_t step = last + 1 - count; step <= last; ++step) {
        steps.push_back(step);
    }
    return steps;
}

/// The plain mean over the matrices of single steps.
double meanOf(const RunReader& reader, const std::vector<std::uint64_t>& steps, RankId a,
              RankId b) {
    double sum = 0;
    double count = 0;
    for (const std::uint64_t step : steps) {
        const auto m = reader.cosines(Step{step});
        for (std::size_t i = 0; i < m->ranks.size(); ++i) {
            for (std::size_t j = 0; j < m->ranks.size(); ++j) {
                if (m->ranks[i] == a && m->ranks[j] == b && std::isfinite(m->at(i, j))) {
                    sum += m->at(i, j);
                    ++count;
                }
            }
        }
    }
    return sum / count;
}

void finish(CosineWindow& window) {
    while (window.work()) {
    }
}

} // namespace

class TestCosineWindow : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    std::unique_ptr<RunReader> load(const std::vector<wire::Event>& events) {
        return support::readBack(m_dir, events);
    }

    static void compare(CosineWindow& window, const RunReader& reader,
                        const std::vector<std::uint64_t>& steps) {
        const auto got = window.matrix();
        QVERIFY(got != nullptr);
        QCOMPARE(got->step.value(), steps.back());
        QCOMPARE(got->steps, static_cast<std::uint32_t>(steps.size()));
        for (std::size_t i = 0; i < got->ranks.size(); ++i) {
            for (std::size_t j = i + 1; j < got->ranks.size(); ++j) {
                const double expected = meanOf(reader, steps, got->ranks[i], got->ranks[j]);
                QVERIFY(std::abs(got->at(i, j) - expected) < 1e-12);
            }
        }
    }

  private slots:
    void comesStepByStepNewestFirst() {
        const auto reader = load(support::streamOf({}));
        CosineWindow window(*reader);
        QVERIFY(window.matrix() == nullptr && window.complete());
        window.aim(stepsOf(12, 5));
        QVERIFY(window.matrix() == nullptr && !window.complete());
        for (std::uint64_t count = 1; count <= 5; ++count) {
            QVERIFY(window.work());
            compare(window, *reader, stepsOf(12, count));
        }
        QVERIFY(window.complete() && !window.work());
        QCOMPARE(window.matrix(), window.matrix()); // the same object while nothing changes
        const auto one = reader->cosines(Step{12});
        QVERIFY(window.matrix()->sd[1] < one->sd[1]); // five seeds: errors average out
        QVERIFY(window.matrix()->sd[1] > one->sd[1] / 5);
    }

    void theLastMatrixStaysUntilThereIsANewOne() {
        const auto reader = load(support::streamOf({}));
        CosineWindow window(*reader);
        window.aim({3});
        finish(window);
        const auto before = window.matrix();
        QCOMPARE(before->cosine, reader->cosines(Step{3})->cosine);
        QCOMPARE(before->sd, reader->cosines(Step{3})->sd);
        window.aim({9});
        QCOMPARE(window.matrix(), before); // its step says that it is not of the cursor
        finish(window);
        QCOMPARE(window.matrix()->step, Step{9});
        window.aim({3});
        QVERIFY(window.complete()); // known
        QCOMPARE(window.matrix()->cosine, before->cosine);
    }

    void slidingAndJumpingIsAsStartingThere() {
        const auto reader = load(support::streamOf({}));
        CosineWindow window(*reader);
        std::mt19937_64 random{2};
        for (int i = 0; i < 100; ++i) {
            const std::uint64_t last = random() % 20;
            const auto steps = stepsOf(last, 1 + random() % (last + 1));
            window.aim(steps);
            if (i % 3 != 0) { // or goes on before it is complete
                finish(window);
                compare(window, *reader, steps);
            }
        }
    }

    void theRanksAreTheCursors() {
        auto events = support::streamOf({});
        std::erase_if(events, [](const wire::Event& e) {
            const auto* r = std::get_if<wire::StepRecord>(&e);
            return r != nullptr && r->rank == RankId{1} && r->step >= Step{7} && r->step < Step{10};
        });
        const auto reader = load(events);
        CosineWindow window(*reader);
        for (const std::uint64_t last : {6, 7, 9, 10, 8, 12, 5}) {
            window.aim(stepsOf(last, 5));
            finish(window);
            QCOMPARE(window.matrix()->ranks.size(), std::size_t{last < 7 || last > 9 ? 4U : 3U});
            compare(window, *reader, stepsOf(last, 5));
        }
    }

    void amendedStepsAreReadAgain() {
        support::StreamOptions options;
        options.bye = false;
        options.steps = 6;
        const auto events = support::streamOf(options);
        const auto file = m_dir.filePath("amended").toStdString();
        auto writer = session::SessionWriter::open(file, "run-1", {});
        QVERIFY(writer.has_value());
        const auto half = events.size() - 2; // ranks 2 and 3 have not reported step 5
        (*writer)->append(std::span(events).first(half));
        QVERIFY((*writer)->commit().has_value());
        auto reader = RunReader::open(file);
        QVERIFY(reader.has_value() && (*reader)->readAll().has_value());
        CosineWindow window(**reader);
        window.aim(stepsOf(5, 3));
        finish(window);
        QCOMPARE(window.matrix()->ranks.size(), std::size_t{2});
        (*writer)->append(std::span(events).subspan(half));
        QVERIFY((*writer)->commit().has_value() && (*reader)->readAll().has_value());
        window.forget({Step{5}});
        window.aim(stepsOf(5, 3));
        QVERIFY(!window.complete());
        finish(window);
        QCOMPARE(window.matrix()->ranks.size(), std::size_t{4});
        compare(window, **reader, stepsOf(5, 3));
    }

    /// What could not be asked while the link was lost is no "there is none".
    void aLostLinkIsAskedAgain() {
        const auto file = m_dir.filePath("served").toStdString();
        auto writer = session::SessionWriter::open(file, "run-1", {});
        QVERIFY(writer.has_value());
        const auto events = support::streamOf({});
        (*writer)->append(events);
        QVERIFY((*writer)->commit().has_value());
        const auto server = view::ViewServer::bind({});
        QVERIFY(server.has_value());
        (*server)->start([&] { return session::SqliteRows::open(file); });
        test::FaultProxy proxy((*server)->endpoint());
        auto reader = RunReader::open(proxy.endpoint());
        QVERIFY(reader.has_value() && (*reader)->readAll().has_value());
        CosineWindow window(**reader);
        window.aim(stepsOf(12, 2));
        proxy.set(test::Fault::Reset);
        QVERIFY(!window.work());
        QVERIFY(window.matrix() == nullptr && !window.complete());
        proxy.set(test::Fault::None);
        QTRY_VERIFY_WITH_TIMEOUT(window.complete() || window.work(), 15'000);
        QTRY_VERIFY_WITH_TIMEOUT((window.work(), window.complete()), 15'000);
        compare(window, **reader, stepsOf(12, 2));
    }

    void stepsWithoutAnyMatrixDoNotCount() {
        auto events = support::streamOf({});
        for (wire::Event& event : events) {
            auto* r = std::get_if<wire::StepRecord>(&event);
            if (r != nullptr && (r->step == Step{5} || r->step == Step{7})) {
                r->sketch.reset();
            }
        }
        const auto reader = load(events);
        CosineWindow window(*reader);
        window.aim(stepsOf(7, 4)); // of which 4 and 6 have one
        finish(window);
        QCOMPARE(window.matrix()->steps, 2U);
        QCOMPARE(window.matrix()->step, Step{6});
        QVERIFY(std::abs(window.matrix()->at(0, 1) -
                         meanOf(*reader, {4, 6}, RankId{0}, RankId{1})) < 1e-12);
        window.aim({7});
        finish(window);
        QVERIFY(window.matrix() == nullptr); // known to have none, unlike not yet known
        QVERIFY(window.problem().empty());
    }
};

QTEST_APPLESS_MAIN(TestCosineWindow)
#include "TestCosineWindow.moc"
