// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/src/Descriptor.h"
#include "emitter/src/Letter.h"
#include "emitter/src/Mapping.h"
#include "emitter/src/Ring.h"
#include "transport/wire/Result.h"
#include "transport/wire/Types.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace rankscope::emitter {

using Clock = std::chrono::steady_clock; // CLOCK_MONOTONIC: the same in all processes

/// Who carries a channel's records away.
enum class Carrier : std::uint32_t { Nobody, Process, Thread };

/// What the rank's thread and its sender share: one piece of memory with the ring, the account, and
/// the letter that tells the sender what to do. The sender may be a thread, which shares the
/// Channel, or a process, which makes one of its own over the same memory. No value in there is
/// trusted: either side survives whatever the other writes.
class Channel {
  public:
    /// The rank's end. `shareable`: in a file without a name, that another process can be given
    /// (see descriptor()), when the system has such a thing to offer.
    /// Errors: Io (no memory).
    [[nodiscard]] static Result<std::shared_ptr<Channel>>
    make(const Letter& letter, std::size_t ringBytes, bool shareable);
    /// The end of a sender in another process. Errors: Malformed, Unsupported (of another version),
    /// Io.
    [[nodiscard]] static Result<std::shared_ptr<Channel>> attach(int descriptor);

    /// The file to hand to another process; -1 when the memory is this process's own, or after
    /// closeFile(): the memory stays.
    [[nodiscard]] int descriptor() const noexcept { return m_file.number(); }
    void closeFile() noexcept { m_file = Descriptor(); }

    /// Takes the records' carriage, unless another kind of carrier has it: of a process that is
    /// slow to start and the thread that took over, only one may empty the ring. Processes follow
    /// one another.
    [[nodiscard]] bool claim(Carrier kind) noexcept;
    [[nodiscard]] Carrier carrier() const noexcept;

    /// What the rank left for its sender. Errors: see decodeLetter().
    [[nodiscard]] Result<Letter> letter() const;

    /// Rank: asks the sender to end, as soon as everything is delivered and at the latest after
    /// `patience`. Only the first call counts.
    void askToEnd(std::chrono::milliseconds patience) noexcept;
    /// Rank: whether the sender has ended, or the patience of askToEnd(), and a little more, is
    /// over.
    [[nodiscard]] bool isOver() const noexcept;
    /// Rank: waits for that.
    void awaitEnd() const noexcept;
    /// Sender: until when delivering may take; nothing while the rank goes on.
    [[nodiscard]] std::optional<Clock::time_point> endBy() const noexcept;
    void sayEnded() noexcept;

  private:
    struct Head;
    Channel(Mapping memory, Descriptor file, std::size_t ringAt, std::size_t ringBytes) noexcept;
    [[nodiscard]] Head& head() const noexcept;

    Mapping m_memory;
    Descriptor m_file;
    std::optional<Clock::time_point> m_askedUntil; ///< the rank's own

  public:
    const std::size_t ringBytes;
    Ring ring;
    const IncarnationId incarnation;
    const RankId rank;

    // Written by the rank's thread.
    std::atomic<std::uint64_t>& lastSeq; ///< after its record is in the ring, or was dropped
    std::atomic<std::uint64_t>& lost;

    // Written by the sender.
    std::atomic<std::uint64_t>& acknowledged;
    std::atomic<std::uint32_t>& connected; ///< 1: a collector has taken this rank in
};

} // namespace rankscope::emitter
