// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rankscope::analysis {

/// What a run said of itself when it called.
struct RunConfig {
    std::string json;        ///< an object, or empty when none was sent
    std::uint32_t world = 0; ///< ranks
};

/// One setting in all runs.
struct ConfigRow {
    enum class Role : std::uint8_t { Setting, Seed, Label };

    std::string key;                                ///< "optimizer.lr": nested keys are joined
    std::vector<std::optional<std::string>> values; ///< [run]; none: the run doesn't have the key
    Role role = Role::Setting;
    bool differs = false;

    bool operator==(const ConfigRow&) const = default;
};

/// Configs side by side: what differs first, each part in the order of the first run that has it.
/// The number of ranks is a row, too ("ranks"). Text that is no JSON object counts as none.
[[nodiscard]] std::vector<ConfigRow> configTable(std::span<const RunConfig> runs);

/// Runs of one setting: their configs differ in nothing but seeds and labels (name, run_name). A
/// run that sent no config stands alone, as nobody knows what it ran.
struct Setting {
    std::vector<std::size_t> runs;  ///< ascending
    std::vector<std::string> seeds; ///< [i]: of runs[i]; all its seeds, empty when it names none
};
[[nodiscard]] std::vector<Setting> settingsOf(std::span<const RunConfig> runs,
                                              std::span<const ConfigRow> table);

} // namespace rankscope::analysis
