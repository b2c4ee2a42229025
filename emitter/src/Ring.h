// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Types.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace rankscope::emitter {

/// Records of varying size on their way from one producer (the rank's thread) to one consumer (the
/// sender), who keeps each until it is acknowledged. Never allocates, locks or makes a system call.
///
/// Lives in memory given by the owner and holds offsets, not pointers, so that two processes can
/// share it, each with a Ring of its own over it. Three positions, each written by one side only,
/// chase each other: acknowledged <= sent <= written <= acknowledged + capacity.
///
/// Neither side trusts what the other wrote: whatever lies in the memory, nothing outside of it is
/// touched. Records that a consumer cannot make sense of are passed over.
class Ring {
  public:
    static constexpr std::size_t kAlignment = 16;

    /// Bytes of zeroed memory, aligned to 64, for a ring of `capacity` bytes (a power of two).
    [[nodiscard]] static std::size_t bytesFor(std::size_t capacity) noexcept;
    /// Over fresh memory, or over that of a ring whose consumer this one takes the place of:
    /// whatever is not acknowledged counts as not sent. Only the first Ring may produce.
    Ring(std::byte* memory, std::size_t capacity) noexcept;

    // Producer.

    /// Room for one record of up to `bytes`; empty when there is none. Nothing is visible to the
    /// consumer until publish(); a reservation that is not published is simply forgotten.
    [[nodiscard]] std::span<std::byte> reserve(std::size_t bytes) noexcept;
    /// Hands over the first `bytes` of the last reservation.
    void publish(Seq seq, std::size_t bytes) noexcept;

    /// Any thread: whether reserve(bytes) would succeed now; bytes not in use.
    [[nodiscard]] bool fits(std::size_t bytes) const noexcept;
    [[nodiscard]] std::size_t freeBytes() const noexcept;

    // Consumer.

    struct Record {
        Seq seq;
        std::span<const std::byte> bytes; ///< valid until acknowledged
    };
    /// The first record that was not sent.
    [[nodiscard]] std::optional<Record> next() noexcept;
    /// Counts the record from next() as sent.
    void advance() noexcept;
    /// Counts all records that are still held as not sent.
    void rewind() noexcept;
    /// Frees every record up to and including `seq`.
    void acknowledge(Seq seq) noexcept;

  private:
    struct Cursors;
    struct Header;

    /// A place in the memory; 16 bytes from it on are in bounds.
    [[nodiscard]] std::byte* at(std::uint64_t position) const noexcept;
    /// Where a record of `bytes` would begin: behind the end's padding when it doesn't fit there.
    [[nodiscard]] std::uint64_t place(std::uint64_t written, std::size_t bytes) const noexcept;

    /// A record as the consumer finds it.
    struct Found {
        Seq seq;
        const std::byte* data;
        std::size_t bytes;
        std::uint64_t end; ///< position behind it
    };
    /// The first record from `position` on; nothing when there is none up to `written`, and
    /// nothing, with `position` moved to `written`, when what stands there is no record.
    [[nodiscard]] std::optional<Found> find(std::uint64_t& position,
                                            std::uint64_t written) const noexcept;

    Cursors* m_cursors;
    std::byte* m_data;
    std::size_t m_capacity;
    // The producer's: never read back from the memory.
    std::uint64_t m_written = 0;
    std::uint64_t m_reserved = 0; ///< where the last reservation begins
    // The consumer's, on a cache line of its own.
    alignas(64) std::uint64_t m_sent;
};

} // namespace rankscope::emitter
