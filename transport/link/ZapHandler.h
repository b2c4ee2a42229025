// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Curve.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

namespace rankscope::link {

/// Private to this folder: the doorkeeper of one ZeroMQ context (ZAP, RFC 27). Admits, per domain,
/// the one key that its Guard allows. Start it before the guarded socket is bound; it ends when the
/// context shuts down, which must happen before it is destroyed. Owns one thread.
class ZapHandler {
  public:
    /// Errors: Io.
    [[nodiscard]] static Result<std::unique_ptr<ZapHandler>> start(void* context,
                                                                   const Guard& guard);
    ZapHandler(const ZapHandler&) = delete;
    ZapHandler& operator=(const ZapHandler&) = delete;
    ~ZapHandler() = default;

    /// Connections that were turned away. Any thread.
    [[nodiscard]] std::uint64_t refused() const {
        return m_refused.load(std::memory_order_relaxed);
    }

  private:
    ZapHandler() = default;
    void serve(void* socket, const std::string& domain, const std::string& key) noexcept;

    std::atomic<std::uint64_t> m_refused = 0;
    std::jthread m_thread;
};

} // namespace rankscope::link
