// SPDX-License-Identifier: Apache-2.0
#include "transport/view/RowDesk.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rankscope::view {
namespace {

std::size_t bounded(std::uint32_t maxBytes) {
    return std::clamp<std::size_t>(maxBytes, 1, limits::kAskedBytes);
}

template <class Row>
void boundRows(std::vector<Row>& rows) {
    if (rows.size() > limits::kRows) {
        rows.resize(limits::kRows);
    }
}

/// What is left out is asked for again: the asker goes on behind the rows that it got.
void boundRows(session::SessionRows::Events& events, bool ofSteps) {
    if (events.rows.size() > limits::kRows) {
        events.resume = ofSteps ? std::optional(events.rows[limits::kRows].first) : std::nullopt;
        events.rows.resize(limits::kRows);
    }
}

} // namespace

RowDesk::RowDesk(OpenRows open)
    : m_open(std::move(open)),
      m_commits(
          static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count())) {
}

Answer RowDesk::answer(const Question& question) {
    if (!m_rows) {
        auto opened = m_open();
        if (!opened) {
            return opened.error();
        }
        m_rows = std::move(*opened);
    }
    return std::visit([this](const auto& ask) { return to(*m_rows, ask); }, question);
}

template <class Content>
Answer RowDesk::given(Result<Content>&& content) {
    if (content) {
        return std::move(*content);
    }
    if (content.error().code != ErrorCode::Damaged) {
        m_rows.reset(); // the next question may find it readable again
        ++m_commits;
    }
    return content.error();
}

Answer RowDesk::to(session::SessionRows& rows, const Attach&) {
    return given(rows.head().map([](const session::SessionHead& head) {
        return Attached{kMinor, "rankscope " RANKSCOPE_VERSION, head.createdUnixNs};
    }));
}

Answer RowDesk::to(session::SessionRows& rows, const AskHead&) {
    return given(rows.head());
}

Answer RowDesk::to(session::SessionRows& rows, const AskPulse&) {
    return given(rows.changed().map([this](bool changed) {
        m_commits += changed ? 1 : 0;
        return Pulse{m_commits};
    }));
}

Answer RowDesk::to(session::SessionRows& rows, const AskEvents& ask) {
    auto events = rows.events(ask.from, bounded(ask.maxBytes));
    if (events) {
        boundRows(*events, false);
    }
    return given(std::move(events));
}

Answer RowDesk::to(session::SessionRows& rows, const AskSteps& ask) {
    auto events = rows.eventsOfSteps(ask.first, ask.last, ask.from, bounded(ask.maxBytes));
    if (events) {
        boundRows(*events, true);
    }
    return given(std::move(events));
}

Answer RowDesk::to(session::SessionRows& rows, const AskSketches& ask) {
    auto sketches = rows.sketches(ask.step, ask.after, bounded(ask.maxBytes));
    if (sketches) {
        boundRows(*sketches);
    }
    return given(std::move(sketches));
}

Answer RowDesk::to(session::SessionRows& rows, const AskDerived& ask) {
    auto derived = rows.derived(ask.kind, ask.first, ask.last, bounded(ask.maxBytes));
    if (derived) {
        boundRows(*derived);
    }
    return given(std::move(derived));
}

} // namespace rankscope::view
