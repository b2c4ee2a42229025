// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of a run that a recorder elsewhere has: what can't be read ends in an error, never in a
// wait for ever.

#include "app/export/FigureSource.h"
#include "app/export/OverlayPanels.h"
#include "tests/support/BlackHole.h"
#include "tests/support/FaultProxy.h"
#include "tests/support/Streams.h"
#include "transport/session/SqliteRows.h"
#include "transport/view/ViewServer.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

using namespace rankscope;
using namespace rankscope::figures;

class TestFigureSource : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::string m_file;
    std::unique_ptr<view::ViewServer> m_server;

    static FigureRequest asking(const std::string& file, PanelKind kind) {
        FigureRequest request;
        request.files = {file};
        request.panels = {kind};
        return request;
    }

  private slots:
    void initTestCase() {
        m_file = m_folder.filePath("run.rankscope").toStdString();
        QCOMPARE(support::writeSession(m_file, support::streamOf({.steps = 40})), std::string());
        auto bound = view::ViewServer::bind({});
        QVERIFY(bound.has_value());
        m_server = std::move(*bound);
        m_server->start([this] { return session::SqliteRows::open(m_file); });
    }

    void aLostLinkIsAnError() {
        test::FaultProxy proxy(m_server->endpoint());
        auto source = FigureSource::open(proxy.endpoint());
        QVERIFY(source.has_value());
        QVERIFY((*source)->frame(asking(proxy.endpoint(), PanelKind::Cosine)).has_value());
        proxy.set(test::Fault::Reset);
        FigureRequest other = asking(proxy.endpoint(), PanelKind::Cosine);
        other.view.cursor = Step{7};
        QElapsedTimer timer;
        timer.start();
        const auto frame = (*source)->frame(other);
        QVERIFY(!frame.has_value() && timer.elapsed() < 10'000);
        QCOMPARE(frame.error().code, ErrorCode::Unavailable);
        QVERIFY(frame.error().what.find("does not answer") != std::string::npos);
        // What was read is enough for a panel of curves.
        other.panels = {PanelKind::Loss};
        const auto loss = (*source)->frame(other);
        QVERIFY(loss.has_value());
        QCOMPARE(loss->lastStep, 39.0);
        QVERIFY(loss->cursor.cosine == nullptr);
        proxy.set(test::Fault::None);
        other.panels = {PanelKind::Cosine};
        QTRY_VERIFY_WITH_TIMEOUT((*source)->frame(other).has_value(), 15'000);
    }

    void anUnnamedEndpointIsCalledByIt() {
        const auto source = FigureSource::open(m_server->endpoint());
        QVERIFY(source.has_value());
        QCOMPARE((*source)->name(), support::helloOf({}, 0).name);
        auto events = support::streamOf({.steps = 3});
        for (wire::Event& event : events)
            if (auto* hello = std::get_if<wire::Hello>(&event))
                hello->name.clear();
        const std::string file = m_folder.filePath("unnamed.rankscope").toStdString();
        QCOMPARE(support::writeSession(file, events), std::string());
        auto server = view::ViewServer::bind({});
        QVERIFY(server.has_value());
        (*server)->start([&] { return session::SqliteRows::open(file); });
        const auto unnamed = FigureSource::open((*server)->endpoint());
        QVERIFY(unnamed.has_value());
        QCOMPARE((*unnamed)->name(), (*server)->endpoint());
        FigureRequest overlay = asking((*server)->endpoint(), PanelKind::Loss);
        overlay.overlay.emplace();
        const auto page = overlayPage(overlay, {});
        QVERIFY(page.has_value());
        QCOMPARE(page->title, "A " + (*server)->endpoint());
    }

    void aStopEndsEveryWait() {
        const test::BlackHole silent;
        const auto stopped = [](auto work) {
            std::stop_source stop;
            const std::jthread closing([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
                stop.request_stop();
            });
            QElapsedTimer timer;
            timer.start();
            return !work(stop.get_token()) && timer.elapsed() < 2000;
        };
        QVERIFY(stopped([&](const std::stop_token& stop) {
            return FigureSource::open(silent.endpoint(), stop).has_value();
        }));
        QVERIFY(stopped([&](const std::stop_token& stop) {
            FigureRequest overlay = asking(silent.endpoint(), PanelKind::Loss);
            overlay.overlay.emplace();
            return overlayPage(overlay, stop).has_value();
        }));
    }
};

QTEST_MAIN(TestFigureSource)
#include "TestFigureSource.moc"
