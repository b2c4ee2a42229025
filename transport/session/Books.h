// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionWriter.h"

#include <map>
#include <set>

namespace rankscope::session {

/// Keeps the accounting identity of every incarnation true: received + declared = last. Whatever
/// is offered to it, what is kept has neither repeats nor undeclared holes.
class Books {
  public:
    struct Account {
        wire::Hello hello;        ///< while it is not stored; then its incarnation and rank
        bool helloStored = false; ///< in the file's table of hellos
        /// Of the hello that was said last: thousands of launches say 64 KiB each.
        std::optional<std::size_t> fingerprint;
        std::uint64_t last = 0;
        std::uint64_t received = 0;
        std::uint64_t declared = 0;
        std::optional<std::uint64_t> bye;
    };

    /// What to store for an event: first the gap, when there is one, then the event itself.
    struct Entry {
        std::optional<wire::Gap> gap;
        bool keep = false; ///< false: it is there already, or the gap stands for it
    };

    /// Takes up what a file holds.
    void restore(const Progress& progress);

    [[nodiscard]] Entry enter(const wire::Event& event);
    [[nodiscard]] SessionWriter::Standing standing(const wire::Hello& hello) const;

    /// Incarnations whose account changed since the last settle().
    [[nodiscard]] const std::set<IncarnationId>& changed() const { return m_changed; }
    [[nodiscard]] const Account& account(IncarnationId incarnation) const {
        return m_accounts.at(incarnation);
    }
    /// The changed accounts are in the file now.
    void settle();

  private:
    Entry enterOne(const wire::Hello& hello);
    Entry enterOne(const wire::StepRecord& step);
    Entry enterOne(const wire::Gap& gap);
    Entry enterOne(const wire::Bye& bye);
    Account& accountOf(IncarnationId incarnation, RankId rank);

    std::map<IncarnationId, Account> m_accounts;
    std::set<IncarnationId> m_changed;
};

} // namespace rankscope::session
