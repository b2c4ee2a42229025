// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/Run.h"

#include "app/engine/session/RunReader.h"
#include "tests/support/Screen.h"
#include "tests/support/Streams.h"

#include <QtTest>

#include <atomic>
#include <bit>
#include <chrono>
#include <cstring>
#include <sqlite3.h>
#include <thread>

using namespace rankscope;
using engine::Run;
using engine::RunFrame;
using engine::RunState;
using engine::View;
using std::chrono::milliseconds;

namespace {

using Screen = support::Screen<RunFrame>;

/// Makes what reads by such a statement fail, so many times, in every session that is opened while
/// it lives.
class ReadFailures {
  public:
    ReadFailures() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(&ReadFailures::install)); }
    ~ReadFailures() { sqlite3_reset_auto_extension(); }
    ReadFailures(const ReadFailures&) = delete;
    ReadFailures& operator=(const ReadFailures&) = delete;

    void add(int count, const char* sql = "FROM events WHERE first >=") {
        s_sql = sql;
        s_left = count;
    }
    [[nodiscard]] int left() const { return s_left; }

  private:
    static int install(sqlite3* database, const char**, const void*) {
        sqlite3_progress_handler(database, 1, &ReadFailures::interrupt, database);
        return SQLITE_OK;
    }
    static int interrupt(void* opaque) {
        auto* const database = static_cast<sqlite3*>(opaque);
        for (auto* s = sqlite3_next_stmt(database, nullptr); s != nullptr;
             s = sqlite3_next_stmt(database, s)) {
            const char* const sql = sqlite3_sql(s); // null while it is being prepared
            const bool reads = sql != nullptr && std::strstr(sql, s_sql.load()) != nullptr;
            if (s_left > 0 && reads && sqlite3_stmt_busy(s) != 0) {
                --s_left;
                return 1;
            }
        }
        return 0;
    }

    inline static std::atomic<int> s_left{0};
    inline static std::atomic<const char*> s_sql{""};
};

std::vector<std::uint64_t> bitsOf(const analysis::StepMetrics& m) {
    std::vector<std::uint64_t> bits{m.step.value(),
                                    m.generation,
                                    m.workers,
                                    m.expected,
                                    m.lossWeighted,
                                    static_cast<std::uint64_t>(m.cosineSource),
                                    m.nonFinite.value_or(~0ULL)};
    for (const double x :
         {m.lossMean, m.lossStd, m.lossMin, m.lossMax, m.lossRange, m.gradNormMean, m.gradNormStd,
          m.gradNormMin, m.gradNormMax, m.gradNormCv, m.meanGradNorm, m.cosineMean, m.cosineSd,
          m.diversity, m.noiseTau, m.signalSq}) {
        bits.push_back(std::bit_cast<std::uint64_t>(x));
    }
    return bits;
}

} // namespace

class TestRun : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    std::string path(const char* name) { return m_dir.filePath(QLatin1String(name)).toStdString(); }

  private slots:
    void replayShowsTheWholeFileAndThenRests() {
        const std::string file = path("replay");
        QCOMPARE(support::writeSession(file, support::streamOf({})), std::string{});
        Screen screen;
        auto run = Run::open(file, {}, screen.publish());
        QVERIFY(run.has_value());
        const auto frame =
            screen.waitFor([](const RunFrame& f) { return !f.status.loading && f.lastStep == 19; });
        QVERIFY(frame != nullptr);
        QCOMPARE(frame->status.state, RunState::Replay);
        QCOMPARE(frame->status.runId, std::string("run-1"));
        QVERIFY(frame->status.fileBytes > 0 && frame->status.problem.empty());
        View view;
        view.cursor = Step{3};
        (*run)->setView(view);
        QVERIFY(screen.waitFor([](const RunFrame& f) { return f.cursor.step == Step{3}; }));
        QVERIFY(screen.ordered());
    }

    void aFrameIsRefinedByItself() {
        const std::string file = path("refined");
        QCOMPARE(support::writeSession(file, support::streamOf({})), std::string{});
        Screen screen;
        auto run = Run::open(file, {}, screen.publish());
        QVERIFY(run.has_value());
        View view;
        view.cursor = Step{19};
        view.cosineWindow = 15;
        view.pair = {RankId{0}, RankId{2}};
        view.smoothing = 5;
        (*run)->setView(view);
        const auto frame = screen.waitFor(
            [](const RunFrame& f) { return f.pair && f.pair->complete && !f.refining; });
        QVERIFY(frame != nullptr);
        QCOMPARE(frame->cursor.cosine->steps, 15U);
        QVERIFY(!frame->loss.rawMean.x.empty());
    }

    void theNewestViewWins() {
        const std::string file = path("views");
        QCOMPARE(support::writeSession(file, support::streamOf({})), std::string{});
        Screen screen;
        auto run = Run::open(file, {.follow = false, .frameIntervalMs = 50}, screen.publish());
        QVERIFY(run.has_value());
        View view;
        for (std::uint64_t step = 0; step < 1000; ++step) {
            view.cursor = Step{step % 19};
            (*run)->setView(view);
        }
        view.cursor = Step{11};
        (*run)->setView(view);
        QVERIFY(screen.waitFor([](const RunFrame& f) { return f.cursor.step == Step{11}; }));
        QVERIFY2(screen.count() < 20, "a frame for every view is too many");
    }

    void aMissingFileIsAnError() {
        const auto run = Run::open(path("none"), {}, [](auto&&) {});
        QVERIFY(!run.has_value());
        QCOMPARE(run.error().code, ErrorCode::Io);
    }

    /// What was shown while the file grew is, bit for bit, what a fresh reader gets.
    void liveEqualsReplay() {
        const std::string file = path("live");
        support::StreamOptions options;
        options.steps = 60;
        const auto events =
            support::streamOf(options, [](std::uint64_t step, auto& g, auto& records) {
                if (step == 30) {
                    g[1][3] = std::numeric_limits<double>::quiet_NaN();
                }
                if (step % 7 == 0) {
                    records[2].flags = wire::flags::kLossyReduce;
                }
            });
        auto writer = session::SessionWriter::open(file, "run-1", {});
        QVERIFY(writer.has_value());
        (*writer)->append(std::span(events).first(4));
        QVERIFY((*writer)->commit().has_value());

        Screen screen;
        auto run = Run::open(file, {.follow = true, .frameIntervalMs = 1}, screen.publish());
        QVERIFY(run.has_value());
        QVERIFY(screen.waitFor([](const RunFrame& f) {
            return f.status.state == RunState::Waiting && f.empty && !f.status.loading;
        }));
        for (std::size_t at = 4; at < events.size(); at += 5) { // in the middle of steps
            (*writer)->append(
                std::span(events).subspan(at, std::min<std::size_t>(5, events.size() - at)));
            QVERIFY((*writer)->commit().has_value());
            if (at == 104) {
                QVERIFY(screen.waitFor([](const RunFrame& f) {
                    return f.lastStep >= 20 && f.status.state == RunState::Live;
                }));
            }
        }
        QVERIFY(screen.waitFor([&](const RunFrame& f) {
            return f.status.records == 240 && f.status.state == RunState::Ended;
        }));
        QVERIFY((*writer)->close().has_value());

        auto replay = engine::RunReader::open(file);
        QVERIFY(replay.has_value() && (*replay)->readAll().has_value());
        for (std::uint64_t step = 0; step < 60; ++step) {
            View view;
            view.cursor = Step{step};
            (*run)->setView(view);
            const auto frame =
                screen.waitFor([&](const RunFrame& f) { return f.cursor.step == Step{step}; });
            QVERIFY(frame != nullptr);
            QCOMPARE(bitsOf(frame->cursor.metrics), bitsOf((*replay)->measures(Step{step}).step));
        }
    }

    /// The last commit of a run is shown although reading it failed at first.
    void anErrorThatPassesHidesNothing() {
        ReadFailures failures;
        const std::string file = path("shaky");
        const auto events = support::streamOf({});
        auto writer = session::SessionWriter::open(file, "run-1", {});
        QVERIFY(writer.has_value());
        (*writer)->append(std::span(events).first(44));
        QVERIFY((*writer)->commit().has_value());
        Screen screen;
        auto run = Run::open(file, {.follow = true, .frameIntervalMs = 1}, screen.publish());
        QVERIFY(run.has_value());
        QVERIFY(screen.waitFor(
            [](const RunFrame& f) { return f.status.records == 40 && !f.status.loading; }));
        failures.add(3);
        (*writer)->append(std::span(events).subspan(44));
        QVERIFY((*writer)->commit().has_value());
        QVERIFY(screen.waitFor(
            [](const RunFrame& f) { return f.status.records == 80 && f.status.problem.empty(); }));
        QCOMPARE(failures.left(), 0);
    }

    /// An idle session whose head could not be read for once is not lost for ever.
    void theHeadIsReadAgain() {
        ReadFailures failures;
        const std::string file = path("head");
        auto writer = session::SessionWriter::open(file, "run-1", {});
        QVERIFY(writer.has_value());
        (*writer)->append(support::streamOf({.bye = false}));
        QVERIFY((*writer)->commit().has_value());
        Screen screen;
        auto run = Run::open(file, {.follow = true, .frameIntervalMs = 1}, screen.publish());
        QVERIFY(run.has_value());
        QVERIFY(screen.waitFor(
            [](const RunFrame& f) { return f.status.records == 80 && !f.status.loading; }));
        failures.add(1, "FROM meta");
        QVERIFY(screen.waitFor([](const RunFrame& f) { return !f.status.problem.empty(); }));
        QVERIFY(screen.waitFor([](const RunFrame& f) { return f.status.problem.empty(); }));
        QCOMPARE(failures.left(), 0);
    }

    void nothingIsPublishedAfterTheEnd() {
        const std::string file = path("end");
        QCOMPARE(support::writeSession(file, support::streamOf({})), std::string{});
        for (int round = 0; round < 20; ++round) {
            Screen screen;
            auto run = Run::open(file, {.follow = true, .frameIntervalMs = 0}, screen.publish());
            QVERIFY(run.has_value());
            (*run)->setView({});
            run->reset();
            const int count = screen.count();
            std::this_thread::yield();
            QCOMPARE(screen.count(), count);
        }
    }
};

QTEST_APPLESS_MAIN(TestRun)
#include "TestRun.moc"
