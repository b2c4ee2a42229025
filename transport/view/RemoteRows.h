// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionRows.h"
#include "transport/wire/Result.h"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

namespace rankscope::view {

/// The rows of a session that a recorder elsewhere writes, through its view port. A lost link comes
/// back by itself; what is asked for is named by its number, so that an answer that was lost is
/// asked for again and none counts twice.
///
/// A call that needs an answer waits for it, up to Options::patience after the last sign of life;
/// while the link is known to be down calls fail at once with Unavailable and look whether it is
/// back. changed() never waits: it tells of the answer to the question that it sent before.
/// Conflict: another session is recorded there by now.
class RemoteRows final : public session::SessionRows {
  public:
    struct Options {
        /// Waiting ends when somebody asks it to (any thread).
        std::stop_token stop;
        std::chrono::milliseconds patience{5000};
    };
    /// `address`: tcp://HOST:PORT or ipc://PATH of a view port, or the path of a connection file
    /// with the view key. Waits for the recorder's first answer.
    /// Errors: Usage, Io, Unavailable (nobody answers there), those of readConnection(), and what
    /// the recorder says of its session.
    [[nodiscard]] static Result<std::unique_ptr<RemoteRows>> open(const std::string& address,
                                                                  Options options);
    [[nodiscard]] static Result<std::unique_ptr<RemoteRows>> open(const std::string& address) {
        return open(address, Options());
    }
    ~RemoteRows() override;

    [[nodiscard]] Result<session::SessionHead> head() override;
    [[nodiscard]] Result<bool> changed() override;
    [[nodiscard]] Result<Events> events(std::int64_t from, std::size_t maxBytes) override;
    [[nodiscard]] Result<Events> eventsOfSteps(Step first, Step last, std::int64_t from,
                                               std::size_t maxBytes) override;
    [[nodiscard]] Result<std::vector<session::SketchRow>> sketches(Step step, std::int64_t after,
                                                                   std::size_t maxBytes) override;
    [[nodiscard]] Result<std::vector<session::DerivedRow>> derived(session::DerivedKind kind,
                                                                   std::int64_t first,
                                                                   std::int64_t last,
                                                                   std::size_t maxBytes) override;

  private:
    struct Impl;
    explicit RemoteRows(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::view
