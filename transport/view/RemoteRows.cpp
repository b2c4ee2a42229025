// SPDX-License-Identifier: Apache-2.0
#include "transport/view/RemoteRows.h"

#include "transport/view/ViewLink.h"

#include <algorithm>

namespace rankscope::view {
namespace {

using session::SessionRows;
using Clock = ViewLink::Clock;
using namespace std::chrono_literals;

/// How much is asked for at a time: little over a slow link, so that something comes soon and
/// often, and much over a fast one.
class Window {
  public:
    [[nodiscard]] std::uint32_t bytes(std::size_t wanted) const {
        return static_cast<std::uint32_t>(std::min(wanted, m_bytes));
    }
    void took(Clock::duration time) {
        if (time < kShort) {
            m_bytes = std::min(m_bytes * 2, limits::kAskedBytes);
        } else if (time > kLong) {
            m_bytes = std::max(m_bytes / 2, kLeast);
        }
    }

  private:
    static constexpr std::size_t kLeast = limits::kPieceBytes;
    static constexpr auto kShort = 200ms, kLong = 1000ms;
    std::size_t m_bytes = 4 * kLeast;
};

tl::unexpected<Error> nonsense() {
    return fail(ErrorCode::Malformed, "the recorder gave an answer to another question",
                "use the same release of rankscope on both ends");
}

template <class Content>
Result<Content> contentOf(Result<Answer>&& answer) {
    if (!answer) {
        return tl::unexpected(answer.error());
    }
    auto* content = std::get_if<Content>(&*answer);
    if (content == nullptr) {
        return nonsense();
    }
    return std::move(*content);
}

} // namespace

struct RemoteRows::Impl {
    std::unique_ptr<ViewLink> link;
    Window window;
    session::SessionHead head;
    Clock::time_point headAt{};           ///< when it came
    std::optional<std::uint64_t> commits; ///< the last pulse's

    /// `ask(bytes)` makes the question.
    template <class Content, class MakeQuestion>
    Result<Content> rows(std::size_t maxBytes, MakeQuestion ask) {
        const auto begun = Clock::now();
        auto content = contentOf<Content>(link->ask(ask(window.bytes(maxBytes))));
        window.took(content ? Clock::now() - begun : Clock::duration::max());
        return content;
    }
};

Result<std::unique_ptr<RemoteRows>> RemoteRows::open(const std::string& address, Options options) {
    auto link = ViewLink::connect(address, {std::move(options.stop), options.patience});
    if (!link) {
        return tl::unexpected(link.error());
    }
    auto head = contentOf<session::SessionHead>((*link)->ask(AskHead{}));
    if (!head) {
        return tl::unexpected(head.error());
    }
    auto impl = std::make_unique<Impl>();
    impl->link = std::move(*link);
    impl->head = std::move(*head);
    impl->headAt = Clock::now();
    return std::unique_ptr<RemoteRows>(new RemoteRows(std::move(impl)));
}

RemoteRows::RemoteRows(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
RemoteRows::~RemoteRows() = default;

Result<session::SessionHead> RemoteRows::head() {
    auto posted = m_impl->link->post(ViewLink::Slot::Head, AskHead{});
    if (!posted) {
        return tl::unexpected(posted.error());
    }
    if (*posted) {
        auto fresh = contentOf<session::SessionHead>(std::move(**posted));
        if (!fresh) {
            return tl::unexpected(fresh.error());
        }
        m_impl->head = std::move(*fresh);
        m_impl->headAt = Clock::now();
    }
    session::SessionHead head = m_impl->head;
    if (head.idleMs) {
        const auto since = Clock::now() - m_impl->headAt;
        *head.idleMs += static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
    }
    return head;
}

Result<bool> RemoteRows::changed() {
    auto posted = m_impl->link->post(ViewLink::Slot::Pulse, AskPulse{});
    if (!posted) {
        return tl::unexpected(posted.error());
    }
    if (!*posted) {
        return false;
    }
    return contentOf<Pulse>(std::move(**posted)).map([this](const Pulse& pulse) {
        return std::exchange(m_impl->commits, pulse.commits) != pulse.commits;
    });
}

Result<SessionRows::Events> RemoteRows::events(std::int64_t from, std::size_t maxBytes) {
    return m_impl->rows<Events>(maxBytes, [&](std::uint32_t bytes) {
        return AskEvents{from, bytes};
    });
}

Result<SessionRows::Events> RemoteRows::eventsOfSteps(Step first, Step last, std::int64_t from,
                                                      std::size_t maxBytes) {
    return m_impl->rows<Events>(maxBytes, [&](std::uint32_t bytes) {
        return AskSteps{first, last, from, bytes};
    });
}

Result<std::vector<session::SketchRow>> RemoteRows::sketches(Step step, std::int64_t after,
                                                             std::size_t maxBytes) {
    return m_impl->rows<std::vector<session::SketchRow>>(maxBytes, [&](std::uint32_t bytes) {
        return AskSketches{step, after, bytes};
    });
}

Result<std::vector<session::DerivedRow>> RemoteRows::derived(session::DerivedKind kind,
                                                             std::int64_t first, std::int64_t last,
                                                             std::size_t maxBytes) {
    return m_impl->rows<std::vector<session::DerivedRow>>(maxBytes, [&](std::uint32_t bytes) {
        return AskDerived{kind, first, last, bytes};
    });
}

} // namespace rankscope::view
