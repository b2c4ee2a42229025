// SPDX-License-Identifier: Apache-2.0
// A window on a recorder that leaves: what was not read by then is missing, and that is said.
#include "app/engine/run/Run.h"

#include "tests/support/Screen.h"
#include "tests/support/Streams.h"
#include "transport/session/SqliteRows.h"
#include "transport/view/ViewServer.h"

#include <QtTest>

#include <filesystem>
#include <thread>

using namespace rankscope;
using engine::Run;
using engine::RunFrame;
using engine::RunState;
using engine::View;

namespace {

using Screen = support::Screen<RunFrame>;

View at(std::uint64_t step) {
    View view;
    view.cursor = Step{step};
    return view;
}

} // namespace

class TestLostLink : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    /// A recorder's view port on a run of 600 steps: its first two blocks are frozen.
    struct Recorder {
        std::unique_ptr<session::SessionWriter> writer;
        std::unique_ptr<view::ViewServer> server;

        Recorder(const std::string& file, bool bye) {
            const auto events = support::streamOf({.steps = 600, .bye = bye});
            auto opened = session::SessionWriter::open(file, "run-1", {});
            auto bound = view::ViewServer::bind({});
            if (!opened || !bound)
                qFatal("no recorder");
            writer = std::move(*opened);
            writer->append(events);
            if (!writer->commit())
                qFatal("no commit");
            server = std::move(*bound);
            server->start([file] { return session::SqliteRows::open(file); });
        }
    };

    std::string path(const char* name) { return m_dir.filePath(QLatin1String(name)).toStdString(); }

  private slots:
    void whatAnEndedRunLacksIsSaid() {
        Recorder recorder(path("ended"), true);
        Screen screen;
        auto run = Run::open(recorder.server->endpoint(), {.follow = true}, screen.publish());
        QVERIFY(run.has_value());
        const auto whole = screen.waitFor([](const RunFrame& f) {
            return f.status.state == RunState::Ended && f.lastStep == 599 && !f.refining;
        });
        QVERIFY(whole && whole->cursor.cosine && !whole->cursor.unreadable);
        recorder.server.reset();
        QTest::qWait(6500); // by now the link is known to be lost
        auto frame = screen.waitFor([](const RunFrame&) { return true; });
        QCOMPARE(frame->status.problem, std::string()); // nothing that was asked for is missing
        QCOMPARE(frame->cursor.cosine->step, Step{599});

        (*run)->setView(at(100));
        frame = screen.waitFor([](const RunFrame& f) { return f.cursor.step == Step{100}; });
        QVERIFY(frame && frame->cursor.unreadable);
        QCOMPARE(frame->cursor.unreadable->code, ErrorCode::Unavailable);
        QVERIFY(frame->cursor.workers.empty() && !frame->cursor.cosine);
        QVERIFY(frame->status.linkLost);
        QVERIFY(frame->status.problem.find("does not answer") != std::string::npos);
        QVERIFY(frame->status.advice.find("session file") != std::string::npos);

        const int before = screen.count();
        QTest::qWait(3000);
        const int frames = screen.count() - before; // two a second, and one per new attempt
        QVERIFY2(frames >= 3 && frames <= 12, std::to_string(frames).c_str());

        (*run)->setView(View{});
        frame = screen.waitFor([](const RunFrame& f) {
            return f.cursor.step == Step{599} && f.status.problem.empty();
        });
        QVERIFY(frame && !frame->cursor.unreadable && !frame->status.linkLost);
        QCOMPARE(frame->cursor.workers.size(), std::size_t{4});
        QCOMPARE(frame->cursor.cosine->step, Step{599});
    }

    /// Who comes late sees how long nothing has come, not how long the window is open.
    void aDeadRunIsNotLive_data() {
        QTest::addColumn<bool>("remote");
        QTest::newRow("file") << false;
        QTest::newRow("recorder") << true;
    }
    void aDeadRunIsNotLive() {
        QFETCH(bool, remote);
        const std::string file = path(remote ? "deadRemote" : "dead");
        Recorder recorder(file, false);
        const auto then = std::filesystem::file_time_type::clock::now() - std::chrono::seconds(25);
        for (const std::string& part : {file, file + "-wal"})
            std::filesystem::last_write_time(part, then);
        Screen screen;
        auto run = Run::open(remote ? recorder.server->endpoint() : file, {.follow = true},
                             screen.publish());
        QVERIFY(run.has_value());
        const auto frame = screen.waitFor([](const RunFrame& f) { return !f.status.loading; });
        QVERIFY(frame != nullptr);
        QCOMPARE(frame->status.state, RunState::Stale);
        QCOMPARE(frame->status.reporting, 0U);
        QVERIFY2(frame->status.lagSeconds > 24 && frame->status.lagSeconds < 40,
                 std::to_string(frame->status.lagSeconds).c_str());
        const auto more = support::recordsOf({.steps = 601}, 600); // and they are back
        for (const wire::StepRecord& record : more)
            recorder.writer->append(std::vector<wire::Event>{record});
        QVERIFY(recorder.writer->commit().has_value());
        const auto live = screen.waitFor([](const RunFrame& f) { return f.lastStep == 600; });
        QVERIFY(live && live->status.state == RunState::Live && live->status.lagSeconds < 5);
        QCOMPARE(live->status.reporting, 4U);
    }

    /// What is missing of a run that goes on comes by itself.
    void itComesWhenTheRecorderIsBack() {
        Recorder recorder(path("live"), false);
        const std::string endpoint = recorder.server->endpoint();
        Screen screen;
        auto run = Run::open(endpoint, {.follow = true}, screen.publish());
        QVERIFY(run.has_value());
        QVERIFY(screen.waitFor([](const RunFrame& f) { return f.lastStep == 599 && !f.refining; }));
        recorder.server.reset();
        (*run)->setView(at(100));
        QVERIFY(screen.waitFor([](const RunFrame& f) {
            return f.cursor.unreadable && f.status.linkLost && f.cursor.step == Step{100};
        }));
        auto bound = view::ViewServer::bind({endpoint, {}});
        QVERIFY(bound.has_value());
        recorder.server = std::move(*bound);
        recorder.server->start([&] { return session::SqliteRows::open(path("live")); });
        const auto frame = screen.waitFor([](const RunFrame& f) {
            return !f.cursor.unreadable && f.cursor.cosine && f.cursor.cosine->step == Step{100};
        });
        QVERIFY(frame != nullptr);
        QCOMPARE(frame->status.problem, std::string());
        QCOMPARE(frame->cursor.workers.size(), std::size_t{4});
    }
};

QTEST_GUILESS_MAIN(TestLostLink)
#include "TestLostLink.moc"
