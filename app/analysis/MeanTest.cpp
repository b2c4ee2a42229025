// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/MeanTest.h"

#include "app/analysis/StudentT.h"
#include "app/analysis/Summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rankscope::analysis {
namespace {

constexpr std::size_t kShortestBlock = 5, kFewestBlocks = 4;
constexpr std::size_t kMostCells = 4096; // the autocorrelation costs their square at worst

/// Means of `parts` stretches whose lengths differ by one at most.
std::vector<double> meansOf(std::span<const double> values, std::size_t parts) {
    std::vector<double> means;
    means.reserve(parts);
    for (std::size_t i = 0; i < parts; ++i) {
        const std::size_t first = i * values.size() / parts;
        const std::size_t last = (i + 1) * values.size() / parts;
        means.push_back(summarize(values.subspan(first, last - first)).mean);
    }
    return means;
}

/// First lag whose sample autocorrelation is not positive; half the length when there is none.
std::size_t firstZero(std::span<const double> values) {
    const double mean = summarize(values).mean;
    for (std::size_t lag = 1; lag < values.size() / 2; ++lag) {
        double sum = 0;
        for (std::size_t i = lag; i < values.size(); ++i) {
            sum += (values[i] - mean) * (values[i - lag] - mean);
        }
        if (sum <= 0) {
            return lag;
        }
    }
    return values.size() / 2;
}

/// In steps. Of a long series the lag is found on cells of several steps.
std::size_t wantedBlock(std::span<const double> values) {
    const std::size_t cell = (values.size() + kMostCells - 1) / kMostCells;
    const std::size_t lag =
        cell == 1 ? firstZero(values) : cell * firstZero(meansOf(values, values.size() / cell));
    const auto root = static_cast<std::size_t>(std::ceil(std::cbrt(values.size())));
    return std::max({kShortestBlock, root, 2 * lag});
}

MeanTest tTest(TestKind kind, double difference, double error, double degrees) {
    MeanTest test;
    test.kind = kind;
    test.difference = difference;
    test.degrees = degrees;
    test.halfWidth = tQuantile(degrees) * error;
    // Without any spread every difference but none is certain.
    const double t = error > 0 ? difference / error : (difference == 0 ? 0 : HUGE_VAL);
    test.p = tTwoSided(degrees, t);
    return test;
}

std::vector<double> finiteOf(std::span<const double> values) {
    std::vector<double> finite;
    std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
                 [](double x) { return std::isfinite(x); });
    return finite;
}

double meanError(const Summary& s) {
    return s.std / std::sqrt(static_cast<double>(s.count));
}

} // namespace

bool MeanTest::leavesZero() const {
    return kind != TestKind::None && std::abs(difference) > halfWidth;
}

MeanTest blockTest(std::span<const double> differences) {
    const std::vector<double> values = finiteOf(differences);
    MeanTest none;
    none.difference = summarize(values).mean;
    if (values.size() < kShortestBlock * kFewestBlocks) {
        return none;
    }
    const std::size_t wanted = wantedBlock(values);
    const std::size_t length = std::min(wanted, values.size() / kFewestBlocks);
    const std::size_t blocks = values.size() / length;
    const Summary means = summarize(meansOf(values, blocks));
    MeanTest test =
        tTest(TestKind::Blocks, none.difference, meanError(means), static_cast<double>(blocks - 1));
    test.count = blocks;
    test.blockLength = length;
    test.drifts = wanted > length;
    return test;
}

MeanTest pairedTest(std::span<const double> differences) {
    const Summary s = summarize(differences);
    MeanTest test;
    test.difference = s.mean;
    if (s.count >= 2) {
        test = tTest(TestKind::PairedSeeds, s.mean, meanError(s), static_cast<double>(s.count - 1));
    }
    test.count = s.count;
    return test;
}

MeanTest welchTest(std::span<const double> base, std::span<const double> other) {
    const Summary a = summarize(base), b = summarize(other);
    MeanTest test;
    test.difference = b.mean - a.mean;
    if (a.count >= 2 && b.count >= 2) {
        const auto [error, degrees] = welchError(meanError(a), static_cast<double>(a.count - 1),
                                                 meanError(b), static_cast<double>(b.count - 1));
        test = tTest(TestKind::WelchSeeds, b.mean - a.mean, error, degrees);
    }
    test.count = a.count + b.count;
    return test;
}

std::pair<double, double> welchError(double baseError, double baseDegrees, double otherError,
                                     double otherDegrees) {
    const double a = baseError * baseError, b = otherError * otherError;
    if (!std::isfinite(a + b) || !(baseDegrees > 0) || !(otherDegrees > 0)) {
        return {undefined(), undefined()};
    }
    const double spread = a * a / baseDegrees + b * b / otherDegrees;
    // Without any spread the degrees don't matter, but they must be some.
    return {std::sqrt(a + b), spread > 0 ? (a + b) * (a + b) / spread : baseDegrees + otherDegrees};
}

std::vector<double> holmAdjusted(std::span<const double> p) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (!isUndefined(p[i])) {
            order.push_back(i);
        }
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> adjusted(p.size(), undefined());
    double least = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        least = std::max(least, std::min(1.0, static_cast<double>(order.size() - i) * p[order[i]]));
        adjusted[order[i]] = least;
    }
    return adjusted;
}

} // namespace rankscope::analysis
