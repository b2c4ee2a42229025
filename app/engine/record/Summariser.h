// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/Derived.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace rankscope::engine {

/// Makes what a session keeps beside its records while it is recorded. Owns a thread of low
/// priority, which reads the session as viewers do and hands over rows; the recorder never waits
/// for it. When it falls behind, viewers read more records.
class Summariser {
  public:
    /// Takes rows (and empties the vector), all or none: false when there is no room for them now.
    /// Called on the summariser's thread.
    using Offer = std::function<bool(std::vector<session::Derived>&)>;

    Summariser(std::filesystem::path file, Offer offer);
    Summariser(const Summariser&) = delete;
    Summariser& operator=(const Summariser&) = delete;
    ~Summariser(); ///< stops

    /// Takes in all that was committed, but for no longer than `limit`, and stops.
    void finish(std::chrono::milliseconds limit);

  private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::engine
