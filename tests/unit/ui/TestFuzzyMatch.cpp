// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/FuzzyMatch.h"

#include <QTest>
#include <algorithm>
#include <string>

using namespace rankscope;
using ui::fuzzyMatch;

namespace {

/// The texts that match, best first.
std::vector<std::string> ranked(const char* query, std::vector<std::string> texts) {
    texts.erase(std::remove_if(texts.begin(), texts.end(),
                               [&](const std::string& text) { return !fuzzyMatch(query, text); }),
                texts.end());
    std::stable_sort(texts.begin(), texts.end(), [&](const auto& a, const auto& b) {
        return fuzzyMatch(query, a)->score > fuzzyMatch(query, b)->score;
    });
    return texts;
}

} // namespace

class TestFuzzyMatch : public QObject {
    Q_OBJECT

  private slots:
    void lettersInTheirOrder() {
        QVERIFY(fuzzyMatch("", "anything"));
        QVERIFY(fuzzyMatch("lgy", "Log y"));
        QVERIFY(fuzzyMatch("LOG", "log y"));
        QVERIFY(!fuzzyMatch("ylog", "Log y"));
        QVERIFY(fuzzyMatch("y log", "Log y")); // words in any order
        QVERIFY(!fuzzyMatch("logyy", "Log y"));
        QVERIFY(!fuzzyMatch("a", ""));
    }

    void saysWhatMatched() {
        QCOMPARE(fuzzyMatch("st", "Last step")->positions, (std::vector<std::size_t>{5, 6}));
        QCOMPARE(fuzzyMatch("r5", "rank 5")->positions, (std::vector<std::size_t>{0, 5}));
        QCOMPARE(fuzzyMatch("ran ra", "rank")->positions, (std::vector<std::size_t>{0, 1, 2}));
    }

    void beginningsAndRunsComeFirst() {
        QCOMPARE(ranked("so", {"Show all ranks", "Solo this rank", "Pan to later steps"}),
                 (std::vector<std::string>{"Solo this rank", "Show all ranks"}));
        QCOMPARE(ranked("zi", {"Horizontal line", "Zoom in"}).front(), std::string("Zoom in"));
    }

    void aWholeNumberBeatsItsBeginning() {
        QCOMPARE(ranked("rank 5", {"rank 50", "rank 51", "rank 5"}).front(), std::string("rank 5"));
        QCOMPARE(ranked("rank 1", {"rank 10", "rank 21", "rank 1"}).front(), std::string("rank 1"));
    }
};

QTEST_APPLESS_MAIN(TestFuzzyMatch)
#include "TestFuzzyMatch.moc"
