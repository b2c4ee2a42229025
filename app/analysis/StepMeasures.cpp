// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/StepMeasures.h"

#include "app/analysis/Summary.h"

#include <algorithm>
#include <cmath>

namespace rankscope::analysis {
namespace {

// |sum of the others|^2 comes out of a difference; this far below its terms it is only rounding.
constexpr double kRelativeZero = 1e-12;

bool isSum(double x) {
    return std::isfinite(x) && x >= 0;
}

bool isLossy(const StepRow& row) {
    return std::any_of(row.samples.begin(), row.samples.end(), [](const RankSample& s) {
        return (s.flags & wire::flags::kLossyReduce) != 0;
    });
}

std::size_t usableRanks(const StepRow& row) {
    return static_cast<std::size_t>(
        std::count_if(row.samples.begin(), row.samples.end(), hasUsableGradient));
}

/// The reduced gradient of this step is the mean of finite gradients, as far as is known.
bool hasSoundMean(const StepRow& row) {
    return row.world >= 2 && !isLossy(row) && usableRanks(row) == row.samples.size();
}

template <class Field>
std::vector<double> column(const StepRow& row, Field field) {
    std::vector<double> values;
    values.reserve(row.samples.size());
    for (const RankSample& sample : row.samples) {
        values.push_back(field(sample));
    }
    return values;
}

double root(double x) {
    return isUndefined(x) ? x : std::sqrt(x);
}

void measureLoss(const StepRow& row, StepMetrics& out) {
    const auto losses = column(row, [](const RankSample& s) { return s.loss; });
    const auto weights = column(row, [](const RankSample& s) { return s.weight; });
    const Summary summary = summarize(losses);
    out.lossMean = summary.mean;
    out.lossStd = summary.std;
    out.lossMin = summary.min;
    out.lossMax = summary.max;
    out.lossRange = summary.range;
    // Losses scaled by the global token count are weighted already: their plain mean is the mean.
    const bool preWeighted =
        !row.samples.empty() &&
        std::all_of(row.samples.begin(), row.samples.end(), [](const RankSample& s) {
            return s.lossScale == wire::LossScale::GlobalTokens;
        });
    const double weighted = weightedMean(losses, weights);
    out.lossWeighted = summary.count > 0 && (preWeighted || !isUndefined(weighted));
    if (out.lossWeighted && !preWeighted) {
        out.lossMean = weighted;
    }
}

void measureNorms(const StepRow& row, StepMetrics& out) {
    const Summary norms = summarize(column(row, [](const RankSample& s) {
        const bool leftOut = !isUndefined(s.gradSq) && !hasUsableGradient(s);
        return leftOut ? std::nan("") : root(s.gradSq);
    }));
    out.gradNormMean = norms.mean;
    out.gradNormStd = norms.std;
    out.gradNormMin = norms.min;
    out.gradNormMax = norms.max;
    if (norms.count >= 2 && norms.mean > 0) {
        out.gradNormCv = norms.std / norms.mean;
    }
    out.meanGradNorm =
        root(summarize(column(row, [](const RankSample& s) { return s.meanSq; })).mean);
}

/// |m|^2 of the exact mean gradient m, from what was measured of the reduced one, m + e, where e is
/// the reduction's rounding. All a_i together are W m . (m + e), so 2 mean(a) - N = |m|^2 - |e|^2:
/// free of e to the first order, which in half precision is 100 times better than N itself.
double exactMeanSq(const StepRow& row) {
    double sumSq = 0;
    double sumDot = 0;
    for (const RankSample& s : row.samples) {
        sumSq += s.meanSq;
        sumDot += s.dot;
    }
    const auto count = static_cast<double>(row.samples.size());
    const bool known = std::isfinite(sumDot); // undefined is a NaN
    return known ? std::max(0.0, (2 * sumDot - sumSq) / count) : sumSq / count;
}

/// Diversity: Yin et al. 2018. Noise and signal: McCandlish et al. 2018, appendix A, with each
/// worker's batch as the small batch and all of them as the large one.
void measureDirection(const StepRow& row, StepMetrics& out) {
    const auto workers = static_cast<double>(row.world);
    double sumSq = 0;    // sum of n_i
    double sumNorms = 0; // running sum of |g_i|
    double norms2 = 0;   // (sum |g_i|)^2 - sum n_i, as a sum of positive terms
    for (const RankSample& s : row.samples) {
        const double norm = std::sqrt(s.gradSq);
        norms2 += 2 * norm * sumNorms;
        sumNorms += norm;
        sumSq += s.gradSq;
    }
    const double meanSq = exactMeanSq(row);
    const double sumOfAll = workers * workers * meanSq; // |sum g_i|^2
    if (norms2 > 0) {
        out.cosineMean = std::clamp((sumOfAll - sumSq) / norms2, -1.0, 1.0);
        out.cosineSd = 0;
        out.cosineSource = CosineSource::Exact;
    }
    if (sumOfAll > 0) {
        out.diversity = sumSq / sumOfAll;
    }
    out.noiseTau = (sumSq / workers - meanSq) * workers / (workers - 1);
    out.signalSq = (workers * meanSq - sumSq / workers) / (workers - 1);
}

RankMetrics rankMetrics(const RankSample& sample) {
    RankMetrics rank;
    rank.rank = sample.rank;
    rank.incarnation = sample.incarnation.value();
    rank.seq = sample.seq.value();
    rank.received = true;
    rank.loss = sample.loss;
    rank.weight = sample.weight;
    rank.gradNorm = root(sample.gradSq);
    rank.nonFinite = sample.nonFinite;
    rank.hashes = sample.hashes;
    rank.flags = sample.flags;
    return rank;
}

/// Loss minus the mean of the other workers' finite losses.
void measureExcess(const StepRow& row, std::vector<RankMetrics>& ranks) {
    const auto losses = column(row, [](const RankSample& s) { return s.loss; });
    const Summary all = summarize(losses);
    if (all.count == 0) {
        return;
    }
    const auto count = static_cast<double>(all.count);
    for (RankMetrics& rank : ranks) {
        if (isUndefined(rank.loss)) {
            continue;
        }
        if (!std::isfinite(rank.loss)) {
            rank.lossExcess = rank.loss - all.mean;
        } else if (all.count >= 2) {
            // x - (C mean - x) / (C - 1) = (x - mean) C / (C - 1)
            rank.lossExcess = (rank.loss - all.mean) * count / (count - 1);
        }
    }
}

void measureExactDirection(const StepRow& row, const RankSample& sample, RankMetrics& rank) {
    const auto workers = static_cast<double>(row.world);
    rank.cosineLoo = leaveOneOut({sample.gradSq, sample.meanSq, sample.dot}, workers);
    if (!isUndefined(rank.cosineLoo)) {
        rank.cosineLooSd = 0;
        rank.cosineSource = CosineSource::Exact;
    }
    if (isSum(sample.gradSq) && isSum(sample.meanSq) && std::isfinite(sample.dot)) {
        rank.distance = std::sqrt(std::max(0.0, sample.gradSq - 2 * sample.dot + sample.meanSq));
    }
    rank.groupLoo = sample.groupLoo;
}

void takeFromSketches(const SketchCosines& sketches, StepMeasures& out) {
    if (out.step.cosineSource == CosineSource::None && !isUndefined(sketches.mean)) {
        out.step.cosineMean = sketches.mean;
        out.step.cosineSd = sketches.meanSd;
        out.step.cosineSource = CosineSource::Sketch;
    }
    for (std::size_t i = 0; i < out.ranks.size(); ++i) {
        RankMetrics& rank = out.ranks[i];
        if (rank.cosineSource == CosineSource::None && !isUndefined(sketches.leaveOneOut[i])) {
            rank.cosineLoo = sketches.leaveOneOut[i];
            rank.cosineLooSd = sketches.leaveOneOutSd[i];
            rank.cosineSource = CosineSource::Sketch;
        }
    }
}

} // namespace

bool hasUsableGradient(const RankSample& sample) {
    return sample.nonFinite.value_or(0) == 0 &&
           (isUndefined(sample.gradSq) || isSum(sample.gradSq));
}

bool hasExactSums(const StepRow& row) {
    return hasSoundMean(row) && row.samples.size() == row.world &&
           std::all_of(row.samples.begin(), row.samples.end(),
                       [](const RankSample& s) { return isSum(s.gradSq) && isSum(s.meanSq); });
}

bool wantsSketches(const StepRow& row) {
    return !hasExactSums(row) && usableRanks(row) >= 2;
}

double leaveOneOut(const wire::GradSums& sums, double workers) {
    if (!isSum(sums.local) || !isSum(sums.mean) || !std::isfinite(sums.dot) || workers < 2) {
        return undefined();
    }
    const double all = workers * workers * sums.mean;
    const double withAll = workers * sums.dot;
    const double othersSq = all - 2 * withAll + sums.local;
    const double terms = all + 2 * std::abs(withAll) + sums.local;
    if (!(sums.local > 0) || !(othersSq > kRelativeZero * terms)) {
        return undefined();
    }
    return std::clamp((withAll - sums.local) / (std::sqrt(sums.local) * std::sqrt(othersSq)), -1.0,
                      1.0);
}

StepMeasures measure(const StepRow& row, const SketchCosines* sketches) {
    StepMeasures out;
    out.step.step = row.step;
    out.step.generation = row.generation;
    out.step.workers = static_cast<std::uint32_t>(row.samples.size());
    out.step.expected = row.world;
    measureLoss(row, out.step);
    measureNorms(row, out.step);
    if (hasExactSums(row)) {
        measureDirection(row, out.step);
    }
    const bool sound = hasSoundMean(row);
    out.ranks.reserve(row.samples.size());
    for (const RankSample& sample : row.samples) {
        if (sample.nonFinite) {
            out.step.nonFinite = out.step.nonFinite.value_or(0) + *sample.nonFinite;
        }
        out.ranks.push_back(rankMetrics(sample));
        if (sound) {
            measureExactDirection(row, sample, out.ranks.back());
        }
    }
    measureExcess(row, out.ranks);
    if (sketches != nullptr) {
        takeFromSketches(*sketches, out);
    }
    return out;
}

} // namespace rankscope::analysis
