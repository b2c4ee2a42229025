// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/RunDigest.h"

#include "app/analysis/Bytes.h"
#include "transport/wire/Codec.h"

#include <algorithm>
#include <utility>

namespace rankscope::engine {
namespace {

using analysis::BytesIn;
using analysis::BytesOut;

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kPieceBytes = 1U << 20U;  // of what is cut into rows
constexpr std::size_t kMostBytes = 64U << 20U;  // of a digest; a larger one is not kept
constexpr std::size_t kPageBytes = 256U << 10U; // a page of hellos is full
constexpr std::int64_t kFirstPage = std::int64_t{1} << 32U;
constexpr std::int64_t kMostPages = 1 << 16U;

session::Derived rowOf(std::int64_t number, std::vector<std::byte> bytes) {
    return {session::DerivedKind::Digest, number, std::move(bytes)};
}

std::vector<std::byte> joined(const std::vector<session::Derived>& rows, std::int64_t asOf) {
    std::vector<std::byte> all;
    for (const session::Derived& row : rows) {
        BytesIn in(row.data);
        const bool ours = in.get<std::uint8_t>() == kVersion && in.get<std::int64_t>() == asOf &&
                          in.getCount() == rows.size();
        if (!ours || in.failed()) {
            return {};
        }
        const auto head = static_cast<std::ptrdiff_t>(row.data.size() - in.left());
        all.insert(all.end(), row.data.begin() + head, row.data.end());
    }
    return all;
}

/// The first `count` hellos of these pages, applied to an empty table.
bool takeHellos(const std::vector<session::Derived>& pages, std::uint64_t count,
                analysis::RunTable& table) {
    std::uint64_t taken = 0;
    for (std::size_t p = 0; p < pages.size() && taken < count; ++p) {
        BytesIn in(pages[p].data);
        if (pages[p].number != kFirstPage + static_cast<std::int64_t>(p) ||
            in.get<std::uint8_t>() != kVersion) {
            return false;
        }
        while (taken < count && in.left() > 0) {
            const auto hello = wire::decode(in.getBytes(in.getSize(1)));
            if (!hello || !std::holds_alternative<wire::Hello>(*hello)) {
                return false;
            }
            table.apply(std::get<wire::Hello>(*hello));
            ++taken;
        }
    }
    return taken == count && table.hellos().size() == count;
}

} // namespace

std::vector<session::Derived> DigestWriter::rows(const RunDigest& digest,
                                                 const analysis::RunTable& table) {
    BytesOut state;
    state.put(digest.epoch);
    state.putCount(digest.blocks);
    state.putCount(digest.stale.size());
    for (const std::uint64_t block : digest.stale) {
        state.putCount(block);
    }
    const std::vector<const wire::Hello*> hellos = table.hellos();
    state.putCount(hellos.size());
    if (!table.put(state) || state.size() > kMostBytes) {
        return {};
    }
    std::vector<session::Derived> rows;
    const auto keepPage = [&] {
        rows.push_back(rowOf(kFirstPage + static_cast<std::int64_t>(m_page),
                             std::vector<std::byte>(m_open.bytes().begin(), m_open.bytes().end())));
    };
    for (bool fresh = m_hellos < hellos.size(); m_hellos < hellos.size() || fresh;) {
        if (m_open.size() == 0) {
            m_open.put(kVersion);
        }
        for (; m_hellos < hellos.size() && m_open.size() < kPageBytes; ++m_hellos) {
            const std::vector<std::byte> bytes = wire::encode(*hellos[m_hellos]);
            m_open.putCount(bytes.size());
            m_open.put(std::span<const std::byte>(bytes));
        }
        keepPage();
        fresh = false;
        if (m_open.size() >= kPageBytes) {
            m_open = {};
            ++m_page;
        }
    }
    const std::vector<std::byte> bytes = state.take();
    const std::size_t pieces = (bytes.size() + kPieceBytes - 1) / kPieceBytes;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
        BytesOut out;
        out.put(kVersion);
        out.put(digest.asOf);
        out.putCount(pieces);
        out.put(std::span(bytes).subspan(
            piece * kPieceBytes, std::min(kPieceBytes, bytes.size() - piece * kPieceBytes)));
        rows.push_back(rowOf(static_cast<std::int64_t>(piece), out.take()));
    }
    return rows;
}

Result<std::optional<StoredDigest>> readDigest(const session::SessionReader& session) {
    const auto first = session.derived(session::DerivedKind::Digest, 0, 1);
    if (!first) {
        return tl::unexpected(first.error());
    }
    if (first->size() != 1) {
        return std::nullopt;
    }
    StoredDigest stored;
    BytesIn head(first->front().data);
    const bool ours = head.get<std::uint8_t>() == kVersion;
    stored.digest.asOf = head.get<std::int64_t>();
    const std::uint64_t pieces = head.getCount();
    if (!ours || head.failed() || stored.digest.asOf < 0 || pieces > kMostBytes / kPieceBytes) {
        return std::nullopt;
    }
    const auto rows =
        session.derived(session::DerivedKind::Digest, 0, static_cast<std::int64_t>(pieces));
    const auto pages =
        session.derived(session::DerivedKind::Digest, kFirstPage, kFirstPage + kMostPages);
    if (!rows || !pages) {
        return tl::unexpected(rows ? pages.error() : rows.error());
    }
    const std::vector<std::byte> bytes =
        rows->size() == pieces ? joined(*rows, stored.digest.asOf) : std::vector<std::byte>{};
    BytesIn in(bytes);
    stored.digest.epoch = in.get<std::uint32_t>();
    stored.digest.blocks = in.getCount();
    const std::size_t stale = in.getSize(1);
    for (std::size_t i = 0; i < stale; ++i) {
        stored.digest.stale.push_back(in.getCount());
    }
    const std::uint64_t hellos = in.getCount();
    if (in.failed() || !takeHellos(*pages, hellos, stored.table) || !stored.table.take(in) ||
        !in.done()) {
        return std::nullopt;
    }
    return std::optional{std::move(stored)};
}

} // namespace rankscope::engine
