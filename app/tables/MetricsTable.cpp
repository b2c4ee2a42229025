// SPDX-License-Identifier: Apache-2.0
#include "app/tables/MetricsTable.h"

#include "app/tables/LossSweep.h"
#include "app/tables/Names.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rankscope::tables {
namespace {

using analysis::RankMetrics;
using analysis::StepMetrics;

/// A column of a table of `Row`s.
template <class Row>
struct Column {
    const char* name;
    Cell (*value)(const Row&);
};

Cell countCell(const std::optional<std::uint64_t>& count) {
    return count ? Cell{*count} : Cell{analysis::undefined()};
}

/// Sixteen hexadecimal digits, so that no reader of JSON rounds it to a double.
Cell hashCell(const std::optional<std::uint64_t>& hash) {
    if (!hash) {
        return analysis::undefined();
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016" PRIx64, *hash);
    return std::string(digits.data());
}

/// `lost`: records that are known to be lost since the row before.
struct StepRow {
    const StepMetrics& metrics;
    std::uint64_t lost;
};

struct RankRow {
    const StepMetrics& step;
    const RankMetrics& rank;
    std::uint64_t lost;
};

const std::vector<Column<StepRow>> kStepColumns{
    {"step", [](const StepRow& r) -> Cell { return r.metrics.step.value(); }},
    {"workers", [](const StepRow& r) -> Cell { return std::uint64_t{r.metrics.workers}; }},
    {"loss_mean", [](const StepRow& r) -> Cell { return r.metrics.lossMean; }},
    {"loss_std", [](const StepRow& r) -> Cell { return r.metrics.lossStd; }},
    {"loss_range", [](const StepRow& r) -> Cell { return r.metrics.lossRange; }},
    {"grad_norm_mean", [](const StepRow& r) -> Cell { return r.metrics.gradNormMean; }},
    {"grad_norm_std", [](const StepRow& r) -> Cell { return r.metrics.gradNormStd; }},
    {"cosine_mean", [](const StepRow& r) -> Cell { return r.metrics.cosineMean; }},
    {"cosine_source", [](const StepRow& r) -> Cell { return sourceName(r.metrics.cosineSource); }},
    {"cosine_sd", [](const StepRow& r) -> Cell { return r.metrics.cosineSd; }},
    {"generation", [](const StepRow& r) -> Cell { return std::uint64_t{r.metrics.generation}; }},
    {"expected", [](const StepRow& r) -> Cell { return std::uint64_t{r.metrics.expected}; }},
    {"loss_weighted", [](const StepRow& r) -> Cell { return r.metrics.lossWeighted; }},
    {"loss_min", [](const StepRow& r) -> Cell { return r.metrics.lossMin; }},
    {"loss_max", [](const StepRow& r) -> Cell { return r.metrics.lossMax; }},
    {"grad_norm_min", [](const StepRow& r) -> Cell { return r.metrics.gradNormMin; }},
    {"grad_norm_max", [](const StepRow& r) -> Cell { return r.metrics.gradNormMax; }},
    {"grad_norm_cv", [](const StepRow& r) -> Cell { return r.metrics.gradNormCv; }},
    {"mean_grad_norm", [](const StepRow& r) -> Cell { return r.metrics.meanGradNorm; }},
    {"diversity", [](const StepRow& r) -> Cell { return r.metrics.diversity; }},
    {"noise_tau", [](const StepRow& r) -> Cell { return r.metrics.noiseTau; }},
    {"signal_sq", [](const StepRow& r) -> Cell { return r.metrics.signalSq; }},
    {"nonfinite", [](const StepRow& r) -> Cell { return countCell(r.metrics.nonFinite); }},
    {"lost", [](const StepRow& r) -> Cell { return r.lost; }},
};

const std::vector<Column<RankRow>> kRankColumns{
    {"step", [](const RankRow& r) -> Cell { return r.step.step.value(); }},
    {"rank", [](const RankRow& r) -> Cell { return std::uint64_t{r.rank.rank.value()}; }},
    {"loss", [](const RankRow& r) -> Cell { return r.rank.loss; }},
    {"weight", [](const RankRow& r) -> Cell { return r.rank.weight; }},
    {"grad_norm", [](const RankRow& r) -> Cell { return r.rank.gradNorm; }},
    {"cosine_loo", [](const RankRow& r) -> Cell { return r.rank.cosineLoo; }},
    {"cosine_source", [](const RankRow& r) -> Cell { return sourceName(r.rank.cosineSource); }},
    {"cosine_sd", [](const RankRow& r) -> Cell { return r.rank.cosineLooSd; }},
    {"loss_excess", [](const RankRow& r) -> Cell { return r.rank.lossExcess; }},
    {"distance", [](const RankRow& r) -> Cell { return r.rank.distance; }},
    {"nonfinite", [](const RankRow& r) -> Cell { return countCell(r.rank.nonFinite); }},
    {"flags", [](const RankRow& r) -> Cell { return std::uint64_t{r.rank.flags}; }},
    {"data_hash", [](const RankRow& r) -> Cell { return hashCell(r.rank.hashes.data); }},
    {"parameter_hash", [](const RankRow& r) -> Cell { return hashCell(r.rank.hashes.parameters); }},
    {"buffer_hash", [](const RankRow& r) -> Cell { return hashCell(r.rank.hashes.buffers); }},
    {"reduced_hash", [](const RankRow& r) -> Cell { return hashCell(r.rank.hashes.reduced); }},
    {"generation", [](const RankRow& r) -> Cell { return std::uint64_t{r.step.generation}; }},
    {"lost", [](const RankRow& r) -> Cell { return r.lost; }},
};

template <class Row>
TableWriter writerOf(const std::vector<Column<Row>>& columns, Format format, const Sink& sink) {
    std::vector<std::string> names;
    for (const Column<Row>& column : columns) {
        names.emplace_back(column.name);
    }
    return {format, std::move(names), sink};
}

template <class Row>
void write(TableWriter& writer, const std::vector<Column<Row>>& columns, const Row& row) {
    std::vector<Cell> cells;
    cells.reserve(columns.size());
    for (const Column<Row>& column : columns) {
        cells.push_back(column.value(row));
    }
    writer.row(cells);
}

std::map<RankId, LossSweep> byRank(const std::vector<analysis::LostSteps>& lost,
                                   const StepRange& range) {
    std::map<RankId, std::vector<analysis::LostSteps>> parts;
    for (const analysis::LostSteps& gap : lost) {
        parts[gap.rank].push_back(gap);
    }
    std::map<RankId, LossSweep> result;
    for (auto& [rank, part] : parts) {
        result.emplace(rank, LossSweep(std::move(part), range.first.value()));
    }
    return result;
}

} // namespace

void writeMetrics(const engine::RunReader& run, const StepRange& range, MetricsRows rows,
                  Format format, const Sink& sink) {
    const bool perRank = rows == MetricsRows::PerRank;
    TableWriter writer =
        perRank ? writerOf(kRankColumns, format, sink) : writerOf(kStepColumns, format, sink);
    const std::vector<analysis::LostSteps> lost = run.table().lostSteps();
    LossSweep ofAll(lost, range.first.value());
    std::map<RankId, LossSweep> ofRanks = perRank ? byRank(lost, range) : decltype(ofRanks){};
    const std::optional<Step> newest = run.table().lastStep();
    run.table().forEachStep([&](Step step) {
        if (!range.contains(step)) {
            return;
        }
        const analysis::StepMeasures measures = run.measures(step);
        if (!perRank) {
            // What was lost behind the newest row would have no other.
            const std::uint64_t end =
                step == newest ? std::numeric_limits<std::uint64_t>::max() - 1 : step.value();
            write(writer, kStepColumns, StepRow{measures.step, ofAll.upTo(end)});
            return;
        }
        for (const RankMetrics& rank : measures.ranks) {
            const auto own = ofRanks.find(rank.rank);
            write(writer, kRankColumns,
                  RankRow{measures.step, rank,
                          own == ofRanks.end() ? 0 : own->second.upTo(step.value())});
        }
    });
    writer.finish();
}

} // namespace rankscope::tables
