// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Collector.h"
#include "transport/wire/Result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace rankscope::engine {

/// Collector, session writer and view port together: what `rankscope record` and the desktop
/// program's listening mode run. Owns their threads; methods may be called from any thread.
class Recorder {
  public:
    struct Options {
        std::filesystem::path file;
        std::string runId; ///< empty: taken from the first rank that brings one
        bool overwrite = false;
        /// How much of the file sketches may take, about: beyond it older ones are thinned out
        /// (SessionWriter::Options). 8 GiB are a day of 8 ranks at a step a second.
        std::uint64_t sketchBytes = std::uint64_t(8) << 30U;
        link::Collector::Options link;
        /// Where the keys are that ranks must show; made when it is not there yet, and rewritten
        /// with the endpoint. Empty: no keys, and only this machine can reach the endpoint.
        std::filesystem::path connection;
        /// Where viewers ask, with the keys of `connection`; empty: nowhere. A port that cannot be
        /// had never keeps a recording from starting: viewProblem() says why.
        std::string view;
        std::string viewElse; ///< when somebody has that port; empty: nowhere then
    };
    /// Goes on with a file of the same run. No error touches the connection file, which may be of a
    /// recorder that runs. Errors: those of Collector::bind and of the connection
    /// file, which leave the session file as it was, those of SessionWriter::open, and Conflict for
    /// a file whose run has no id and is over: nothing tells what comes next from a new training,
    /// whose steps would take the place of the old ones.
    [[nodiscard]] static Result<std::unique_ptr<Recorder>> start(const Options& options);
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder(); ///< stops and closes the file

    [[nodiscard]] const std::string& endpoint() const;
    [[nodiscard]] const std::string& viewEndpoint() const; ///< empty: there is none
    [[nodiscard]] const std::optional<Error>& viewProblem() const;
    [[nodiscard]] const std::filesystem::path& file() const;
    /// What the file held at the start; nothing when no rank was in it yet.
    struct Held {
        std::string runId; ///< may be empty
        std::uint64_t records = 0;
    };
    [[nodiscard]] const std::optional<Held>& held() const;
    /// What the user should know about where the file lies; empty when all is well.
    [[nodiscard]] const std::string& warning() const;
    [[nodiscard]] link::LinkStatistics statistics() const;
    [[nodiscard]] bool runEnded() const;

    /// Stops listening and closes the session file; errors of the last commit come out here.
    /// Viewers get a moment to fetch the end of the run.
    [[nodiscard]] Result<void> stop();

  private:
    struct Impl;
    explicit Recorder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::engine
