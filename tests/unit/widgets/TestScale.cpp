// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/Scale.h"

#include <QTest>
#include <cmath>
#include <random>

using namespace rankscope::widgets;

namespace {

QStringList labels(const std::vector<Tick>& ticks) {
    QStringList texts;
    for (const Tick& tick : ticks)
        texts << QString::fromStdString(tick.label);
    return texts;
}

} // namespace

class TestScale : public QObject {
    Q_OBJECT

  private slots:
    void picksRoundSteps();
    void linearLimitsAreTicks();
    void cosineTicksAreSigned();
    void logTicksAreRound();
    void logSpansManyDecades();
    void oneValueGetsRoom();
    void stepsAreWhole();
    void holdsAnyData();
};

void TestScale::picksRoundSteps() {
    QCOMPARE(niceStep(1.0, 5), 0.2);
    QCOMPARE(niceStep(100, 7), 20.0);
    QCOMPARE(niceStep(0.03, 10), 0.005);
}

void TestScale::linearLimitsAreTicks() {
    const Scale scale = linearScale(0.13, 0.79, 4, NumberStyle::Plain, true);
    QCOMPARE(scale.min, 0.0);
    QCOMPARE(scale.max, 0.8);
    QCOMPARE(labels(scale.ticks), QStringList({"0", "0.2", "0.4", "0.6", "0.8"}));
    QCOMPARE(scale.position(0.4), 0.5);
    QCOMPARE(linearScale(-0.02, 0.79, 4, NumberStyle::Plain, true).min, 0.0);
}

void TestScale::cosineTicksAreSigned() {
    const Scale scale = linearScale(-0.6, 0.4, 5, NumberStyle::Cosine, false);
    QCOMPARE(labels(scale.ticks),
             QStringList({QString::fromUtf8("\u2212.6"), QString::fromUtf8("\u2212.4"),
                          QString::fromUtf8("\u2212.2"), "0", "+.2", "+.4"}));
}

void TestScale::logTicksAreRound() {
    const Scale scale = logScale(1.7, 6.8, 9);
    QVERIFY(scale.log);
    QCOMPARE(scale.min, 1.5);
    QCOMPARE(scale.max, 7.0);
    QCOMPARE(labels(scale.ticks), QStringList({"1.5", "2", "2.5", "3", "4", "5", "6", "7"}));
    QVERIFY(std::isnan(scale.position(-1)));
}

void TestScale::logSpansManyDecades() {
    const Scale scale = logScale(1e-12, 1e8, 6);
    QVERIFY(scale.ticks.size() >= 2);
    QVERIFY(scale.ticks.size() <= 6);
}

void TestScale::oneValueGetsRoom() {
    for (const double value : {0.0, 2.0, -3.0}) {
        const Scale scale = linearScale(value, value, 4, NumberStyle::Plain, false);
        QVERIFY(scale.min < value && value < scale.max);
    }
    const Scale log = logScale(2, 2, 4);
    QVERIFY(log.min < 2 && 2 < log.max);
}

void TestScale::stepsAreWhole() {
    QCOMPARE(labels(stepTicks(-0.5, 3.5, 20)), QStringList({"0", "1", "2", "3"}));
    QCOMPARE(labels(stepTicks(0, 10'000, 5)),
             QStringList({"0", "2,000", "4,000", "6,000", "8,000", "10,000"}));
    QCOMPARE(stepTicks(7, 7, 5).size(), std::size_t{1});
}

void TestScale::holdsAnyData() {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> exponent(-9, 9), unit(-1, 1);
    for (int i = 0; i < 2000; ++i) {
        double low = unit(random) * std::pow(10, exponent(random));
        double high = low + std::abs(unit(random)) * std::pow(10, exponent(random));
        const Scale linear = linearScale(low, high, 6, NumberStyle::Plain, false);
        const double slack = 1e-8 * std::max(std::abs(low), std::abs(high));
        QVERIFY(linear.min <= low + slack && linear.max >= high - slack);
        QVERIFY(linear.ticks.size() >= 2 && linear.ticks.size() <= 10);
        low = std::abs(low) + 1e-12;
        high = low * (1 + std::abs(unit(random)) * 1e6);
        const Scale log = logScale(low, high, 6);
        QVERIFY(log.min <= low * (1 + 1e-9) && log.max >= high * (1 - 1e-9));
    }
}

QTEST_APPLESS_MAIN(TestScale)
#include "TestScale.moc"
