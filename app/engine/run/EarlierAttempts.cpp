// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/EarlierAttempts.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace rankscope::engine {

std::vector<EarlierAttempts::Attempt> EarlierAttempts::overtaken() const {
    std::vector<Attempt> attempts;
    const std::vector<analysis::Launch> launches = m_reader.table().launches();
    for (auto launch = launches.rbegin();
         launch != launches.rend() && attempts.size() < kMostAttempts; ++launch) {
        if (launch->firstStep && launch->overtakenFrom &&
            *launch->overtakenFrom <= *launch->lastStep) {
            Attempt attempt;
            attempt.generation = launch->generation;
            attempt.world = launch->world;
            attempt.first = attempt.next =
                std::max(*launch->overtakenFrom, *launch->firstStep).value();
            attempt.last = std::min(launch->lastStep->value(), attempt.first + kMostSteps - 1);
            attempts.push_back(std::move(attempt));
        }
    }
    std::reverse(attempts.begin(), attempts.end());
    return attempts;
}

void EarlierAttempts::update() {
    std::vector<Attempt> now = overtaken();
    for (Attempt& attempt : now) {
        const auto known =
            std::find_if(m_attempts.begin(), m_attempts.end(),
                         [&](const Attempt& other) { return attempt.sameStretch(other); });
        if (known != m_attempts.end()) {
            attempt = std::move(*known);
        }
    }
    m_attempts = std::move(now);
}

bool EarlierAttempts::work() {
    m_blocked.reset();
    for (auto attempt = m_attempts.rbegin(); attempt != m_attempts.rend(); ++attempt) {
        if (attempt->next <= attempt->last) {
            const std::uint64_t end =
                std::min(attempt->next + CurveBlock::kSteps, attempt->last + 1);
            if (!read(*attempt, end)) {
                return false; // nobody answers now: asked again later
            }
            attempt->next = end;
            return true;
        }
    }
    return false;
}

bool EarlierAttempts::complete() const {
    return std::all_of(m_attempts.begin(), m_attempts.end(),
                       [](const Attempt& attempt) { return attempt.next > attempt.last; });
}

/// A table of this launch alone. What can't be read stays a hole in the line: `verify` says why.
/// False: it may be read later.
bool EarlierAttempts::read(Attempt& attempt, std::uint64_t end) {
    std::vector<wire::Event> events;
    session::SessionReader& session = m_reader.session();
    const auto done =
        session.eventsOfSteps(Step{attempt.next}, Step{end}, session.position(), events);
    if (!done) {
        if (done.error().code == ErrorCode::Unavailable) {
            m_blocked = done.error();
        }
        return !m_blocked;
    }
    analysis::RunTable table;
    std::set<IncarnationId> introduced;
    for (const wire::Event& event : events) {
        const auto* record = std::get_if<wire::StepRecord>(&event);
        if (record == nullptr || record->step.value() < attempt.next ||
            record->step.value() >= end) {
            continue;
        }
        const wire::Hello* hello = m_reader.table().hello(record->incarnation);
        if (hello == nullptr || hello->generation != attempt.generation ||
            hello->world != attempt.world) {
            continue;
        }
        if (introduced.insert(record->incarnation).second) {
            table.apply(*hello);
        }
        table.apply(event);
    }
    CurveBlock block;
    table.forEachStep([&](Step step) {
        attempt.steps.push_back(step.value());
        block.add(analysis::measure(*table.row(step)));
    });
    for (std::size_t i = 0; i < kCurves.size(); ++i) {
        const std::span<const double> values = block[kCurves[i]];
        attempt.values[i].insert(attempt.values[i].end(), values.begin(), values.end());
    }
    return true;
}

std::vector<EarlierLine> EarlierAttempts::lines(Curve curve, const Decimation& visible) const {
    const auto which = static_cast<std::size_t>(
        std::distance(kCurves.begin(), std::find(kCurves.begin(), kCurves.end(), curve)));
    std::vector<EarlierLine> lines;
    for (const Attempt& attempt : m_attempts) {
        Line line = visible.line(attempt.steps, attempt.values.at(which));
        if (!line.x.empty()) {
            lines.push_back({attempt.generation, attempt.world, std::move(line)});
        }
    }
    return lines;
}

} // namespace rankscope::engine
