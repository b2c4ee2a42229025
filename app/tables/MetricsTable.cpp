// SPDX-License-Identifier: Apache-2.0
#include "app/tables/MetricsTable.h"

#include "app/tables/Names.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <optional>
#include <string>
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

struct RankRow {
    const StepMetrics& step;
    const RankMetrics& rank;
};

const std::vector<Column<StepMetrics>> kStepColumns{
    {"step", [](const StepMetrics& m) -> Cell { return m.step.value(); }},
    {"workers", [](const StepMetrics& m) -> Cell { return std::uint64_t{m.workers}; }},
    {"loss_mean", [](const StepMetrics& m) -> Cell { return m.lossMean; }},
    {"loss_std", [](const StepMetrics& m) -> Cell { return m.lossStd; }},
    {"loss_range", [](const StepMetrics& m) -> Cell { return m.lossRange; }},
    {"grad_norm_mean", [](const StepMetrics& m) -> Cell { return m.gradNormMean; }},
    {"grad_norm_std", [](const StepMetrics& m) -> Cell { return m.gradNormStd; }},
    {"cosine_mean", [](const StepMetrics& m) -> Cell { return m.cosineMean; }},
    {"cosine_source", [](const StepMetrics& m) -> Cell { return sourceName(m.cosineSource); }},
    {"cosine_sd", [](const StepMetrics& m) -> Cell { return m.cosineSd; }},
    {"generation", [](const StepMetrics& m) -> Cell { return std::uint64_t{m.generation}; }},
    {"expected", [](const StepMetrics& m) -> Cell { return std::uint64_t{m.expected}; }},
    {"loss_weighted", [](const StepMetrics& m) -> Cell { return m.lossWeighted; }},
    {"loss_min", [](const StepMetrics& m) -> Cell { return m.lossMin; }},
    {"loss_max", [](const StepMetrics& m) -> Cell { return m.lossMax; }},
    {"grad_norm_min", [](const StepMetrics& m) -> Cell { return m.gradNormMin; }},
    {"grad_norm_max", [](const StepMetrics& m) -> Cell { return m.gradNormMax; }},
    {"grad_norm_cv", [](const StepMetrics& m) -> Cell { return m.gradNormCv; }},
    {"mean_grad_norm", [](const StepMetrics& m) -> Cell { return m.meanGradNorm; }},
    {"diversity", [](const StepMetrics& m) -> Cell { return m.diversity; }},
    {"noise_tau", [](const StepMetrics& m) -> Cell { return m.noiseTau; }},
    {"signal_sq", [](const StepMetrics& m) -> Cell { return m.signalSq; }},
    {"nonfinite", [](const StepMetrics& m) -> Cell { return countCell(m.nonFinite); }},
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

} // namespace

void writeMetrics(const engine::RunReader& run, const StepRange& range, MetricsRows rows,
                  Format format, const Sink& sink) {
    const bool perRank = rows == MetricsRows::PerRank;
    TableWriter writer =
        perRank ? writerOf(kRankColumns, format, sink) : writerOf(kStepColumns, format, sink);
    run.table().forEachStep([&](Step step) {
        if (!range.contains(step)) {
            return;
        }
        const analysis::StepMeasures measures = run.measures(step);
        if (!perRank) {
            write(writer, kStepColumns, measures.step);
            return;
        }
        for (const RankMetrics& rank : measures.ranks) {
            write(writer, kRankColumns, RankRow{measures.step, rank});
        }
    });
    writer.finish();
}

} // namespace rankscope::tables
