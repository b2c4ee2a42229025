// SPDX-License-Identifier: Apache-2.0
// What RunTable does with steps whose rows it does not hold.
#include "app/analysis/RunTable.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace rankscope::analysis {

void RunTable::freeze(Step first, Step last) {
    m_frozen.add(first, last);
    auto block = m_blocks.lower_bound(first.value() / kBlock);
    while (block != m_blocks.end() && block->first <= last.value() / kBlock) {
        std::vector<Row>& rows = block->second;
        const auto gone = std::stable_partition(rows.begin(), rows.end(), [&](const Row& row) {
            return row.step < first || last < row.step;
        });
        for (auto row = gone; row != rows.end(); ++row) {
            m_overtaken -= isOvertaken(*row) ? 1 : 0;
            dropSamples(*row);
            --m_steps;
        }
        rows.erase(gone, rows.end());
        block = rows.empty() ? m_blocks.erase(block) : std::next(block);
    }
}

void RunTable::thaw(Step first, Step last) {
    m_frozen.remove(first, last);
}

std::optional<Step> RunTable::lastFrozen() const {
    return m_frozen.empty() ? std::nullopt : std::optional{m_frozen.last()};
}

void RunTable::recall(std::span<const wire::Event> events) {
    for (const wire::Event& event : events) {
        const auto* record = std::get_if<wire::StepRecord>(&event);
        if (record == nullptr || m_frozen.contains(record->step)) {
            continue;
        }
        const auto from = m_incarnations.find(record->incarnation);
        if (from != m_incarnations.end() && from->second.hello.rank == record->rank) {
            keep(from->second, *record);
        }
    }
}

std::vector<Step> RunTable::takeLate() {
    std::vector<Step> late = std::exchange(m_late, {});
    std::sort(late.begin(), late.end());
    late.erase(std::unique(late.begin(), late.end()), late.end());
    std::erase_if(late, [this](Step step) { return !m_frozen.contains(step); });
    return late;
}

std::optional<RunTable::Overtaken> RunTable::takeOvertaken() {
    return std::exchange(m_overtakenFrozen, std::nullopt);
}

std::vector<StepRow> RunTable::rowsFrom(Step first, Step last,
                                        std::span<const wire::Event> events) const {
    struct Best {
        const Incarnation* from = nullptr;
        const wire::StepRecord* record = nullptr;
    };
    struct Ranks {
        LaunchKey launch;
        std::map<RankId, Best> best;
    };
    std::map<Step, Ranks> steps;
    for (const wire::Event& event : events) {
        const auto* record = std::get_if<wire::StepRecord>(&event);
        if (record == nullptr || record->step < first || last < record->step) {
            continue;
        }
        const auto found = m_incarnations.find(record->incarnation);
        if (found == m_incarnations.end() || found->second.hello.rank != record->rank ||
            isOvertaken(found->second.launch, record->step)) {
            continue;
        }
        const Incarnation& from = found->second;
        Ranks& ranks = steps.try_emplace(record->step, Ranks{from.launch, {}}).first->second;
        if (ranks.launch < from.launch) {
            ranks = {from.launch, {}};
        }
        Best& best = ranks.best[record->rank];
        if (from.launch == ranks.launch &&
            (best.from == nullptr || std::pair{best.from->source, best.record->seq} <
                                         std::pair{from.source, record->seq})) {
            best = {&from, record};
        }
    }
    std::vector<StepRow> rows;
    for (const auto& [step, ranks] : steps) {
        StepRow& row = rows.emplace_back(
            StepRow{step, ranks.launch.first, m_worlds.at(ranks.launch).size, {}});
        for (const auto& [rank, best] : ranks.best) {
            row.samples.push_back(sampleOf(*best.record, best.from->hello.world));
        }
    }
    return rows;
}

} // namespace rankscope::analysis
