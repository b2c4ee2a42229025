// SPDX-License-Identifier: GPL-3.0-or-later
// Figures from the window: the pane, what it writes, and the clipboard.

#include "tests/gui/Window.h"

#include "app/ui/CompareController.h"
#include "app/ui/CompareDesk.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/FigurePane.h"
#include "app/ui/panels/FigurePreview.h"
#include "tests/support/Command.h"
#include "tests/support/FatalMessages.h"
#include "tests/support/RecordedRun.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;
using support::Window;

namespace {

QByteArray contents(const QString& file) {
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

} // namespace

class TestFigures : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;

    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    void open(Window& shown) {
        shown.adapter.openFile(path(QStringLiteral("run.rankscope")).toStdString());
        QTRY_VERIFY(shown.loaded());
    }
    static ui::FigurePane* paneOf(Window& shown) {
        QTest::keyClick(&shown.window, Qt::Key_E, Qt::ControlModifier);
        auto* pane = shown.window.findChild<ui::FigurePane*>();
        pane->setFolder({});
        return pane;
    }
    static QPushButton* button(ui::FigurePane* pane, const char* text) {
        for (QPushButton* found : pane->findChildren<QPushButton*>())
            if (found->text() == QLatin1String(text))
                return found;
        return nullptr;
    }
    static void choose(ui::FigurePane* pane, const char* text) {
        for (QComboBox* box : pane->findChildren<QComboBox*>())
            if (const int index = box->findText(QString::fromUtf8(text)); index >= 0)
                return box->setCurrentIndex(index);
        QFAIL(text);
    }

  private slots:
    void initTestCase() {
        support::FatalMessages::install();
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
        support::RecordedRun run;
        run.steps = 80;
        run.departing = 5;
        run.departs = 40;
        run.write(path(QStringLiteral("run.rankscope")).toStdString());
    }

    void previewIsTheFigureOnPaper() {
        Window shown;
        open(shown);
        ui::FigurePane* pane = paneOf(shown);
        QVERIFY(pane->isVisible());
        QVERIFY(pane->isAncestorOf(QApplication::focusWidget())); // keys go on from here
        QTRY_VERIFY(pane->preview()->drawing());
        QCOMPARE(pane->preview()->drawing()->size.width(), 88.0);
        QCOMPARE(pane->preview()->drawing()->ground, QColor(Qt::white)); // on a dark screen, too
        choose(pane, "Two columns, 180 mm");
        QTRY_COMPARE(pane->preview()->drawing()->size.width(), 180.0);
        choose(pane, "Dark slides");
        QTRY_COMPARE(pane->preview()->drawing()->ground, widgets::Theme::darkTheme().surface);
    }

    void exportsWhatTheCommandExports_data() {
        QTest::addColumn<QString>("format");
        QTest::newRow("svg") << QStringLiteral("svg");
        QTest::newRow("pdf") << QStringLiteral("pdf");
        QTest::newRow("png") << QStringLiteral("png");
    }
    void exportsWhatTheCommandExports() {
        QFETCH(QString, format);
        Window shown;
        open(shown);
        ui::FigurePane* pane = paneOf(shown);
        pane->setFolder(m_folder.path());
        choose(pane, "Direction");
        choose(pane, qPrintable(format.toUpper()));
        QSignalSpy chosen(pane, &ui::FigurePane::folderChosen);
        QTest::mouseClick(button(pane, "Export"), Qt::LeftButton);
        QTRY_COMPARE(chosen.size(), 1);
        const QString name = QStringLiteral("byte-gpt-s13-direction.");
        QVERIFY2(pane->status().contains(name + format), qPrintable(pane->status()));

        const QString out = path(QStringLiteral("command.") + format);
        const auto done = test::rankscope(
            {QStringLiteral("figure"), path(QStringLiteral("run.rankscope")),
             QStringLiteral("--panel"), QStringLiteral("direction"), QStringLiteral("--out"), out});
        QVERIFY2(done.code == 0, done.err);
        QVERIFY(!contents(out).isEmpty());
        QCOMPARE(contents(path(name + format)), contents(out));
        QCOMPARE(contents(path(name + QStringLiteral("csv"))),
                 contents(path(QStringLiteral("command.csv"))));
    }

    void exportsTheStepsInSight() {
        Window shown;
        open(shown);
        shown.controller.zoom(19.6, 50.2);
        QTRY_VERIFY(shown.controller.frame()->viewFirst > 19);
        ui::FigurePane* pane = paneOf(shown);
        pane->setFolder(m_folder.path());
        pane->findChild<QLineEdit*>()->setText(QStringLiteral("part"));
        QSignalSpy chosen(pane, &ui::FigurePane::folderChosen);
        QTest::mouseClick(button(pane, "Export"), Qt::LeftButton);
        QTRY_COMPARE(chosen.size(), 1);
        QVERIFY(test::rankscope({QStringLiteral("figure"), path(QStringLiteral("run.rankscope")),
                                 QStringLiteral("--steps"), QStringLiteral("20:51"),
                                 QStringLiteral("--out"), path(QStringLiteral("steps.svg"))})
                    .code == 0);
        QCOMPARE(contents(path(QStringLiteral("part.svg"))),
                 contents(path(QStringLiteral("steps.svg"))));
        QCOMPARE(contents(path(QStringLiteral("part.csv"))),
                 contents(path(QStringLiteral("steps.csv"))));
    }

    void allPanelsAtOnce() {
        Window shown;
        open(shown);
        ui::FigurePane* pane = paneOf(shown);
        const QString folder = m_folder.filePath(QStringLiteral("all"));
        QVERIFY(QDir().mkpath(folder));
        pane->setFolder(folder);
        QSignalSpy chosen(pane, &ui::FigurePane::folderChosen);
        QTest::mouseClick(button(pane, "Export all panels"), Qt::LeftButton);
        QTRY_COMPARE(chosen.size(), 1);
        const QStringList files =
            QDir(folder).entryList({QStringLiteral("*.svg")}, QDir::Files, QDir::Name);
        QVERIFY(files.size() >= 7);
        QVERIFY(files.contains(QStringLiteral("byte-gpt-s13-cosine.svg")));
        QVERIFY(pane->status().contains(QStringLiteral("more")));
    }

    void theFolderIsRemembered() {
        const QString kept = path(QStringLiteral("kept.ini"));
        const QString folder = m_folder.filePath(QStringLiteral("figures"));
        QVERIFY(QDir().mkpath(folder));
        {
            Window shown({1600, 1000}, kept);
            open(shown);
            ui::FigurePane* pane = paneOf(shown);
            pane->setFolder(folder);
            QSignalSpy chosen(pane, &ui::FigurePane::folderChosen);
            QTest::mouseClick(button(pane, "Export"), Qt::LeftButton);
            QTRY_COMPARE(chosen.size(), 1);
        }
        Window again({1600, 1000}, kept);
        QCOMPARE(again.window.findChild<ui::FigurePane*>()->folder(), folder);
    }

    void nothingIsReplacedUnasked() {
        Window shown;
        open(shown);
        ui::FigurePane* pane = paneOf(shown);
        pane->setFolder(m_folder.path());
        pane->findChild<QLineEdit*>()->setText(QStringLiteral("mine"));
        QFile mine(path(QStringLiteral("mine.svg")));
        QVERIFY(mine.open(QIODevice::WriteOnly) && mine.write("mine") == 4);
        mine.close();
        QTest::mouseClick(button(pane, "Export"), Qt::LeftButton);
        QVERIFY2(pane->status().contains(QStringLiteral("is there already")),
                 qPrintable(pane->status()));
        QCOMPARE(contents(mine.fileName()), QByteArray("mine"));
        QSignalSpy chosen(pane, &ui::FigurePane::folderChosen);
        QTest::mouseClick(button(pane, "Export"), Qt::LeftButton);
        QTRY_COMPARE(chosen.size(), 1);
        QVERIFY(contents(mine.fileName()).startsWith("<?xml"));
    }

    void errorsAreInWordsInThePane() {
        Window shown;
        open(shown);
        ui::FigurePane* pane = paneOf(shown);
        pane->setFolder(path(QStringLiteral("nowhere")));
        QTest::mouseClick(button(pane, "Export"), Qt::LeftButton);
        QTRY_VERIFY2(pane->status().contains(QStringLiteral("Choose a folder")),
                     qPrintable(pane->status()));
        QVERIFY(button(pane, "Export")->isEnabled());
    }

    void copiesThePanelWithTheFocus() {
        Window shown;
        open(shown);
        shown.panel(ui::ChartKind::LossDispersion)->setFocus();
        QApplication::clipboard()->setText(QStringLiteral("before"));
        QTest::keyClick(&shown.window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(QApplication::clipboard()->mimeData()->hasImage());
        const auto* data = QApplication::clipboard()->mimeData();
        const QByteArray svg = data->data(QStringLiteral("image/svg+xml"));
        QVERIFY(svg.contains("Std of loss"));
        QCOMPARE(qvariant_cast<QImage>(data->imageData()).dotsPerMeterX(), 11811);
        QVERIFY(shown.window.statusBar()->currentMessage().contains(QStringLiteral("clipboard")));
    }

    void copiesValues() {
        Window shown;
        open(shown);
        QApplication::clipboard()->setText(QStringLiteral("before"));
        shown.window.findChild<QAction*>(QStringLiteral("copyValues"))->trigger();
        const auto expected =
            test::rankscope({QStringLiteral("metrics"), path(QStringLiteral("run.rankscope"))});
        QTRY_COMPARE(QApplication::clipboard()->text().toUtf8(), expected.out);
        QVERIFY(shown.window.statusBar()->currentMessage().startsWith(QStringLiteral("80 rows")));
    }

    void exportsTheComparison() {
        support::RecordedRun other;
        other.seed = 2;
        other.steps = 60;
        other.name = "other-seed";
        other.write(path(QStringLiteral("other.rankscope")).toStdString());
        const QStringList files{path(QStringLiteral("run.rankscope")),
                                path(QStringLiteral("other.rankscope"))};
        Window shown;
        shown.window.openFiles(files);
        QTRY_VERIFY(shown.window.compares());
        ui::CompareController* compare = shown.window.compare()->controller();
        QTRY_VERIFY(compare->frame() != nullptr && !compare->frame()->loading);
        compare->setOverlays(true);
        auto* action = shown.window.findChild<QAction*>(QStringLiteral("exportComparison"));
        QVERIFY(action->isEnabled());
        QVERIFY(!shown.window.findChild<QAction*>(QStringLiteral("exportFigure"))->isEnabled());
        action->trigger();
        auto* dialog = shown.window.findChild<QFileDialog*>();
        QVERIFY(dialog != nullptr && !dialog->isModal());
        const QString out = path(QStringLiteral("seen.svg"));
        emit dialog->fileSelected(out);
        dialog->close();
        QTRY_VERIFY(
            shown.window.statusBar()->currentMessage().contains(QStringLiteral("seen.svg")));

        const QString command = path(QStringLiteral("compared.svg"));
        const auto done =
            test::rankscope(QStringList{QStringLiteral("figure")} + files +
                            QStringList{QStringLiteral("--overlay"), QStringLiteral("--panel"),
                                        QStringLiteral("loss,dispersion,direction,difference"),
                                        QStringLiteral("--columns"), QStringLiteral("2"),
                                        QStringLiteral("--out"), command});
        QVERIFY2(done.code == 0, done.err);
        QCOMPARE(contents(out), contents(command));
    }

    void everythingIsReachableAndNamed() {
        Window shown;
        open(shown);
        ui::FigurePane* pane = paneOf(shown);
        QWidget* first = QApplication::focusWidget();
        QSet<QWidget*> reached;
        do {
            reached.insert(QApplication::focusWidget());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        } while (QApplication::focusWidget() != first && reached.size() < 60);
        for (QWidget* control : pane->findChildren<QWidget*>())
            if (control->isVisible() && control->isEnabled() &&
                control->focusPolicy() & Qt::TabFocus &&
                qobject_cast<QAbstractSpinBox*>(control->parentWidget()) == nullptr)
                QVERIFY2(reached.contains(control), control->metaObject()->className());
        for (QLabel* label : pane->findChildren<QLabel*>())
            QVERIFY2(!label->text().contains(u'&') || label->buddy() != nullptr,
                     qPrintable(label->text()));
    }
};

QTEST_MAIN(TestFigures)
#include "TestFigures.moc"
