// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Window.h"

#include "app/ui/panels/Prompt.h"
#include "tests/support/FatalMessages.h"
#include "tests/support/RecordedRun.h"

#include <QDialog>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;
using support::Window;

/// What went wrong is said in words, with a button for what can be done about it.
class TestRemedies : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;

    [[nodiscard]] QString file(const char* name) const {
        return m_folder.filePath(QLatin1String(name));
    }
    static QPushButton* button(Window& w, const QString& text) {
        for (auto* found : w.window.verdict()->findChildren<QPushButton*>())
            if (found->isVisible() && found->text() == text)
                return found;
        return nullptr;
    }

  private slots:
    void initTestCase() {
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
    }

    void aDamagedFileIsRecovered() {
        support::RecordedRun run;
        run.steps = 200;
        run.write(file("cut.rankscope").toStdString());
        QFile cut(file("cut.rankscope"));
        QVERIFY(cut.resize(cut.size() * 3 / 4));
        Window w;
        w.window.openFiles({file("cut.rankscope")});
        QTRY_COMPARE(w.window.verdict()->verdict().kind, ui::Verdict::Kind::Failure);
        QVERIFY(w.window.verdict()->verdict().detail.starts_with("Recover saves "));
        QTRY_VERIFY(button(w, "Recover"));
        QTest::mouseClick(button(w, "Recover"), Qt::LeftButton);
        QTRY_VERIFY(w.loaded());
        QTRY_COMPARE(w.controller.source()->file, file("cut-recovered.rankscope").toStdString());
        QTRY_VERIFY(w.loaded() && !w.controller.frame()->empty);
        QVERIFY(w.window.verdict()->verdict().kind != ui::Verdict::Kind::Failure);
        QVERIFY(w.window.statusBar()->currentMessage().startsWith("cut-recovered.rankscope: "));
        w.window.openFiles({file("cut.rankscope")});
        QTRY_VERIFY(button(w, "Recover"));
        QTest::mouseClick(button(w, "Recover"), Qt::LeftButton);
        QTRY_VERIFY(QFile::exists(file("cut-recovered-2.rankscope"))); // nothing is written over
        QTRY_VERIFY(w.loaded() &&
                    w.controller.source()->file == file("cut-recovered-2.rankscope").toStdString());
    }

    void aBusyPortHasWaysOut() {
        Window first, second;
        first.listener.listen();
        QTRY_VERIFY(first.controller.source());
        const QString endpoint = QString::fromStdString(first.controller.source()->endpoint);
        second.listener.listenOn(endpoint);
        QTRY_VERIFY(second.controller.error());
        const QString port = endpoint.section(':', -1);
        QVERIFY(second.headline().contains(port));
        QVERIFY(button(second, QStringLiteral("Try %1").arg(port.toInt() + 1)));
        QVERIFY(QTest::qWaitForWindowActive(&second.window));
        QTest::mouseClick(button(second, QString::fromUtf8("Choose\u2026")), Qt::LeftButton);
        QCOMPARE(second.window.prompt()->question(), QString("Where to listen"));
        QCOMPARE(second.window.prompt()->field()->text(), endpoint);
        QTest::keyClicks(second.window.prompt()->field(), "tcp://127.0.0.1:*");
        QTest::keyClick(second.window.prompt()->field(), Qt::Key_Return);
        QTRY_VERIFY(second.controller.source());
        QVERIFY(!second.controller.error());
        QCOMPARE(second.window.empty()->listeningText(),
                 QString("Listening. No rank has called yet."));
    }

    void nextPortsAreCounted() {
        QCOMPARE(ui::Listener::nextPort("tcp://127.0.0.1:5757"), QString("tcp://127.0.0.1:5758"));
        QCOMPARE(ui::Listener::nextPort("tcp://[::1]:9"), QString("tcp://[::1]:10"));
        for (const char* none : {"tcp://127.0.0.1:65535", "tcp://127.0.0.1:*", "ipc:///tmp/x", ""})
            QVERIFY(ui::Listener::nextPort(none).isEmpty());
    }

    void aFileThatIsNotThere() {
        Window w;
        w.window.openFiles({file("nowhere.rankscope")});
        QTRY_VERIFY(w.controller.error());
        QVERIFY(w.headline().endsWith("there is no such file."));
        QVERIFY(!w.window.verdict()->verdict().detail.empty());
        QVERIFY(button(w, QString::fromUtf8("Open\u2026")));
        QVERIFY(!w.window.findChild<QDialog*>()); // no dialog
    }

    void noButtonWithoutATrouble() {
        support::RecordedRun run;
        run.steps = 10;
        run.write(file("fine.rankscope").toStdString());
        Window w;
        w.window.openFiles({file("fine.rankscope")});
        QTRY_VERIFY(w.loaded());
        for (auto* found : w.window.verdict()->findChildren<QPushButton*>())
            QVERIFY(!found->isVisible());
        w.window.openFiles({file("nowhere.rankscope")});
        QTRY_VERIFY(w.controller.error());
        QTest::keyClick(&w.window, Qt::Key_Escape);
        QCOMPARE(w.headline(), QString("8 of 8 ranks recorded"));
    }
};

QTEST_MAIN(TestRemedies)
#include "TestRemedies.moc"
