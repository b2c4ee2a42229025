// SPDX-License-Identifier: Apache-2.0
#include "app/engine/record/BlockSummariser.h"

#include "app/engine/blocks/DerivedRows.h"
#include "app/engine/blocks/ResumedRun.h"

#include <algorithm>
#include <utility>

namespace rankscope::engine {
namespace {

constexpr std::size_t kAtOnce = 16; // blocks that are made anew with one call

} // namespace

Result<void> BlockSummariser::resume() {
    StepList steps;
    auto stored =
        readStored(m_reader.session(), [&](BlockSummary&& block) { steps.append(block.steps); });
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    if (!*stored) {
        return {};
    }
    RunDigest& digest = (*stored)->digest;
    m_steps = std::move(steps);
    m_done = digest.blocks;
    m_epoch = digest.epoch;
    for (const std::uint64_t block : digest.stale) {
        if (block < m_done) {
            m_stale.insert(block);
        }
    }
    m_reader.resume(std::move((*stored)->table), digest.asOf);
    m_keeper.begin(m_steps);
    const Step first{m_steps.size() > 0 ? m_steps.all().back() + 1 : 0};
    return m_reader.recallFrom(first, [this] { takeIn(); });
}

std::vector<session::Derived> BlockSummariser::work() {
    takeIn();
    catchUp();
    if (m_changed) {
        addDigest();
    }
    return std::exchange(m_rows, {});
}

bool BlockSummariser::isBehind() const {
    return !m_unreadable && nextBehind().has_value();
}

/// Out of date, or frozen before its place was known.
std::optional<std::size_t> BlockSummariser::nextBehind() const {
    const bool late = m_done < m_steps.blocks() && m_keeper.isFrozen(m_steps, m_done);
    if (m_stale.empty() && !late) {
        return std::nullopt;
    }
    const std::size_t block = m_stale.empty() ? m_done : *m_stale.begin();
    return m_keeper.isSettled(m_steps, block) ? std::optional{block} : std::nullopt;
}

void BlockSummariser::takeIn() {
    const BlockKeeper::News news = m_keeper.listen(m_steps);
    if (const auto shift = m_steps.merge(news.amended)) {
        forgetFrom(shift->first / StepList::kBlock);
    }
    if (news.doubt) {
        forgetFrom(m_steps.blockOf(*news.doubt));
    }
    for (const Step step : news.amended) {
        const std::size_t block = m_steps.blockOf(step);
        if (block < m_done && m_stale.insert(block).second) {
            m_changed = true;
        }
    }
    m_keeper.settle(m_steps, [this](std::size_t block) { summarise(block); });
}

void BlockSummariser::forgetFrom(std::size_t block) {
    if (block < m_done) {
        m_done = block;
        m_stale.erase(m_stale.lower_bound(block), m_stale.end());
        ++m_epoch;
        m_changed = true;
    }
}

/// Blocks whose steps were frozen before their places moved, or that were out of date from the
/// start. What cannot be read now waits.
void BlockSummariser::catchUp() {
    m_unreadable = false;
    for (std::size_t i = 0; i < kAtOnce; ++i) {
        const std::optional<std::size_t> next = nextBehind();
        if (!next) {
            return;
        }
        const std::size_t block = *next;
        if (!m_keeper.hold(m_steps, block)) {
            m_unreadable = true;
            return;
        }
        std::vector<Step> came = m_reader.takeAmended();
        std::sort(came.begin(), came.end());
        if (m_steps.merge(came)) {
            forgetFrom(block);
        }
        m_keeper.settle(m_steps, [this](std::size_t at) { summarise(at); });
    }
}

/// The block is settled. Those behind the first that is missing wait for it.
void BlockSummariser::summarise(std::size_t block) {
    if (block > m_done || !m_keeper.holds(m_steps, block)) {
        return;
    }
    BlockSummary summary;
    m_block.clear();
    NonFiniteMarks marks;
    const std::size_t first = block * StepList::kBlock;
    for (std::size_t place = first; place < first + StepList::kBlock; ++place) {
        const Step step{m_steps.all()[place]};
        const analysis::StepMeasures measures = m_reader.measures(step);
        m_block.add(measures);
        marks.enter(step.value(), measures);
    }
    summary = summaryOf(m_block);
    summary.asOf = m_reader.session().position();
    summary.epoch = m_epoch;
    summary.steps.assign(m_steps.all().begin() + static_cast<std::ptrdiff_t>(first),
                         m_steps.all().begin() +
                             static_cast<std::ptrdiff_t>(first + StepList::kBlock));
    summary.nonFinite = std::move(marks);
    for (session::Derived& row : rowsOf(block, summary, m_block)) {
        m_rows.push_back(std::move(row));
    }
    m_done += block == m_done ? 1 : 0;
    m_stale.erase(block);
    m_changed = true;
}

void BlockSummariser::addDigest() {
    RunDigest digest{m_reader.session().position(), m_epoch, m_done, {}};
    digest.stale.assign(m_stale.begin(), m_stale.end());
    auto rows = m_digests.rows(digest, m_reader.table());
    m_changed = rows.empty(); // it cannot be told now: later
    for (session::Derived& row : rows) {
        m_rows.push_back(std::move(row));
    }
}

} // namespace rankscope::engine
