// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/Seriation.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace rankscope;
using namespace rankscope::analysis;

namespace {

struct Blocks {
    CosineMatrix matrix;
    std::vector<std::size_t> block; ///< of each rank
};

/// Ranks of one block have the cosine `within`, others `between`, with noise; shuffled.
Blocks shuffledBlocks(std::size_t blocks, std::size_t size, double within, double between,
                      double noise, unsigned seed) {
    Blocks made;
    std::mt19937_64 random{seed};
    std::normal_distribution<double> normal(0, noise);
    const std::size_t n = blocks * size;
    made.block.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        made.block[i] = i / size;
        made.matrix.ranks.push_back(RankId{static_cast<std::uint32_t>(i)});
    }
    std::shuffle(made.block.begin(), made.block.end(), random);
    made.matrix.cosine.assign(n * n, 1);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j)
            made.matrix.cosine[i * n + j] = made.matrix.cosine[j * n + i] =
                (made.block[i] == made.block[j] ? within : between) + normal(random);
    return made;
}

/// How often the block changes along the order.
std::size_t changes(const Blocks& made, const std::vector<std::size_t>& order) {
    std::size_t count = 0;
    for (std::size_t i = 1; i < order.size(); ++i)
        count += made.block[order[i]] != made.block[order[i - 1]] ? 1 : 0;
    return count;
}

bool isPermutation(std::vector<std::size_t> order, std::size_t n) {
    std::sort(order.begin(), order.end());
    std::vector<std::size_t> all(n);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return order == all;
}

} // namespace

class TestSeriation : public QObject {
    Q_OBJECT
  private slots:
    void bringsBlocksTogether_data() {
        QTest::addColumn<int>("blocks");
        QTest::addColumn<int>("size");
        QTest::newRow("2 of 4") << 2 << 4;
        QTest::newRow("3 of 3") << 3 << 3;
        QTest::newRow("8 of 8") << 8 << 8;
        QTest::newRow("16 of 4") << 16 << 4;
        QTest::newRow("32 of 32") << 32 << 32;
    }
    void bringsBlocksTogether() {
        QFETCH(int, blocks);
        QFETCH(int, size);
        for (unsigned seed = 1; seed <= (blocks * size > 500 ? 2 : 20); ++seed) {
            const Blocks made =
                shuffledBlocks(static_cast<std::size_t>(blocks), static_cast<std::size_t>(size),
                               0.3, 0.05, 0.01, seed);
            const auto order = similarityOrder(made.matrix);
            QVERIFY(isPermutation(order, made.block.size()));
            QCOMPARE(changes(made, order), static_cast<std::size_t>(blocks - 1));
            QVERIFY(order.front() < order.back());
        }
    }

    void oneGroupAmongManyStaysTogether() {
        for (unsigned seed = 1; seed <= 20; ++seed) {
            Blocks made = shuffledBlocks(8, 8, 0.06, 0.06, 0.006, seed);
            const std::size_t n = made.block.size();
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j)
                    if (i != j && made.block[i] == 3 && made.block[j] == 3)
                        made.matrix.cosine[i * n + j] += 0.12;
            for (std::size_t& block : made.block)
                block = block == 3 ? 1 : 0;
            QVERIFY(changes(made, similarityOrder(made.matrix)) <= 2);
        }
    }

    void theOneThatOpposesIsAtAnEnd() {
        Blocks made = shuffledBlocks(1, 8, 0.1, 0, 0.01, 4);
        for (std::size_t i = 0; i < 8; ++i)
            if (i != 5)
                made.matrix.cosine[5 * 8 + i] = made.matrix.cosine[i * 8 + 5] = -0.16;
        const auto order = similarityOrder(made.matrix);
        QVERIFY(order.front() == 5 || order.back() == 5);
    }

    void aChainIsUnrolled() { // the textbook case: likeness falls with the distance
        constexpr std::size_t kRanks = 40;
        CosineMatrix matrix;
        std::vector<std::size_t> place(kRanks);
        std::iota(place.begin(), place.end(), std::size_t{0});
        std::mt19937_64 random{9};
        std::shuffle(place.begin(), place.end(), random);
        for (std::size_t i = 0; i < kRanks; ++i) {
            matrix.ranks.push_back(RankId{static_cast<std::uint32_t>(i)});
            for (std::size_t j = 0; j < kRanks; ++j)
                matrix.cosine.push_back(std::exp(
                    -std::abs(static_cast<double>(place[i]) - static_cast<double>(place[j])) / 10));
        }
        const auto order = similarityOrder(matrix);
        for (std::size_t i = 2; i < kRanks; ++i)
            QCOMPARE(place[order[i]] > place[order[i - 1]], place[order[1]] > place[order[0]]);
    }

    void isTheSameEveryTime() {
        const Blocks made = shuffledBlocks(8, 8, 0.1, 0.1, 0.01, 3); // noise alone
        QCOMPARE(similarityOrder(made.matrix), similarityOrder(made.matrix));
    }

    void unknownComesLast() {
        Blocks made = shuffledBlocks(2, 4, 0.3, 0, 0.01, 2);
        for (std::size_t i = 0; i < 8; ++i)
            made.matrix.cosine[2 * 8 + i] = made.matrix.cosine[i * 8 + 2] = undefined();
        made.matrix.cosine[0 * 8 + 1] = made.matrix.cosine[1 * 8 + 0] = undefined(); // one pair
        const auto order = similarityOrder(made.matrix);
        QVERIFY(isPermutation(order, 8));
        QCOMPARE(order.back(), std::size_t{2});
        QCOMPARE(changes(made, {order.begin(), order.end() - 1}), std::size_t{1});
    }

    void degenerateMatricesHaveAnOrder() {
        QVERIFY(similarityOrder({}).empty());
        for (const std::size_t n : {1, 2, 3, 5}) {
            for (const double value : {1.0, 0.0, undefined()}) {
                CosineMatrix matrix;
                for (std::size_t i = 0; i < n; ++i)
                    matrix.ranks.push_back(RankId{static_cast<std::uint32_t>(i)});
                matrix.cosine.assign(n * n, value);
                QVERIFY(isPermutation(similarityOrder(matrix), n));
            }
        }
    }

    void thousandRanks() {
        const Blocks made = shuffledBlocks(128, 8, 0.3, 0.05, 0.01, 1);
        QBENCHMARK {
            QVERIFY(isPermutation(similarityOrder(made.matrix), 1024));
        }
    }
};

QTEST_APPLESS_MAIN(TestSeriation)
#include "TestSeriation.moc"
