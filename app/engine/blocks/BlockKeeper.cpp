// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/BlockKeeper.h"

#include <algorithm>
#include <utility>

namespace rankscope::engine {

BlockKeeper::News BlockKeeper::listen(const StepList& steps) {
    News news;
    m_problem.reset();
    takeLate(steps, news);
    const std::vector<Step> changed = m_reader.takeAmended();
    news.amended.insert(news.amended.end(), changed.begin(), changed.end());
    std::sort(news.amended.begin(), news.amended.end());
    news.amended.erase(std::unique(news.amended.begin(), news.amended.end()), news.amended.end());
    m_busy = news.amended;
    return news;
}

void BlockKeeper::takeLate(const StepList& steps, News& news) {
    std::vector<Step> late = m_reader.takeLate();
    late.insert(late.end(), m_missed.begin(), m_missed.end());
    m_missed.clear();
    const auto overtaken = m_reader.takeOvertaken();
    if (overtaken && overtaken->whole) { // nothing from there on is frozen, nor counts, any more
        for (std::size_t i = steps.placeOf(overtaken->from.value()); i < steps.size(); ++i) {
            news.amended.emplace_back(steps.all()[i]);
        }
        if (overtaken->from > Step{0} && steps.size() > 0) {
            late.emplace_back(overtaken->from.value() - 1); // its block ends within what changed
        }
    } else if (overtaken) {
        news.doubt = overtaken->from;
    }
    std::sort(late.begin(), late.end());
    for (const Step step : late) {
        if (!m_reader.table().isFrozen(step)) {
            continue;
        }
        if (auto held = thaw(steps.rangeOf(steps.blockOf(step))); !held) {
            m_problem = held.error();
            m_missed.push_back(step);
        }
    }
}

Result<void> BlockKeeper::thaw(StepList::Range range) {
    return m_reader.thaw(range.first, range.last).map([&] { m_thawed.push_back(range); });
}

Result<void> BlockKeeper::hold(const StepList& steps, std::size_t block) {
    return holds(steps, block) ? Result<void>{} : thaw(steps.rangeOf(block));
}

bool BlockKeeper::holds(const StepList& steps, std::size_t block) const {
    const StepList::Range range = steps.rangeOf(block);
    return !m_reader.table().anyFrozen(range.first, range.last);
}

bool BlockKeeper::isFrozen(const StepList& steps, std::size_t block) const {
    const std::size_t first = block * StepList::kBlock;
    return first + StepList::kBlock <= steps.size() &&
           m_reader.table().isFrozen(Step{steps.all()[first]}) &&
           m_reader.table().isFrozen(Step{steps.all()[first + StepList::kBlock - 1]});
}

/// In which anything counts: behind it there may be what a restart has given up.
std::size_t BlockKeeper::newestBlock(const StepList& steps) const {
    const analysis::RunTable& table = m_reader.table();
    const Step held = table.lastStep().value_or(Step{0});
    return steps.blockOf(std::max(held, table.lastFrozen().value_or(held)));
}

bool BlockKeeper::isSettled(const StepList& steps, std::size_t block) const {
    const std::size_t first = block * StepList::kBlock;
    if (first + StepList::kBlock > steps.size()) {
        return false;
    }
    const StepList::Range range = steps.rangeOf(block);
    const auto busy = std::lower_bound(m_busy.begin(), m_busy.end(), range.first);
    if (busy != m_busy.end() && *busy <= range.last) {
        return false;
    }
    if (block + kMostOpen < newestBlock(steps)) {
        return true;
    }
    const auto& all = steps.all();
    for (std::size_t place = first; place < first + StepList::kBlock; ++place) {
        if (!m_reader.table().isFinal(Step{all[place]})) {
            return false;
        }
    }
    return true;
}

void BlockKeeper::settle(const StepList& steps, const std::function<void(std::size_t)>& before) {
    if (steps.size() == 0) {
        return;
    }
    const auto freeze = [&](std::size_t block) {
        if (before) {
            before(block);
        }
        const StepList::Range range = steps.rangeOf(block);
        m_reader.freeze(range.first, range.last);
    };
    for (const StepList::Range& range : std::exchange(m_thawed, {})) {
        if (range.first.value() > steps.all().back()) {
            continue;
        }
        for (std::size_t block = steps.blockOf(range.first); block <= steps.blockOf(range.last);
             ++block) {
            if (isSettled(steps, block)) {
                freeze(block);
            } else {
                m_thawed.push_back(steps.rangeOf(block));
            }
        }
    }
    std::size_t front = 0;
    if (const auto last = m_reader.table().lastFrozen()) {
        front = steps.blockOf(*last) + 1;
    }
    while (front < steps.blocks() && isSettled(steps, front)) {
        freeze(front++);
    }
}

void BlockKeeper::begin(const StepList& steps) {
    m_thawed.clear();
    m_missed.clear();
    m_busy.clear();
    if (steps.size() > 0) {
        m_reader.freeze(Step{0}, Step{steps.all().back()});
    }
}

} // namespace rankscope::engine
