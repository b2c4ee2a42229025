// SPDX-License-Identifier: Apache-2.0
#include "app/engine/compare/Comparison.h"

#include "tests/support/BlackHole.h"
#include "tests/support/Screen.h"
#include "tests/support/Streams.h"
#include "transport/session/SqliteRows.h"
#include "transport/view/ViewServer.h"

#include <QtTest>

#include <cmath>

using namespace rankscope;
using analysis::RunMetric;
using engine::CompareFrame;
using engine::CompareView;
using engine::Comparison;

namespace {

using Frame = std::shared_ptr<const CompareFrame>;
using Files = std::vector<std::filesystem::path>;

class Screen : public support::Screen<CompareFrame> {
  public:
    Frame whole(std::size_t sessions) {
        return waitFor([sessions](const CompareFrame& f) {
            return !f.loading && f.sessions.size() == sessions && f.facts &&
                   f.facts->sessions.size() + f.facts->failures.size() == sessions;
        });
    }
};

} // namespace

class TestComparison : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    Files m_files; ///< of one setting with the seeds 0, 1, 2 and of 60, 60 and 70 steps

    std::string write(const char* name, const support::StreamOptions& options) {
        auto events = support::streamOf(options);
        for (wire::Event& event : events) {
            if (auto* hello = std::get_if<wire::Hello>(&event)) {
                hello->config = R"({"lr": 0.1, "seed": )" + std::to_string(options.seed) + "}";
            }
        }
        const std::string file = m_dir.filePath(QLatin1String(name)).toStdString();
        const std::string problem = support::writeSession(file, events);
        if (!problem.empty()) {
            qFatal("%s", problem.c_str());
        }
        return file;
    }

  private slots:
    void initTestCase() {
        m_files.push_back(write("zero", {.steps = 60, .seed = 10}));
        m_files.push_back(write("one", {.steps = 60, .seed = 11}));
        m_files.push_back(write("two", {.steps = 70, .seed = 12}));
    }

    void sessionsShareAnAxis() {
        Screen screen;
        Comparison comparison({}, screen.publish());
        comparison.setFiles(m_files);
        const Frame frame = screen.whole(3);
        QVERIFY(frame != nullptr);
        QCOMPARE(frame->firstStep, 0.0);
        QCOMPARE(frame->lastStep, 69.0);
        for (const engine::CompareSession& session : frame->sessions) {
            QCOMPARE(session.frame->viewFirst, 0.0);
            QCOMPARE(session.frame->viewLast, 69.0);
            QVERIFY(!session.error);
        }
        QCOMPARE(frame->sessions[1].mark, std::string("B"));
        QCOMPARE(frame->sessions[0].frame->loss.mean.x.size(), std::size_t{60});
        QCOMPARE(frame->sessions[2].frame->loss.mean.x.size(), std::size_t{70});
        QCOMPARE(frame->facts->sides.size(), std::size_t{3}); // seeds of one setting
        QCOMPARE(frame->facts->summary->span.first, std::uint64_t{40});
        QVERIFY(screen.ordered());
    }

    void theDifferenceIsOfTheMetrics() {
        Screen screen;
        Comparison comparison({}, screen.publish());
        CompareView view;
        view.run.cursor = Step{30};
        comparison.setView(view);
        comparison.setFiles({m_files[0], m_files[1]});
        const Frame frame = screen.whole(2);
        QVERIFY(frame != nullptr && frame->difference);
        const double a = frame->sessions[0].frame->cursor.metrics.lossMean;
        const double b = frame->sessions[1].frame->cursor.metrics.lossMean;
        QCOMPARE(frame->difference->atCursor, b - a);
        QCOMPARE(frame->difference->raw.y[30], b - a);
        QCOMPARE(frame->difference->error, analysis::StepDifference::Error::Ranks);
        QCOMPARE(frame->difference->chance.high[30], frame->difference->halfWidthAtCursor);
        QCOMPARE(frame->overlay[0].sides[1].mean.y[30], b);
        QVERIFY(frame->overlay[0].sides[1].spread.x.empty()); // a single run has no spread
        view.metric = RunMetric::Cosine;
        comparison.setView(view);
        const Frame other = screen.waitFor(
            [](const CompareFrame& f) { return f.difference->metric == RunMetric::Cosine; });
        QVERIFY(other != nullptr && other->difference->chance.x.empty());
    }

    void twoSettingsAreOverlaidWithTheirSpread() {
        auto events = support::streamOf({.steps = 60, .seed = 10});
        for (wire::Event& event : events) {
            if (auto* hello = std::get_if<wire::Hello>(&event)) {
                hello->config = R"({"lr": 0.2, "seed": 10})";
            }
        }
        const auto other = m_dir.filePath("other").toStdString();
        QCOMPARE(support::writeSession(other, events), std::string{});
        Screen screen;
        Comparison comparison({}, screen.publish());
        comparison.setFiles({m_files[0], m_files[2], other});
        const Frame frame = screen.whole(3);
        QVERIFY(frame != nullptr);
        QCOMPARE(frame->facts->sideMarks, (std::vector<std::string>{"A+B", "C"}));
        const engine::SideCurves& side = frame->overlay[0].sides[0];
        const double a = frame->sessions[0].frame->loss.mean.y[20];
        const double b = frame->sessions[1].frame->loss.mean.y[20];
        QVERIFY(std::abs(side.mean.y[20] - (a + b) / 2) < 1e-12);
        QVERIFY(std::abs(side.spread.high[20] - (a + b) / 2 - std::abs(a - b) / std::sqrt(2)) <
                1e-12);
        QCOMPARE(side.runs.size(), std::size_t{2});
        QCOMPARE(side.mean.x.size(), std::size_t{70});
        QVERIFY(std::isnan(side.spread.high.back())); // one run goes on alone
        QCOMPARE(side.spread.x.back(), 60.0);
    }

    void zoomMovesTheSummary() {
        Screen screen;
        Comparison comparison({}, screen.publish());
        comparison.setFiles({m_files[0], m_files[1]});
        CompareView view;
        view.run.follow = false;
        view.run.first = 9.5;
        view.run.last = 39.5;
        comparison.setView(view);
        const Frame frame = screen.waitFor([](const CompareFrame& f) {
            return f.facts && f.facts->summary && f.facts->summary->span.first == 10 &&
                   !f.loading && f.sessions[0].cosine && f.sessions[0].cosine->steps == 30;
        });
        QVERIFY(frame != nullptr);
        QCOMPARE(frame->facts->summary->span.last, std::uint64_t{39});
        QCOMPARE(frame->facts->summary->rows[0].steps, std::size_t{30});
        // The map's mean is the summary's mean cosine, as far as sketches of all 64 numbers and the
        // exact sums agree.
        const analysis::CosineMatrix& map = *frame->sessions[0].cosine;
        double mean = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                mean += map.at(i, j) / 6;
            }
        }
        QVERIFY(std::abs(mean - frame->facts->summary->rows[4].runs[0]) < 0.02);
    }

    void relativeStepsBeginAtZero() {
        const std::string later = write("later", {.firstStep = 500, .steps = 60, .seed = 13});
        Screen screen;
        Comparison comparison({}, screen.publish());
        comparison.setFiles({m_files[0], later});
        QVERIFY(screen.waitFor([](const CompareFrame& f) {
            return !f.loading && f.lastStep == 559 && !f.facts->summary;
        }));
        CompareView view;
        view.align = analysis::AlignBy::RelativeStep;
        view.run.cursor = Step{7};
        comparison.setView(view);
        const Frame frame =
            screen.waitFor([](const CompareFrame& f) { return f.facts && f.facts->summary; });
        QVERIFY(frame != nullptr);
        QCOMPARE(frame->lastStep, 59.0);
        QCOMPARE(frame->sessions[1].origin, 500.0);
        QCOMPARE(frame->sessions[1].frame->cursor.step, Step{507});
        QCOMPARE(frame->sessions[1].frame->viewFirst, 500.0);
    }

    void aBadFileIsToldAndTheOthersStay() {
        Screen screen;
        Comparison comparison({}, screen.publish());
        comparison.setFiles({m_files[0], m_dir.filePath("none").toStdString(), m_files[1]});
        const Frame frame = screen.whole(3);
        QVERIFY(frame != nullptr);
        QVERIFY(frame->sessions[1].error && !frame->sessions[1].run && !frame->sessions[1].frame);
        QCOMPARE(frame->sessions[2].mark, std::string("C"));
        QCOMPARE(*frame->sessions[2].run, std::size_t{1});
        QCOMPARE(frame->facts->failures[0].mark, std::string("B"));
        QCOMPARE(frame->facts->sideMarks[1], std::string("C"));
    }

    void sessionsComeAndGo() {
        Screen screen;
        Comparison comparison({}, screen.publish());
        comparison.setFiles({m_files[0], m_files[1]});
        QVERIFY(screen.whole(2) != nullptr);
        comparison.setFiles(m_files);
        QVERIFY(screen.whole(3) != nullptr);
        comparison.setFiles({m_files[2]});
        const Frame one = screen.whole(1);
        QVERIFY(one != nullptr && !one->difference);
        QCOMPARE(one->sessions[0].mark, std::string("A"));
        comparison.setFiles({});
        QVERIFY(screen.waitFor([](const CompareFrame& f) { return f.empty; }));
    }

    void aRunThatGrowsIsFollowed() {
        const auto file = m_dir.filePath("growing").toStdString();
        auto writer = session::SessionWriter::open(file, "run-1", {});
        QVERIFY(writer.has_value());
        const support::StreamOptions options{.steps = 30, .bye = false, .seed = 14};
        const auto events = support::streamOf(options);
        const auto half = static_cast<std::ptrdiff_t>(options.world + 15 * options.world);
        (*writer)->append(std::vector<wire::Event>(events.begin(), events.begin() + half));
        QVERIFY((*writer)->commit().has_value());
        Screen screen;
        Comparison comparison({}, screen.publish());
        comparison.setFiles({m_files[0], file});
        QVERIFY(screen.waitFor([](const CompareFrame& f) {
            return f.facts && f.facts->summary && f.facts->summary->span.last == 14;
        }));
        (*writer)->append(std::vector<wire::Event>(events.begin() + half, events.end()));
        QVERIFY((*writer)->commit().has_value());
        const Frame frame = screen.waitFor([](const CompareFrame& f) {
            return f.facts && f.facts->summary && f.facts->summary->span.last == 29;
        });
        QVERIFY(frame != nullptr);
        QCOMPARE(frame->facts->summary->span.first, std::uint64_t{20});
        QVERIFY((*writer)->close().has_value());
    }

    /// Those beside it are there at once, and nobody waits for it at the end.
    void aRecorderThatIsSilentHoldsNobodyUp() {
        const test::BlackHole one, two;
        QElapsedTimer timer;
        timer.start();
        {
            Screen screen;
            Comparison comparison({}, screen.publish());
            comparison.setFiles({one.endpoint(), m_files[0], two.endpoint()});
            const Frame named = screen.waitFor([](const CompareFrame&) { return true; });
            QCOMPARE(named->sessions.size(), std::size_t{3});
            QCOMPARE(named->sessions[0].file, one.endpoint());
            const Frame frame = screen.waitFor([](const CompareFrame& f) { return !f.empty; });
            QVERIFY(frame && timer.elapsed() < 2000);
            QVERIFY(frame->loading && frame->sessions[0].loading && !frame->sessions[0].error);
            QCOMPARE(frame->sessions[1].frame->lastStep, 59.0);
        }
        QVERIFY(timer.elapsed() < 3000);
        Screen screen;
        Comparison comparison({}, screen.publish());
        comparison.setFiles({one.endpoint(), m_files[0]});
        const Frame frame = screen.whole(2); // in the end it is told
        QVERIFY(frame && frame->sessions[0].error && !frame->sessions[0].loading);
        QVERIFY(frame->facts->failures[0].error.what.find(one.endpoint()) != std::string::npos);
    }

    /// A recorder that leaves when its run has ended is missed by nobody, here as in a run's
    /// window.
    void aLostLinkIsToldWhereItMatters_data() {
        QTest::addColumn<bool>("bye");
        QTest::newRow("ended") << true;
        QTest::newRow("going on") << false;
    }
    void aLostLinkIsToldWhereItMatters() {
        QFETCH(bool, bye);
        const std::string file = m_dir.filePath(bye ? "ended" : "goingOn").toStdString();
        auto writer = session::SessionWriter::open(file, "run-1", {});
        QVERIFY(writer.has_value());
        (*writer)->append(support::streamOf({.steps = 60, .bye = bye, .seed = 15}));
        QVERIFY((*writer)->commit().has_value());
        auto server = view::ViewServer::bind({});
        QVERIFY(server.has_value());
        (*server)->start([&] { return session::SqliteRows::open(file); });
        Screen screen;
        Comparison comparison({}, screen.publish());
        comparison.setFiles({(*server)->endpoint(), m_files[0]});
        const auto whole = [](const CompareFrame& f) {
            return !f.loading && !f.empty && !f.refining && f.facts->sessions.size() == 2;
        };
        QVERIFY(screen.waitFor(whole) != nullptr);
        server->reset();
        if (!bye) {
            QVERIFY(screen.waitFor([](const CompareFrame& f) {
                return f.sessions[0].error && f.sessions[0].frame->status.linkLost;
            }));
            return;
        }
        QTest::qWait(6500);
        const Frame frame = screen.waitFor([](const CompareFrame&) { return true; });
        QVERIFY(!frame->sessions[0].error);
        QCOMPARE(frame->sessions[0].frame->status.problem, std::string());
    }

    void smoothingKeepsTheRawCurve() {
        Screen screen;
        Comparison comparison({}, screen.publish());
        CompareView view;
        view.run.smoothing = 3; // weight 1/2
        comparison.setView(view);
        comparison.setFiles({m_files[0], m_files[1]});
        const Frame frame = screen.waitFor(
            [](const CompareFrame& f) { return !f.loading && f.difference && f.lastStep == 59; });
        QVERIFY(frame != nullptr);
        const std::vector<double>&raw = frame->difference->raw.y,
              &smooth = frame->difference->smooth.y;
        QCOMPARE(smooth[0], raw[0]);
        QVERIFY(std::abs(smooth[1] - (raw[0] * 0.25 + raw[1] * 0.5) / 0.75) < 1e-12);
        QCOMPARE(frame->overlay[0].sides[0].rawMean.y.size(), std::size_t{60});
    }
};

QTEST_APPLESS_MAIN(TestComparison)
#include "TestComparison.moc"
