// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Ledger.h"

#include <algorithm>

namespace rankscope::link {

bool Ledger::possible(Seq seq) const {
    return seq != Seq{0} && seq <= m_bye.value_or(kMaxSeq);
}

Ledger::Entry Ledger::duplicate() {
    ++m_duplicates;
    return {Verdict::Duplicate, {}};
}

std::optional<SeqRange> Ledger::declareUpTo(Seq next) {
    const SeqRange hole{Seq{m_last.value() + 1}, Seq{next.value() - 1}};
    if (hole.first >= next) {
        return {};
    }
    m_declared += hole.count();
    m_last = hole.last;
    return hole;
}

Ledger::Entry Ledger::record(Seq seq) {
    if (!possible(seq)) {
        return {Verdict::Impossible, {}};
    }
    if (seq <= m_last) {
        return duplicate();
    }
    const auto hole = declareUpTo(seq);
    ++m_received;
    m_last = seq;
    return {Verdict::New, hole};
}

Ledger::Entry Ledger::gap(SeqRange lost, SeqRange& fresh) {
    if (!possible(lost.first) || !possible(lost.last) || lost.last < lost.first) {
        return {Verdict::Impossible, {}};
    }
    if (lost.last <= m_last) {
        return duplicate();
    }
    fresh = {std::max(lost.first, Seq{m_last.value() + 1}), lost.last};
    const auto hole = declareUpTo(fresh.first);
    m_declared += fresh.count();
    m_last = fresh.last;
    return {Verdict::New, hole};
}

Ledger::Entry Ledger::bye(Seq lastSeq) {
    if (m_bye == lastSeq) {
        return duplicate();
    }
    if (m_bye || lastSeq > kMaxSeq || lastSeq < m_last) {
        return {Verdict::Impossible, {}};
    }
    const auto hole = declareUpTo(Seq{lastSeq.value() + 1});
    m_bye = lastSeq;
    return {Verdict::New, hole};
}

} // namespace rankscope::link
