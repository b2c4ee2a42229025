// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Intake.h"

#include "transport/link/Footprint.h"
#include "transport/wire/Codec.h"

#include <algorithm>
#include <tuple>

namespace rankscope::link {

namespace {

using namespace std::chrono_literals;

// Against a peer that invents connections: each costs memory.
constexpr std::size_t kMaxRoutes = 65536; // more than there can be file descriptors at once
constexpr std::size_t kMaxWaitingBatches = 16;
constexpr auto kRetry = 1s;   // between attempts of a sink that failed
constexpr auto kLook = 200ms; // between looks at who is silent
// Of the time since a rank's start: a century, so that no sum of times overflows.
constexpr std::uint64_t kMostNs = (std::uint64_t{1} << 61U) - 1;
constexpr auto kAskAgain = 500ms; // one question per connection in this time: answers take a while
constexpr const char* kNoRoomForHellos =
    "what the processes that have not left say of themselves takes all the room that the recorder "
    "has for it; give watch() a smaller config, or start a recorder of its own for those that come "
    "now";

/// For a viewer that was given the wrong port.
std::vector<std::byte> forRanksOnly() {
    wire::Welcome welcome;
    welcome.accepted = false;
    welcome.reason = "this is the recorder's port for ranks; viewers ask at the one that it "
                     "printed as `viewing`";
    return wire::encode(welcome);
}

} // namespace

Intake::Intake(const Collector::Options& options, Router& router, EventSink& sink)
    : m_options(options),
      m_router(router),
      m_sink(sink) {}

void Intake::take(const Router::Incoming& incoming, TimePoint now) {
    m_incoming = &incoming;
    m_now = now;
    ++m_statistics.messages;
    m_statistics.bytes += incoming.payload.size();
    if (!incoming.single) {
        return refuse("a message in several parts");
    }
    if (incoming.payload.empty()) { // a new connection looks for somebody
        return askForHello();
    }
    const auto decoded = wire::decode(incoming.payload);
    if (!decoded && wire::isViewRequest(incoming.payload)) {
        m_router.send(incoming.route, forRanksOnly());
        return refuse("a viewer's question, which is for the port that is printed as `viewing`");
    }
    if (!decoded) {
        return refuse(decoded.error().what);
    }
    std::visit([this](const auto& one) { message(one); }, *decoded);
}

void Intake::message(const wire::Hello& hello) {
    const auto known = m_peers.find(hello.incarnation);
    Peer* const peer = known == m_peers.end() ? admit(hello) : &known->second;
    if (peer == nullptr) {
        return;
    }
    if (peer->hello.rank != hello.rank || peer->hello.generation != hello.generation) {
        return turnAway(hello, "an incarnation cannot change its rank or generation");
    }
    if (peer->hello != hello) { // it knows more of itself by now
        const auto bytes = takeHelloBytes(hello);
        if (!bytes) {
            return turnAway(hello, kNoRoomForHellos);
        }
        peer->helloBytes += *bytes;
        peer->hello = hello;
        keep(*peer, hello);
    }
    peer->route = m_incoming->route;
    peer->heard = m_now;
    m_asked.erase(peer->route);
    welcome(*peer);
}

Intake::Peer* Intake::admit(const wire::Hello& hello) {
    if (m_peers.size() >= m_options.peers) {
        makeRoom(0, hello.incarnation);
    }
    if (m_peers.size() >= m_options.peers) {
        turnAway(hello, "the recorder has " + std::to_string(m_peers.size()) +
                            " processes that have not left, as many as it takes; start a recorder "
                            "of its own for those that come now");
        return nullptr;
    }
    const auto admission = m_sink.admit(hello);
    if (!admission) {
        const Error& error = admission.error();
        if (error.code == ErrorCode::Conflict) {
            turnAway(hello, error.what);
        } else {
            m_statistics.problem = error.what;
            if (m_askAgain.size() < kMaxRoutes) {
                m_askAgain.insert(m_incoming->route);
            }
        }
        return nullptr;
    }
    const auto bytes = takeHelloBytes(hello);
    if (!bytes) {
        turnAway(hello, kNoRoomForHellos);
        return nullptr;
    }
    Peer& peer = m_peers[hello.incarnation];
    peer.helloBytes = *bytes;
    peer.hello = hello;
    peer.run = admission->run;
    peer.ledger = Ledger(admission->last, admission->bye);
    peer.committed = admission->last;
    peer.joined = m_now;
    peer.left = admission->bye.has_value();
    if (!admission->helloStored) {
        keep(peer, hello);
    }
    return &peer;
}

std::optional<std::size_t> Intake::takeHelloBytes(const wire::Hello& hello) {
    const std::size_t bytes = footprint(hello);
    if (bytes > m_options.helloBytes - m_helloBytes) {
        makeRoom(bytes, hello.incarnation);
    }
    if (bytes > m_options.helloBytes - m_helloBytes) {
        return {};
    }
    m_helloBytes += bytes;
    return bytes;
}

void Intake::makeRoom(std::size_t bytes, IncarnationId spared) {
    if (m_now < m_nextRoom) {
        return;
    }
    std::vector<const Peer*> idle;
    std::unordered_map<RankId, const Peer*> newest;
    for (const auto& [incarnation, peer] : m_peers) {
        const Peer*& of = newest[peer.hello.rank];
        if (of == nullptr || std::tie(of->hello.generation, of->joined) <
                                 std::tie(peer.hello.generation, peer.joined)) {
            of = &peer;
        }
        // What it said is stored, and it has heard so or has no connection to hear it over.
        const bool quiet = peer.left || m_now - peer.heard >= m_options.silent;
        if (quiet && !peer.moved && !peer.ackDue && incarnation != spared) {
            idle.push_back(&peer);
        }
    }
    // Last those that say how the newest generation stands (RollCall): the only ones of their rank.
    const auto order = [&newest](const Peer* peer) {
        return std::tuple(newest.at(peer->hello.rank) == peer, !peer->left, peer->joined);
    };
    std::sort(idle.begin(), idle.end(),
              [&](const Peer* a, const Peer* b) { return order(a) < order(b); });
    const std::size_t fewer = m_options.peers - std::min(m_options.peers, m_options.peers / 8 + 1);
    const std::size_t less =
        m_options.helloBytes -
        std::min(m_options.helloBytes, std::max(bytes, m_options.helloBytes / 8));
    for (const Peer* const peer : idle) {
        if (m_peers.size() <= fewer && m_helloBytes <= less) {
            break;
        }
        m_helloBytes -= peer->helloBytes;
        m_peers.erase(peer->hello.incarnation);
    }
    if (idle.empty()) {
        m_nextRoom = m_now + kLook;
    }
}

void Intake::turnAway(const wire::Hello& hello, const std::string& reason) {
    wire::Welcome answer;
    answer.incarnation = hello.incarnation;
    answer.accepted = false;
    answer.reason = reason;
    m_router.send(m_incoming->route, wire::encode(answer));
    ++m_statistics.refused;
    ++m_statistics.notAdmitted;
    m_statistics.lastNotAdmitted = reason;
}

void Intake::welcome(const Peer& peer) {
    wire::Welcome answer;
    answer.incarnation = peer.hello.incarnation;
    answer.committed = peer.committed;
    answer.run = peer.run;
    m_router.send(peer.route, wire::encode(answer));
}

Intake::Peer* Intake::speaker(IncarnationId incarnation, RankId rank) {
    const auto known = m_peers.find(incarnation);
    if (known == m_peers.end() || known->second.route != m_incoming->route) {
        askForHello();
        refuse("a record over a connection that has not said hello for its incarnation");
        return nullptr;
    }
    Peer& peer = known->second;
    peer.heard = m_now;
    if (peer.hello.rank != rank) {
        refuse("a record of another rank than its incarnation's hello");
        return nullptr;
    }
    return &peer;
}

void Intake::message(const wire::StepRecord& record) {
    Peer* const peer = speaker(record.incarnation, record.rank);
    if (peer == nullptr) {
        return;
    }
    peer->pause.record(std::chrono::nanoseconds(std::min(record.timeNs, kMostNs)), m_now);
    if (enter(*peer, peer->ledger.record(record.seq))) {
        ++m_statistics.records;
        keep(*peer, record);
    }
}

void Intake::message(const wire::Gap& gap) {
    Peer* const peer = speaker(gap.incarnation, gap.rank);
    SeqRange fresh;
    if (peer != nullptr && enter(*peer, peer->ledger.gap({gap.first, gap.last}, fresh))) {
        m_statistics.declaredLost += fresh.count();
        const bool ours =
            gap.cause == wire::GapCause::RingFull && (m_paused || peer->pause.holds());
        keep(*peer, wire::Gap{gap.incarnation, gap.rank, fresh.first, fresh.last,
                              ours ? wire::GapCause::RecorderPaused : gap.cause});
    }
}

void Intake::message(const wire::Bye& bye) {
    Peer* const peer = speaker(bye.incarnation, bye.rank);
    if (peer != nullptr && enter(*peer, peer->ledger.bye(bye.lastSeq))) {
        peer->leaving = true;
        keep(*peer, bye);
    }
}

bool Intake::enter(Peer& peer, const Ledger::Entry& entry) {
    if (entry.hole) {
        m_statistics.declaredLost += entry.hole->count();
        keep(peer, wire::Gap{peer.hello.incarnation, peer.hello.rank, entry.hole->first,
                             entry.hole->last, wire::GapCause::Undeclared});
    }
    switch (entry.verdict) {
    case Ledger::Verdict::New:
        return true;
    case Ledger::Verdict::Duplicate:
        ++m_statistics.duplicates;
        acknowledge(peer); // it would not say so again if it knew
        return false;
    case Ledger::Verdict::Impossible:
        refuse("a sequence number that cannot be");
        return false;
    }
    return false;
}

void Intake::keep(Peer& peer, wire::Event event) {
    if (m_waiting.empty()) {
        m_waitingSince = m_now;
    }
    m_waitingMemory += footprint(event);
    m_waiting.push_back(std::move(event));
    m_waitingBytes += m_incoming->payload.size();
    if (!peer.moved) {
        peer.moved = true;
        m_moved.push_back(&peer);
    }
}

void Intake::refuse(std::string why) {
    ++m_statistics.refused;
    m_statistics.lastRefusal = std::move(why);
}

void Intake::askForHello() {
    if (m_asked.size() >= kMaxRoutes) {
        return; // it will ask again; tick() forgets the old ones
    }
    const auto [asked, first] = m_asked.try_emplace(m_incoming->route, m_now);
    if (first || m_now - asked->second >= kAskAgain) {
        asked->second = m_now;
        m_router.send(m_incoming->route, {});
    }
}

bool Intake::batchFull() const {
    return m_waitingBytes >= m_options.commitBytes;
}

bool Intake::overfull() const {
    return m_waitingMemory >= kMaxWaitingBatches * m_options.commitBytes;
}

bool Intake::commitDue(TimePoint now) const {
    return !m_waiting.empty() && now >= m_retryAt &&
           (batchFull() || now - m_waitingSince >= m_options.commitEvery);
}

TimePoint Intake::nextDeadline() const {
    if (m_waiting.empty()) {
        return m_nextLook;
    }
    const TimePoint due = batchFull() ? m_retryAt : m_waitingSince + m_options.commitEvery;
    return std::min(m_nextLook, std::max(m_retryAt, due));
}

void Intake::commit(TimePoint now) {
    if (m_waiting.empty()) {
        return;
    }
    if (const auto done = m_sink.commit(m_waiting); !done) {
        m_statistics.problem = done.error().what;
        m_retryAt = now + kRetry;
        m_paused = true;
        return;
    }
    if (m_paused) {
        resume(now);
    }
    m_statistics.problem.clear();
    m_waiting.clear();
    m_waitingBytes = 0;
    m_waitingMemory = 0;
    for (Peer* const peer : m_moved) {
        peer->moved = false;
        peer->committed = peer->ledger.last();
        if (peer->leaving && !peer->left) {
            peer->left = true;
            m_nextRoom = {};
        }
        acknowledge(*peer);
    }
    m_moved.clear();
    sendAcks();
}

void Intake::resume(TimePoint now) {
    m_paused = false;
    for (auto& [incarnation, peer] : m_peers) {
        peer.pause.resumed(now);
    }
}

void Intake::acknowledge(Peer& peer) {
    if (!peer.ackDue) {
        peer.ackDue = true;
        m_ackDue.push_back(&peer);
    }
}

void Intake::sendAcks() {
    const auto sent = [this](Peer* peer) {
        const wire::Ack ack{peer->hello.incarnation, peer->committed, peer->left};
        // One that is gone learns it from the Welcome when it comes back.
        peer->ackDue = m_router.send(peer->route, wire::encode(ack)) == Router::Sent::Full;
        return !peer->ackDue;
    };
    m_ackDue.erase(std::remove_if(m_ackDue.begin(), m_ackDue.end(), sent), m_ackDue.end());
}

void Intake::tick(TimePoint now) {
    sendAcks();
    if (now < m_nextLook) {
        return;
    }
    m_nextLook = now + kLook;
    m_now = now;
    std::erase_if(m_asked, [&](const auto& one) { return now - one.second >= kAskAgain; });
    if (now >= m_retryAt && !m_askAgain.empty()) {
        m_retryAt = now + kRetry;
        for (const std::string& route : m_askAgain) {
            m_router.send(route, {});
        }
        m_askAgain.clear();
    }
    lookAfterSilent();
    callRoll();
}

void Intake::lookAfterSilent() {
    // An ack that says nothing new costs little and tells whether the connection still lives.
    for (auto& [incarnation, peer] : m_peers) {
        if (peer.left || m_now - peer.heard < m_options.silent / 3) {
            continue;
        }
        const wire::Ack ack{incarnation, peer.committed, peer.left};
        if (m_router.send(peer.route, wire::encode(ack)) == Router::Sent::Yes) {
            peer.heard = m_now;
        }
    }
}

void Intake::callRoll() {
    std::vector<Presence> all;
    all.reserve(m_peers.size());
    for (const auto& [incarnation, peer] : m_peers) {
        all.push_back({peer.hello.rank, peer.hello.generation, peer.hello.world, peer.joined,
                       peer.heard, peer.left});
    }
    const RollCall roll = link::callRoll(all, m_now, m_options.silent);
    m_statistics.live = roll.live;
    m_statistics.attendance = roll.attendance;
}

} // namespace rankscope::link
