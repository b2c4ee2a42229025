// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/RankChoice.h"

namespace rankscope::ui {
namespace {

void put(std::set<RankId>& ranks, RankId rank, bool on) {
    if (on)
        ranks.insert(rank);
    else
        ranks.erase(rank);
}

} // namespace

bool RankChoice::take(const engine::RunFrame& frame) {
    std::vector<RankId> known;
    std::vector<std::string> hosts;
    for (const engine::WorkerRow& row : frame.cursor.workers) {
        known.push_back(row.metrics.rank);
        hosts.push_back(row.host);
    }
    if (known.empty() || (known == m_known && hosts == m_hosts))
        return false;
    m_known = std::move(known);
    m_hosts = std::move(hosts);
    return filtered();
}

void RankChoice::pin(RankId rank, bool on) {
    put(m_pinned, rank, on);
    if (on)
        m_hidden.erase(rank);
}

void RankChoice::hide(RankId rank, bool on) {
    put(m_hidden, rank, on);
    if (!on)
        return;
    m_pinned.erase(rank);
    m_solo.erase(rank);
    if (m_selected == rank)
        m_selected.reset();
}

void RankChoice::solo(RankId rank, bool on) {
    put(m_solo, rank, on);
    if (on)
        m_hidden.erase(rank);
}

void RankChoice::showAll() {
    m_hidden.clear();
    m_solo.clear();
    m_host.clear();
}

std::vector<std::string> RankChoice::hosts() const {
    const std::set<std::string> sorted(m_hosts.begin(), m_hosts.end());
    return {sorted.begin(), sorted.end()};
}

bool RankChoice::filtered() const {
    return !m_hidden.empty() || !m_solo.empty() || !m_host.empty();
}

bool RankChoice::passes(std::size_t i) const {
    const RankId rank = m_known[i];
    if (rank == m_selected || m_pinned.count(rank) > 0)
        return true;
    return m_hidden.count(rank) == 0 && (m_solo.empty() || m_solo.count(rank) > 0) &&
           (m_host.empty() || m_hosts[i] == m_host);
}

void RankChoice::apply(engine::View& view) const {
    std::set<RankId> wanted = m_pinned;
    if (m_selected)
        wanted.insert(*m_selected);
    view.wanted.assign(wanted.begin(), wanted.end());
    view.only.reset();
    if (!filtered() || m_known.empty())
        return;
    view.only.emplace();
    for (std::size_t i = 0; i < m_known.size(); ++i)
        if (passes(i))
            view.only->push_back(m_known[i]);
}

} // namespace rankscope::ui
