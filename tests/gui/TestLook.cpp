// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/pictures/Scenes.h"
#include "tests/pictures/ShownText.h"
#include "tests/pictures/Stage.h"
#include "tests/support/FatalMessages.h"

#include <QApplication>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;
using namespace rankscope::pictures;

/// Every main state of the window, at two sizes and in both themes: no text is cut off, none lies
/// on another, and all of it can be read.
class TestLook : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;

    static QString name(const ShownText& text) {
        const QString widget = text.widget == nullptr
                                   ? QString()
                                   : QLatin1String(text.widget->metaObject()->className()) +
                                         QLatin1Char(' ') + text.widget->objectName();
        return QStringLiteral("\"%1\" (%2 at %3,%4)")
            .arg(text.text, widget)
            .arg(text.ink.x())
            .arg(text.ink.y());
    }

    static bool isCut(const ShownText& text) {
        QRectF room = text.visible.adjusted(-1, -1, 1, 1);
        if (text.scrolls)
            room.adjust(0, -1e6, 0, 1e6);
        return !room.contains(text.ink);
    }

    /// The workers' columns are as wide as what stands in them.
    static bool isShortened(const ShownText& text) {
        return text.widget != nullptr &&
               qobject_cast<const ui::WorkersPane*>(text.widget->parentWidget()) != nullptr &&
               text.text.contains(QChar(0x2026));
    }

    static bool overlap(const ShownText& a, const ShownText& b) {
        const QRectF common = a.ink & a.visible & b.ink & b.visible;
        return a.widget == b.widget && common.width() > 1 && common.height() > 1;
    }

    static QStringList faults(QWidget& window) {
        QStringList faults;
        const QImage picture = window.grab().toImage();
        const std::vector<ShownText> texts = shownText(window);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const ShownText& text = texts[i];
            if (!text.visible.intersects(text.ink))
                continue; // scrolled away
            if (isCut(text))
                faults << name(text) + QStringLiteral(" is cut off");
            if (isShortened(text))
                faults << name(text) + QStringLiteral(" is shortened");
            const double contrast = contrastOf(text, picture);
            if (contrast < neededContrast(text))
                faults << name(text) + QStringLiteral(" has a contrast of %1").arg(contrast);
            for (std::size_t j = i + 1; j < texts.size(); ++j)
                if (overlap(text, texts[j]))
                    faults << name(text) + QStringLiteral(" lies on ") + name(texts[j]);
        }
        return faults;
    }

    /// In the window, and in what stands over it.
    static QStringList allFaults() {
        QStringList all;
        for (QWidget* window : QApplication::topLevelWidgets())
            if (window->isVisible())
                all += faults(*window);
        return all;
    }

  private slots:
    void initTestCase() {
        support::FatalMessages::install();
        widgets::font::load();
    }

    void everythingCanBeRead_data() {
        QTest::addColumn<int>("index");
        const std::vector<Scene> scenes = allScenes();
        for (std::size_t i = 0; i < scenes.size(); ++i) {
            const QString scene = QLatin1String(scenes[i].name);
            const bool variant = scene.endsWith(QLatin1String("-light")) ||
                                 scene.startsWith(QLatin1String("small-")) ||
                                 scene.startsWith(QLatin1String("scale-"));
            if (!variant && !scenes[i].patient)
                QTest::newRow(scenes[i].name) << static_cast<int>(i);
        }
    }

    void everythingCanBeRead() {
        QFETCH(int, index);
        const Scene scene = allScenes()[static_cast<std::size_t>(index)];
        const Sessions sessions(m_folder.path(), Sessions::Effort::Quick);
        widgets::applyTheme(widgets::Theme::darkTheme());
        Stage stage(sessions, {1600, 1000});
        scene.play(stage);
        QVERIFY2(stage.failures().isEmpty(), qPrintable(stage.failures().join(QLatin1Char('\n'))));
        for (const QSize size : {QSize(1600, 1000), QSize(1280, 760)}) {
            stage.w.window.resize(size);
            stage.rest();
            QCOMPARE(stage.w.window.size(), size);
            for (const auto* theme :
                 {&widgets::Theme::darkTheme(), &widgets::Theme::lightTheme()}) {
                widgets::applyTheme(*theme);
                stage.rest();
                const QStringList found = allFaults();
                QVERIFY2(found.isEmpty(), qPrintable(QStringLiteral("%1x%2 %3:\n%4")
                                                         .arg(size.width())
                                                         .arg(size.height())
                                                         .arg(theme->dark ? QStringLiteral("dark")
                                                                          : QStringLiteral("light"))
                                                         .arg(found.join(QLatin1Char('\n')))));
            }
        }
    }
};

QTEST_MAIN(TestLook)
#include "TestLook.moc"
