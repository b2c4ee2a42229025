// SPDX-License-Identifier: Apache-2.0
#include "transport/view/ViewLink.h"

#include "transport/wire/Codec.h"

#include <algorithm>
#include <utility>

namespace rankscope::view {
namespace {

using namespace std::chrono_literals;

constexpr int kSliceMs = 50;          // between looks at the stop token and the clock
constexpr auto kAttachAgain = 1000ms; // an Attach that was not answered is said again
constexpr auto kReadAgain = 2000ms;   // between looks into the connection file
constexpr const char* kByItself = "the recording does not depend on this viewer, which goes on by "
                                  "itself as soon as the recorder, or the tunnel to it, is back";
constexpr const char* kHere = " at this endpoint; one that was started again may have another";

} // namespace

Result<std::unique_ptr<ViewLink>> ViewLink::connect(const std::string& address, Options options) {
    auto destination = link::readDestination(address, link::Port::Viewers);
    if (!destination) {
        return tl::unexpected(destination.error());
    }
    auto dealer = link::Dealer::connect(*destination, link::Port::Viewers);
    if (!dealer) {
        return tl::unexpected(dealer.error());
    }
    return std::unique_ptr<ViewLink>(
        new ViewLink(address, std::move(options), std::move(*destination), std::move(*dealer)));
}

ViewLink::ViewLink(std::string address, Options options, link::Destination destination,
                   std::unique_ptr<link::Dealer> dealer)
    : m_address(std::move(address)),
      m_options(std::move(options)),
      m_destination(std::move(destination)),
      m_dealer(std::move(dealer)) {}

Result<Answer> ViewLink::ask(const Question& question) {
    const std::uint64_t id = enter(question, Clock::now());
    for (;;) {
        const auto now = Clock::now();
        pump(now);
        Asked& asked = m_asked.at(id);
        std::optional<Error> error;
        if (!asked.answer) {
            error = obstacle(asked, now);
        } else if (auto* said = std::get_if<Error>(&*asked.answer)) {
            error = std::move(*said);
        }
        if (error || asked.answer) {
            std::optional<Answer> answer = std::move(asked.answer);
            m_asked.erase(id);
            return error ? Result<Answer>(tl::unexpected(*error)) : Result<Answer>(*answer);
        }
        m_dealer->wait(kSliceMs);
    }
}

Result<std::optional<Answer>> ViewLink::post(Slot slot, const Question& question) {
    const auto now = Clock::now();
    pump(now);
    const auto posted = m_slots.find(slot);
    if (posted == m_slots.end()) {
        m_slots[slot] = enter(question, now);
        return std::optional<Answer>();
    }
    Asked& asked = m_asked.at(posted->second);
    if (!asked.answer) {
        const auto error = obstacle(asked, now);
        return error ? Result<std::optional<Answer>>(tl::unexpected(*error))
                     : Result<std::optional<Answer>>(std::optional<Answer>());
    }
    std::optional<Answer> answer = std::move(asked.answer);
    m_asked.erase(posted->second);
    posted->second = enter(question, now);
    if (auto* error = std::get_if<Error>(&*answer)) {
        return tl::unexpected(std::move(*error));
    }
    return answer;
}

std::uint64_t ViewLink::enter(const Question& question, Clock::time_point now) {
    const std::uint64_t id = ++m_lastId;
    m_asked[id] = {question, now, {}};
    if (m_up) {
        send(id, question);
    }
    return id;
}

void ViewLink::send(std::uint64_t id, const Question& question) {
    // What is not sent now goes out on the next connection, or is waited for in vain: then the link
    // is lost.
    static_cast<void>(m_dealer->send(encode(Request{id, question})));
}

/// A recorder that was started again has written into its connection file where it is now.
void ViewLink::followFile(Clock::time_point now) {
    if (m_up || !(m_lost || m_refusal) || now < m_readAgain || !link::isConnectionFile(m_address)) {
        return;
    }
    m_readAgain = now + kReadAgain;
    auto destination = link::readDestination(m_address, link::Port::Viewers);
    if (!destination || *destination == m_destination) {
        return; // gone, perhaps for a moment, or as it was: the dealer goes on trying
    }
    auto dealer = link::Dealer::connect(*destination, link::Port::Viewers);
    if (dealer) {
        m_destination = std::move(*destination);
        m_dealer = std::move(*dealer);
        m_connections = 0;
        m_refusal.reset();
    }
}

/// Takes what came, and keeps the link up.
void ViewLink::pump(Clock::time_point now) {
    followFile(now);
    if (const std::uint64_t connections = m_dealer->connections(); connections != m_connections) {
        // A sign of life. From a later connection it is none before the Attach is answered: one
        // that comes and goes would never be lost.
        m_heard = m_connections == 0 ? now : m_heard;
        m_connections = connections;
        m_attach = ++m_lastId;
        m_up = false; // what was under way on the old connection is gone
        m_assembly = {};
        greet(now);
    } else if (!m_up && m_connections > 0 && now - m_attachSince >= kAttachAgain) {
        greet(now);
    }
    std::vector<std::byte> message;
    while (m_dealer->receive(message)) {
        take(message, now);
    }
}

/// Under one number per connection: whichever Attach is answered first counts, however long it
/// took.
void ViewLink::greet(Clock::time_point now) {
    m_attachSince = now;
    send(m_attach, Attach{kMinor, "rankscope " RANKSCOPE_VERSION});
}

void ViewLink::take(std::span<const std::byte> message, Clock::time_point now) {
    const auto piece = decodePiece(message);
    if (!piece) {
        // A recorder of a newer version, or none that viewers ask.
        const bool newer =
            piece.error().code == ErrorCode::Unsupported && !wire::decode(message).has_value();
        m_refusal = m_up ? m_refusal : std::optional(newer ? piece.error() : noViewPort());
        return;
    }
    const bool goesOn = m_assembly.request == piece->request && m_assembly.left > 0 &&
                        piece->left + 1 == m_assembly.left;
    if (piece->request != m_attach && !m_asked.contains(piece->request)) {
        return; // nobody waits for it any more
    }
    m_heard = now;
    if (!goesOn) {
        m_assembly = {piece->request, 0, {}};
    }
    m_assembly.left = piece->left;
    if (m_assembly.bytes.size() + piece->data.size() > limits::kAnswerBytes) {
        m_assembly = {};
        return;
    }
    m_assembly.bytes.insert(m_assembly.bytes.end(), piece->data.begin(), piece->data.end());
    if (piece->left == 0) {
        const Assembly whole = std::exchange(m_assembly, {});
        arrived(whole.request, decodeAnswer(whole.bytes), now);
    }
}

void ViewLink::arrived(std::uint64_t request, Result<Answer> answer, Clock::time_point now) {
    Answer content = answer ? std::move(*answer) : Answer(answer.error());
    if (request == m_attach && !m_up) {
        attached(content, now);
    } else if (request != m_attach) {
        m_asked.at(request).answer = std::move(content);
    }
}

void ViewLink::attached(const Answer& answer, Clock::time_point now) {
    if (const auto* error = std::get_if<Error>(&answer)) {
        m_refusal = *error; // asked again in a while
        return;
    }
    const auto* who = std::get_if<Attached>(&answer);
    if (who == nullptr) {
        return;
    }
    if (m_session.value_or(who->session) != who->session) {
        m_refusal =
            Error{ErrorCode::Conflict, "another session is recorded at " + m_address + " by now",
                  "attach again to look at that one"};
        return;
    }
    m_session = who->session;
    m_up = true;
    m_lost = false;
    m_refusal.reset();
    for (auto& [id, asked] : m_asked) {
        if (!asked.answer) {
            asked.since = now;
            send(id, asked.question);
        }
    }
}

std::optional<Error> ViewLink::obstacle(const Asked& asked, Clock::time_point now) {
    if (m_options.stop.stop_requested()) {
        return Error{ErrorCode::Unavailable, "the viewer was closed", ""};
    }
    if (m_refusal && !m_up) {
        return m_refusal;
    }
    m_lost = m_lost || now - std::max(asked.since, m_heard) > m_options.patience;
    if (!m_lost) {
        return std::nullopt;
    }
    m_up = false;
    return lost();
}

Error ViewLink::noViewPort() const {
    return {ErrorCode::Unavailable, "what answers at " + m_address + " is no view port",
            "take the endpoint that the recorder printed as `viewing`; ranks call at another"};
}

Error ViewLink::lost() const {
    if (m_session) {
        return {ErrorCode::Unavailable, "the recorder at " + m_address + " does not answer",
                link::isConnectionFile(m_address) ? kByItself : std::string(kByItself) + kHere};
    }
    if (m_connections > 0) {
        return {ErrorCode::Unavailable,
                "somebody is at " + m_address + ", but has not answered a viewer's first question",
                "try again: the way there may be slow, or the recorder busy; if it stays so, check "
                "that the recorder printed this endpoint as `viewing`, for ranks call at another"};
    }
    return {ErrorCode::Unavailable, "no recorder answers at " + m_address,
            link::isConnectionFile(m_address)
                ? "check that the recorder of this connection file runs, and that this machine "
                  "reaches it"
                : "check that it runs and printed this endpoint as `viewing`, and that the tunnel "
                  "to it, if there is one, is up"};
}

} // namespace rankscope::view
