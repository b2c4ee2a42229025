// SPDX-License-Identifier: Apache-2.0
#include "transport/session/Books.h"

#include "transport/wire/Codec.h"

#include <functional>
#include <string_view>
#include <utility>

namespace rankscope::session {
namespace {

/// Declares everything up to `last` lost; nothing when all of it is accounted for.
std::optional<wire::Gap> declare(Books::Account& account, IncarnationId incarnation, RankId rank,
                                 std::uint64_t last, wire::GapCause cause) {
    if (last <= account.last) {
        return std::nullopt;
    }
    const wire::Gap gap{incarnation, rank, Seq(account.last + 1), Seq(last), cause};
    account.declared += last - account.last;
    account.last = last;
    return gap;
}

std::size_t fingerprintOf(const wire::Hello& hello) {
    const std::vector<std::byte> bytes = wire::encode(hello);
    return std::hash<std::string_view>()(
        {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// What is in the file need not be in memory as well.
void shorten(wire::Hello& hello) {
    wire::Hello kept;
    kept.incarnation = hello.incarnation;
    kept.rank = hello.rank;
    hello = std::move(kept);
}

} // namespace

void Books::restore(const Progress& progress) {
    Account account;
    account.hello.incarnation = progress.hello.incarnation;
    account.hello.rank = progress.hello.rank;
    account.fingerprint = fingerprintOf(progress.hello);
    account.helloStored = true;
    account.last = progress.last.value();
    account.received = progress.received;
    account.declared = progress.declared;
    if (progress.bye) {
        account.bye = progress.bye->value();
    }
    m_accounts[progress.hello.incarnation] = std::move(account);
}

Books::Entry Books::enter(const wire::Event& event) {
    return std::visit([this](const auto& message) { return enterOne(message); }, event);
}

Books::Entry Books::enterOne(const wire::Hello& hello) {
    Account& account = m_accounts[hello.incarnation];
    const std::size_t fingerprint = fingerprintOf(hello);
    if (account.fingerprint == fingerprint) { // said again after a reconnect
        return {};
    }
    account.fingerprint = fingerprint;
    account.hello = hello;
    account.helloStored = false;
    m_changed.insert(hello.incarnation);
    return {std::nullopt, true};
}

Books::Entry Books::enterOne(const wire::StepRecord& step) {
    Account& account = accountOf(step.incarnation, step.rank);
    if (step.seq.value() <= account.last) {
        return {};
    }
    Entry entry{declare(account, step.incarnation, step.rank, step.seq.value() - 1,
                        wire::GapCause::Undeclared),
                true};
    account.last = step.seq.value();
    ++account.received;
    return entry;
}

Books::Entry Books::enterOne(const wire::Gap& gap) {
    Account& account = accountOf(gap.incarnation, gap.rank);
    return {declare(account, gap.incarnation, gap.rank, gap.last.value(), gap.cause), false};
}

Books::Entry Books::enterOne(const wire::Bye& bye) {
    Account& account = accountOf(bye.incarnation, bye.rank);
    if (account.bye == bye.lastSeq.value()) {
        return {};
    }
    account.bye = bye.lastSeq.value();
    return {declare(account, bye.incarnation, bye.rank, bye.lastSeq.value(),
                    wire::GapCause::Undeclared),
            true};
}

Books::Account& Books::accountOf(IncarnationId incarnation, RankId rank) {
    m_changed.insert(incarnation);
    const auto [entry, isNew] = m_accounts.try_emplace(incarnation);
    if (isNew) { // its hello was lost with a damaged part of a file
        entry->second.hello.incarnation = incarnation;
        entry->second.hello.rank = rank;
        entry->second.hello.world = rank.value() + 1;
    }
    return entry->second;
}

void Books::settle() {
    for (const IncarnationId incarnation : m_changed) {
        Account& account = m_accounts.at(incarnation);
        account.helloStored = true;
        shorten(account.hello);
    }
    m_changed.clear();
}

SessionWriter::Standing Books::standing(const wire::Hello& hello) const {
    const auto known = m_accounts.find(hello.incarnation);
    if (known == m_accounts.end()) {
        return {};
    }
    const Account& account = known->second;
    return {Seq(account.last), account.bye ? std::optional(Seq(*account.bye)) : std::nullopt,
            account.fingerprint == fingerprintOf(hello)};
}

} // namespace rankscope::session
