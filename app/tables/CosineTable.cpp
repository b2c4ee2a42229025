// SPDX-License-Identifier: Apache-2.0
#include "app/tables/CosineTable.h"

#include "app/tables/Names.h"
#include "app/tables/Table.h"

#include <cstddef>
#include <vector>

namespace rankscope::tables {

using analysis::CosineMatrix;

namespace {

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        text += (i == 0 ? "" : between) + parts[i];
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

} // namespace

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

} // namespace rankscope::tables
