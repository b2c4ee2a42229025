// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/DerivedRows.h"

#include "app/engine/blocks/RunCurves.h"
#include "app/engine/blocks/RunDigest.h"
#include "tests/support/Curves.h"
#include "tests/support/RandomRun.h"

#include <QtTest>

#include <cmath>
#include <random>

using namespace rankscope;
using engine::BlockSummary;
using engine::CurveBlock;
using engine::RankSignal;
using support::noise;
using support::Signals;

namespace {

Signals signalsOf(std::uint64_t step, std::uint32_t rank) {
    if (rank % 5 == 2 && step % 3 == 0) {
        return {NAN, NAN, NAN};
    }
    return {rank == 4 && step > 2000 ? INFINITY : 2 + noise(step, rank), noise(step, rank, 1),
            rank == 3 ? static_cast<double>(NAN) : 1.0 + noise(step, rank, 2)};
}

struct Block {
    CurveBlock values;
    BlockSummary summary;
};

/// The steps 1000, 1003, 1006, ... of which some are missing.
Block blockOf(std::uint32_t ranks) {
    Block block;
    engine::NonFiniteMarks marks;
    std::vector<std::uint64_t> steps;
    for (std::uint64_t step = 1000; steps.size() < CurveBlock::kSteps;
         step += step % 7 == 0 ? 9 : 3) {
        const auto measures = support::measuresOf(step, ranks, signalsOf);
        block.values.add(measures);
        marks.enter(step, measures);
        steps.push_back(step);
    }
    block.summary = engine::summaryOf(block.values);
    block.summary.asOf = 123456789;
    block.summary.epoch = 3;
    block.summary.steps = steps;
    block.summary.nonFinite = marks;
    return block;
}

template <class Node>
void compareNodes(const Node& a, const Node& b) {
    QCOMPARE(a.count, b.count);
    QVERIFY(a.count == 0 || (a.min == b.min && a.max == b.max && a.sum == b.sum));
}

void compareValues(std::span<const float> a, std::span<const float> b) {
    QCOMPARE(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        QVERIFY(a[i] == b[i] || (!std::isfinite(a[i]) && !std::isfinite(b[i])));
    }
}

} // namespace

class TestDerivedRows : public QObject {
    Q_OBJECT
  private slots:
    void blocksComeBackAsTheyWere_data() {
        QTest::addColumn<unsigned>("ranks");
        for (const unsigned ranks : {1U, 8U, 128U, 129U, 700U}) {
            QTest::addRow("%u", ranks) << ranks;
        }
    }
    void blocksComeBackAsTheyWere() {
        QFETCH(const unsigned, ranks);
        const Block block = blockOf(ranks);
        const auto rows = engine::rowsOf(17, block.summary, block.values);
        for (const session::Derived& row : rows) {
            QVERIFY(row.data.size() < (2U << 20U));
        }
        QCOMPARE(rows[0].kind, session::DerivedKind::Overview);
        QCOMPARE(rows[0].number, std::int64_t{17});
        const auto summary = engine::overviewFrom(rows[0].data);
        QVERIFY(summary);
        QCOMPARE(summary->asOf, block.summary.asOf);
        QCOMPARE(summary->epoch, block.summary.epoch);
        QCOMPARE(summary->steps, block.summary.steps);
        for (std::size_t i = 0; i < CurveBlock::kCurves; ++i) {
            compareNodes(summary->curves[i], block.summary.curves[i]);
        }
        QCOMPARE(summary->ranks.size(), block.summary.ranks.size());
        for (std::size_t rank = 0; rank < summary->ranks.size(); ++rank) {
            QCOMPARE(summary->ranks[rank].reported, block.summary.ranks[rank].reported);
            compareNodes(summary->ranks[rank].nodes[1], block.summary.ranks[rank].nodes[1]);
        }
        QCOMPARE(summary->nonFinite.loss(), block.summary.nonFinite.loss());
        QCOMPARE(summary->nonFinite.gradient(), block.summary.nonFinite.gradient());
        QCOMPARE(summary->nonFinite.ranks().upTo(1e9).size(),
                 block.summary.nonFinite.ranks().upTo(1e9).size());
        CurveBlock values;
        const auto curves = std::span(rows).subspan(1);
        QCOMPARE(engine::curvesFrom(17, curves, values), std::optional{block.summary.asOf});
        QCOMPARE(values.ranks(), block.values.ranks());
        for (std::size_t i = 0; i < CurveBlock::kSteps; ++i) {
            const double a = values[CurveBlock::LossMean][i];
            const double b = block.values[CurveBlock::LossMean][i];
            QVERIFY(a == b || (!std::isfinite(a) && !std::isfinite(b)));
        }
        for (std::size_t rank = 0; rank < ranks; ++rank) {
            QCOMPARE(values.has(rank), block.values.has(rank));
            compareValues(values.rank(RankSignal::Loss, rank),
                          block.values.rank(RankSignal::Loss, rank));
            compareValues(values.rank(RankSignal::GradNorm, rank),
                          block.values.rank(RankSignal::GradNorm, rank));
        }
        // Another block's, or not all of them, are none.
        values.clear();
        QVERIFY(!engine::curvesFrom(18, curves, values));
        values.clear();
        QVERIFY(!engine::curvesFrom(17, curves.first(curves.size() - 1), values));
    }

    void aCoarsePictureIsExactWhereItCan() {
        engine::RunCurves fine;
        support::enterSteps(fine, 0, 1024, 8, signalsOf);
        engine::RunCurves coarse;
        for (std::size_t block = 0; block < 4; ++block) {
            CurveBlock values;
            BlockSummary summary;
            std::vector<std::uint64_t> steps;
            for (std::uint64_t step = 256 * block; step < 256 * (block + 1); ++step) {
                values.add(support::measuresOf(step, 8, signalsOf));
                steps.push_back(step);
            }
            summary = engine::summaryOf(values);
            summary.steps = steps;
            coarse.append(summary);
            QVERIFY(coarse.detail(block) == engine::RunCurves::Detail::Coarse);
        }
        QCOMPARE(coarse.steps(), fine.steps());
        QCOMPARE(coarse.ranks(), fine.ranks());
        for (std::size_t rank = 0; rank < 8; ++rank) {
            const auto a = coarse.rank(RankSignal::Loss, rank).total(256, 1024);
            const auto b = fine.rank(RankSignal::Loss, rank).total(256, 1024);
            QVERIFY(a.sum == b.sum && a.count == b.count);
        }
    }

    /// Whatever a file says: nothing crashes, nothing is taken that makes no sense.
    void damagedBytesAreRefusedOrHarmless() {
        const Block block = blockOf(8);
        auto rows = engine::rowsOf(17, block.summary, block.values);
        std::mt19937_64 random{1};
        int taken = 0;
        for (int i = 0; i < 20000; ++i) {
            session::Bytes bytes = rows[0].data;
            for (std::uint64_t n = 1 + random() % 3; n > 0; --n) {
                bytes[random() % bytes.size()] = static_cast<std::byte>(random());
            }
            if (random() % 4 == 0) {
                bytes.resize(random() % bytes.size());
            }
            const auto summary = engine::overviewFrom(bytes);
            if (summary) {
                ++taken;
                QCOMPARE(summary->steps.size(), engine::StepList::kBlock);
                QVERIFY(std::is_sorted(summary->steps.begin(), summary->steps.end()));
                QVERIFY(summary->ranks.size() <= CurveBlock::kMaxRanks);
                engine::RunCurves curves;
                curves.append(*summary);
                QCOMPARE(curves.steps().size(), engine::StepList::kBlock);
            }
        }
        QVERIFY(taken > 0); // other digits of a number are as good as these
        for (int i = 0; i < 2000; ++i) {
            auto damaged = std::vector(rows.begin() + 1, rows.end());
            session::Bytes& bytes = damaged[random() % damaged.size()].data;
            bytes[random() % std::min<std::size_t>(bytes.size(), 64)] =
                static_cast<std::byte>(random());
            if (random() % 2 == 0) {
                bytes.resize(random() % bytes.size());
            }
            CurveBlock values;
            (void)engine::curvesFrom(17, damaged, values);
            QVERIFY(values.ranks() <= CurveBlock::kMaxRanks);
        }
    }

    void aTableIsToldInBytes() {
        const auto events = support::RandomRun(5).events(900);
        analysis::RunTable table;
        for (const wire::Event& event : events) {
            table.apply(event);
        }
        analysis::BytesOut out;
        QVERIFY(table.put(out));
        const auto restored = [&](std::span<const std::byte> bytes) {
            analysis::RunTable again;
            for (const wire::Hello* hello : table.hellos()) {
                again.apply(*hello);
            }
            analysis::BytesIn in(bytes);
            return again.take(in) && in.done() ? std::optional{std::move(again)} : std::nullopt;
        };
        const auto again = restored(out.bytes());
        QVERIFY(again);
        QCOMPARE(again->records(), table.records());
        QCOMPARE(again->lost(), table.lost());
        QCOMPARE(again->lostSteps().size(), table.lostSteps().size());
        QCOMPARE(again->launches().size(), table.launches().size());
        for (std::size_t i = 0; i < table.launches().size(); ++i) {
            const analysis::Launch a = again->launches()[i];
            const analysis::Launch b = table.launches()[i];
            QCOMPARE(a.firstStep, b.firstStep);
            QCOMPARE(a.lastStep, b.lastStep);
            const auto workers = again->workers(a.generation, a.world);
            const auto expected = table.workers(b.generation, b.world);
            QCOMPARE(workers.size(), expected.size());
            for (std::size_t w = 0; w < workers.size(); ++w) {
                QCOMPARE(workers[w].lastStep, expected[w].lastStep);
                QCOMPARE(workers[w].left, expected[w].left);
                QCOMPARE(workers[w].conflict, expected[w].conflict);
            }
        }
        std::mt19937_64 random{2};
        for (int i = 0; i < 3000; ++i) { // damaged: refused, or a table all the same
            session::Bytes bytes = out.bytes();
            bytes[random() % bytes.size()] = static_cast<std::byte>(random());
            bytes.resize(bytes.size() - (random() % 3 == 0 ? random() % bytes.size() : 0));
            if (const auto other = restored(bytes)) {
                (void)other->lost();
                (void)other->lostSteps();
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestDerivedRows)
#include "TestDerivedRows.moc"
