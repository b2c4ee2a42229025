// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/session/RunReader.h"
#include "app/export/FigureRequest.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

namespace rankscope::engine {
class FrameBuilder;
} // namespace rankscope::engine

namespace rankscope::figures {

/// A session file that figures are made of. Reads it whole and makes frames as the window does.
/// One thread owns a source; it blocks while it reads.
class FigureSource {
  public:
    ~FigureSource();

    /// `stop` ends every wait for a recorder's answer, now and later. Errors: those of RunReader.
    [[nodiscard]] static Result<std::unique_ptr<FigureSource>>
    open(const std::filesystem::path& file, const std::stop_token& stop = {});

    /// Takes in what a run that is being recorded has brought since.
    [[nodiscard]] Result<void> refresh();

    /// The first and last visible step. Errors: Unavailable when the run has none of them.
    struct Span {
        Step first, last;
    };
    [[nodiscard]] Result<Span> spanOf(const FigureRequest& request) const;

    /// What the window would show of these steps, at the resolution of paper: all of it. Errors:
    /// those of spanOf(), and why some of it cannot be read now.
    [[nodiscard]] Result<engine::RunFrame> frame(const FigureRequest& request);

    [[nodiscard]] const engine::RunReader& run() const { return *m_reader; }
    [[nodiscard]] const std::stop_token& stop() const { return m_stop; }
    [[nodiscard]] std::string name() const; ///< of the run; else of its file
    [[nodiscard]] std::uint64_t damagedParts() const { return m_reader->session().damagedChunks(); }

  private:
    FigureSource(std::filesystem::path file, std::stop_token stop,
                 std::unique_ptr<engine::RunReader> reader);
    void widen(engine::View& view, const FigureRequest& request, const Span& span) const;

    std::filesystem::path m_file;
    std::stop_token m_stop;
    std::unique_ptr<engine::RunReader> m_reader;
    std::unique_ptr<engine::FrameBuilder> m_frames;
};

} // namespace rankscope::figures
