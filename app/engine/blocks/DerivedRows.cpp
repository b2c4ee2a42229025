// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/DerivedRows.h"

#include "app/analysis/Bytes.h"
#include "app/engine/blocks/StepList.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rankscope::engine {
namespace {

using analysis::BytesIn;
using analysis::BytesOut;

constexpr std::uint8_t kVersion = 1;
constexpr std::int64_t kMostParts = 64; // of a block's curves: numbers are spaced by so many

template <class T>
void putNode(BytesOut& out, const analysis::SeriesNode<T>& node) {
    out.putCount(node.count);
    if (node.count > 0) {
        out.put(node.min);
        out.put(node.max);
        out.put(node.sum);
    }
}

template <class T>
void takeNode(BytesIn& in, analysis::SeriesNode<T>& node) {
    const std::uint64_t count = in.getCount();
    if (count == 0) {
        return;
    }
    node.min = in.get<T>();
    node.max = in.get<T>();
    node.sum = in.get<double>();
    if (count > StepList::kBlock || !std::isfinite(node.min) || !std::isfinite(node.max) ||
        node.max < node.min) {
        in.fail();
        return;
    }
    node.count = static_cast<std::uint32_t>(count);
}

void putSteps(BytesOut& out, const std::vector<std::uint64_t>& steps) {
    std::uint64_t behind = 0; // of the stretch before
    for (std::size_t i = 0; i < steps.size();) {
        std::size_t end = i + 1;
        while (end < steps.size() && steps[end] == steps[end - 1] + 1) {
            ++end;
        }
        out.putCount(steps[i] - behind);
        out.putCount(end - i);
        behind = steps[end - 1] + 1;
        i = end;
    }
}

/// A block is full, and its steps are numbers that the protocol has.
std::vector<std::uint64_t> takeSteps(BytesIn& in) {
    std::vector<std::uint64_t> steps;
    std::uint64_t next = 0;
    while (steps.size() < StepList::kBlock && !in.failed()) {
        const std::uint64_t away = in.getCount();
        const std::uint64_t count = in.getCount();
        if (count == 0 || count > StepList::kBlock - steps.size() ||
            away > wire::limits::kCount - next || next + away + count > wire::limits::kCount) {
            in.fail();
            break;
        }
        next += away;
        for (std::uint64_t i = 0; i < count; ++i) {
            steps.push_back(next++);
        }
    }
    return steps;
}

void putMarks(BytesOut& out, const BlockSummary& summary) {
    const NonFiniteMarks::Parts parts = summary.nonFinite.parts();
    for (const auto* marked : {&parts.loss, &parts.gradient}) {
        out.putCount(marked->size());
        for (const std::uint64_t step : *marked) {
            out.putCount(step - summary.steps.front());
        }
    }
    out.putCount(parts.ranks.size());
    for (const NonFiniteLog::Entry& entry : parts.ranks) {
        out.putCount(entry.rank.value());
        out.putCount(entry.first - summary.steps.front());
        out.putCount(entry.last - entry.first);
        out.put<std::uint8_t>(entry.gradient ? 1 : 0);
    }
    out.put<std::uint8_t>(parts.measured ? 1 : 0);
}

void takeMarks(BytesIn& in, BlockSummary& summary) {
    const std::uint64_t first = summary.steps.front();
    const std::uint64_t span = summary.steps.back() - first;
    NonFiniteMarks::Parts parts;
    for (auto* marked : {&parts.loss, &parts.gradient}) {
        const std::size_t count = in.getSize(1);
        for (std::size_t i = 0; i < count && !in.failed(); ++i) {
            const std::uint64_t away = in.getCount();
            if (away > span || (!marked->empty() && first + away <= marked->back())) {
                in.fail();
            }
            marked->push_back(first + away);
        }
    }
    const std::size_t count = in.getSize(4);
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        const std::uint64_t rank = in.getCount();
        const std::uint64_t from = in.getCount();
        const std::uint64_t more = in.getCount();
        const bool gradient = in.get<std::uint8_t>() != 0;
        if (rank >= wire::limits::kWorld || from > span || more > span - from) {
            in.fail();
            break;
        }
        const NonFiniteLog::Entry entry{RankId{static_cast<RankId::rep>(rank)}, first + from,
                                        first + from + more, gradient};
        if (!parts.ranks.empty() &&
            std::pair(entry.rank, entry.first) <=
                std::pair(parts.ranks.back().rank, parts.ranks.back().last)) {
            in.fail();
        }
        parts.ranks.push_back(entry);
    }
    parts.measured = in.get<std::uint8_t>() != 0;
    if (!in.failed()) {
        summary.nonFinite = NonFiniteMarks::of(std::move(parts));
    }
}

} // namespace

std::vector<session::Derived> rowsOf(std::size_t block, const BlockSummary& summary,
                                     const CurveBlock& values) {
    std::vector<session::Derived> rows;
    BytesOut out;
    out.put(kVersion);
    out.put(summary.asOf);
    out.put(summary.epoch);
    putSteps(out, summary.steps);
    for (const BlockSummary::CurveNode& node : summary.curves) {
        putNode(out, node);
    }
    for (const auto& bundle : summary.bundles) {
        for (const BlockSummary::RankNode& node : bundle) {
            putNode(out, node);
        }
    }
    out.putCount(summary.ranks.size());
    for (const BlockSummary::Rank& rank : summary.ranks) {
        out.put<std::uint8_t>(rank.reported ? 1 : 0);
        for (std::size_t s = 0; rank.reported && s < kSignals; ++s) {
            putNode(out, rank.nodes[s]);
        }
    }
    putMarks(out, summary);
    rows.push_back({session::DerivedKind::Overview, static_cast<std::int64_t>(block), out.take()});
    const std::int64_t first = curveRows(block).first;
    for (std::size_t part = 0; part < values.parts(); ++part) {
        BytesOut curves;
        curves.put(kVersion);
        curves.put(summary.asOf);
        curves.putCount(values.size());
        curves.putCount(values.ranks());
        values.put(curves, part);
        rows.push_back(
            {session::DerivedKind::Curves, first + static_cast<std::int64_t>(part), curves.take()});
    }
    return rows;
}

std::optional<BlockSummary> overviewFrom(std::span<const std::byte> bytes) {
    BytesIn in(bytes);
    BlockSummary summary;
    if (in.get<std::uint8_t>() != kVersion) {
        return std::nullopt;
    }
    summary.asOf = in.get<std::int64_t>();
    summary.epoch = in.get<std::uint32_t>();
    summary.steps = takeSteps(in);
    for (BlockSummary::CurveNode& node : summary.curves) {
        takeNode(in, node);
    }
    for (auto& bundle : summary.bundles) {
        for (BlockSummary::RankNode& node : bundle) {
            takeNode(in, node);
        }
    }
    summary.ranks.resize(std::min<std::size_t>(in.getSize(1), CurveBlock::kMaxRanks));
    for (BlockSummary::Rank& rank : summary.ranks) {
        rank.reported = in.get<std::uint8_t>() != 0;
        for (std::size_t s = 0; rank.reported && s < kSignals; ++s) {
            takeNode(in, rank.nodes[s]);
        }
    }
    if (!in.failed()) {
        takeMarks(in, summary);
    }
    return in.done() ? std::optional{std::move(summary)} : std::nullopt;
}

RowNumbers curveRows(std::size_t block) {
    const std::int64_t first = static_cast<std::int64_t>(block) * kMostParts;
    return {first, first + kMostParts};
}

std::optional<std::int64_t> curvesFrom(std::size_t block, std::span<const session::Derived> rows,
                                       CurveBlock& values) {
    std::optional<std::int64_t> asOf;
    std::size_t size = 0;
    std::size_t ranks = 0;
    for (std::size_t part = 0; part < rows.size(); ++part) {
        BytesIn in(rows[part].data);
        const auto version = in.get<std::uint8_t>();
        const auto known = in.get<std::int64_t>();
        const std::uint64_t steps = in.getCount();
        const std::uint64_t all = in.getCount();
        const bool fits = part == 0 || (known == *asOf && steps == size && all == ranks);
        if (version != kVersion || !fits || steps != StepList::kBlock ||
            all > CurveBlock::kMaxRanks ||
            rows[part].number != curveRows(block).first + static_cast<std::int64_t>(part)) {
            return std::nullopt;
        }
        asOf = known;
        size = steps;
        ranks = all;
        const std::size_t parts = std::max<std::size_t>(1, (ranks + CurveBlock::kRanksOfPart - 1) /
                                                               CurveBlock::kRanksOfPart);
        if (!values.take(in, part, size, ranks)) {
            return std::nullopt;
        }
        if (part + 1 == parts) {
            return asOf;
        }
    }
    return std::nullopt;
}

} // namespace rankscope::engine
