// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Window.h"

#include "app/ui/actions/Actions.h"
#include "app/ui/models/CosineModel.h"
#include "app/ui/models/TimelineModel.h"
#include "app/ui/models/WorkerModel.h"
#include "app/ui/panels/Dock.h"
#include "tests/support/FatalMessages.h"
#include "tests/support/RecordedRun.h"

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

using namespace rankscope;
using support::Window;

namespace {

/// A language in which every text is itself between brackets: what has none was not translated.
class Bracketed final : public QTranslator {
  public:
    [[nodiscard]] QString translate(const char*, const char* text, const char*,
                                    int n) const override {
        QString whole = QString::fromUtf8(text);
        if (n >= 0)
            whole.replace(QStringLiteral("%n"), QString::number(n));
        return QChar(0x27E6) + whole + QChar(0x27E7);
    }
    [[nodiscard]] bool isEmpty() const override { return false; }
};

bool isTranslated(const QString& text) {
    return text.contains(QChar(0x27E6));
}

/// Collects texts with a word outside of all brackets.
class Bare {
  public:
    /// `names`: the same in every language, besides NaN and sizes of files.
    explicit Bare(const QStringList& names = {})
        : m_names(QStringLiteral("\\b(NaN|[0-9.]+ [kMG]?B%1)\\b")
                      .arg(names.isEmpty() ? QString() : "|" + names.join(QLatin1Char('|')))) {}

    void add(const QString& text) {
        static const QRegularExpression kBracketed(QStringLiteral("\u27E6[^\u27E6\u27E7]*\u27E7"));
        static const QRegularExpression kWord(QStringLiteral("[A-Za-z]"));
        QString outside = text;
        while (outside.contains(kBracketed)) // from the innermost outwards
            outside.replace(kBracketed, QString());
        m_seen += isTranslated(text) ? 1 : 0;
        if (outside.remove(m_names).contains(kWord))
            m_texts.append(text);
    }
    void add(const std::string& text) { add(QString::fromStdString(text)); }
    void add(const std::vector<widgets::HeaderValue>& values) {
        for (const widgets::HeaderValue& value : values) {
            add(value.name);
            add(value.value);
        }
    }
    template <typename Marks>
    void addLabels(const Marks& marks) {
        for (const auto& mark : marks)
            add(mark.label);
    }
    void add(const widgets::ChartFrame& chart) {
        for (const std::string& text :
             {chart.title, chart.unit, chart.yTitle, chart.xTitle, chart.note, chart.summary})
            add(text);
        for (const widgets::Curve& curve : chart.curves) {
            add(curve.endLabel);
            add(curve.name);
        }
        addLabels(chart.gaps);
        addLabels(chart.restarts);
        addLabels(chart.nonFinite);
    }
    void add(const widgets::HeatmapFrame& map) {
        for (const std::string& text :
             {map.title, map.unit, map.barsTitle, map.emptyText, map.summary, map.rowKind})
            add(text);
        if (map.form != widgets::HeatmapForm::RankStep) // its columns are steps
            add(map.columnKind);
        for (const std::string& line : map.aside)
            add(line);
    }
    [[nodiscard]] int seen() const { return m_seen; } ///< texts that were translated
    [[nodiscard]] const QStringList& texts() const { return m_texts; }
    [[nodiscard]] QByteArray all() const { return m_texts.join(QStringLiteral(" | ")).toUtf8(); }

  private:
    QRegularExpression m_names;
    QStringList m_texts;
    int m_seen = 0;
};

} // namespace

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
