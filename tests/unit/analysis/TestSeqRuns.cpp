// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/SeqRuns.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <vector>

using namespace rankscope;
using analysis::SeqRuns;

class TestSeqRuns : public QObject {
    Q_OBJECT
  private slots:
    void duplicatesAreRefused() {
        SeqRuns runs;
        QVERIFY(runs.add(Seq{1}, Step{0}));
        QVERIFY(!runs.add(Seq{1}, Step{0}));
        QVERIFY(runs.add(Seq{2}, Step{1}));
        QVERIFY(!runs.add(Seq{2}, Step{9}));
        QCOMPARE(runs.count(), std::uint64_t{2});
    }

    void neighboursAgreeWithAPlainMapInAnyOrder() {
        std::mt19937_64 random{3};
        for (int round = 0; round < 50; ++round) {
            std::vector<std::uint64_t> seqs(60);
            std::iota(seqs.begin(), seqs.end(), 1);
            std::shuffle(seqs.begin(), seqs.end(), random);
            seqs.resize(40);
            SeqRuns runs;
            std::map<std::uint64_t, std::uint64_t> plain;
            for (const std::uint64_t s : seqs) {
                const std::uint64_t step = s < 30 ? s + 10 : s; // a repeat at 30
                QVERIFY(runs.add(Seq{s}, Step{step}));
                plain[s] = step;
            }
            for (std::uint64_t s = 0; s < 65; ++s) {
                const auto behind = plain.upper_bound(s);
                const auto atOrBehind = plain.lower_bound(s);
                const auto after = runs.stepAfter(Seq{s});
                const auto before = runs.stepBefore(Seq{s});
                QCOMPARE(after.has_value(), behind != plain.end());
                QCOMPARE(before.has_value(), atOrBehind != plain.begin());
                QVERIFY(!after || after->value() == behind->second);
                QVERIFY(!before || before->value() == std::prev(atOrBehind)->second);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestSeqRuns)
#include "TestSeqRuns.moc"
