// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/ConnectionFile.h"
#include "transport/view/RowDesk.h"
#include "transport/wire/Result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace rankscope::view {

/// Counters since the server started.
struct ViewStatistics {
    std::uint64_t requests = 0; ///< answered
    std::uint64_t bytes = 0;    ///< of answers
    std::uint64_t unread = 0;   ///< answers dropped because their viewer doesn't read
    std::uint64_t refused = 0;  ///< messages that are none, connections without the key
};

/// The recorder's end of the viewers' link: hands out the rows of a session, a bounded number per
/// request. Viewers pull: each holds what it has asked for and knows what it wants next, so that
/// nothing is kept here for one that is slow, stopped or gone.
///
/// Owns one thread, which runs at a lower priority than the collector's and reads the session
/// through a connection of its own. Requests are answered one at a time, in turns over viewers.
/// Methods may be called from any thread.
class ViewServer {
  public:
    struct Options {
        std::string endpoint = "tcp://127.0.0.1:0"; ///< port 0 or * picks a free one
        /// Demands the view key from every viewer, and proves to be the recorder that the file
        /// names. Without it only this machine can reach the endpoint.
        std::optional<link::Connection> keys;
    };
    /// Errors: Usage (an endpoint that is neither loopback tcp nor ipc, without keys), Busy (port
    /// taken), Io.
    [[nodiscard]] static Result<std::unique_ptr<ViewServer>> bind(const Options& options);
    ViewServer(const ViewServer&) = delete;
    ViewServer& operator=(const ViewServer&) = delete;
    ~ViewServer(); ///< stops

    /// Begins to answer, once. `open` is called on the server's thread.
    void start(OpenRows open);

    /// Lets the port go. Viewers that are reading get what was committed last: up to 2 s.
    void stop();

    /// The endpoint really bound, with its port.
    [[nodiscard]] const std::string& endpoint() const;
    [[nodiscard]] ViewStatistics statistics() const;

  private:
    struct Impl;
    explicit ViewServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::view
