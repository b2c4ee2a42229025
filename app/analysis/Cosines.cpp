// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/Cosines.h"

#include "app/analysis/StepMeasures.h"
#include "transport/wire/Codec.h"

#include <Eigen/Core>

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <map>
#include <utility>

namespace rankscope::analysis {
namespace {

double cosineSd(double cosine, std::size_t sketchSize) {
    return (1 - cosine * cosine) / std::sqrt(static_cast<double>(sketchSize)) + kHalfPrecisionSd;
}

double clamped(double cosine) {
    return std::clamp(cosine, -1.0, 1.0);
}

CosineMatrix emptyMatrix(const StepRow& row) {
    CosineMatrix matrix;
    matrix.step = row.step;
    for (const RankSample& sample : row.samples) {
        matrix.ranks.push_back(sample.rank);
    }
    matrix.cosine.assign(matrix.ranks.size() * matrix.ranks.size(), undefined());
    matrix.sd = matrix.cosine;
    return matrix;
}

void setPair(CosineMatrix& matrix, std::size_t i, std::size_t j, double cosine, double sd) {
    const std::size_t n = matrix.ranks.size();
    matrix.cosine[i * n + j] = matrix.cosine[j * n + i] = cosine;
    matrix.sd[i * n + j] = matrix.sd[j * n + i] = sd;
}

/// Sketches that can be compared with each other: columns of unit length and their true norms.
struct Comparable {
    std::vector<std::size_t> rows; ///< index into the step's samples
    std::vector<double> norms;
    Eigen::MatrixXf unit; ///< k x W
};

Comparable prepare(std::size_t sketchSize,
                   const std::vector<std::pair<std::size_t, const wire::Sketch*>>& group) {
    Comparable result;
    const auto k = static_cast<Eigen::Index>(sketchSize);
    result.unit.resize(k, static_cast<Eigen::Index>(group.size()));
    Eigen::Index used = 0;
    for (const auto& [row, sketch] : group) {
        auto column = result.unit.col(used);
        for (Eigen::Index i = 0; i < k; ++i) {
            column[i] = wire::fromHalf(sketch->values[static_cast<std::size_t>(i)]);
        }
        const double norm = std::sqrt(column.cast<double>().squaredNorm());
        const double trueNorm = norm * sketch->scale;
        if (!std::isfinite(trueNorm) || !(trueNorm > 0)) {
            continue; // a zero or damaged gradient has no direction
        }
        column *= static_cast<float>(1 / norm);
        result.rows.push_back(row);
        result.norms.push_back(trueNorm);
        ++used;
    }
    result.unit.conservativeResize(Eigen::NoChange, used);
    return result;
}

/// By OpenBLAS, which picks its kernel for the processor it runs on; Eigen is bound to the
/// baseline.
Eigen::MatrixXd gram(const Eigen::MatrixXf& unit) {
    const auto k = static_cast<blasint>(unit.rows());
    const auto size = static_cast<blasint>(unit.cols());
    Eigen::MatrixXf lower = Eigen::MatrixXf::Zero(size, size);
    cblas_ssyrk(CblasColMajor, CblasLower, CblasTrans, size, k, 1.0F, unit.data(), k, 0.0F,
                lower.data(), size);
    const Eigen::MatrixXf full = lower.selfadjointView<Eigen::Lower>();
    return full.cast<double>();
}

void fill(SketchCosines& out, const Comparable& group, std::size_t sketchSize) {
    const auto size = static_cast<Eigen::Index>(group.rows.size());
    if (size < 2) {
        return;
    }
    Eigen::MatrixXd dots = gram(group.unit);
    for (Eigen::Index j = 0; j < size; ++j) {
        for (Eigen::Index i = j + 1; i < size; ++i) {
            const double c = clamped(dots(i, j));
            setPair(out.matrix, group.rows[static_cast<std::size_t>(i)],
                    group.rows[static_cast<std::size_t>(j)], c, cosineSd(c, sketchSize));
        }
    }
    const Eigen::Map<const Eigen::VectorXd> norms(group.norms.data(), size);
    dots.diagonal().setOnes();
    dots.array().colwise() *= norms.array();
    dots.array().rowwise() *= norms.transpose().array();
    const Eigen::VectorXd withSum = dots.rowwise().sum();
    const double sumSq = withSum.sum();
    for (Eigen::Index i = 0; i < size; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double own = dots(i, i);
        const double othersSq = sumSq - 2 * withSum[i] + own;
        if (othersSq > 1e-6 * (std::abs(sumSq) + own)) { // below is rounding of single precision
            const double c = clamped((withSum[i] - own) / std::sqrt(own * othersSq));
            out.leaveOneOut[group.rows[at]] = c;
            out.leaveOneOutSd[group.rows[at]] = cosineSd(c, sketchSize);
        }
    }
}

void average(SketchCosines& out) {
    const std::size_t n = out.matrix.ranks.size();
    double sum = 0;
    double sd = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j) {
            if (!isUndefined(out.matrix.at(i, j))) {
                sum += out.matrix.at(i, j);
                sd += out.matrix.sd[i * n + j];
                ++pairs;
            }
        }
    }
    if (pairs > 0) {
        out.mean = sum / pairs;
        out.meanSd = sd / pairs;
        out.matrix.source = CosineSource::Sketch;
    }
}

} // namespace

SketchCosines sketchCosines(const StepRow& row, std::span<const RankSketch> sketches) {
    SketchCosines out;
    out.matrix = emptyMatrix(row);
    const std::size_t n = row.samples.size();
    out.leaveOneOut.assign(n, undefined());
    out.leaveOneOutSd = out.leaveOneOut;

    using Key = std::pair<std::uint64_t, std::size_t>; // seed, size
    std::map<Key, std::vector<std::pair<std::size_t, const wire::Sketch*>>> groups;
    for (const RankSketch& s : sketches) {
        const auto at = std::lower_bound(
            row.samples.begin(), row.samples.end(), s.rank,
            [](const RankSample& sample, RankId rank) { return sample.rank < rank; });
        if (at == row.samples.end() || at->rank != s.rank || !hasUsableGradient(*at) ||
            s.sketch.values.empty()) {
            continue;
        }
        groups[{s.sketch.seed, s.sketch.values.size()}].emplace_back(
            static_cast<std::size_t>(at - row.samples.begin()), &s.sketch);
    }
    for (const auto& [key, group] : groups) {
        const Comparable comparable = prepare(key.second, group);
        if (comparable.rows.size() >= 2 &&
            (out.matrix.seeds.empty() || out.matrix.seeds.back() != key.first)) {
            out.matrix.seeds.push_back(key.first);
        }
        fill(out, comparable, key.second);
        for (const std::size_t i : comparable.rows) {
            setPair(out.matrix, i, i, 1, 0);
        }
    }
    average(out);
    return out;
}

CosineMatrix exactPair(const StepRow& row) {
    CosineMatrix matrix = emptyMatrix(row);
    const StepMetrics metrics = measure(row).step;
    if (row.world == 2 && metrics.cosineSource == CosineSource::Exact) {
        matrix.source = CosineSource::Exact;
        setPair(matrix, 0, 1, metrics.cosineMean, 0);
        setPair(matrix, 0, 0, 1, 0);
        setPair(matrix, 1, 1, 1, 0);
    }
    return matrix;
}

} // namespace rankscope::analysis
