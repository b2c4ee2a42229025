// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Window.h"

#include "app/ui/actions/Actions.h"
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

} // namespace

/// Texts that can be translated, and names for those who cannot see.
class TestWords : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;
    Bracketed m_language;

    [[nodiscard]] std::string run() const { return m_folder.filePath("run").toStdString(); }

  private slots:
    void initTestCase() {
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
        support::RecordedRun recorded;
        recorded.steps = 20;
        recorded.write(run());
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
