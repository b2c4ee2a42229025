// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Ledger.h"

#include <QtTest>

#include <map>
#include <random>
#include <vector>

using namespace rankscope;
using link::Ledger;
using link::SeqRange;
using Verdict = link::Ledger::Verdict;

namespace {

SeqRange range(std::uint64_t first, std::uint64_t last) {
    return {Seq{first}, Seq{last}};
}

/// The same rules, said one sequence number at a time.
struct Oracle {
    enum class Fate { Received, Declared };
    std::map<std::uint64_t, Fate> fates;
    std::uint64_t last = 0;
    std::uint64_t duplicates = 0;

    void declareBefore(std::uint64_t seq) {
        while (last + 1 < seq) {
            fates[++last] = Fate::Declared;
        }
    }
    void record(std::uint64_t seq) {
        if (fates.contains(seq)) {
            ++duplicates;
            return;
        }
        declareBefore(seq);
        fates[++last] = Fate::Received;
    }
    void gap(std::uint64_t first, std::uint64_t end) {
        if (fates.contains(end)) {
            ++duplicates;
            return;
        }
        declareBefore(first);
        while (last < end) {
            fates[++last] = Fate::Declared;
        }
    }
    [[nodiscard]] std::uint64_t count(Fate fate) const {
        return static_cast<std::uint64_t>(std::count_if(
            fates.begin(), fates.end(), [fate](const auto& one) { return one.second == fate; }));
    }
};

} // namespace

class TestLedger : public QObject {
    Q_OBJECT

  private slots:
    void takesARecordOnce();
    void declaresWhatWasJumpedOver();
    void takesOnlyTheNewPartOfAGap();
    void declaresWhatAByeMisses();
    void nothingComesAfterABye();
    void refusesNonsense();
    void goesOnWhereAnEarlierOneStopped();
    void agreesWithTheOracle();
    void losesNothingOfAStreamThatIsSentAgain();
};

void TestLedger::takesARecordOnce() {
    Ledger ledger;
    QCOMPARE(ledger.record(Seq{1}).verdict, Verdict::New);
    QCOMPARE(ledger.record(Seq{2}).verdict, Verdict::New);
    QCOMPARE(ledger.record(Seq{1}).verdict, Verdict::Duplicate);
    QCOMPARE(ledger.record(Seq{2}).verdict, Verdict::Duplicate);
    QCOMPARE(ledger.last(), Seq{2});
    QCOMPARE(ledger.received(), 2U);
    QCOMPARE(ledger.declared(), 0U);
    QCOMPARE(ledger.duplicates(), 2U);
}

void TestLedger::declaresWhatWasJumpedOver() {
    Ledger ledger;
    const auto entry = ledger.record(Seq{4});
    QCOMPARE(entry.verdict, Verdict::New);
    QVERIFY(entry.hole == range(1, 3));
    QCOMPARE(ledger.received(), 1U);
    QCOMPARE(ledger.declared(), 3U);
    // What was declared lost stays lost, or the stored gap would be a lie.
    QCOMPARE(ledger.record(Seq{2}).verdict, Verdict::Duplicate);
    QVERIFY(!ledger.record(Seq{5}).hole);
}

void TestLedger::takesOnlyTheNewPartOfAGap() {
    Ledger ledger;
    SeqRange fresh;
    QCOMPARE(ledger.record(Seq{1}).verdict, Verdict::New);
    QCOMPARE(ledger.record(Seq{2}).verdict, Verdict::New);
    const auto overlapping = ledger.gap(range(2, 5), fresh);
    QCOMPARE(overlapping.verdict, Verdict::New);
    QVERIFY(!overlapping.hole);
    QVERIFY(fresh == range(3, 5));
    QCOMPARE(ledger.gap(range(3, 5), fresh).verdict, Verdict::Duplicate);
    const auto beyond = ledger.gap(range(8, 9), fresh);
    QVERIFY(beyond.hole == range(6, 7));
    QVERIFY(fresh == range(8, 9));
    QCOMPARE(ledger.last(), Seq{9});
    QCOMPARE(ledger.received() + ledger.declared(), 9U);
}

void TestLedger::declaresWhatAByeMisses() {
    Ledger ledger;
    QCOMPARE(ledger.record(Seq{1}).verdict, Verdict::New);
    const auto entry = ledger.bye(Seq{3});
    QCOMPARE(entry.verdict, Verdict::New);
    QVERIFY(entry.hole == range(2, 3));
    QCOMPARE(ledger.last(), Seq{3});
    QCOMPARE(ledger.bye(Seq{3}).verdict, Verdict::Duplicate);

    Ledger empty;
    const auto nothingSaid = empty.bye(Seq{0});
    QCOMPARE(nothingSaid.verdict, Verdict::New);
    QVERIFY(!nothingSaid.hole);
}

void TestLedger::nothingComesAfterABye() {
    Ledger ledger(Seq{5});
    QCOMPARE(ledger.bye(Seq{5}).verdict, Verdict::New);
    SeqRange fresh;
    QCOMPARE(ledger.record(Seq{6}).verdict, Verdict::Impossible);
    QCOMPARE(ledger.gap(range(5, 6), fresh).verdict, Verdict::Impossible);
    QCOMPARE(ledger.bye(Seq{6}).verdict, Verdict::Impossible);
    QCOMPARE(ledger.record(Seq{5}).verdict, Verdict::Duplicate);
    QCOMPARE(ledger.last(), Seq{5});
}

void TestLedger::refusesNonsense() {
    Ledger ledger(Seq{5});
    SeqRange fresh;
    const auto beyond = Ledger::kMaxSeq.value() + 1;
    QCOMPARE(ledger.record(Seq{0}).verdict, Verdict::Impossible);
    QCOMPARE(ledger.record(Seq{beyond}).verdict, Verdict::Impossible);
    QCOMPARE(ledger.record(Seq{~std::uint64_t{0}}).verdict, Verdict::Impossible);
    QCOMPARE(ledger.gap(range(0, 9), fresh).verdict, Verdict::Impossible);
    QCOMPARE(ledger.gap(range(9, 8), fresh).verdict, Verdict::Impossible);
    QCOMPARE(ledger.gap(range(6, beyond), fresh).verdict, Verdict::Impossible);
    QCOMPARE(ledger.bye(Seq{4}).verdict, Verdict::Impossible);
    QCOMPARE(ledger.bye(Seq{beyond}).verdict, Verdict::Impossible);
    QCOMPARE(ledger.last(), Seq{5});
    QCOMPARE(ledger.received() + ledger.declared() + ledger.duplicates(), 0U);
    QCOMPARE(ledger.record(Ledger::kMaxSeq).verdict, Verdict::New);
    QCOMPARE(ledger.declared(), Ledger::kMaxSeq.value() - 6);
}

void TestLedger::goesOnWhereAnEarlierOneStopped() {
    Ledger ledger(Seq{7});
    QCOMPARE(ledger.record(Seq{7}).verdict, Verdict::Duplicate);
    QVERIFY(!ledger.record(Seq{8}).hole);

    Ledger left(Seq{7}, Seq{7});
    QCOMPARE(left.bye(Seq{7}).verdict, Verdict::Duplicate);
}

void TestLedger::agreesWithTheOracle() {
    std::mt19937_64 random(1);
    const auto upTo = [&](std::uint64_t n) { return random() % (n + 1); };
    for (int round = 0; round < 500; ++round) {
        Ledger ledger;
        Oracle oracle;
        std::uint64_t before = 0; // what earlier ledgers of this stream had accounted for
        std::uint64_t declared = 0;
        std::uint64_t received = 0;
        for (int i = 0; i < 100; ++i) {
            const std::uint64_t seq = 1 + oracle.last - std::min(upTo(6), oracle.last) + upTo(8);
            SeqRange fresh;
            switch (upTo(9)) {
            case 0: {
                const std::uint64_t end = seq + upTo(5);
                const auto entry = ledger.gap(range(seq, end), fresh);
                declared += entry.hole ? entry.hole->count() : 0;
                declared += entry.verdict == Verdict::New ? fresh.count() : 0;
                oracle.gap(seq, end);
                break;
            }
            case 1: // restart from what is stored
                oracle.duplicates -= ledger.duplicates();
                before = ledger.last().value();
                ledger = Ledger(ledger.last());
                break;
            default: {
                const auto entry = ledger.record(Seq{seq});
                declared += entry.hole ? entry.hole->count() : 0;
                received += entry.verdict == Verdict::New ? 1 : 0;
                oracle.record(seq);
            }
            }
            QCOMPARE(ledger.last().value(), oracle.last);
            QCOMPARE(before + ledger.received() + ledger.declared(), oracle.last);
            QCOMPARE(ledger.duplicates(), oracle.duplicates);
        }
        QCOMPARE(received, oracle.count(Oracle::Fate::Received));
        QCOMPARE(declared, oracle.count(Oracle::Fate::Declared));
    }
}

// Connections and collectors die at random; the sender goes back to what was stored.
void TestLedger::losesNothingOfAStreamThatIsSentAgain() {
    std::mt19937_64 random(2);
    for (int round = 0; round < 200; ++round) {
        Ledger ledger;
        std::uint64_t stored = 0; // committed, survives the collector
        std::vector<int> kept(301, 0);
        std::vector<std::uint64_t> batch;
        for (std::uint64_t next = 1; stored < 300;) {
            if (next <= 300) {
                const auto entry = ledger.record(Seq{next++});
                QVERIFY(!entry.hole);
                if (entry.verdict == Verdict::New) {
                    batch.push_back(ledger.last().value());
                }
            }
            switch (random() % 20) {
            case 0: // the connection dies with what was under way
                next = stored + 1;
                break;
            case 1: // the collector dies with what it had not committed
                batch.clear();
                ledger = Ledger(Seq{stored});
                next = stored + 1;
                break;
            case 2:
            case 3:
                for (const std::uint64_t seq : batch) {
                    ++kept[seq];
                }
                batch.clear();
                stored = ledger.last().value();
                break;
            default:
                break;
            }
        }
        QVERIFY(std::all_of(kept.begin() + 1, kept.end(), [](int times) { return times == 1; }));
    }
}

QTEST_APPLESS_MAIN(TestLedger)
#include "TestLedger.moc"
