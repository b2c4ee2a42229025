// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Collector.h"
#include "transport/link/Ledger.h"
#include "transport/link/PauseTrace.h"
#include "transport/link/RollCall.h"
#include "transport/link/Router.h"
#include "transport/wire/Messages.h"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace rankscope::link {

/// Private to this folder: what the collector does with each message, and what it remembers of the
/// ranks. Belongs to the collector's thread; the clock is passed in.
class Intake {
  public:
    Intake(const Collector::Options& options, Router& router, EventSink& sink);

    void take(const Router::Incoming& incoming, TimePoint now);

    /// A batch is ready: old enough or large enough, and not put off after an error.
    [[nodiscard]] bool commitDue(TimePoint now) const;
    /// When commitDue() or tick() will have something to do.
    [[nodiscard]] TimePoint nextDeadline() const;
    /// Hands the batch to the sink and acknowledges it.
    void commit(TimePoint now);
    /// Sends acks that are due and, every now and then, looks after silent ranks.
    void tick(TimePoint now);

    /// Enough is waiting for one batch: stop reading for a moment, commit.
    [[nodiscard]] bool batchFull() const;
    /// Too much is waiting for a failing sink: stop reading for good.
    [[nodiscard]] bool overfull() const;

    [[nodiscard]] const LinkStatistics& statistics() const { return m_statistics; }

  private:
    struct Peer {
        wire::Hello hello; ///< as it was said last
        std::string run;   ///< the run it was taken into
        std::string route; ///< connection of its last hello: the only one it may use
        Ledger ledger;
        PauseTrace pause;
        Seq committed; ///< what may be acknowledged
        TimePoint joined, heard;
        bool moved = false;                 ///< the waiting batch has something of it
        bool ackDue = false;                ///< it is on m_ackDue
        bool leaving = false, left = false; ///< bye received, bye stored
        std::size_t helloBytes = 0;         ///< of all that it said of itself
    };

    void message(const wire::Hello& hello);
    void message(const wire::StepRecord& record);
    void message(const wire::Gap& gap);
    void message(const wire::Bye& bye);
    void message(const wire::Welcome&) { refuse("a welcome, which is for ranks"); }
    void message(const wire::Ack&) { refuse("an ack, which is for ranks"); }

    Peer* admit(const wire::Hello& hello);
    /// Forgets ranks from whom nothing more is expected; the sink knows them, should they come
    /// back. Never `spared`. Gets room for a process that takes `bytes` for its hello, and some
    /// more, so that not each one that comes makes it look again.
    void makeRoom(std::size_t bytes, IncarnationId spared);
    void turnAway(const wire::Hello& hello, const std::string& reason);
    void welcome(const Peer& peer);
    /// The peer that may say this over this connection, or null when it was refused.
    Peer* speaker(IncarnationId incarnation, RankId rank);
    /// Declares the entry's hole, and says whether the message itself is to be kept.
    bool enter(Peer& peer, const Ledger::Entry& entry);
    /// Takes the memory that another hello costs, unless ranks have used up what there is.
    [[nodiscard]] std::optional<std::size_t> takeHelloBytes(const wire::Hello& hello);
    void keep(Peer& peer, wire::Event event);
    void refuse(std::string why);
    void askForHello();
    void resume(TimePoint now);
    void acknowledge(Peer& peer);
    void sendAcks();
    void lookAfterSilent();
    void callRoll();

    const Collector::Options m_options;
    Router& m_router;
    EventSink& m_sink;

    // The message in hand.
    const Router::Incoming* m_incoming = nullptr;
    TimePoint m_now;

    std::unordered_map<IncarnationId, Peer> m_peers;
    std::unordered_map<std::string, TimePoint> m_asked; ///< routes asked for a hello just now
    std::unordered_set<std::string> m_askAgain; ///< routes whose hello the sink could not take
    std::size_t m_helloBytes = 0;               ///< of all that m_peers said of themselves
    TimePoint m_nextRoom; ///< before that there is nobody to forget, unless one leaves

    std::vector<wire::Event> m_waiting;
    std::size_t m_waitingBytes = 0;  ///< as they came: what the sink will write, about
    std::size_t m_waitingMemory = 0; ///< what they take here
    TimePoint m_waitingSince;
    TimePoint m_retryAt;   ///< after an error of the sink
    bool m_paused = false; ///< the sink could not take the last batch
    std::vector<Peer*> m_moved, m_ackDue;

    TimePoint m_nextLook;
    LinkStatistics m_statistics;
};

} // namespace rankscope::link
