// SPDX-License-Identifier: Apache-2.0
#include "app/tables/LayerTable.h"

#include "app/tables/Table.h"

namespace rankscope::tables {

std::string layersCsv(const analysis::StepMeasures& measures,
                      const std::vector<std::string>& groups) {
    std::string text = "layer";
    for (const analysis::RankMetrics& rank : measures.ranks) {
        text += ',' + std::to_string(rank.rank.value());
    }
    text += '\n';
    for (std::size_t group = 0; group < groups.size(); ++group) {
        text += csvText(groups[group]);
        for (const analysis::RankMetrics& rank : measures.ranks) {
            text += ',' + csvText(group < rank.groupLoo.size() ? rank.groupLoo[group]
                                                               : analysis::undefined());
        }
        text += '\n';
    }
    return text;
}

} // namespace rankscope::tables
