// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Types.h"

#include <cstdint>
#include <optional>

namespace rankscope::link {

/// Sequence numbers first..last, both included.
struct SeqRange {
    Seq first, last;

    [[nodiscard]] std::uint64_t count() const { return last.value() - first.value() + 1; }
    bool operator==(const SeqRange&) const = default;
};

/// The books of one incarnation: which sequence numbers are accounted for, and how.
///
/// Every number up to last() has been received or declared lost, exactly once, so that after any
/// input  received() + declared() = last() - (where the ledger started).  A hole that nobody
/// declared is declared here, because what comes over one connection comes in order: what was
/// jumped over will not come. Pure arithmetic, nothing fails; not thread-safe.
class Ledger {
  public:
    /// No stream comes near this (at 10^6 records a second: nine years); a number beyond it is
    /// nonsense, and refusing it keeps every sum of counts from overflowing.
    static constexpr Seq kMaxSeq{std::uint64_t{1} << 48U};

    Ledger() = default;
    /// Goes on where an earlier recording stopped: everything up to `last` is accounted for.
    explicit Ledger(Seq last, std::optional<Seq> bye = {}) : m_last(last), m_bye(bye) {}

    enum class Verdict {
        New,        ///< keep it
        Duplicate,  ///< accounted for already: drop it
        Impossible, ///< contradicts itself or what was said before: refuse it
    };
    struct Entry {
        Verdict verdict = Verdict::New;
        std::optional<SeqRange> hole; ///< missing before it, declared lost by this very entry
    };

    [[nodiscard]] Entry record(Seq seq);
    /// A declared loss; of a range known in part only the rest is new: see `fresh`.
    [[nodiscard]] Entry gap(SeqRange lost, SeqRange& fresh);
    /// The stream ends at `lastSeq`; nothing is possible behind it.
    [[nodiscard]] Entry bye(Seq lastSeq);

    [[nodiscard]] Seq last() const { return m_last; }
    [[nodiscard]] std::uint64_t received() const { return m_received; }
    [[nodiscard]] std::uint64_t declared() const { return m_declared; }
    [[nodiscard]] std::uint64_t duplicates() const { return m_duplicates; }

  private:
    [[nodiscard]] bool possible(Seq seq) const;
    [[nodiscard]] Entry duplicate();
    /// Declares everything between last() and `next` lost.
    [[nodiscard]] std::optional<SeqRange> declareUpTo(Seq next);

    Seq m_last;
    std::optional<Seq> m_bye;
    std::uint64_t m_received = 0;
    std::uint64_t m_declared = 0;
    std::uint64_t m_duplicates = 0;
};

} // namespace rankscope::link
