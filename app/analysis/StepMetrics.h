// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Types.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace rankscope::analysis {

/// Undefined: fewer than two workers, nothing measured. Shown as "–", an empty CSV field, JSON
/// null. A quiet NaN of our own payload, so that a measured NaN stays a measured NaN.
[[nodiscard]] double undefined() noexcept;
[[nodiscard]] bool isUndefined(double value) noexcept;

/// Where cosines of a step come from.
enum class CosineSource : std::uint8_t {
    None,   ///< nothing to compute them from
    Exact,  ///< from n, N and a: exact to rounding
    Sketch, ///< from sketches: an estimate with a standard deviation
};

/// Everything about one step over all its workers; the formulas are in docs/metrics.md.
struct StepMetrics {
    Step step;
    std::uint32_t generation = 0;
    std::uint32_t workers = 0;  ///< ranks whose last attempt was received
    std::uint32_t expected = 0; ///< world size of the generation
    bool final = false;         ///< nothing more is expected; late data still amends it

    bool lossWeighted = false; ///< loss_mean is weighted by tokens
    double lossMean = undefined();
    double lossStd = undefined(); ///< unweighted, ddof 1
    double lossMin = undefined();
    double lossMax = undefined();
    double lossRange = undefined();

    double gradNormMean = undefined(); ///< mean of |g_i|
    double gradNormStd = undefined();  ///< ddof 1
    double gradNormMin = undefined();
    double gradNormMax = undefined();
    double gradNormCv = undefined();   ///< std / mean
    double meanGradNorm = undefined(); ///< |m|, the norm of the reduced gradient

    double cosineMean = undefined(); ///< mean over pairs i < j
    double cosineSd = undefined();   ///< of the estimate; 0 when exact
    CosineSource cosineSource = CosineSource::None;
    double diversity = undefined(); ///< sum n_i / (W^2 N)
    double noiseTau = undefined();  ///< between-rank noise
    double signalSq = undefined();  ///< |G|^2 estimate; may be negative
    /// Non-finite elements over all ranks that counted them; absent = none did.
    std::optional<std::uint64_t> nonFinite;
};

/// What a worker hashed at a step, to be compared between workers. Absent = not sent.
struct Hashes {
    std::optional<std::uint64_t> data, parameters, buffers, reduced;
};

/// One worker at one step.
struct RankMetrics {
    RankId rank;
    std::uint64_t incarnation = 0;
    std::uint64_t seq = 0;
    bool received = false;
    double loss = undefined();
    double lossExcess = undefined(); ///< minus the mean of the others
    double weight = undefined();
    double gradNorm = undefined();
    double cosineLoo = undefined(); ///< cos(g_i, mean of the others)
    double cosineLooSd = undefined();
    CosineSource cosineSource = CosineSource::None;
    double distance = undefined();          ///< |g_i - m|
    std::optional<std::uint64_t> nonFinite; ///< elements of its gradient; absent = not counted
    std::uint32_t flags = 0;
    Hashes hashes;
    std::vector<double> groupLoo; ///< leave-one-out cosine per layer group
};

/// W x W cosines of one step, or their mean over several. Row-major, NaN-undefined where a rank has
/// no usable gradient.
struct CosineMatrix {
    Step step;               ///< the newest
    std::uint32_t steps = 1; ///< in the mean
    std::vector<RankId> ranks;
    CosineSource source = CosineSource::None;
    std::vector<double> cosine; ///< ranks.size()^2, diagonal 1
    std::vector<double> sd;     ///< of each estimate
    /// Of the sketches, ascending: equal seeds at two steps mean that their errors may be alike.
    std::vector<std::uint64_t> seeds;
    [[nodiscard]] double at(std::size_t i, std::size_t j) const {
        return cosine[i * ranks.size() + j];
    }
};

} // namespace rankscope::analysis
