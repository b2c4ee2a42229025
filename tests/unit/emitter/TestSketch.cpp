// SPDX-License-Identifier: Apache-2.0
// The gradient kernels against plain references, on every instruction set of this machine.
#include "emitter/src/Sketch.h"
#include "emitter/src/SketchHash.h"
#include "transport/wire/Codec.h"

#include <hwy/targets.h>

#include <QTest>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

using namespace rankscope::emitter;

namespace {

struct alignas(64) SketchBuffer {
    float data[kMaxSketch] = {};
    std::span<float> first(std::size_t k) { return {data, k}; }
};

/// Raw elements of a type and what they stand for.
struct Elements {
    ElementType type;
    std::vector<std::byte> bytes;
    std::vector<double> values;

    [[nodiscard]] std::size_t size() const { return values.size(); }
    [[nodiscard]] const void* at(std::size_t i) const { return bytes.data() + i * bytesOf(type); }
};

Elements encode(const std::vector<double>& values, ElementType type) {
    Elements out{type, std::vector<std::byte>(values.size() * bytesOf(type)), {}};
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::byte* to = out.bytes.data() + i * bytesOf(type);
        const auto single = static_cast<float>(values[i]);
        if (type == ElementType::Float64) {
            std::memcpy(to, &values[i], 8);
            out.values.push_back(values[i]);
        } else if (type == ElementType::Float32) {
            std::memcpy(to, &single, 4);
            out.values.push_back(single);
        } else if (type == ElementType::BFloat16) {
            const auto bits =
                static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(single) >> 16U);
            std::memcpy(to, &bits, 2);
            out.values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U));
        } else {
            const std::uint16_t bits = rankscope::wire::toHalf(single);
            std::memcpy(to, &bits, 2);
            out.values.push_back(rankscope::wire::fromHalf(bits));
        }
    }
    return out;
}

/// The definition in SketchHash.h, element by element.
template <class Number>
void sketchPlainly(const std::vector<double>& values, std::uint64_t key, std::uint64_t seed,
                   std::size_t k, std::vector<Number>& sketch) {
    const ParameterHash hash(seed, key);
    for (std::size_t e = 0; e < values.size(); ++e) {
        const std::size_t bucket = (e % k) ^ (hash.rotation(e / k) % k);
        const std::size_t lane = e % 16;
        const std::uint64_t pair = hash.signs(e / 512 * 8 + lane / 2);
        const auto word = static_cast<std::uint32_t>(lane % 2 == 0 ? pair : pair >> 32U);
        const bool negative = ((word >> (31 - e % 512 / 16)) & 1U) != 0;
        const auto value = static_cast<Number>(static_cast<float>(values[e]));
        sketch[bucket] += negative ? -value : value;
    }
}

std::vector<double> gaussian(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    std::vector<double> out(count);
    for (double& x : out) {
        x = normal(random);
    }
    return out;
}

double squares(const std::vector<double>& v) {
    double sum = 0;
    for (const double x : v) {
        sum += x * x;
    }
    return sum;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

double sketchCosine(std::span<const float> a, std::span<const float> b) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += static_cast<double>(a[i]) * b[i];
        aa += static_cast<double>(a[i]) * a[i];
        bb += static_cast<double>(b[i]) * b[i];
    }
    return ab / std::sqrt(aa * bb);
}

const ElementType kTypes[] = {ElementType::Float32, ElementType::BFloat16, ElementType::Float16,
                              ElementType::Float64};

/// Every instruction set that the kernels are compiled for and this machine has.
std::vector<std::int64_t> targets() {
    std::vector<std::int64_t> out;
    for (const std::int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_NEON, HWY_SCALAR}) {
        if ((hwy::SupportedTargets() & target) != 0) {
            out.push_back(target);
        }
    }
    return out;
}

template <class F>
void onEveryTarget(F f) {
    for (const std::int64_t target : targets()) {
        if (QTest::currentTestFailed()) {
            break;
        }
        hwy::SetSupportedTargetsForTest(target);
        f(hwy::TargetName(target));
    }
    hwy::SetSupportedTargetsForTest(0);
}

#define NEAR(actual, expected, relative)                                                           \
    QVERIFY2(                                                                                      \
        std::abs((actual) - (expected)) <= (relative)*std::abs(expected),                          \
        qPrintable(                                                                                \
            QStringLiteral("%1, expected %2").arg(actual, 0, 'g', 17).arg(expected, 0, 'g', 17)))

class TestSketch : public QObject {
    Q_OBJECT

  private slots:
    void equalsDefinitionOnEveryTarget();
    void sizesAndOffsets();
    void copies();
    void tinyAndHugeNormsAreRight();
    void worstRoundingOfEqualElements();
    void countsNonFinite();
    void reducedSums();
    void isLinearInParts();
    void quantises();
    void refusesToQuantiseNonsense();
    void cosinesAreUnbiasedWithKnownSpread_data();
    void cosinesAreUnbiasedWithKnownSpread();
};

void TestSketch::equalsDefinitionOnEveryTarget() {
    QVERIFY(targets().size() >= 2);
    const std::vector<double> values = gaussian(40'000, 1);
    for (const ElementType type : kTypes) {
        const Elements elements = encode(values, type);
        for (std::size_t k = kMinSketch; k <= kMaxSketch; k *= 2) {
            std::vector<float> expected(k, 0.0F);
            sketchPlainly(elements.values, 7, 11, k, expected);
            onEveryTarget([&](const char* target) {
                SketchBuffer sketch;
                const GradientSums sums = readGradient(elements.at(0), type, elements.size(), 7, 11,
                                                       sketch.first(k), nullptr);
                QVERIFY2(std::memcmp(sketch.data, expected.data(), k * sizeof(float)) == 0, target);
                NEAR(sums.squares, squares(elements.values), 2e-7);
                QCOMPARE(sums.nonFinite, 0U);
            });
        }
    }
}

void TestSketch::sizesAndOffsets() {
    const std::vector<double> values = gaussian(1200, 2);
    for (const ElementType type : kTypes) {
        const Elements all = encode(values, type);
        for (const std::size_t count :
             {0, 1, 3, 15, 16, 17, 63, 64, 65, 511, 512, 513, 1025, 1151}) {
            for (const std::size_t offset : {0, 1, 3, 7, 31}) {
                const std::vector<double> part(all.values.begin() + static_cast<long>(offset),
                                               all.values.begin() +
                                                   static_cast<long>(offset + count));
                std::vector<float> expected(128, 0.0F);
                sketchPlainly(part, 3, 5, 128, expected);
                onEveryTarget([&](const char* target) {
                    SketchBuffer sketch;
                    const GradientSums sums =
                        readGradient(all.at(offset), type, count, 3, 5, sketch.first(128), nullptr);
                    QVERIFY2(std::memcmp(sketch.data, expected.data(), 512) == 0, target);
                    NEAR(sums.squares, squares(part), 1e-6);
                    const GradientSums plain =
                        readGradient(all.at(offset), type, count, 3, 5, {}, nullptr);
                    NEAR(plain.squares, squares(part), 1e-6);
                });
            }
        }
    }
}

void TestSketch::copies() {
    const std::vector<double> values = gaussian(20'011, 3);
    for (const ElementType type : kTypes) {
        const Elements elements = encode(values, type);
        std::vector<std::byte> copy(elements.bytes.size() + 1, std::byte{0x5A});
        SketchBuffer sketch;
        readGradient(elements.at(0), type, elements.size(), 1, 1, sketch.first(64), copy.data());
        QVERIFY(std::memcmp(copy.data(), elements.bytes.data(), elements.bytes.size()) == 0);
        QCOMPARE(copy.back(), std::byte{0x5A});
    }
}

void TestSketch::tinyAndHugeNormsAreRight() {
    const std::vector<double> base = gaussian(50'000, 4);
    for (const double scale : {1e-36, 1e-30, 1e-22, 1e-19, 1e-15, 1e15, 1e19, 1e30, 1e36}) {
        std::vector<double> values = base;
        for (double& x : values) {
            x *= scale;
        }
        for (const ElementType type :
             {ElementType::Float32, ElementType::BFloat16, ElementType::Float64}) {
            const Elements elements = encode(values, type);
            onEveryTarget([&](const char*) {
                const auto sums =
                    readGradient(elements.at(0), type, elements.size(), 1, 1, {}, nullptr);
                NEAR(sums.squares, squares(elements.values), 1e-6);
                QCOMPARE(sums.nonFinite, 0U);
                const auto both =
                    readReduced(elements.at(0), elements.at(0), type, elements.size());
                NEAR(both.squares, squares(elements.values), 1e-6);
                NEAR(both.dot, squares(elements.values), 1e-6);
            });
        }
    }
    // One element that matters among 50,000 that vanish when squared.
    std::vector<double> values(50'000, 1e-30);
    values[20'000] = 1e-3;
    const Elements elements = encode(values, ElementType::Float32);
    const auto sums =
        readGradient(elements.at(0), elements.type, elements.size(), 1, 1, {}, nullptr);
    NEAR(sums.squares, squares(elements.values), 1e-6);
}

void TestSketch::worstRoundingOfEqualElements() {
    // Equal elements round the same way at every addition: the errors add up instead of cancelling.
    for (const double value : {1.1, 1.0000001, 1.337, 1.6180339, 3.1415927}) {
        const Elements elements =
            encode(std::vector<double>(1U << 20U, value), ElementType::Float32);
        onEveryTarget([&](const char*) {
            const auto sums =
                readGradient(elements.at(0), elements.type, elements.size(), 1, 1, {}, nullptr);
            NEAR(std::sqrt(sums.squares), std::sqrt(squares(elements.values)), 1e-6);
        });
    }
}

void TestSketch::countsNonFinite() {
    constexpr double kInf = std::numeric_limits<double>::infinity();
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    for (const ElementType type : kTypes) {
        std::vector<double> values = gaussian(70'001, 5);
        for (const std::size_t i : {0, 63, 511, 16'384, 70'000}) {
            values[i] = i % 2 == 0 ? kInf : kNan;
        }
        values[40'000] = -kInf;
        const Elements elements = encode(values, type);
        onEveryTarget([&](const char* target) {
            SketchBuffer sketch;
            const auto sums = readGradient(elements.at(0), type, elements.size(), 1, 1,
                                           sketch.first(1024), nullptr);
            QVERIFY2(sums.nonFinite == 6, target);
            QVERIFY(!std::isfinite(sums.squares));
        });
    }
}

void TestSketch::reducedSums() {
    for (const ElementType type : kTypes) {
        for (const std::size_t count : {0, 1, 3, 17, 511, 512, 600, 33'333}) {
            const Elements g = encode(gaussian(count, 6), type),
                           m = encode(gaussian(count, 7), type);
            onEveryTarget([&](const char*) {
                const ReducedSums sums = readReduced(g.at(0), m.at(0), type, count);
                NEAR(sums.squares, squares(m.values), 1e-6);
                const double bound = 1e-6 * std::sqrt(squares(g.values) * squares(m.values));
                QVERIFY(std::abs(sums.dot - dot(g.values, m.values)) <= bound);
            });
        }
    }
}

void TestSketch::isLinearInParts() {
    // A sketch of a sum is the sum of sketches, and parameters may come in any order and bucket.
    const std::vector<double> a = gaussian(5000, 8), b = gaussian(5000, 9);
    std::vector<double> sum(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum[i] = a[i] + b[i];
    }
    SketchBuffer both, together;
    for (const auto* part : {&a, &b}) {
        const Elements e = encode(*part, ElementType::Float32);
        readGradient(e.at(0), e.type, e.size(), 1, 2, both.first(256), nullptr);
    }
    const Elements e = encode(sum, ElementType::Float32);
    readGradient(e.at(0), e.type, e.size(), 1, 2, together.first(256), nullptr);
    for (std::size_t i = 0; i < 256; ++i) {
        QVERIFY(std::abs(both.data[i] - together.data[i]) < 1e-4F);
    }

    const Elements first = encode(a, ElementType::Float32),
                   second = encode(b, ElementType::Float32);
    SketchBuffer forward, backward;
    readGradient(first.at(0), first.type, 5000, 1, 2, forward.first(256), nullptr);
    readGradient(second.at(0), second.type, 5000, 2, 2, forward.first(256), nullptr);
    readGradient(second.at(0), second.type, 5000, 2, 2, backward.first(256), nullptr);
    readGradient(first.at(0), first.type, 5000, 1, 2, backward.first(256), nullptr);
    for (std::size_t i = 0; i < 256; ++i) {
        QVERIFY(std::abs(forward.data[i] - backward.data[i]) < 1e-4F);
    }
}

void TestSketch::quantises() {
    for (const double scale : {1e-20, 1.0, 1e20}) {
        std::vector<double> values = gaussian(4096, 10);
        values[5] *= 50; // an outlier must not overflow binary16
        std::vector<float> sketch(values.size());
        for (std::size_t i = 0; i < sketch.size(); ++i) {
            sketch[i] = static_cast<float>(values[i] * scale);
        }
        onEveryTarget([&](const char*) {
            std::vector<std::uint16_t> bits(sketch.size());
            const float divisor = quantiseSketch(sketch, bits);
            QVERIFY(divisor > 0);
            std::vector<float> back;
            for (const std::uint16_t half : bits) {
                back.push_back(rankscope::wire::fromHalf(half) * divisor);
            }
            QVERIFY(1 - sketchCosine(sketch, back) < 1e-6);
            for (std::size_t i = 0; i < sketch.size(); ++i) {
                QVERIFY(std::abs(back[i] - sketch[i]) <=
                        6e-4F * std::abs(sketch[i]) + 1e-7F * divisor);
            }
        });
    }
}

void TestSketch::refusesToQuantiseNonsense() {
    std::vector<std::uint16_t> bits(64);
    for (const float nonsense : {0.0F, 1e-40F, std::numeric_limits<float>::infinity(),
                                 std::numeric_limits<float>::quiet_NaN()}) {
        QCOMPARE(quantiseSketch(std::vector<float>(64, nonsense), bits), 0.0F);
    }
    std::vector<float> oneNan(64, 1.0F);
    oneNan[40] = std::numeric_limits<float>::quiet_NaN();
    QCOMPARE(quantiseSketch(oneNan, bits), 0.0F);
}

/// Two gradients of a matrix parameter with a given structure.
using Pair = std::pair<std::vector<double>, std::vector<double>>;

Pair lowRank(std::size_t rows, std::size_t columns) {
    Pair out{std::vector<double>(rows * columns, 0.0), std::vector<double>(rows * columns, 0.0)};
    for (std::uint64_t rank = 0; rank < 3; ++rank) {
        const auto u = gaussian(rows, 20 + rank), v = gaussian(columns, 30 + rank);
        const auto w = gaussian(columns, 40 + rank);
        for (std::size_t i = 0; i < rows; ++i) {
            for (std::size_t j = 0; j < columns; ++j) {
                out.first[i * columns + j] += u[i] * v[j];
                out.second[i * columns + j] += u[i] * (0.5 * v[j] + w[j]);
            }
        }
    }
    return out;
}

Pair outlierColumns(std::size_t rows, std::size_t columns) {
    Pair out{gaussian(rows * columns, 50), gaussian(rows * columns, 51)};
    for (std::size_t i = 0; i < rows; ++i) {
        for (const std::size_t j : {std::size_t{3}, columns / 2}) {
            out.first[i * columns + j] *= 30;
            out.second[i * columns + j] = 0.7 * out.first[i * columns + j];
        }
    }
    return out;
}

Pair correlated(std::size_t count, double c) {
    Pair out{gaussian(count, 60), gaussian(count, 61)};
    for (std::size_t i = 0; i < count; ++i) {
        out.second[i] = c * out.first[i] + std::sqrt(1 - c * c) * out.second[i];
    }
    return out;
}

void TestSketch::cosinesAreUnbiasedWithKnownSpread_data() {
    QTest::addColumn<int>("structure");
    QTest::addColumn<int>("k");
    const char* names[] = {"independent", "correlated .5",        "nearly equal",
                           "low rank",    "low rank, stride 512", "outlier columns, stride 256"};
    for (int structure = 0; structure < 6; ++structure) {
        for (const int k : {256, 1024}) {
            QTest::addRow("%s, k = %d", names[structure], k) << structure << k;
        }
    }
}

void TestSketch::cosinesAreUnbiasedWithKnownSpread() {
    QFETCH(int, structure);
    QFETCH(int, k);
    const auto size = static_cast<std::size_t>(k);
    const Pair pair = structure == 0   ? correlated(60'000, 0)
                      : structure == 1 ? correlated(60'000, 0.5)
                      : structure == 2 ? correlated(60'000, 0.99)
                      : structure == 3 ? lowRank(200, 300)
                      : structure == 4 ? lowRank(128, 512)
                                       : outlierColumns(256, 256);
    const Elements a = encode(pair.first, ElementType::Float32);
    const Elements b = encode(pair.second, ElementType::Float32);
    const double c = dot(a.values, b.values) / std::sqrt(squares(a.values) * squares(b.values));

    constexpr int kSeeds = 400;
    double sum = 0, sumSquares = 0;
    for (int i = 0; i < kSeeds; ++i) {
        const std::uint64_t seed = seedOfStep(static_cast<std::uint64_t>(i));
        SketchBuffer sa, sb;
        readGradient(a.at(0), a.type, a.size(), 99, seed, sa.first(size), nullptr);
        readGradient(b.at(0), b.type, b.size(), 99, seed, sb.first(size), nullptr);
        const double error = sketchCosine(sa.first(size), sb.first(size)) - c;
        sum += error;
        sumSquares += error * error;
    }
    const double theory = (1 - c * c) / std::sqrt(k);
    const double rms = std::sqrt(sumSquares / kSeeds);
    // The sd of an sd from 400 samples is 3.5 %, of the mean 5 % of sd; the ratio of norms adds a
    // bias of order c (1 - c^2) / k. Five sigma, and 10 % for the heavier tails of outliers.
    QVERIFY2(std::abs(sum / kSeeds) < 0.25 * theory + 2.0 / k * (1 - c * c),
             qPrintable(QStringLiteral("bias %1 of sd").arg(sum / kSeeds / theory)));
    QVERIFY2(rms > 0.8 * theory && rms < 1.3 * theory,
             qPrintable(QStringLiteral("spread is %1 of theory").arg(rms / theory)));
}

} // namespace

QTEST_APPLESS_MAIN(TestSketch)
#include "TestSketch.moc"
