// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/src/Channel.h"
#include "transport/link/Dealer.h"
#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <chrono>
#include <memory>

namespace rankscope::emitter {

/// The thread that carries records from the ring to the collector. Masks all signals, and looks
/// into the ring every millisecond (every 10 ms while nothing happens) instead of being woken:
/// waking would cost the rank's thread a system call.
///
/// The thread is detached and shares ownership of all it uses: a process may exit under it, and
/// nobody ever has to wait for it.
class Sender {
  public:
    /// Errors: Io (no thread to be had).
    [[nodiscard]] static Result<Sender> start(std::shared_ptr<Channel> channel,
                                              std::unique_ptr<link::Dealer> dealer,
                                              const wire::Hello& hello);

    /// Has the thread deliver what is left, at most `patience` long and only when a collector has
    /// taken this rank in, and end. Returns when it has, or soon after the patience ran out.
    void stop(std::chrono::milliseconds patience) noexcept;
    /// The same without waiting; stop() then waits as long as was said here.
    void beginStop(std::chrono::milliseconds patience) noexcept;

  private:
    struct Shared;
    explicit Sender(std::shared_ptr<Shared> shared);
    std::shared_ptr<Shared> m_shared;
};

} // namespace rankscope::emitter
