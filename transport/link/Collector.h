// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/ConnectionFile.h"
#include "transport/link/RollCall.h"
#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rankscope::link {

/// Counters since the collector started. A copy is taken for readers: no locks are shared.
struct LinkStatistics {
    std::uint64_t messages = 0; ///< everything that came in
    std::uint64_t bytes = 0;
    std::uint64_t records = 0;    ///< step records taken
    std::uint64_t duplicates = 0; ///< re-sent records dropped because they were already here
    /// Malformed, oversized, wrong version, unknown incarnation; connections without the key.
    std::uint64_t refused = 0;
    std::uint64_t declaredLost = 0; ///< records in declared gaps
    std::uint32_t live = 0;         ///< ranks heard of in the last 15 s that have not said bye
    Attendance attendance = Attendance::NobodyYet;
    std::string lastRefusal; ///< why, in words, unless a process was turned away
    /// Of `refused`: hellos that were answered with a no. Such a rank sends nothing, and nothing of
    /// it is in the session.
    std::uint64_t notAdmitted = 0;
    std::string lastNotAdmitted; ///< why, in words
    std::string problem; ///< why nothing can be committed now (disk full), empty while all is well
};

/// How a sink takes a rank in.
struct Admission {
    std::string run;          ///< run id that the rank was taken into
    Seq last;                 ///< everything up to here is stored or declared lost; 0: it is new
    std::optional<Seq> bye;   ///< its bye is stored, and said this
    bool helloStored = false; ///< this very hello is stored: don't offer it again
};

/// Where the collector puts what it received; called on the collector's thread.
class EventSink {
  public:
    virtual ~EventSink() = default;

    /// Takes the rank into the run, or says why not. Asked again for a rank that the collector has
    /// forgotten since: then the answer is as of the last commit. An error of code Conflict is
    /// final and goes back in the Welcome; after any other one the rank is asked again later.
    virtual Result<Admission> admit(const wire::Hello& hello) = 0;

    /// Keeps events, in order, and makes them durable before it returns: acks go out only for
    /// what this call accepted. On an error nothing is acknowledged, and the next call offers the
    /// same events again, in the same order, with newer ones behind them.
    virtual Result<void> commit(std::span<const wire::Event> events) = 0;
};

/// Receiving end of the ranks' link: binds a ROUTER socket, checks every message, drops
/// duplicates by (incarnation, seq), hands whole batches to the sink and acknowledges what was
/// committed. Owns one thread; every method may be called from any thread.
///
/// Records are taken only over a connection that has said hello for their incarnation; on any
/// other the collector answers with an empty message, which asks for one (see Dealer). Therefore
/// what comes from an incarnation is in order, whatever connections died before, and a hole in it
/// is a loss. Nothing that comes in is fatal: what can't be used is counted in `refused`.
///
/// When the sink fails, received events wait and are offered again every second; when they take as
/// much memory as 16 batches the collector stops reading, so that the ranks' rings take over.
/// What a rank lost because its ring was full meanwhile is stored with the cause RecorderPaused.
class Collector {
  public:
    struct Options {
        std::string endpoint = "tcp://127.0.0.1:5757"; ///< port 0 or * picks a free one
        /// Demands the emit key from every rank, and proves to be the recorder that the file names.
        /// Without it only this machine can reach the endpoint.
        std::optional<Connection> keys;
        std::chrono::milliseconds commitEvery{50}; ///< longest wait between arrival and commit
        std::size_t commitBytes = 4U << 20U;       ///< or as soon as this much is waiting
        std::chrono::milliseconds silent{15000};   ///< a rank is dead after this long
        /// Most processes, and most memory for what they say of themselves. Those that have left,
        /// or have been silent for long, are forgotten first.
        std::size_t peers = 65536;
        std::size_t helloBytes = 256U << 20U;
    };

    /// Takes the endpoint; ranks may connect, and wait until start().
    /// Errors: Usage (an endpoint that is neither loopback tcp nor ipc, without keys), Busy (port
    /// taken), Io.
    [[nodiscard]] static Result<std::unique_ptr<Collector>> bind(const Options& options);
    /// The same, and start().
    [[nodiscard]] static Result<std::unique_ptr<Collector>> bind(const Options& options,
                                                                 EventSink& sink);
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;
    ~Collector(); ///< stops

    /// Begins to receive, once. The sink outlives the collector, or is not used after stop().
    void start(EventSink& sink);

    /// Commits and acknowledges what has come, stops and lets the port go. What can't be committed
    /// is not acknowledged and will be re-sent to the next collector. The sink is not used again.
    void stop();

    /// The endpoint really bound, with its port.
    [[nodiscard]] const std::string& endpoint() const;
    [[nodiscard]] LinkStatistics statistics() const;

    /// At least one hello came, and every rank of the newest generation has said bye or been
    /// silent for Options::silent. A rank with nothing to say isn't silent while its connection
    /// lives, which heartbeats make sure of within 6 s.
    [[nodiscard]] bool runEnded() const;

  private:
    struct Impl;
    explicit Collector(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::link
