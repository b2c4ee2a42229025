// SPDX-License-Identifier: Apache-2.0
#include "app/engine/compare/CompareFacts.h"

#include "app/engine/compare/CompareText.h"

#include <utility>

namespace rankscope::engine {
namespace {

/// The lowest rank that called in the newest launch; null when none has.
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

CompareFacts::Session describe(RunReader& reader) {
    const analysis::RunTable& table = reader.table();
    CompareFacts::Session session;
    if (const wire::Hello* const hello = speakerOf(table)) {
        session.name = hello->name;
        session.world = hello->world;
        session.configured = !hello->config.empty();
    }
    if (const auto info = reader.session().head()) { // else the file's trouble is told elsewhere
        session.runId = info->runId;
    }
    session.lost = table.lost();
    session.damagedChunks = reader.session().damagedChunks();
    session.steps = table.stepCount();
    session.firstStep = table.firstStep().value_or(Step{}).value();
    session.lastStep = table.lastStep().value_or(Step{}).value();
    return session;
}

analysis::ComparedRun comparedRun(const RunReader& reader) {
    analysis::ComparedRun run{{}, configOf(reader.table())};
    reader.table().forEachStep([&](Step step) { run.series.enter(reader.measures(step)); });
    return run;
}

CompareFacts factsOf(const analysis::ComparedRuns& compared, analysis::AlignBy align,
                     std::vector<CompareFacts::Session> sessions, std::size_t base,
                     std::optional<analysis::StepSpan> span) {
    CompareFacts facts;
    facts.sessions = std::move(sessions);
    facts.align = align;
    facts.config = compared.config;
    facts.sides = compared.sides;
    facts.base = base < compared.sides.size() ? base : 0;
    std::vector<std::string> marks;
    for (const CompareFacts::Session& session : facts.sessions) {
        marks.push_back(session.mark);
    }
    for (const analysis::Side& side : facts.sides) {
        facts.sideMarks.push_back(sideMark(side, marks));
    }
    if (!span) {
        span = lastThird(compared.alignment);
    }
    if (span) {
        facts.commonSteps = commonSteps(compared.alignment, *span);
    }
    if (facts.commonSteps > 0) {
        facts.summary = summarize(compared, facts.base, *span);
    }
    return facts;
}

} // namespace rankscope::engine
