// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/LoadRun.h"
#include "app/cli/Output.h"
#include "app/tables/MetricsTable.h"

#include <memory>
#include <string>

namespace rankscope::cli {
namespace {

struct Options {
    std::string file, format = "csv", steps;
    bool perRank = false;
};

Result<int> metrics(const Options& options) {
    const auto range = tables::parseStepRange(options.steps);
    if (!range) {
        return tl::unexpected(range.error());
    }
    const auto run = loadRun(options.file);
    if (!run) {
        return tl::unexpected(run.error());
    }
    tables::writeMetrics(
        **run, *range,
        options.perRank ? tables::MetricsRows::PerRank : tables::MetricsRows::PerStep,
        options.format == "json" ? tables::Format::Json : tables::Format::Csv, print);
    return flush().map([] { return 0; });
}

} // namespace

Action declareMetrics(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->file, kSessionAddress)->required();
    app.add_option("--format", options->format, "csv or json")
        ->check(CLI::IsMember({"csv", "json"}))
        ->capture_default_str();
    app.add_option("--steps", options->steps, "only steps A <= step < B, as A:B, A: or :B");
    app.add_flag("--per-rank", options->perRank, "a row per received step and rank instead");
    return [options] { return metrics(*options); };
}

} // namespace rankscope::cli
