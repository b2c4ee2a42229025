// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunComparison.h"
#include "app/engine/CompareFrame.h"
#include "app/engine/FrameBuilder.h"
#include "app/engine/MeanCosine.h"
#include "app/engine/RunPulse.h"
#include "app/engine/RunReader.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace rankscope::engine {

/// One session of a comparison, from its file to its frame. One that is being recorded is
/// followed. Belongs to the comparison's thread.
class ComparedSession {
  public:
    using Clock = RunPulse::Clock;

    /// Opens the file; when that fails, error() says why and there is nothing to read.
    explicit ComparedSession(std::filesystem::path file);

    /// Reads a part of what is there. True when there was something to read, or it went wrong.
    bool read();
    /// Takes what was read into the series. True when there was something new.
    bool update();

    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] bool open() const { return m_reader != nullptr; }
    [[nodiscard]] bool followed() const { return m_follow; }
    [[nodiscard]] bool behind() const { return m_behind; } ///< there is more to read
    /// ... and the last attempt went well.
    [[nodiscard]] bool readable() const { return m_behind && !m_error; }
    [[nodiscard]] bool loading() const { return m_loading; } ///< not yet at the end
    [[nodiscard]] const analysis::ComparedRun& run() const { return m_run; }
    [[nodiscard]] CompareFacts::Session describe() { return engine::describe(*m_reader); }

    /// `view` is on the session's own steps. Call while open().
    [[nodiscard]] std::shared_ptr<const RunFrame> frame(const View& view, Clock::time_point now);
    /// Some of what the last frame left out; see FrameBuilder::refine.
    void refine() { m_frames->refine(); }

    [[nodiscard]] MeanCosine& cosine() { return m_cosine; }
    [[nodiscard]] const RunReader& reader() const { return *m_reader; }

  private:
    std::filesystem::path m_file;
    std::optional<Error> m_error;
    std::unique_ptr<RunReader> m_reader;
    std::unique_ptr<FrameBuilder> m_frames;
    RunPulse m_pulse;
    analysis::ComparedRun m_run;
    MeanCosine m_cosine;
    session::SessionHead m_info;
    bool m_follow = false, m_behind = false, m_loading = false;
};

} // namespace rankscope::engine
