// SPDX-License-Identifier: Apache-2.0
// A viewer that holds a little of a run shows what one shows that holds all of it.
#include "app/engine/record/BlockSummariser.h"
#include "app/engine/run/FrameBuilder.h"

#include "tests/support/RandomRun.h"
#include "tests/support/SameFrames.h"
#include "transport/session/SessionWriter.h"

#include <QTemporaryDir>
#include <QtTest>

#include <random>

using namespace rankscope;
using engine::FrameBuilder;
using engine::RunFrame;
using engine::RunReader;
using engine::View;

namespace {

constexpr std::size_t kLittle = 1U << 20U; // bytes: a dozen blocks of five ranks
constexpr std::size_t kPlenty = 1U << 30U;

struct Viewer {
    Viewer(const std::string& file, std::size_t budget)
        : reader(std::move(*RunReader::open(file))),
          frames(std::make_unique<FrameBuilder>(*reader, FrameBuilder::Options{false, budget})) {}

    void resume() { QVERIFY(frames->resume()); }
    void read() {
        bool more = true;
        while (more) {
            const auto read = reader->read();
            QVERIFY(read);
            more = *read;
            frames->update();
        }
    }
    /// With all that was to be refined.
    RunFrame frame(const View& view) {
        while (frames->fill().more) {
        }
        RunFrame frame = frames->build(view, {}, engine::RunPulse::Clock::now());
        for (int i = 0; frame.refining && i < 10000; ++i) {
            frames->refine();
            frame = frames->build(view, {}, engine::RunPulse::Clock::now());
        }
        return frame;
    }

    std::unique_ptr<RunReader> reader;
    std::unique_ptr<FrameBuilder> frames;
};

View viewOf(double first, double last) {
    View view;
    view.follow = false;
    view.first = first;
    view.last = last;
    view.columns = 300;
    view.image = engine::RankSignal::Loss;
    view.cursor = Step{static_cast<std::uint64_t>(last)};
    return view;
}

} // namespace

class TestBoundedRun : public QObject {
    Q_OBJECT

    static void compare(Viewer& plain, Viewer& bounded, const View& view) {
        const std::string differs = support::difference(plain.frame(view), bounded.frame(view));
        QVERIFY2(differs.empty(), differs.c_str());
    }

    static std::unique_ptr<engine::BlockSummariser> summariserOf(RunReader& reader) {
        auto summariser = std::make_unique<engine::BlockSummariser>(reader);
        return summariser->resume() ? std::move(summariser) : nullptr;
    }

  private slots:
    void showsWhatAnyViewerShows_data() {
        QTest::addColumn<qulonglong>("seed");
        for (qulonglong seed = 1; seed <= 5; ++seed) {
            QTest::addRow("%d", static_cast<int>(seed)) << seed;
        }
    }
    void showsWhatAnyViewerShows() {
        QFETCH(const qulonglong, seed);
        QTemporaryDir folder;
        const std::string file = folder.filePath("s").toStdString();
        const auto events = support::RandomRun(seed).events(6000);
        auto writer = session::SessionWriter::open(file, "run", {});
        QVERIFY(writer);
        Viewer plain(file, 0);
        Viewer bounded(file, kPlenty);
        Viewer small(file, kLittle);
        std::mt19937_64 random{seed};
        for (std::size_t at = 0; at < events.size();) {
            const std::size_t count = std::min<std::size_t>(events.size() - at, random() % 12000);
            (*writer)->append(std::span(events).subspan(at, count));
            QVERIFY((*writer)->commit());
            at += count;
            for (Viewer* viewer : {&plain, &bounded, &small}) {
                viewer->read();
            }
            const double end =
                static_cast<double>(plain.reader->table().lastStep().value_or(Step{1}).value());
            View whole = viewOf(0, end);
            compare(plain, bounded, whole);
            whole.smoothing = 50;
            compare(plain, bounded, whole);
            for (int i = 0; i < 3; ++i) {
                const double first = end * static_cast<double>(random() % 100) / 100;
                compare(plain, small, viewOf(first, std::min(end, first + 900)));
                compare(plain, bounded, viewOf(first, std::min(end, first + 900)));
            }
            if (QTest::currentTestFailed()) {
                return;
            }
        }
        QVERIFY(8 * small.reader->table().samplesHeld() < plain.reader->table().samplesHeld());
    }

    /// A recorder keeps what it makes of the run beside it, dies and goes on; every now and then
    /// somebody opens the session.
    void whatIsKeptShowsTheSame_data() { showsWhatAnyViewerShows_data(); }
    void whatIsKeptShowsTheSame() {
        QFETCH(const qulonglong, seed);
        QTemporaryDir folder;
        const std::string file = folder.filePath("s").toStdString();
        const auto events = support::RandomRun(seed + 100).events(6000);
        auto writer = session::SessionWriter::open(file, "run", {});
        QVERIFY(writer);
        std::mt19937_64 random{seed};
        std::unique_ptr<RunReader> reader;
        std::unique_ptr<engine::BlockSummariser> summariser;
        std::int64_t resumedAt = 0;
        for (std::size_t at = 0; at < events.size();) {
            const std::size_t count = std::min<std::size_t>(events.size() - at, random() % 9000);
            (*writer)->append(std::span(events).subspan(at, count));
            QVERIFY((*writer)->commit());
            at += count;
            if (!summariser || random() % 4 == 0) {
                reader = std::move(*RunReader::open(file));
                summariser = summariserOf(*reader);
                QVERIFY(summariser);
            }
            for (bool more = true; more || summariser->isBehind();) {
                more = *reader->read(8192);
                auto rows = summariser->work();
                if (random() % 20 == 0) { // it died before these were kept
                    summariser.reset();
                    break;
                }
                (*writer)->keep(std::move(rows));
                QVERIFY((*writer)->commit());
                if (random() % 3 == 0) {
                    break;
                }
            }
            Viewer plain(file, 0);
            plain.read();
            for (const std::size_t budget : {kPlenty, kLittle}) {
                Viewer kept(file, budget);
                kept.resume();
                resumedAt = kept.reader->session().position();
                kept.read();
                const double end =
                    static_cast<double>(plain.reader->table().lastStep().value_or(Step{1}).value());
                View view = viewOf(0, end);
                if (budget == kPlenty) {
                    view.smoothing = 30;
                    compare(plain, kept, view);
                }
                const double first = end * static_cast<double>(random() % 100) / 100;
                compare(plain, kept, viewOf(first, std::min(end, first + 900)));
            }
            if (QTest::currentTestFailed()) {
                return;
            }
        }
        QVERIFY(resumedAt > 0);
    }
};

QTEST_APPLESS_MAIN(TestBoundedRun)
#include "TestBoundedRun.moc"
