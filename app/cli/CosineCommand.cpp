// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/LoadRun.h"
#include "app/cli/Names.h"
#include "app/cli/Output.h"

#include <memory>
#include <string>
#include <vector>

namespace rankscope::cli {
namespace {

using analysis::CosineMatrix;

struct Options {
    std::string file, format = "csv";
    std::uint64_t step = 0;
};

/// CLI11 would take -1 for the largest number there is. Empty when all is well.
std::string aStep(const std::string& text) {
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? "" : "a step is a whole number from 0, not \"" + text + '"';
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        text += (i == 0 ? "" : between) + parts[i];
    }
    return text;
}

std::string csvOf(const CosineMatrix& matrix) {
    std::string text = "rank";
    for (const RankId rank : matrix.ranks) {
        text += ',' + std::to_string(rank.value());
    }
    text += '\n';
    for (std::size_t i = 0; i < matrix.ranks.size(); ++i) {
        text += std::to_string(matrix.ranks[i].value());
        for (std::size_t j = 0; j < matrix.ranks.size(); ++j) {
            text += ',' + csvText(matrix.at(i, j));
        }
        text += '\n';
    }
    return text;
}

std::string jsonMatrix(const std::vector<double>& values, std::size_t size) {
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < size; ++i) {
        std::vector<std::string> row;
        for (std::size_t j = 0; j < size; ++j) {
            row.push_back(jsonText(values[i * size + j]));
        }
        rows.push_back('[' + joined(row, ", ") + ']');
    }
    return '[' + joined(rows, ",\n  ") + ']';
}

std::string jsonOf(const CosineMatrix& matrix) {
    std::vector<std::string> ranks;
    for (const RankId rank : matrix.ranks) {
        ranks.push_back(std::to_string(rank.value()));
    }
    const std::size_t size = matrix.ranks.size();
    return "{\"step\": " + std::to_string(matrix.step.value()) + ",\n \"ranks\": [" +
           joined(ranks, ", ") + "],\n \"source\": " + jsonString(sourceName(matrix.source)) +
           ",\n \"cosine\": " + jsonMatrix(matrix.cosine, size) +
           ",\n \"sd\": " + jsonMatrix(matrix.sd, size) + "}\n";
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
    print(options.format == "json" ? jsonOf(*matrix) : csvOf(*matrix));
    return flush().map([] { return 0; });
}

} // namespace

Action declareCosine(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->file, "session file")->required();
    app.add_option("--step", options->step, "which step")->required()->check(aStep);
    app.add_option("--format", options->format, "csv or json (which has the errors, too)")
        ->check(CLI::IsMember({"csv", "json"}))
        ->capture_default_str();
    return [options] { return cosine(*options); };
}

} // namespace rankscope::cli
