// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionRows.h"
#include "transport/view/ViewServer.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

namespace rankscope::test {

/// What a made-up session holds. A test changes it while a server reads it.
struct FakeSession {
    std::mutex mutex;
    session::SessionHead head{"run", "rankscope test", 1'700'000'000'000'000'000, 2, true, 4096,
                              {}};
    std::vector<session::EventRow> events;
    std::vector<session::SketchRow> sketches;
    std::vector<session::DerivedRow> derived;
    std::optional<Error> problem; ///< every call fails with it; set before the server starts
    std::atomic<std::uint64_t> commits = 0;

    /// A chunk of `count` messages of one byte each.
    void commit(std::int64_t count, std::size_t bytes) {
        const std::scoped_lock lock(mutex);
        const std::int64_t first = events.empty() ? 0 : events.back().first + events.back().count;
        session::EventRow row;
        row.first = first;
        row.count = count;
        row.firstStep = first;
        row.lastStep = first + count - 1;
        row.data.resize(bytes, static_cast<std::byte>(first));
        row.crc = 77 + first;
        events.push_back(std::move(row));
        ++commits;
    }
    [[nodiscard]] std::int64_t total() {
        const std::scoped_lock lock(mutex);
        return events.empty() ? 0 : events.back().first + events.back().count;
    }
};

class FakeRows final : public session::SessionRows {
  public:
    explicit FakeRows(std::shared_ptr<FakeSession> of) : m_session(std::move(of)) {}

    Result<session::SessionHead> head() override {
        const std::scoped_lock lock(m_session->mutex);
        return given(m_session->head);
    }
    Result<bool> changed() override {
        const std::uint64_t commits = m_session->commits;
        return given(std::exchange(m_seen, commits) != commits);
    }
    Result<Events> events(std::int64_t from, std::size_t maxBytes) override {
        const std::scoped_lock lock(m_session->mutex);
        Events found;
        found.total = 0;
        bool full = false;
        for (const session::EventRow& row : m_session->events) {
            found.total = row.first + row.count;
            full = full || (row.first + row.count > from && !add(found.rows, row, maxBytes));
        }
        return given(std::move(found));
    }
    Result<Events> eventsOfSteps(Step first, Step last, std::int64_t from,
                                 std::size_t maxBytes) override {
        const std::scoped_lock lock(m_session->mutex);
        Events found;
        for (const session::EventRow& row : m_session->events) {
            const bool asked = row.first + row.count > from &&
                               row.firstStep < static_cast<std::int64_t>(last.value()) &&
                               row.lastStep >= static_cast<std::int64_t>(first.value());
            if (asked && !found.resume && !add(found.rows, row, maxBytes)) {
                found.resume = row.first;
            }
        }
        return given(std::move(found));
    }
    Result<std::vector<session::SketchRow>> sketches(Step step, std::int64_t after,
                                                     std::size_t maxBytes) override {
        const std::scoped_lock lock(m_session->mutex);
        std::vector<session::SketchRow> rows;
        for (const session::SketchRow& row : m_session->sketches) {
            if (row.step == static_cast<std::int64_t>(step.value()) && row.id > after) {
                add(rows, row, maxBytes);
            }
        }
        return given(std::move(rows));
    }
    Result<std::vector<session::DerivedRow>> derived(session::DerivedKind kind, std::int64_t first,
                                                     std::int64_t last,
                                                     std::size_t maxBytes) override {
        const std::scoped_lock lock(m_session->mutex);
        std::vector<session::DerivedRow> rows;
        for (const session::DerivedRow& row : m_session->derived) {
            if (row.kind == kind && row.number >= first && row.number < last) {
                add(rows, row, maxBytes);
            }
        }
        return given(std::move(rows));
    }

  private:
    template <class Row>
    static bool add(std::vector<Row>& rows, const Row& row, std::size_t maxBytes) {
        std::size_t bytes = 0;
        for (const Row& before : rows) {
            bytes += before.data.size();
        }
        if (!rows.empty() && bytes + row.data.size() > maxBytes) {
            return false;
        }
        rows.push_back(row);
        return true;
    }
    template <class Content>
    Result<Content> given(Content content) {
        if (m_session->problem) {
            return tl::unexpected(*m_session->problem);
        }
        return content;
    }

    std::shared_ptr<FakeSession> m_session;
    std::uint64_t m_seen = 0;
};

inline view::OpenRows opener(const std::shared_ptr<FakeSession>& session) {
    return [session]() -> Result<std::unique_ptr<session::SessionRows>> {
        return std::make_unique<FakeRows>(session);
    };
}

/// A server on that session; null when it did not start.
inline std::unique_ptr<view::ViewServer> serve(const std::shared_ptr<FakeSession>& session,
                                               const std::string& endpoint = "tcp://127.0.0.1:0",
                                               std::optional<link::Connection> keys = {}) {
    auto bound = view::ViewServer::bind({endpoint, std::move(keys)});
    if (!bound) {
        return nullptr;
    }
    (*bound)->start(opener(session));
    return std::move(*bound);
}

} // namespace rankscope::test
