// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FatalMessages.h"
#include "widgets/common/Theme.h"

#include <QFontDatabase>
#include <QTest>
#include <algorithm>
#include <cmath>

using namespace rankscope::widgets;

namespace {

/// Relative luminance, WCAG 2.1.
double luminance(const QColor& colour) {
    const auto linear = [](double v) {
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

/// Contrast ratio, WCAG 2.1: 1 to 21.
double contrast(const QColor& a, const QColor& b) {
    const double l = luminance(a), m = luminance(b);
    return (std::max(l, m) + 0.05) / (std::min(l, m) + 0.05);
}

constexpr double kText = 4.5, kGraphics = 3; ///< level AA

} // namespace

class TestTheme : public QObject {
    Q_OBJECT
    rankscope::support::FatalMessages m_fatal;

  private slots:
    void contrastIsAsDesigned_data();
    void contrastIsAsDesigned();
    void everyTextIsReadable_data() { themes(); }
    void everyTextIsReadable();
    void everyLineIsSeen_data() { themes(); }
    void everyLineIsSeen();
    void printIsWhite();
    void sizesFollowTheSystemWithinReason();

  private:
    static void themes();
    static const Theme& theme();
};

void TestTheme::themes() {
    QTest::addColumn<int>("theme");
    QTest::newRow("dark") << 0;
    QTest::newRow("light") << 1;
    QTest::newRow("print") << 2;
}

const Theme& TestTheme::theme() {
    QFETCH(int, theme);
    return theme == 0 ? Theme::darkTheme() : theme == 1 ? Theme::lightTheme() : Theme::printTheme();
}

void TestTheme::contrastIsAsDesigned_data() {
    QTest::addColumn<QColor>("on");
    QTest::addColumn<QColor>("ground");
    QTest::addColumn<double>("wanted");
    const Theme &d = Theme::darkTheme(), &l = Theme::lightTheme();
    QTest::newRow("dark text 1") << d.text1 << d.surface << 14.0;
    QTest::newRow("dark text 2") << d.text2 << d.surface << 8.2;
    QTest::newRow("dark text 3") << d.text3 << d.surface << 5.5;
    QTest::newRow("dark mean") << d.mean << d.surface << 15.4;
    QTest::newRow("dark healthy") << d.healthy << d.surface << 3.8;
    QTest::newRow("dark departed") << d.departed << d.surface << 7.5;
    QTest::newRow("dark chosen") << d.chosen << d.surface << 6.8;
    QTest::newRow("dark lost") << d.lost << d.surface << 6.8;
    QTest::newRow("dark departed, selected") << d.departed << d.selectedRow << 5.5;
    QTest::newRow("dark text on departed") << d.onAccent << d.departed << 8.5;
    QTest::newRow("dark text on chosen") << d.onAccent << d.chosen << 7.7;
    QTest::newRow("light text 1") << l.text1 << l.surface << 17.6;
    QTest::newRow("light text 2") << l.text2 << l.surface << 8.3;
    QTest::newRow("light text 3") << l.text3 << l.surface << 5.6;
    QTest::newRow("light mean") << l.mean << l.surface << 18.9;
    QTest::newRow("light healthy") << l.healthy << l.surface << 3.2;
    QTest::newRow("light departed") << l.departed << l.surface << 5.9;
    QTest::newRow("light chosen") << l.chosen << l.surface << 5.9;
    QTest::newRow("light lost") << l.lost << l.surface << 6.5;
    QTest::newRow("light departed, selected") << l.departed << l.selectedRow << 4.8;
    QTest::newRow("light text on departed") << l.onAccent << l.departed << 5.9;
    QTest::newRow("light text on chosen") << l.onAccent << l.chosen << 5.9;
}

void TestTheme::contrastIsAsDesigned() {
    QFETCH(QColor, on);
    QFETCH(QColor, ground);
    QFETCH(double, wanted);
    QVERIFY2(std::abs(contrast(on, ground) - wanted) < 0.1,
             qPrintable(QString::number(contrast(on, ground))));
}

void TestTheme::everyTextIsReadable() {
    const Theme& t = theme();
    for (const QColor& ground : {t.window, t.surface, t.plot, t.raised})
        for (const QColor& text : {t.text1, t.text2, t.text3, t.mean, t.departed, t.chosen, t.lost})
            QVERIFY2(contrast(text, ground) >= kText,
                     qPrintable(text.name() + " on " + ground.name()));
    for (const QColor& text : {t.text1, t.text2, t.departed}) // no text 3 on a selected row
        QVERIFY2(contrast(text, t.selectedRow) >= kText, qPrintable(text.name()));
    for (const QColor& ground : {t.departed, t.chosen})
        QVERIFY(contrast(t.onAccent, ground) >= kText);
    QVERIFY(contrast(t.dark ? t.onAccent : t.surface, t.text2) >= kText); // the cursor's badge
}

void TestTheme::everyLineIsSeen() {
    const Theme& t = theme();
    for (const Ink ink : {Ink::Mean, Ink::Healthy, Ink::Departed, Ink::Chosen, Ink::Lost})
        for (const QColor& ground : {t.plot, t.surface})
            QVERIFY2(contrast(t.ink(ink), ground) >= kGraphics,
                     qPrintable(t.ink(ink).name() + " on " + ground.name()));
}

void TestTheme::printIsWhite() {
    const Theme& t = Theme::printTheme();
    QCOMPARE(t.surface, QColor(Qt::white));
    QCOMPARE(t.plot, QColor(Qt::white));
    QCOMPARE(t.mean, QColor(Qt::black));
    QCOMPARE(t.healthy, QColor(0x8A8A8A));
    QCOMPARE(t.departed, QColor(0xB23E00));
}

void TestTheme::sizesFollowTheSystemWithinReason() {
    QCOMPARE(font::text(font::kBody).pixelSize(), 12);
    QCOMPARE(font::scaled(52), 52);
    const QFont before = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    font::adoptSystemSize();
    QVERIFY(font::systemScale() >= 1 && font::systemScale() <= 1.2);
    QCOMPARE(font::scaled(100), qRound(100 * font::systemScale()));
    QCOMPARE(font::text(20).pixelSize(), qRound(20 * font::systemScale()));
    QVERIFY(before.pointSizeF() > 11 || font::systemScale() == 1);
}

QTEST_MAIN(TestTheme)
#include "TestTheme.moc"
