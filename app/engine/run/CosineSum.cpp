// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/CosineSum.h"

#include "app/analysis/Cosines.h"

#include <algorithm>
#include <cmath>

namespace rankscope::engine {
namespace {

/// Place of the pair i < j of n ranks in the triangle.
std::size_t pairAt(std::size_t i, std::size_t j, std::size_t n) {
    return i * n - i * (i + 1) / 2 + (j - i - 1);
}

} // namespace

CosineSum::Part CosineSum::partOf(const analysis::CosineMatrix& matrix) {
    Part part;
    if (matrix.source == analysis::CosineSource::None) {
        return part;
    }
    const std::size_t n = matrix.ranks.size();
    part.ranks = matrix.ranks;
    part.seeds = matrix.seeds;
    part.exact = matrix.source == analysis::CosineSource::Exact;
    part.cosine.reserve(n * (n - 1) / 2);
    part.sd.reserve(n * (n - 1) / 2);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j) {
            part.cosine.push_back(matrix.at(i, j));
            part.sd.push_back(matrix.sd[i * n + j]);
        }
    }
    return part;
}

void CosineSum::clear(std::vector<RankId> ranks) {
    m_ranks = std::move(ranks);
    m_pairs.assign(m_ranks.empty() ? 0 : m_ranks.size() * (m_ranks.size() - 1) / 2, {});
    m_seeds.clear();
    m_repeated = m_estimates = 0;
}

void CosineSum::addPair(Pair& pair, double cosine, double sd, int times) {
    if (!std::isfinite(cosine)) {
        return;
    }
    const double fixed = std::min(sd, analysis::kHalfPrecisionSd);
    pair.cosine += times * cosine;
    pair.variance += times * (sd - fixed) * (sd - fixed);
    pair.sd += times * sd;
    pair.fixed += times * fixed;
    pair.count += times;
}

void CosineSum::addTimes(const Part& part, int times) {
    if (part.ranks.empty()) {
        return;
    }
    m_estimates += part.exact ? 0 : times;
    for (const std::uint64_t seed : part.seeds) {
        std::int64_t& uses = m_seeds[seed];
        m_repeated -= uses > 1 ? 1 : 0;
        uses += times;
        m_repeated += uses > 1 ? 1 : 0;
    }
    if (part.ranks == m_ranks) {
        for (std::size_t i = 0; i < m_pairs.size(); ++i) {
            addPair(m_pairs[i], part.cosine[i], part.sd[i], times);
        }
        return;
    }
    std::vector<std::size_t> places; // of the part's ranks among ours
    for (const RankId rank : part.ranks) {
        const auto at = std::lower_bound(m_ranks.begin(), m_ranks.end(), rank);
        const bool known = at != m_ranks.end() && *at == rank;
        places.push_back(known ? static_cast<std::size_t>(at - m_ranks.begin()) : m_ranks.size());
    }
    std::size_t pair = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t j = i + 1; j < places.size(); ++j, ++pair) {
            if (places[i] < m_ranks.size() && places[j] < m_ranks.size()) {
                addPair(m_pairs[pairAt(places[i], places[j], m_ranks.size())], part.cosine[pair],
                        part.sd[pair], times);
            }
        }
    }
}

analysis::CosineMatrix CosineSum::mean(Step newest, std::size_t steps) const {
    const std::size_t n = m_ranks.size();
    analysis::CosineMatrix matrix;
    matrix.step = newest;
    matrix.steps = static_cast<std::uint32_t>(steps);
    matrix.ranks = m_ranks;
    matrix.cosine.assign(n * n, analysis::undefined());
    matrix.sd = matrix.cosine;
    for (const auto& [seed, uses] : m_seeds) {
        if (uses > 0) {
            matrix.seeds.push_back(seed);
        }
    }
    const Pair* pair = m_pairs.data();
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j, ++pair) {
            if (pair->count <= 0) {
                continue;
            }
            const auto count = static_cast<double>(pair->count);
            const bool independent = m_repeated == 0 && pair->count > 1;
            const double sd =
                independent ? std::sqrt(std::max(0.0, pair->variance)) + pair->fixed : pair->sd;
            matrix.cosine[i * n + j] = matrix.cosine[j * n + i] = pair->cosine / count;
            matrix.sd[i * n + j] = matrix.sd[j * n + i] = sd / count;
            // A rank that has a cosine with another has a direction.
            matrix.cosine[i * n + i] = matrix.cosine[j * n + j] = 1;
            matrix.sd[i * n + i] = matrix.sd[j * n + j] = 0;
            matrix.source =
                m_estimates > 0 ? analysis::CosineSource::Sketch : analysis::CosineSource::Exact;
        }
    }
    return matrix;
}

} // namespace rankscope::engine
