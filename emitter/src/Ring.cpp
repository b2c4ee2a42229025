// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Ring.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace rankscope::emitter {

/// On a cache line each, so that the two sides don't take them from each other needlessly. Zeroed
/// memory is an empty ring.
struct Ring::Cursors {
    alignas(64) std::atomic<std::uint64_t> written;
    alignas(64) std::atomic<std::uint64_t> acknowledged;
};

struct Ring::Header {
    std::uint64_t seq;
    std::uint32_t bytes; ///< kPadding: nothing more up to the end of the memory
    std::uint32_t unused;
};

namespace {

constexpr std::uint32_t kPadding = UINT32_MAX;
constexpr std::size_t kHeader = 16;

constexpr std::size_t occupied(std::size_t bytes) noexcept {
    return kHeader + (bytes + Ring::kAlignment - 1) / Ring::kAlignment * Ring::kAlignment;
}

} // namespace

std::size_t Ring::bytesFor(std::size_t capacity) noexcept {
    return sizeof(Cursors) + capacity;
}

Ring::Ring(std::byte* memory, std::size_t capacity) noexcept
    : m_cursors(reinterpret_cast<Cursors*>(memory)),
      m_data(memory + sizeof(Cursors)),
      m_capacity(capacity),
      m_sent(m_cursors->acknowledged.load(std::memory_order_relaxed)) {
    static_assert(sizeof(Header) == kHeader && kHeader % kAlignment == 0);
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
    assert(std::has_single_bit(capacity) && capacity >= 2 * kAlignment);
}

std::byte* Ring::at(std::uint64_t position) const noexcept {
    return m_data + (position & (m_capacity - 1) & ~std::uint64_t{kAlignment - 1});
}

std::uint64_t Ring::place(std::uint64_t written, std::size_t bytes) const noexcept {
    const std::uint64_t toEnd = m_capacity - (written & (m_capacity - 1));
    return occupied(bytes) <= toEnd ? written : written + toEnd;
}

bool Ring::fits(std::size_t bytes) const noexcept {
    const std::uint64_t written = m_cursors->written.load(std::memory_order_relaxed);
    const std::uint64_t limit =
        m_cursors->acknowledged.load(std::memory_order_acquire) + m_capacity;
    return place(written, bytes) + occupied(bytes) <= limit;
}

std::size_t Ring::freeBytes() const noexcept {
    // In this order: read the other way round, the difference could come out negative.
    const std::uint64_t acknowledged = m_cursors->acknowledged.load(std::memory_order_acquire);
    return acknowledged + m_capacity - m_cursors->written.load(std::memory_order_relaxed);
}

std::span<std::byte> Ring::reserve(std::size_t bytes) noexcept {
    m_reserved = place(m_written, bytes);
    const std::uint64_t limit =
        m_cursors->acknowledged.load(std::memory_order_acquire) + m_capacity;
    if (occupied(bytes) > m_capacity || m_reserved + occupied(bytes) > limit) {
        return {};
    }
    if (m_reserved != m_written) {
        const Header padding{0, kPadding, 0};
        std::memcpy(at(m_written), &padding, kHeader);
    }
    return {at(m_reserved) + kHeader, bytes};
}

void Ring::publish(Seq seq, std::size_t bytes) noexcept {
    assert(bytes < kPadding);
    const Header header{seq.value(), static_cast<std::uint32_t>(bytes), 0};
    std::memcpy(at(m_reserved), &header, kHeader);
    m_written = m_reserved + occupied(bytes);
    m_cursors->written.store(m_written, std::memory_order_release);
}

std::optional<Ring::Found> Ring::find(std::uint64_t& position,
                                      std::uint64_t written) const noexcept {
    const auto headerAt = [this](std::uint64_t place) {
        Header copy; // read once: the memory may change under us
        std::memcpy(&copy, at(place), kHeader);
        return copy;
    };
    if (position == written) {
        return {};
    }
    Header header = headerAt(position);
    if (header.bytes == kPadding) {
        position += m_capacity - (position & (m_capacity - 1));
        if (position == written) {
            return {};
        }
        header = headerAt(position);
    }
    const std::uint64_t toEnd = m_capacity - (position & (m_capacity - 1));
    const bool sound = position % kAlignment == 0 && written - position <= m_capacity &&
                       header.bytes <= m_capacity &&
                       occupied(header.bytes) <= std::min(toEnd, written - position);
    if (!sound) {
        position = written;
        return {};
    }
    return Found{Seq{header.seq}, at(position) + kHeader, header.bytes,
                 position + occupied(header.bytes)};
}

std::optional<Ring::Record> Ring::next() noexcept {
    const auto found = find(m_sent, m_cursors->written.load(std::memory_order_acquire));
    if (!found) {
        return {};
    }
    return Record{found->seq, {found->data, found->bytes}};
}

void Ring::advance() noexcept {
    if (const auto found = find(m_sent, m_cursors->written.load(std::memory_order_acquire))) {
        m_sent = found->end;
    }
}

void Ring::rewind() noexcept {
    m_sent = m_cursors->acknowledged.load(std::memory_order_relaxed);
}

void Ring::acknowledge(Seq seq) noexcept {
    const std::uint64_t written = m_cursors->written.load(std::memory_order_acquire);
    std::uint64_t position = m_cursors->acknowledged.load(std::memory_order_relaxed);
    for (std::uint64_t look = position;;) {
        const auto found = find(look, written);
        if (!found && look == written) {
            position = written; // padding, or no record
            break;
        }
        if (!found || found->seq > seq) {
            break;
        }
        position = look = found->end;
    }
    m_sent = std::max(m_sent, position);
    m_cursors->acknowledged.store(position, std::memory_order_release);
}

} // namespace rankscope::emitter
