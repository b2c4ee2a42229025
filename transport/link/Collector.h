// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rankscope::link {

/// Counters since the collector started. A copy is taken for readers: no locks are shared.
struct LinkStatistics {
    std::uint64_t messages = 0; ///< everything that came in
    std::uint64_t bytes = 0;
    std::uint64_t records = 0;      ///< step records taken
    std::uint64_t duplicates = 0;   ///< re-sent records dropped because they were already here
    std::uint64_t refused = 0;      ///< malformed, oversized, wrong version, unknown incarnation
    std::uint64_t declaredLost = 0; ///< records in declared gaps
    std::uint32_t live = 0;         ///< ranks heard of in the last 15 s that have not said bye
    std::string lastRefusal;        ///< why, in words
};

/// Where the collector puts what it received; called on the collector's thread.
class EventSink {
  public:
    virtual ~EventSink() = default;

    /// Takes the rank into the run, or says why not (the reason goes back in the Welcome).
    /// On success returns what is already stored of this incarnation (Seq 0 when it is new).
    virtual Result<Seq> admit(const wire::Hello &hello) = 0;

    /// Keeps events, in order, and makes them durable before it returns: acks go out only for
    /// what this call accepted. On an error nothing is acknowledged and the same events are offered
    /// again later.
    virtual Result<void> commit(std::span<const wire::Event> events) = 0;
};

/// Receiving end of the ranks' link: binds a ROUTER socket, checks every message, drops
/// duplicates by (incarnation, seq), hands whole batches to the sink and acknowledges what was
/// committed. Owns one thread; every method may be called from any thread.
class Collector {
  public:
    struct Options {
        std::string endpoint = "tcp://127.0.0.1:5757"; ///< port 0 or * picks a free one
        std::chrono::milliseconds commitEvery{50};     ///< longest wait between arrival and commit
        std::size_t commitBytes = 4U << 20U;           ///< or as soon as this much is waiting
        std::chrono::milliseconds silent{15000};       ///< a rank is dead after this long
    };

    /// Errors: Usage (an endpoint that is not loopback tcp or ipc), Busy (port taken), Io.
    [[nodiscard]] static Result<std::unique_ptr<Collector>> bind(const Options &options,
                                                                 EventSink &sink);
    Collector(const Collector &) = delete;
    Collector &operator=(const Collector &) = delete;
    ~Collector(); ///< stops; what was not committed is not acknowledged and will be re-sent

    /// The endpoint really bound, with its port.
    [[nodiscard]] const std::string &endpoint() const;
    [[nodiscard]] LinkStatistics statistics() const;

    /// At least one hello came, and every rank of the newest generation has said bye or been
    /// silent for Options::silent.
    [[nodiscard]] bool runEnded() const;

  private:
    struct Impl;
    explicit Collector(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::link
