// SPDX-License-Identifier: Apache-2.0
#include "app/engine/ComparedSession.h"

namespace rankscope::engine {
namespace {

/// Of the lowest rank that called in the newest launch; null when none has.
const wire::Hello* speakerOf(const analysis::RunTable& table) {
    const auto launches = table.launches();
    if (launches.empty()) {
        return nullptr;
    }
    const auto workers = table.workers(launches.back().generation, launches.back().world);
    return workers.empty() ? nullptr : workers.front().hello;
}

} // namespace

analysis::RunConfig configOf(const analysis::RunTable& table) {
    const wire::Hello* const hello = speakerOf(table);
    return hello == nullptr ? analysis::RunConfig{}
                            : analysis::RunConfig{hello->config, hello->world};
}

std::string nameOf(const analysis::RunTable& table) {
    const wire::Hello* const hello = speakerOf(table);
    return hello == nullptr ? std::string{} : hello->name;
}

analysis::ComparedRun comparedRun(const RunReader& reader) {
    analysis::ComparedRun run{{}, configOf(reader.table())};
    reader.table().forEachStep([&](Step step) { run.series.enter(reader.measures(step)); });
    return run;
}

} // namespace rankscope::engine
