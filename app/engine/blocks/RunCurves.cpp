// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/RunCurves.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace rankscope::engine {

using analysis::StepMeasures;

namespace {

bool anyFinite(std::span<const float> values) {
    return std::any_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

} // namespace

bool RunCurves::reported(std::size_t rank) const {
    return std::any_of(m_ranks[rank].begin(), m_ranks[rank].end(), [](const RankSeries& series) {
        return series.extent(0, series.size()).any;
    });
}

std::size_t RunCurves::enter(const std::vector<Step>& amended, const MeasuresOf& measuresOf,
                             std::int64_t asOf) {
    if (amended.empty()) {
        return m_steps.size();
    }
    const std::size_t changed = m_steps.placeOf(amended.front().value());
    if (const auto shift = m_steps.merge(amended)) {
        rearrange(*shift, asOf);
    }
    resizeBlocks();
    std::size_t first = 0; // place of the block's first step
    for (const Step step : takeable(amended, asOf)) {
        const std::size_t next = first + m_block.size();
        const auto& steps = m_steps.all();
        const bool follows = next < steps.size() && steps[next] == step.value();
        const std::size_t place = follows ? next : m_steps.placeOf(step.value());
        if (place != next || m_block.size() == CurveBlock::kSteps) {
            takeBlock(first);
            first = place;
        }
        const StepMeasures measures = measuresOf(step);
        m_block.add(measures);
        m_nonFinite.enter(step.value(), measures);
    }
    takeBlock(first);
    return changed;
}

void RunCurves::setDetail(std::size_t block, Detail detail) {
    Detail& now = m_blocks[block].detail;
    m_fine += detail == Detail::Fine ? 1 : 0;
    m_fine -= now == Detail::Fine ? 1 : 0;
    now = detail;
}

/// New blocks are of nothing, which is fine.
void RunCurves::resizeBlocks() {
    for (std::size_t block = m_steps.blocks(); block < m_blocks.size(); ++block) {
        setDetail(block, Detail::Coarse);
    }
    const std::size_t before = std::min(m_blocks.size(), m_steps.blocks());
    m_blocks.resize(m_steps.blocks());
    for (std::size_t block = before; block < m_blocks.size(); ++block) {
        setDetail(block, Detail::Fine);
    }
}

std::vector<Step> RunCurves::takeable(const std::vector<Step>& amended, std::int64_t asOf) {
    std::vector<Step> result;
    result.reserve(amended.size());
    for (std::size_t i = 0; i < amended.size();) {
        const std::size_t at = m_steps.placeOf(amended[i].value()) / kBlock;
        const std::size_t end = std::min((at + 1) * kBlock, m_steps.size());
        const Step last{m_steps.all()[end - 1]};
        std::size_t behind = i;
        while (behind < amended.size() && amended[behind] <= last) {
            ++behind;
        }
        Block& block = m_blocks[at];
        if (block.detail == Detail::Fine || behind - i == end - at * kBlock) {
            result.insert(result.end(), amended.begin() + static_cast<std::ptrdiff_t>(i),
                          amended.begin() + static_cast<std::ptrdiff_t>(behind));
            setDetail(at, Detail::Fine);
        } else {
            setDetail(at, Detail::Stale);
        }
        block.asOf = asOf;
        i = behind;
    }
    return result;
}

template <class Do>
void RunCurves::forEachSeries(Do act) {
    const auto all = [&](auto& series) { std::for_each(series.begin(), series.end(), act); };
    all(m_curves);
    std::for_each(m_bundles.begin(), m_bundles.end(), all);
    std::for_each(m_ranks.begin(), m_ranks.end(), all);
}

/// Values move with their steps, where all of them are here. Else what is known of the blocks stays
/// for the time being as it is, which is not far off.
void RunCurves::rearrange(const StepList::Shift& shift, std::int64_t asOf) {
    const std::size_t from = shift.first / kBlock;
    const std::size_t size = shift.first + shift.sources.size();
    const bool fine = std::all_of(
        m_blocks.begin() + static_cast<std::ptrdiff_t>(std::min(from, m_blocks.size())),
        m_blocks.end(), [](const Block& block) { return block.detail == Detail::Fine; });
    forEachSeries([&](auto& series) {
        if (series.size() <= shift.first) {
            return;
        }
        if (fine) {
            series.rearrange(shift.first, shift.sources);
            return;
        }
        series.truncate(size);
        for (std::size_t block = from; block * kBlock < series.size(); ++block) {
            series.coarsen(block);
        }
    });
    resizeBlocks();
    for (std::size_t block = from; block < m_blocks.size(); ++block) {
        m_blocks[block].asOf = asOf;
        setDetail(block, fine ? Detail::Fine : Detail::Stale);
    }
}

void RunCurves::takeBlock(std::size_t first) {
    if (m_block.size() == 0) {
        return;
    }
    for (std::size_t i = 0; i < kCurves; ++i) {
        m_curves[i].assign(first, m_block[static_cast<Curve>(i)]);
    }
    m_ranks.resize(std::max(m_ranks.size(), m_block.ranks()));
    for (std::size_t s = 0; s < kSignals; ++s) {
        const auto signal = static_cast<RankSignal>(s);
        for (std::size_t i = 0; i < kBundle; ++i) {
            RankSeries& series = m_bundles[s][i];
            const auto values = m_block.bundle(signal, static_cast<Bundle>(i));
            if (series.size() > first || anyFinite(values)) {
                series.assign(first, values);
            }
        }
        for (std::size_t rank = 0; rank < m_ranks.size(); ++rank) {
            // What an older launch reported at these steps counts no more.
            if (m_block.has(rank) || m_ranks[rank][s].size() > first) {
                m_ranks[rank][s].assign(first, m_block.rank(signal, rank));
            }
        }
    }
    m_block.clear();
}

void RunCurves::append(const BlockSummary& summary) {
    assert(m_steps.size() % kBlock == 0 && summary.steps.size() <= kBlock);
    const std::size_t block = m_blocks.size();
    m_steps.append(summary.steps);
    m_blocks.push_back({Detail::Coarse, summary.asOf});
    const std::size_t size = m_steps.size();
    for (std::size_t i = 0; i < kCurves; ++i) {
        m_curves[i].setNode(block, summary.curves[i], size);
    }
    m_ranks.resize(std::max(m_ranks.size(), summary.ranks.size()));
    for (std::size_t s = 0; s < kSignals; ++s) {
        for (std::size_t i = 0; i < kBundle; ++i) {
            if (summary.bundles[s][i].count > 0) {
                m_bundles[s][i].setNode(block, summary.bundles[s][i], size);
            }
        }
        for (std::size_t rank = 0; rank < summary.ranks.size(); ++rank) {
            if (summary.ranks[rank].reported) {
                m_ranks[rank][s].setNode(block, summary.ranks[rank].nodes[s], size);
            }
        }
    }
    m_nonFinite.append(summary.nonFinite);
}

void RunCurves::refine(std::size_t block, CurveBlock& values) {
    std::swap(m_block, values);
    takeBlock(block * kBlock);
    setDetail(block, Detail::Fine);
}

void RunCurves::coarsen(std::size_t block) {
    forEachSeries([block](auto& series) { series.coarsen(block); });
    setDetail(block, Detail::Coarse);
}

void RunCurves::doubt(std::size_t block) {
    forEachSeries([block](auto& series) { series.coarsen(block); });
    setDetail(block, Detail::Stale);
}

std::size_t RunCurves::fineBytes() const {
    constexpr std::size_t kDouble = kBlock * 8 + kBlock / 16 * 32;
    constexpr std::size_t kFloat = kBlock * 4 + kBlock / 16 * 16;
    return kCurves * kDouble + (kBundle + m_ranks.size()) * kSignals * kFloat;
}

} // namespace rankscope::engine
