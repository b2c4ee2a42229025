// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/CosineColors.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <tuple>

using namespace rankscope::widgets;

class TestCosineColors : public QObject {
    Q_OBJECT

  private slots:
    void hitsTheAnchors();
    void undefinedIsNoColour();
    void smallCosinesAreTold();
    void textIsReadable();
};

void TestCosineColors::hitsTheAnchors() {
    const auto& dark = CosineColors::of(true);
    const auto& light = CosineColors::of(false);
    QCOMPARE(dark.table().size(), 256);
    for (const auto& [cosine, onDark, onLight] : {std::tuple{-1.0, 0xFEA667, 0x9E4500},
                                                  {0.0, 0x2A2A2A, 0xF3F3F3},
                                                  {1.0, 0x82C5FD, 0x1762B6}}) {
        QCOMPARE(dark.colour(cosine), QColor(static_cast<QRgb>(onDark)));
        QCOMPARE(light.colour(cosine), QColor(static_cast<QRgb>(onLight)));
    }
    // Anchors between table entries are hit to within an entry's step.
    const QColor tenth = dark.colour(0.1), anchor(0x3D586E);
    QVERIFY(std::abs(tenth.red() - anchor.red()) <= 1 &&
            std::abs(tenth.blue() - anchor.blue()) <= 1);
}

void TestCosineColors::undefinedIsNoColour() {
    QCOMPARE(CosineColors::index(std::nan("")), CosineColors::kUndefined);
    QCOMPARE(CosineColors::index(0), CosineColors::kZero);
    QCOMPARE(CosineColors::index(1.0000001), 255);
    QCOMPARE(CosineColors::index(-1), 1);
}

void TestCosineColors::smallCosinesAreTold() {
    // .03 stands off zero by a sixth of the arm, as the square root promises.
    QCOMPARE(CosineColors::index(0.03) - CosineColors::kZero, 22);
    QCOMPARE(CosineColors::index(-0.03) - CosineColors::kZero, -22);
    QCOMPARE(CosineColors::position(-0.25), -0.5);
}

void TestCosineColors::textIsReadable() {
    for (const bool dark : {true, false})
        for (int i = 1; i < 256; ++i) {
            const QColor cell(CosineColors::of(dark).table()[i]);
            QVERIFY2(contrast(cell, CosineColors::textOn(cell)) >= 4.5,
                     qPrintable(cell.name() +
                                QString::number(contrast(cell, CosineColors::textOn(cell)))));
        }
}

QTEST_APPLESS_MAIN(TestCosineColors)
#include "TestCosineColors.moc"
