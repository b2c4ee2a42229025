// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Ring.h"

#include <bit>
#include <cassert>
#include <new>

namespace rankscope::emitter {

/// On a cache line each, so that the two sides don't take them from each other needlessly.
struct Ring::Cursors {
    alignas(64) std::atomic<std::uint64_t> written;
    alignas(64) std::atomic<std::uint64_t> acknowledged;
    std::atomic<std::uint64_t> sent;
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
    : m_cursors(new (memory) Cursors{}),
      m_data(memory + sizeof(Cursors)),
      m_capacity(capacity) {
    static_assert(sizeof(Header) == kHeader && kHeader % kAlignment == 0);
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
    assert(std::has_single_bit(capacity) && capacity >= 2 * kAlignment);
}

Ring::Header* Ring::headerAt(std::uint64_t position) const noexcept {
    return reinterpret_cast<Header*>(m_data + (position & (m_capacity - 1)));
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
    if (!fits(bytes)) {
        return {};
    }
    const std::uint64_t written = m_cursors->written.load(std::memory_order_relaxed);
    m_reserved = place(written, bytes);
    if (m_reserved != written) {
        headerAt(written)->bytes = kPadding;
    }
    return {reinterpret_cast<std::byte*>(headerAt(m_reserved)) + kHeader, bytes};
}

void Ring::publish(Seq seq, std::size_t bytes) noexcept {
    assert(bytes < kPadding);
    *headerAt(m_reserved) = {seq.value(), static_cast<std::uint32_t>(bytes), 0};
    m_cursors->written.store(m_reserved + occupied(bytes), std::memory_order_release);
}

std::uint64_t Ring::skipPadding(std::uint64_t position, std::uint64_t end) const noexcept {
    if (position != end && headerAt(position)->bytes == kPadding) {
        position += m_capacity - (position & (m_capacity - 1));
    }
    return position;
}

std::optional<Ring::Record> Ring::next() noexcept {
    const std::uint64_t written = m_cursors->written.load(std::memory_order_acquire);
    const std::uint64_t sent =
        skipPadding(m_cursors->sent.load(std::memory_order_relaxed), written);
    if (sent == written) {
        return {};
    }
    const Header* const header = headerAt(sent);
    return Record{Seq{header->seq},
                  {reinterpret_cast<const std::byte*>(header) + kHeader, header->bytes}};
}

void Ring::advance() noexcept {
    const std::uint64_t written = m_cursors->written.load(std::memory_order_acquire);
    const std::uint64_t sent =
        skipPadding(m_cursors->sent.load(std::memory_order_relaxed), written);
    assert(sent != written);
    m_cursors->sent.store(sent + occupied(headerAt(sent)->bytes), std::memory_order_relaxed);
}

void Ring::rewind() noexcept {
    m_cursors->sent.store(m_cursors->acknowledged.load(std::memory_order_relaxed),
                          std::memory_order_relaxed);
}

void Ring::acknowledge(Seq seq) noexcept {
    const std::uint64_t written = m_cursors->written.load(std::memory_order_acquire);
    std::uint64_t position = m_cursors->acknowledged.load(std::memory_order_relaxed);
    for (;;) {
        const std::uint64_t record = skipPadding(position, written);
        if (record == written || headerAt(record)->seq > seq.value()) {
            break;
        }
        position = record + occupied(headerAt(record)->bytes);
    }
    if (m_cursors->sent.load(std::memory_order_relaxed) < position) {
        m_cursors->sent.store(position, std::memory_order_relaxed);
    }
    m_cursors->acknowledged.store(position, std::memory_order_release);
}

} // namespace rankscope::emitter
