// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rankscope::ui {

/// Which ranks the user picked, pinned, hid or soloed, and the host they look at. Says which lines
/// the engine sends; statistics stay those of all ranks. GUI thread only.
///
/// What was selected or pinned stays in sight under any filter; hiding a rank ends both.
class RankChoice {
  public:
    /// Learns which ranks there are and where they run. True: what the engine is asked changes.
    bool take(const engine::RunFrame& frame);

    void select(std::optional<RankId> rank) { m_selected = rank; }
    void pin(RankId rank, bool on);
    void hide(RankId rank, bool on);
    void solo(RankId rank, bool on);
    void setHost(const std::string& host) { m_host = host; } ///< empty: all
    void showAll(); ///< nothing is hidden, soloed or filtered; pins stay

    [[nodiscard]] std::optional<RankId> selected() const { return m_selected; }
    [[nodiscard]] const std::set<RankId>& pinned() const { return m_pinned; }
    [[nodiscard]] const std::set<RankId>& hidden() const { return m_hidden; }
    [[nodiscard]] const std::set<RankId>& soloed() const { return m_solo; }
    [[nodiscard]] const std::string& host() const { return m_host; }
    [[nodiscard]] const std::vector<RankId>& known() const { return m_known; } ///< ascending
    [[nodiscard]] std::vector<std::string> hosts() const; ///< ascending, each once
    /// Something keeps ranks out of sight.
    [[nodiscard]] bool filtered() const;

    /// Fills View::wanted and View::only.
    void apply(engine::View& view) const;

  private:
    [[nodiscard]] bool passes(std::size_t i) const;

    std::optional<RankId> m_selected;
    std::set<RankId> m_pinned, m_hidden, m_solo;
    std::string m_host;
    std::vector<RankId> m_known;
    std::vector<std::string> m_hosts; ///< of `m_known`
};

} // namespace rankscope::ui
