// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Bracketed.h"
#include "tests/gui/Window.h"

#include "app/engine/compare/CompareText.h"
#include "app/ui/CompareController.h"
#include "app/ui/CompareDesk.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/models/CompareCharts.h"
#include "app/ui/models/CompareWords.h"
#include "app/ui/models/CosineModel.h"
#include "app/ui/models/TimelineModel.h"
#include "app/ui/models/WorkerModel.h"
#include "app/ui/panels/CompareBar.h"
#include "app/ui/panels/ComparePane.h"
#include "app/ui/panels/Dock.h"
#include "tests/support/FatalMessages.h"
#include "tests/support/RecordedRun.h"

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;
using support::Bare;
using support::Bracketed;
using support::isTranslated;
using support::Window;

/// Texts that can be translated, and names for those who cannot see.
class TestWords : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;
    Bracketed m_language;

    [[nodiscard]] std::string path(const char* name) const {
        return m_folder.filePath(QLatin1String(name)).toStdString();
    }
    [[nodiscard]] std::string run() const { return path("run"); }
    [[nodiscard]] std::string eventful() const { return path("eventful"); }
    [[nodiscard]] std::string many() const { return path("many"); }

    /// In all forms of the panels: lines, an envelope, norms, and a rank that was picked.
    static void addCharts(Bare& bare, const engine::RunFrame& frame) {
        ui::ChartOptions options;
        for (const bool other : {false, true}) {
            options.norms = options.logY = other;
            options.smoothing = other ? 4 : 0;
            if (other)
                options.selected = RankId{1};
            for (const ui::ChartKind kind : ui::kCharts) {
                bare.add(ui::chartFrame(kind, frame, options));
                bare.add(ui::chartHeader(kind, frame, options));
                bare.add(ui::chartReadout(kind, frame, options));
            }
        }
        const auto timeline = ui::timelineFrame(frame, options, {}, false);
        bare.add(timeline.summary);
        bare.addLabels(timeline.gaps);
        bare.addLabels(timeline.restarts);
        bare.addLabels(timeline.nonFinite);
    }

    /// Without an image, and of each signal with one rank that stands out.
    static std::vector<widgets::HeatmapFrame> stepMaps(engine::RunFrame frame) {
        std::vector<widgets::HeatmapFrame> maps{ui::stepFrame(frame, {}, true)};
        for (const auto signal : {engine::RankSignal::Loss, engine::RankSignal::Direction,
                                  engine::RankSignal::GradNorm}) {
            auto image = std::make_shared<engine::RankStepImage>();
            image->signal = signal;
            image->stepsPerCell = 2;
            image->ranks = {RankId{0}, RankId{1}};
            image->first = {0};
            image->distance = {0, signal == engine::RankSignal::Loss ? 5.0F : 0.0F};
            frame.image = image;
            maps.push_back(ui::stepFrame(frame, {}, true));
        }
        return maps;
    }

    /// All panels, side by side and together.
    static void addCompareCharts(Bare& bare, const engine::CompareFrame& frame) {
        ui::CompareOptions options;
        for (const bool other : {false, true}) {
            options.logY = other;
            options.smoothing = other ? 4 : 0;
            options.spread = other ? ui::SpreadForm::Quantiles : ui::SpreadForm::Std;
            for (std::size_t session = 0; session < frame.sessions.size(); ++session)
                for (const ui::ChartKind kind : ui::kCompareCharts) {
                    bare.add(ui::sessionChart(kind, frame, session, options));
                    bare.add(ui::sessionHeader(kind, frame, session));
                }
            for (std::size_t panel = 0; panel < ui::kComparePanels; ++panel) {
                bare.add(ui::overlayChart(panel, frame, options));
                bare.add(ui::overlayHeader(panel, frame));
            }
            bare.add(ui::differenceChart(frame, options));
            bare.add(ui::differenceHeader(frame));
        }
        bare.add(ui::compareTimeline(frame).summary);
    }

    static void addVerdict(Bare& bare, const ui::Verdict& verdict) {
        for (const std::string& text : {verdict.headline, verdict.detail, verdict.aside})
            bare.add(text);
    }

    /// Without what `rankscope compare` says in the same words: tests and cautions.
    static void addCompareWords(Bare& bare, const engine::CompareFrame& frame) {
        addVerdict(bare, ui::compareVerdict(frame));
        for (const std::string& text : {ui::compareTitle(frame), ui::compareDetail(frame),
                                        ui::compareStatusLeft(frame), ui::configRemark(frame)})
            bare.add(text);
        for (const engine::CompareSession& session : frame.sessions) {
            bare.add(ui::sessionText(session, frame).title);
            bare.add(ui::sessionText(session, frame).detail);
        }
        for (const ui::SessionFindings& finding : ui::sessionFindings(frame))
            bare.add(finding.text);
        for (const ui::SummaryText& row : ui::summaryTexts(frame))
            for (const std::string& text :
                 {row.metric, row.base, row.other, row.difference, row.explanation})
                bare.add(text);
        for (const ui::ConfigText& row : ui::configTexts(frame, true))
            if (!row.differs)
                for (std::size_t run = 1; run < row.values.size(); ++run)
                    bare.add(row.values[run]);
        const std::vector<std::string> cautions = engine::cautions(*frame.facts);
        for (const std::string& note : ui::summaryNotes(frame))
            if (note != ui::compareStatusRight(frame) &&
                std::find(cautions.begin(), cautions.end(), note) == cautions.end())
                bare.add(note);
        for (const auto metric : analysis::kAllRunMetrics)
            bare.add(ui::metricInSentence(metric));
    }

  private slots:
    void initTestCase() {
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
        support::RecordedRun recorded;
        recorded.steps = 20;
        recorded.write(run());
        recorded.gapFirst = recorded.gapLast = 8;
        recorded.nanRank = 3;
        recorded.nanStep = 12;
        recorded.restartStep = 15;
        recorded.write(eventful());
        recorded = {};
        recorded.steps = 20;
        recorded.ranks = 20; // an envelope
        recorded.seed = 2;
        recorded.write(many());
    }
    void cleanup() { QCoreApplication::removeTranslator(&m_language); }

    void menusAndPanelsAreTranslated() {
        QCoreApplication::installTranslator(&m_language);
        Window w;
        w.adapter.openFile(run());
        QTRY_VERIFY(w.loaded());
        QStringList bare;
        for (const QAction* menu : w.window.menuBar()->actions())
            if (!isTranslated(menu->text()))
                bare.append(menu->text());
        for (const QAction* action : ui::allActions(*w.window.menuBar()))
            if (!isTranslated(action->text()))
                bare.append(action->text());
        for (const auto* dock : w.window.findChildren<ui::Dock*>())
            if (!isTranslated(dock->windowTitle()))
                bare.append(dock->windowTitle());
        QVERIFY2(bare.isEmpty(), qPrintable(bare.join(QStringLiteral(" | "))));
    }

    void controlsAreTranslated() {
        QCoreApplication::installTranslator(&m_language);
        Window w;
        w.adapter.openFile(run());
        QTRY_VERIFY(w.loaded());
        const QStringList names{"run", "SVG", "PDF", "PNG", "node0", "node1"};
        QStringList bare;
        for (const auto* button : w.window.findChildren<QAbstractButton*>()) {
            const QString text =
                button->text().isEmpty() ? button->accessibleName() : button->text();
            if (!text.isEmpty() && !button->objectName().startsWith("qt_") && !isTranslated(text))
                bare.append(text);
        }
        for (const auto* label : w.window.empty()->findChildren<QLabel*>()) {
            const bool code = label->font().fixedPitch() ||
                              label->font().family().contains(QLatin1String("Mono"));
            if (!code && !label->text().isEmpty() && !isTranslated(label->text()))
                bare.append(label->text());
        }
        for (const auto* box : w.window.findChildren<QComboBox*>())
            for (int i = 0; i < box->count(); ++i)
                if (!isTranslated(box->itemText(i)))
                    bare.append(box->itemText(i));
        for (const QString& name : names) // the same in every language
            bare.removeAll(name);
        QVERIFY2(bare.isEmpty(), qPrintable(bare.join(QStringLiteral(" | "))));
    }

    void theVerdictIsTranslated() {
        QCoreApplication::installTranslator(&m_language);
        Window w;
        w.adapter.openFile(run());
        QTRY_VERIFY(w.loaded());
        QCOMPARE(w.headline(), QString::fromUtf8("\u27E68 of \u27E68 ranks\u27E7 recorded\u27E7"));
        QVERIFY(isTranslated(QString::fromStdString(w.window.verdict()->verdict().detail)));
        QVERIFY(isTranslated(w.window.pill()->text()));
        QVERIFY(isTranslated(w.window.statusText()));
    }

    void chartsAreTranslated() {
        QCoreApplication::installTranslator(&m_language);
        for (const std::string& file : {run(), eventful(), many()}) {
            Window w;
            w.adapter.openFile(file);
            QTRY_VERIFY(w.loaded());
            Bare bare;
            addCharts(bare, *w.controller.frame());
            QVERIFY2(bare.texts().isEmpty(), bare.all());
            QVERIFY2(bare.seen() > 100, QByteArray::number(bare.seen()));
        }
    }

    void mapsAndWorkersAreTranslated() {
        QCoreApplication::installTranslator(&m_language);
        for (const std::string& file : {run(), eventful()}) {
            Window w;
            w.adapter.openFile(file);
            QTRY_VERIFY(w.loaded());
            const engine::RunFrame& frame = *w.controller.frame();
            engine::RunFrame empty, plain = frame;
            plain.cursor.cosine.reset();
            plain.cursor.groups.clear();
            QStringList names{"node[0-9]"};
            for (const std::string& group : frame.cursor.groups)
                names << QRegularExpression::escape(QString::fromStdString(group));
            Bare bare(names);
            for (const engine::RunFrame& shown : {frame, plain, empty}) {
                bare.add(ui::cosineFrame(shown, {}));
                bare.add(ui::layerFrame(shown, {}));
                bare.add(ui::cosineRemark(shown));
                for (const widgets::HeatmapFrame& map : stepMaps(shown))
                    bare.add(map);
                for (const ui::WorkerText& row : ui::workerTexts(shown, {}, {}))
                    for (const std::string& cell : row.cells)
                        bare.add(cell);
            }
            for (std::size_t column = 0; column < ui::kWorkerColumns; ++column) {
                bare.add(ui::workerColumn(column).title);
                bare.add(ui::workerColumn(column).explanation);
            }
            QVERIFY2(bare.texts().isEmpty(), bare.all());
            QVERIFY2(bare.seen() > 40, QByteArray::number(bare.seen()));
        }
    }

    void comparisonsAreTranslated() {
        QCoreApplication::installTranslator(&m_language);
        // A NaN in one; another world; a single session.
        for (const auto& files :
             {std::vector{run(), eventful()}, std::vector{run(), many()}, std::vector{run()}}) {
            const Window w; // sets how the texts of models are translated
            QStringList paths;
            for (const std::string& file : files)
                paths << QString::fromStdString(file);
            ui::CompareController controller;
            controller.setFiles(paths);
            QTRY_VERIFY(controller.frame() != nullptr && !controller.frame()->loading);
            Bare bare({"A", "B", "byte-gpt-s13"});
            addCompareCharts(bare, *controller.frame());
            addCompareWords(bare, *controller.frame());
            QVERIFY2(bare.texts().isEmpty(), bare.all());
            QVERIFY2(bare.seen() > 60, QByteArray::number(bare.seen()));
        }
    }

    void thePageOfComparisonsIsTranslated() {
        QCoreApplication::installTranslator(&m_language);
        Window w;
        w.window.openFiles({QString::fromStdString(run()), QString::fromStdString(eventful())});
        QTRY_VERIFY(w.window.compare()->controller() != nullptr);
        QTRY_VERIFY(w.window.compare()->controller()->frame() != nullptr &&
                    !w.window.compare()->controller()->frame()->loading);
        ui::ComparePane* page = w.window.compare()->page();
        QTRY_VERIFY(page->isVisible());
        Bare bare({"A", "B", "byte-gpt-s13"});
        for (const auto* label : page->findChildren<QLabel*>())
            if (label->objectName() != QLatin1String("note")) // in part the words of the command
                bare.add(label->text());
        for (const ui::Dock* dock : page->docks())
            bare.add(dock->windowTitle());
        bare.add(w.window.statusText());
        QVERIFY2(bare.texts().isEmpty(), bare.all());
        QVERIFY2(bare.seen() > 10, QByteArray::number(bare.seen()));
    }

    void whatTakesTheFocusHasAName() {
        Window w;
        w.adapter.openFile(run());
        QTRY_VERIFY(w.loaded());
        QStringList nameless;
        for (const auto* widget : w.window.findChildren<QWidget*>()) {
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const bool named = !widget->accessibleName().isEmpty() ||
                               (button != nullptr && !button->text().isEmpty());
            if (widget->isVisible() && (widget->focusPolicy() & Qt::TabFocus) != 0 && !named)
                nameless.append(QLatin1String(widget->metaObject()->className()) + " " +
                                widget->objectName());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral(" | "))));
    }

    void tabReachesEveryControl() {
        Window w;
        w.adapter.openFile(run());
        QTRY_VERIFY(w.loaded());
        QVERIFY(QTest::qWaitForWindowActive(&w.window));
        QSet<QWidget*> wanted, reached;
        for (auto* widget : w.window.findChildren<QWidget*>())
            if (widget->isVisible() && widget->isEnabled() &&
                (widget->focusPolicy() & Qt::TabFocus) != 0 && widget->focusProxy() == nullptr)
                wanted.insert(widget);
        for (qsizetype i = 0; i < 3 * wanted.size(); ++i) {
            QTest::keyClick(w.window.windowHandle(), Qt::Key_Tab);
            reached.insert(QApplication::focusWidget());
        }
        QStringList left;
        for (const QWidget* widget : wanted - reached)
            left.append(QLatin1String(widget->metaObject()->className()) + " " +
                        widget->accessibleName());
        QVERIFY2(left.isEmpty(), qPrintable(left.join(QStringLiteral(" | "))));
    }
};

QTEST_MAIN(TestWords)
#include "TestWords.moc"
