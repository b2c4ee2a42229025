// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/ConfigTable.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace rankscope::analysis {
namespace {

using nlohmann::ordered_json;
using Entry = std::pair<std::string, std::string>;

std::string textOf(const ordered_json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

constexpr int kDeepest = 8; // levels that are taken apart

/// Objects are taken apart, arrays are one value.
void flatten(const ordered_json& object, const std::string& prefix, int depth,
             std::vector<Entry>& entries) {
    for (const auto& [key, value] : object.items()) {
        if (value.is_object() && !value.empty() && depth < kDeepest) {
            flatten(value, prefix + key + '.', depth + 1, entries);
        } else {
            entries.emplace_back(prefix + key, textOf(value));
        }
    }
}

bool isObject(const RunConfig& run) {
    return ordered_json::parse(run.json, nullptr, false).is_object();
}

std::vector<Entry> entriesOf(const RunConfig& run) {
    std::vector<Entry> entries;
    const auto config = ordered_json::parse(run.json, nullptr, false);
    if (config.is_object()) {
        flatten(config, {}, 1, entries);
    }
    entries.emplace_back("ranks", std::to_string(run.world));
    return entries;
}

ConfigRow::Role roleOf(std::string_view key) {
    const std::string_view last = key.substr(key.rfind('.') + 1);
    if (last == "seed" || last.ends_with("_seed")) {
        return ConfigRow::Role::Seed;
    }
    return last == "name" || last == "run_name" ? ConfigRow::Role::Label : ConfigRow::Role::Setting;
}

} // namespace

std::vector<ConfigRow> configTable(std::span<const RunConfig> runs) {
    std::vector<ConfigRow> table;
    for (std::size_t run = 0; run < runs.size(); ++run) {
        for (auto& [key, value] : entriesOf(runs[run])) {
            auto row = std::find_if(table.begin(), table.end(),
                                    [&key = key](const ConfigRow& r) { return r.key == key; });
            if (row == table.end()) {
                table.push_back({key, {}, roleOf(key), false});
                table.back().values.resize(runs.size());
                row = std::prev(table.end());
            }
            row->values[run] = std::move(value);
        }
    }
    for (ConfigRow& row : table) {
        row.differs = std::any_of(row.values.begin(), row.values.end(),
                                  [&](const auto& value) { return value != row.values.front(); });
    }
    std::stable_partition(table.begin(), table.end(), [](const ConfigRow& r) { return r.differs; });
    return table;
}

std::vector<Setting> settingsOf(std::span<const RunConfig> runs, std::span<const ConfigRow> table) {
    const auto seedOf = [&](std::size_t run) {
        std::string seed;
        for (const ConfigRow& row : table) {
            if (row.role == ConfigRow::Role::Seed && row.values[run]) {
                seed += (seed.empty() ? "" : " ") + *row.values[run];
            }
        }
        return seed;
    };
    const auto alike = [&](std::size_t a, std::size_t b) {
        return isObject(runs[a]) && isObject(runs[b]) &&
               std::all_of(table.begin(), table.end(), [&](const ConfigRow& row) {
                   return row.role != ConfigRow::Role::Setting || row.values[a] == row.values[b];
               });
    };
    std::vector<Setting> settings;
    for (std::size_t run = 0; run < runs.size(); ++run) {
        auto home = std::find_if(settings.begin(), settings.end(),
                                 [&](const Setting& s) { return alike(s.runs.front(), run); });
        if (home == settings.end()) {
            home = settings.insert(settings.end(), Setting{});
        }
        home->runs.push_back(run);
        home->seeds.push_back(seedOf(run));
    }
    return settings;
}

} // namespace rankscope::analysis
