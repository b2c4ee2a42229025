// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Dealer.h"
#include "transport/link/Destination.h"
#include "transport/view/ViewMessages.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace rankscope::view {

/// Private to this folder: a viewer's end of the link. Attaches on every new connection, sends
/// again what a lost connection left unanswered, puts answers together. One thread owns it.
///
/// The link is *lost* when an answer has been waited for longer than the patience without a sign
/// of life, and no longer so as soon as the recorder has answered an Attach. While it is lost a
/// connection file is read again now and then: a recorder that was started again may have another
/// port.
class ViewLink {
  public:
    using Clock = std::chrono::steady_clock;
    struct Options {
        std::stop_token stop;
        std::chrono::milliseconds patience{};
    };
    /// Errors: those of readDestination() and Dealer::connect().
    [[nodiscard]] static Result<std::unique_ptr<ViewLink>> connect(const std::string& address,
                                                                   Options options);

    /// Waits for the answer. Errors: Unavailable (lost, stopped), Conflict (another session), and
    /// what the recorder answered; Malformed or Unsupported when it talks nonsense.
    [[nodiscard]] Result<Answer> ask(const Question& question);

    /// Asks without waiting: returns the answer to the question that was posted in this slot
    /// before, when it has come, and only then asks anew. Errors: as ask().
    enum class Slot { Pulse, Head };
    [[nodiscard]] Result<std::optional<Answer>> post(Slot slot, const Question& question);

  private:
    struct Asked {
        Question question;
        Clock::time_point since;      ///< asked, or asked again
        std::optional<Answer> answer; ///< none: still to come
    };
    struct Assembly {
        std::uint64_t request = 0;
        std::uint32_t left = 0;
        std::vector<std::byte> bytes;
    };

    ViewLink(std::string address, Options options, link::Destination destination,
             std::unique_ptr<link::Dealer> dealer);
    void followFile(Clock::time_point now);
    void pump(Clock::time_point now);
    void greet(Clock::time_point now);
    void take(std::span<const std::byte> message, Clock::time_point now);
    void arrived(std::uint64_t request, Result<Answer> answer, Clock::time_point now);
    void attached(const Answer& answer, Clock::time_point now);
    void send(std::uint64_t id, const Question& question);
    std::uint64_t enter(const Question& question, Clock::time_point now);
    /// What keeps a question from being answered now, if anything does.
    [[nodiscard]] std::optional<Error> obstacle(const Asked& asked, Clock::time_point now);
    [[nodiscard]] Error lost() const;
    [[nodiscard]] Error noViewPort() const;

    std::string m_address; ///< as it was given
    Options m_options;
    link::Destination m_destination;
    std::unique_ptr<link::Dealer> m_dealer;
    std::uint64_t m_lastId = 0;
    std::map<std::uint64_t, Asked> m_asked; ///< by request: at most one call and the slots
    std::map<Slot, std::uint64_t> m_slots;
    Assembly m_assembly;

    std::uint64_t m_connections = 0; ///< of the dealer, when it was looked at last
    std::uint64_t m_attach = 0;      ///< request of every Attach on the present connection
    Clock::time_point m_attachSince{};
    bool m_up = false; ///< attached on the present connection
    bool m_lost = false;
    Clock::time_point m_heard{}; ///< something came from the recorder
    Clock::time_point m_readAgain{};
    std::optional<std::int64_t> m_session;
    std::optional<Error> m_refusal; ///< why it cannot be attached to
};

} // namespace rankscope::view
