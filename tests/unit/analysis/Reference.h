// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepRow.h"

#include <cmath>
#include <random>
#include <vector>

/// Explicit gradients and the textbook definitions, written without the code under test.
namespace reference {

using Vector = std::vector<double>;
using Gradients = std::vector<Vector>;

inline double dot(const Vector& a, const Vector& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

inline double cosine(const Vector& a, const Vector& b) {
    return dot(a, b) / std::sqrt(dot(a, a) * dot(b, b));
}

/// Mean of all vectors but `without` (none by default).
inline Vector mean(const Gradients& g, std::size_t without = static_cast<std::size_t>(-1)) {
    Vector result(g.front().size(), 0.0);
    double count = 0;
    for (std::size_t i = 0; i < g.size(); ++i) {
        if (i != without) {
            ++count;
            for (std::size_t j = 0; j < result.size(); ++j) {
                result[j] += g[i][j];
            }
        }
    }
    for (double& x : result) {
        x /= count;
    }
    return result;
}

inline Gradients randomGradients(std::size_t workers, std::size_t size, double signal,
                                 std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    Vector common(size);
    for (double& x : common) {
        x = signal * normal(random);
    }
    Gradients result(workers, common);
    for (Vector& g : result) {
        for (double& x : g) {
            x += normal(random);
        }
    }
    return result;
}

/// The record that an emitter makes of each gradient.
inline rankscope::analysis::StepRow rowOf(const Gradients& g) {
    rankscope::analysis::StepRow row;
    row.step = rankscope::Step{7};
    row.world = static_cast<std::uint32_t>(g.size());
    const Vector m = mean(g);
    for (std::size_t i = 0; i < g.size(); ++i) {
        rankscope::analysis::RankSample s;
        s.rank = rankscope::RankId{static_cast<std::uint32_t>(i)};
        s.incarnation = rankscope::IncarnationId{100 + i};
        s.seq = rankscope::Seq{1};
        s.loss = 2.0 + 0.1 * static_cast<double>(i);
        s.gradSq = dot(g[i], g[i]);
        s.meanSq = dot(m, m);
        s.dot = dot(g[i], m);
        row.samples.push_back(s);
    }
    return row;
}

} // namespace reference
