// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/BlockLoader.h"

#include "app/engine/blocks/DerivedRows.h"

#include <algorithm>
#include <utility>

namespace rankscope::engine {
namespace {

constexpr std::size_t kBlock = RunCurves::kBlock;

} // namespace

void BlockLoader::aim(std::size_t first, std::size_t last, bool fine) {
    if (first != m_first || last != m_last || fine != m_fine) {
        m_first = first;
        m_last = last;
        m_fine = fine;
        m_seenLeft = (last + kBlock - 1) / kBlock;
        if (m_seenFailed) { // other blocks are asked for at once
            m_pause.end();
        }
    }
    m_shown.resize(m_curves.blocks());
    ++m_aims;
    for (std::size_t block = first / kBlock; block * kBlock < last && block < m_shown.size();
         ++block) {
        m_shown[block] = m_aims;
    }
}

void BlockLoader::lookAgain() {
    m_seenLeft = (m_last + kBlock - 1) / kBlock;
    m_restLeft = m_curves.blocks();
}

/// For what is to be seen. A stretch that begins or ends with a block needs no values of it.
bool BlockLoader::wanted(std::size_t block) const {
    if (m_curves.detail(block) == RunCurves::Detail::Fine) {
        return false;
    }
    const std::size_t first = block * kBlock;
    const bool whole = m_first <= first && first + kBlock <= m_last;
    return m_fine || !whole || m_curves.detail(block) == RunCurves::Detail::Stale;
}

std::optional<std::size_t> BlockLoader::nextSeen() {
    m_seenLeft = std::min(m_seenLeft, m_curves.blocks());
    while (m_seenLeft > m_first / kBlock) {
        if (wanted(m_seenLeft - 1)) {
            return m_seenLeft - 1;
        }
        --m_seenLeft;
    }
    return std::nullopt;
}

bool BlockLoader::complete() {
    return !nextSeen();
}

std::optional<Error> BlockLoader::problem() {
    if (m_seenFailed && complete()) {
        m_pause.end();
    }
    const std::optional<Error>& why = m_pause.why();
    return why && (m_seenFailed || why->code != ErrorCode::Unavailable) ? why : std::nullopt;
}

std::optional<std::size_t> BlockLoader::work() {
    const auto next = nextSeen();
    if (!next && m_seenFailed) {
        m_pause.end();
    }
    if (!next || m_pause.holds()) {
        return std::nullopt;
    }
    while (!fits(1)) {
        if (!evictOne()) {
            m_seenLeft = 0;
            return std::nullopt;
        }
    }
    return load(*next, true);
}

std::optional<std::size_t> BlockLoader::workOnRest() {
    m_restLeft = std::min(m_restLeft, m_curves.blocks());
    if (m_pause.holds()) {
        return std::nullopt;
    }
    for (; m_restLeft > 0; --m_restLeft) {
        const std::size_t block = m_restLeft - 1;
        const RunCurves::Detail detail = m_curves.detail(block);
        if (detail == RunCurves::Detail::Stale ||
            (detail == RunCurves::Detail::Coarse && fits(1))) {
            return load(block, false);
        }
    }
    if (!m_seenFailed) {
        m_pause.end();
    }
    return std::nullopt;
}

bool BlockLoader::fits(std::size_t more) const {
    return (m_curves.fineBlocks() + more) * m_curves.fineBytes() <= m_budget;
}

void BlockLoader::makeRoom() {
    while (!fits(0) && evictOne()) {
    }
}

bool BlockLoader::evictOne() {
    m_shown.resize(m_curves.blocks());
    std::optional<std::size_t> oldest;
    for (std::size_t block = 0; block < m_shown.size(); ++block) {
        const bool seen = m_shown[block] == m_aims && m_aims > 0;
        if (!seen && m_curves.detail(block) == RunCurves::Detail::Fine &&
            (!oldest || m_shown[block] < m_shown[*oldest]) &&
            m_keeper.isFrozen(m_curves.stepList(), block)) {
            oldest = block;
        }
    }
    if (oldest) {
        m_curves.coarsen(*oldest);
    }
    return oldest.has_value();
}

std::optional<std::size_t> BlockLoader::load(std::size_t block, bool seen) {
    const auto place = read(block);
    if (!place) {
        m_pause.begin(place.error());
        m_seenFailed = seen;
        return std::nullopt;
    }
    m_pause.end();
    return *place;
}

Result<std::size_t> BlockLoader::read(std::size_t block) {
    if (m_curves.detail(block) == RunCurves::Detail::Coarse) {
        const RowNumbers numbers = curveRows(block);
        const auto rows =
            m_reader.session().derived(session::DerivedKind::Curves, numbers.first, numbers.last);
        if (!rows) {
            return tl::unexpected(rows.error());
        }
        m_stored.clear();
        const auto asOf = curvesFrom(block, *rows, m_stored);
        if (asOf && *asOf >= m_curves.asOf(block)) {
            m_curves.refine(block, m_stored);
            return block * kBlock;
        }
    }
    return measure(block);
}

Result<std::size_t> BlockLoader::measure(std::size_t block) {
    if (const auto held = m_keeper.hold(m_curves.stepList(), block); !held) {
        return tl::unexpected(held.error());
    }
    const auto& steps = m_curves.steps();
    std::vector<Step> amended = m_reader.takeAmended(); // of this block: nothing was read meanwhile
    for (std::size_t place = block * kBlock; place < std::min((block + 1) * kBlock, steps.size());
         ++place) {
        amended.emplace_back(steps[place]);
    }
    std::sort(amended.begin(), amended.end());
    amended.erase(std::unique(amended.begin(), amended.end()), amended.end());
    const std::size_t size = steps.size();
    const std::size_t changed = m_curves.enter(
        amended, [this](Step step) { return m_reader.measures(step); },
        m_reader.session().position());
    m_keeper.settle(m_curves.stepList());
    if (steps.size() > size) {
        lookAgain();
    }
    return changed;
}

} // namespace rankscope::engine
