// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/LoadRun.h"
#include "app/cli/Output.h"
#include "app/tables/CosineTable.h"

#include <memory>
#include <string>

namespace rankscope::cli {
namespace {

struct Options {
    std::string file, format = "csv";
    std::uint64_t step = 0;
};

/// CLI11 would take -1 for the largest number there is. Empty when all is well.
std::string aStep(const std::string& text) {
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? "" : "a step is a whole number from 0, not \"" + text + '"';
}

Result<int> cosine(const Options& options) {
    const auto run = loadRun(options.file);
    if (!run) {
        return tl::unexpected(run.error());
    }
    const auto matrix = (*run)->cosines(Step{options.step});
    if (!matrix) {
        return tl::unexpected(matrix.error());
    }
    if (matrix->ranks.size() == 1) {
        note("step " + std::to_string(options.step) +
             " has one rank only: there is nothing to compare");
    } else if (matrix->source == analysis::CosineSource::None) {
        note("step " + std::to_string(options.step) +
             " has no sketches that could be compared, so no cosine is known");
    }
    print(options.format == "json" ? tables::jsonOf(*matrix) : tables::csvOf(*matrix));
    return flush().map([] { return 0; });
}

} // namespace

Action declareCosine(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->file, kSessionAddress)->required();
    app.add_option("--step", options->step, "which step")->required()->check(aStep);
    app.add_option("--format", options->format, "csv or json (which has the errors, too)")
        ->check(CLI::IsMember({"csv", "json"}))
        ->capture_default_str();
    return [options] { return cosine(*options); };
}

} // namespace rankscope::cli
