// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunComparison.h"
#include "app/engine/compare/CompareFrame.h"
#include "app/engine/compare/MeanCosine.h"
#include "app/engine/frames/RunPulse.h"
#include "app/engine/run/FrameBuilder.h"
#include "app/engine/session/RunReader.h"

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>

namespace rankscope::engine {

/// One session of a comparison, from its file to its frame. One that is being recorded is
/// followed. Belongs to the comparison's thread.
class ComparedSession {
  public:
    using Clock = RunPulse::Clock;

    /// Opens nothing yet: proceed() does. `stop` ends every wait for a recorder's answer, as does
    /// the session's end.
    ComparedSession(std::filesystem::path file, const std::stop_token& stop);
    ~ComparedSession();
    ComparedSession(const ComparedSession&) = delete;
    ComparedSession& operator=(const ComparedSession&) = delete;

    /// Opens it: a file at once, while a recorder is asked by another thread and looked after here.
    /// True when that has just ended; if it failed, error() says why and there is nothing to read.
    bool proceed();
    [[nodiscard]] bool opening() const { return m_opening; }

    /// Reads a part of what is there. True when there was something to read, or it went wrong.
    bool read();
    /// Takes what was read into the series. True when there was something new.
    bool update();

    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] bool open() const { return m_reader != nullptr; }
    /// Open, and it has a step.
    [[nodiscard]] bool comparable() const { return open() && !m_run.series.steps().empty(); }
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
    bool refine() { return m_frames->refine().more; }

    [[nodiscard]] MeanCosine& cosine() { return m_cosine; }
    [[nodiscard]] const RunReader& reader() const { return *m_reader; }

  private:
    using Opened = Result<std::unique_ptr<RunReader>>;
    void opened(Opened reader);

    std::filesystem::path m_file;
    std::stop_source m_closing;
    std::stop_callback<std::function<void()>> m_stopped; ///< passes the owner's stop on
    std::future<Opened> m_asked;                         ///< of a recorder
    bool m_opening = true;
    std::optional<Error> m_error;
    std::unique_ptr<RunReader> m_reader;
    std::unique_ptr<FrameBuilder> m_frames;
    RunPulse m_pulse;
    analysis::ComparedRun m_run;
    MeanCosine m_cosine;
    session::SessionHead m_info;
    Clock::time_point m_infoAt{};
    bool m_follow = false, m_behind = false, m_loading = true;
};

} // namespace rankscope::engine
