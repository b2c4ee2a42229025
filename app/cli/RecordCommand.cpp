// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/Detached.h"
#include "app/cli/OtherProcess.h"
#include "app/cli/Output.h"
#include "app/cli/RecordStatus.h"
#include "app/engine/record/Recorder.h"
#include "transport/link/HeadRoom.h"
#include "transport/session/SessionWriter.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace rankscope::cli {

namespace {

struct RecordOptions {
    engine::Recorder::Options recorder;
    bool once = false;
    std::optional<int> launcher; ///< process id
    std::optional<double> waitSeconds;
    bool detach = false;
};

/// The signals that end a recording. They are taken in by hand, between two looks at the run, and
/// not by a handler; blocked before any thread starts, so that none of them gets one.
class EndSignals {
  public:
    EndSignals() {
        sigemptyset(&m_set);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
            sigaddset(&m_set, signal);
        }
        pthread_sigmask(SIG_BLOCK, &m_set, nullptr);
        // These come as errors of the call instead: neither a file that may not grow nor somebody
        // who stopped reading our messages may end a recording.
        std::signal(SIGXFSZ, SIG_IGN);
        std::signal(SIGPIPE, SIG_IGN);
    }

    /// Waits for one, 100 ms at most.
    [[nodiscard]] bool came() const {
        const timespec patience{0, 100'000'000};
        return sigtimedwait(&m_set, nullptr, &patience) > 0;
    }

  private:
    sigset_t m_set{};
};

/// Turns all, none, or a size with its unit into bytes; returns what is wrong with it.
std::string sketchBytes(std::string& text) {
    if (text == "all" || text == "none") {
        text = std::to_string(text == "all" ? session::kAllSketches : 0);
        return {};
    }
    const std::string given = text;
    const bool number = !text.empty() && text[0] >= '0' && text[0] <= '9'; // and no sign
    try {
        if (number) {
            return CLI::AsSizeValue(false)(text);
        }
    } catch (const CLI::ValidationError&) {
        // said below
    }
    return "'" + given + "' is neither all nor none nor a size such as 500M";
}

void tellContinued(const engine::Recorder& recorder) {
    if (const auto& held = recorder.held()) {
        note("continuing " + recorder.file().string() + ", which holds " +
             counted(held->records, "record") + " of " +
             (held->runId.empty() ? "a run without an id" : "run '" + held->runId + "'") +
             " (--overwrite replaces it)");
    }
}

/// What `--once` waits for.
class EndOfRun {
  public:
    explicit EndOfRun(const RecordOptions& options)
        : m_launcher(options.launcher),
          m_patience(options.waitSeconds) {}

    /// Whether nobody comes any more. While the launcher lives, ranks that are silent may only be
    /// stopped, or about to be started again.
    [[nodiscard]] bool came(link::Attendance attendance) const {
        switch (attendance) {
        case link::Attendance::NobodyYet:
            return (m_launcher && m_launcher->gone()) ||
                   (m_patience && Clock::now() - m_began > Seconds(*m_patience));
        case link::Attendance::Present:
            return false;
        case link::Attendance::Silent:
            return !m_launcher || m_launcher->gone();
        case link::Attendance::AllLeft:
            break;
        }
        return true;
    }

  private:
    using Clock = std::chrono::steady_clock;
    using Seconds = std::chrono::duration<double>;

    std::optional<OtherProcess> m_launcher;
    std::optional<double> m_patience; ///< seconds
    Clock::time_point m_began = Clock::now();
};

// The one that the documents name, so that a viewer finds a recorder that was started again; on a
// machine with several recorders all but the first have another.
constexpr const char* kUsualView = "tcp://127.0.0.1:5758";
constexpr const char* kAnyView = "tcp://127.0.0.1:0";

void tellViews(const engine::Recorder& recorder, const engine::Recorder::Options& asked) {
    if (const auto& problem = recorder.viewProblem()) {
        note("nobody can look at this run over the network: " + problem->what + " (--view); " +
             "it is recorded all the same");
    } else if (!recorder.viewEndpoint().empty()) {
        const bool elsewhere = !asked.viewElse.empty() && recorder.viewEndpoint() != asked.view;
        std::fprintf(stderr, "viewing %s%s\n", recorder.viewEndpoint().c_str(),
                     elsewhere ? (" (" + asked.view + " is taken)").c_str() : "");
    }
}

Result<int> record(const RecordOptions& options) {
    std::optional<Detached> detached;
    if (options.detach) {
        auto begun = Detached::begin();
        if (!begun) {
            return tl::unexpected(begun.error());
        }
        detached.emplace(std::move(*begun));
    }
    const EndSignals endSignals;
    const EndOfRun end(options);
    link::raiseDescriptorLimit();
    auto started = engine::Recorder::start(options.recorder);
    if (!started) {
        return tl::unexpected(started.error());
    }
    engine::Recorder& recorder = **started;
    tellContinued(recorder);
    if (!recorder.warning().empty()) {
        note(recorder.warning());
    }
    std::fprintf(stderr, "listening %s\n", recorder.endpoint().c_str());
    tellViews(recorder, options.recorder);
    if (detached) {
        if (auto told = detached->ready(); !told) {
            return tl::unexpected(told.error());
        }
    }
    RecordStatus status;
    bool asked = false; // by a signal
    while (!(asked = endSignals.came()) &&
           !(options.once && end.came(recorder.statistics().attendance))) {
        status.update(recorder.statistics());
    }
    const auto stopped = recorder.stop();
    status.update(recorder.statistics());
    status.finish(recorder.statistics(), recorder.file().string());
    if (!stopped) {
        return tl::unexpected(stopped.error());
    }
    if (!asked && recorder.statistics().attendance == link::Attendance::NobodyYet) {
        note("gave up: no rank came");
        return 1;
    }
    return 0;
}

} // namespace

Action declareRecord(CLI::App& app) {
    auto options = std::make_shared<RecordOptions>();
    app.add_option("--listen", options->recorder.link.endpoint,
                   "Where ranks connect: tcp://127.0.0.1:PORT (0: any free port) or ipc://PATH; "
                   "with --connection any address of this machine")
        ->capture_default_str();
    app.add_option("--connection", options->recorder.connection,
                   "Demand keys: they are in this file (made when missing, for you alone to read), "
                   "which ranks name as their endpoint");
    options->recorder.view = kUsualView;
    CLI::Option* const view =
        app.add_option("--view", options->recorder.view,
                       "Where viewers ask, as `rankscope-gui ENDPOINT` does: like --listen; a free "
                       "port when that of the default is taken")
            ->capture_default_str();
    app.add_option("--out", options->recorder.file,
                   "Session file; continued when it holds the same run and may grow still")
        ->required()
        ->check([](const std::string& file) {
            return file.empty() ? std::string("the name of the file is empty") : std::string();
        });
    CLI::Option* const once = app.add_flag("--once", options->once, "End when the run has ended");
    app.add_option("--while", options->launcher,
                   "With --once: while the process of this number lives, only the ranks' goodbyes "
                   "end the run and not their silence; without it nobody is waited for")
        ->check(CLI::PositiveNumber)
        ->needs(once);
    app.add_option(
           "--wait", options->waitSeconds,
           "With --once: give up, with exit code 1, when no rank has come for so many seconds")
        ->check(CLI::NonNegativeNumber)
        ->needs(once);
    app.add_flag("--detach", options->detach,
                 "End at once, and let a process of its own record: with success once it listens, "
                 "else with its error. Its messages go where this command's do");
    app.add_flag("--overwrite", options->recorder.overwrite, "Replace an existing file");
    app.add_option("--sketches", options->recorder.sketchBytes,
                   "How much of the file sketches may take: all, none, or a size such as 500M; "
                   "beyond it older ones are kept for every 2nd, 4th, ... step")
        ->transform(CLI::Validator(sketchBytes, ""))
        ->type_name("SIZE")
        ->envname("RANKSCOPE_SKETCHES") // for the recorder that watch() starts
        ->default_str("8G");
    return [options, view] {
        options->recorder.viewElse = view->count() == 0 ? kAnyView : "";
        return record(*options);
    };
}

} // namespace rankscope::cli
