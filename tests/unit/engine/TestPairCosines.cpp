// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/PairCosines.h"

#include "tests/support/Streams.h"
#include "tests/unit/engine/ReadBack.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace rankscope;
using engine::Decimation;
using engine::PairCosines;
using engine::PairFrame;
using engine::RunReader;

namespace {

const std::vector<double> kNoBreaks;

std::vector<std::uint64_t> stepsUpTo(std::uint64_t count) {
    std::vector<std::uint64_t> steps(count);
    std::iota(steps.begin(), steps.end(), 0);
    return steps;
}

/// Cosine and sd of a pair from the whole matrix of a step.
std::pair<double, double> reference(const RunReader& reader, double step, std::size_t a,
                                    std::size_t b) {
    const auto m = reader.cosines(Step{static_cast<std::uint64_t>(step)});
    return {m->at(a, b), m->sd[a * m->ranks.size() + b]};
}

} // namespace

class TestPairCosines : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    std::unique_ptr<RunReader> load(const std::vector<wire::Event>& events) {
        return support::readBack(m_dir, events);
    }

  private slots:
    void agreesWithTheMatrices() {
        const auto reader = load(support::streamOf({}));
        const auto steps = stepsUpTo(20);
        const Decimation visible(steps, 0, 19, 19, 100, kNoBreaks);
        PairCosines pair(*reader);
        pair.aim({RankId{1}, RankId{3}}, visible, steps);
        QVERIFY(!pair.complete() && pair.frame().cosine.x.empty());
        while (pair.work()) {
        }
        const PairFrame frame = pair.frame();
        QVERIFY(frame.complete);
        QCOMPARE(frame.a, RankId{1});
        QCOMPARE(frame.cosine.x.size(), std::size_t{20});
        for (std::size_t i = 0; i < 20; ++i) {
            const auto [cosine, sd] = reference(*reader, frame.cosine.x[i], 1, 3);
            QVERIFY(std::abs(frame.cosine.y[i] - cosine) < 1e-6); // single precision products
            QVERIFY(std::abs(frame.error.high[i] - (cosine + 2 * sd)) < 1e-5);
            QVERIFY(std::abs(frame.error.low[i] - (cosine - 2 * sd)) < 1e-5);
        }
    }

    void coarseFirst() {
        const auto reader = load(support::streamOf({}));
        const auto steps = stepsUpTo(20);
        PairCosines pair(*reader);
        pair.aim({RankId{0}, RankId{1}}, Decimation(steps, 0, 19, 19, 100, kNoBreaks), steps);
        for (int i = 0; i < 4; ++i) {
            QVERIFY(pair.work());
        }
        QCOMPARE(pair.frame().cosine.x, (std::vector<double>{0, 4, 8, 16})); // of 0 to 19
        QVERIFY(!pair.frame().complete);
    }

    void twoWorkersAreExact() {
        support::StreamOptions options;
        options.world = 2;
        options.sketches = false;
        const auto reader = load(support::streamOf(options));
        const auto steps = stepsUpTo(20);
        PairCosines pair(*reader);
        pair.aim({RankId{0}, RankId{1}}, Decimation(steps, 0, 19, 19, 100, kNoBreaks), steps);
        while (pair.work()) {
        }
        QVERIFY(pair.frame().error.x.empty());
        QCOMPARE(pair.frame().cosine.y[7], reader->measures(Step{7}).step.cosineMean);
    }

    void breaksWhereNothingIsKnown() {
        auto events = support::streamOf({});
        std::erase_if(events, [](const wire::Event& e) { // rank 3 is silent at 7, all at 12
            const auto* r = std::get_if<wire::StepRecord>(&e);
            return r != nullptr &&
                   ((r->rank == RankId{3} && r->step == Step{7}) || r->step == Step{12});
        });
        const auto reader = load(events);
        auto steps = stepsUpTo(20);
        steps.erase(steps.begin() + 12);
        PairCosines pair(*reader);
        pair.aim({RankId{1}, RankId{3}}, Decimation(steps, 0, 19, 19, 100, {12}), steps);
        while (pair.work()) {
        }
        const PairFrame frame = pair.frame();
        std::vector<double> holes;
        for (std::size_t i = 0; i < frame.cosine.x.size(); ++i) {
            if (std::isnan(frame.cosine.y[i])) {
                holes.push_back(frame.cosine.x[i]);
            }
        }
        QCOMPARE(holes, (std::vector<double>{8, 13})); // before the point that goes on
        QVERIFY(std::isnan(frame.error.low[7]));
    }

    void whatWasComputedIsKept() {
        const auto reader = load(support::streamOf({}));
        const auto steps = stepsUpTo(20);
        PairCosines pair(*reader);
        const auto work = [&](double first, double last, RankId b) {
            pair.aim({RankId{0}, b}, Decimation(steps, first, last, 19, 100, kNoBreaks), steps);
            int count = 0;
            while (pair.work()) {
                ++count;
            }
            return count;
        };
        QCOMPARE(work(5, 10, RankId{1}), 8); // a neighbour on either side
        QCOMPARE(work(7, 12, RankId{1}), 2);
        pair.forget({Step{9}});
        QCOMPARE(work(7, 12, RankId{1}), 1);
        QCOMPARE(work(7, 12, RankId{2}), 8); // another pair
        pair.rest();
        QVERIFY(pair.complete() && !pair.work());
    }

    void oneStepPerColumn() {
        support::StreamOptions options;
        options.steps = 200;
        const auto reader = load(support::streamOf(options));
        const auto steps = stepsUpTo(200);
        PairCosines pair(*reader);
        pair.aim({RankId{0}, RankId{1}}, Decimation(steps, 0, 199, 199, 30, kNoBreaks), steps);
        while (pair.work()) {
        }
        const PairFrame frame = pair.frame();
        QCOMPARE(frame.cosine.x.size(), std::size_t{25});
        for (std::size_t i = 0; i < 25; ++i) {
            QCOMPARE(frame.cosine.x[i], 8.0 * static_cast<double>(i));
            QVERIFY(std::abs(frame.cosine.y[i] -
                             reference(*reader, frame.cosine.x[i], 0, 1).first) < 1e-6);
        }
    }
};

QTEST_APPLESS_MAIN(TestPairCosines)
#include "TestPairCosines.moc"
