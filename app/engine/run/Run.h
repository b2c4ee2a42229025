// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "transport/wire/Result.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace rankscope::engine {

/// One run on its way to a screen: reads a session (whole, or while it grows), aligns steps,
/// computes metrics and publishes frames. Live and replay are the same code: `follow` only says
/// whether the end of the session is the end. A link to a recorder that is lost and comes back is
/// told in the frames.
///
/// Owns one thread. setView() may be called from any thread, never blocks, and the newest view
/// wins. Frames are published on the engine's thread, at most one per `Options::frameIntervalMs`,
/// and the last one is never dropped.
class Run {
  public:
    using Publish = std::function<void(std::shared_ptr<const RunFrame>)>;
    struct Options {
        bool follow = false; ///< keep reading as the file grows
        int frameIntervalMs = 16;
    };

    /// Errors: those of openSession().
    [[nodiscard]] static Result<std::unique_ptr<Run>> open(const std::filesystem::path& address,
                                                           Options options, Publish publish);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run(); ///< stops the thread; no frame is published after it returns

    void setView(const View& view);

  private:
    struct Impl;
    explicit Run(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::engine
