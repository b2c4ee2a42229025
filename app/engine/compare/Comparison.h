// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/compare/CompareFrame.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace rankscope::engine {

/// Several sessions on their way to a screen: reads their files, aligns the runs, computes what
/// they have in common and publishes frames. What is being recorded is followed.
///
/// Owns one thread, which also opens the files; a recorder is asked by a thread of its own, so that
/// the others don't wait for it. setFiles() and setView() may be called from any
/// thread, never block, and the newest call wins. Frames are published on the thread, at most one
/// per `Options::frameIntervalMs`, and the last one is never dropped. The first one names the files
/// before they are opened. A file that cannot be opened is in the frame with its error, and the
/// others stay.
class Comparison {
  public:
    using Publish = std::function<void(std::shared_ptr<const CompareFrame>)>;
    struct Options {
        int frameIntervalMs = 16;
    };

    Comparison(Options options, Publish publish);
    Comparison(const Comparison&) = delete;
    Comparison& operator=(const Comparison&) = delete;
    ~Comparison(); ///< stops the thread; no frame is published after it returns

    /// What is compared from now on, in this order. A file that was open stays open.
    void setFiles(std::vector<std::filesystem::path> files);
    void setView(const CompareView& view);

  private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::engine
