// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/NumberText.h"

#include <QTest>
#include <clocale>
#include <cmath>
#include <limits>

using namespace rankscope::widgets;

class TestNumberText : public QObject {
    Q_OBJECT

  private slots:
    void keepsSignificantDigits_data();
    void keepsSignificantDigits();
    void writesCosines_data();
    void writesCosines();
    void groupsAndScales();
    void ignoresTheLocale();
};

void TestNumberText::keepsSignificantDigits_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("loss") << 2.287 << "2.29";
    QTest::newRow("below one") << 0.84 << "0.840";
    QTest::newRow("negative") << -12.34 << QString::fromUtf8("\u221212.3");
    QTest::newRow("thousands") << 1234.4 << "1,234";
    QTest::newRow("zero") << 0.0 << "0";
    QTest::newRow("tiny") << 1.234e-7 << QString::fromUtf8("1.23e\u22127");
    QTest::newRow("huge") << 1.5e9 << "1.50e9";
    QTest::newRow("NaN") << std::nan("") << "NaN";
    QTest::newRow("minus infinity")
        << -std::numeric_limits<double>::infinity() << QString::fromUtf8("\u2212inf");
}

void TestNumberText::keepsSignificantDigits() {
    QFETCH(double, value);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(numberText(value)), text);
}

void TestNumberText::writesCosines_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("agrees") << 0.09 << "+.09";
    QTest::newRow("opposes") << -0.16 << QString::fromUtf8("\u2212.16");
    QTest::newRow("one") << 1.0 << "+1.00";
    QTest::newRow("rounds to zero, has no sign") << -0.001 << "0";
}

void TestNumberText::writesCosines() {
    QFETCH(double, value);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(cosineText(value)), text);
}

void TestNumberText::groupsAndScales() {
    QCOMPARE(countText(999), std::string("999"));
    QCOMPARE(countText(1'234'567), std::string("1,234,567"));
    QCOMPARE(bytesText(900), std::string("900 B"));
    QCOMPARE(bytesText(1'200'000), std::string("1.2 MB"));
    QCOMPARE(bytesText(18'400'000), std::string("18 MB"));
    QCOMPARE(fixedText(-0.04, 1), std::string("0.0"));
}

void TestNumberText::ignoresTheLocale() {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr)
        std::setlocale(LC_ALL, "C.UTF-8"); // the digits must not change in any locale
    QCOMPARE(numberText(1234.5, 5), std::string("1,234.5"));
    std::setlocale(LC_ALL, before.c_str());
}

QTEST_APPLESS_MAIN(TestNumberText)
#include "TestNumberText.moc"
