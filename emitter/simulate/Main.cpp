// SPDX-License-Identifier: Apache-2.0
// rankscope-simulate: real emitters around a small data-parallel training, for demonstrations and
// tests. The ranks live in forked processes; this one only watches them.
#include "emitter/simulate/Worker.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace rankscope;
using namespace rankscope::simulate;

namespace {

Board* g_board = nullptr; // for the signal handler, before and after the fork

void stopEarly(int) {
    g_board->stop.store(true);
}

void handleSignals() {
    struct sigaction action {};
    action.sa_handler = stopEarly;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

void print(const Error& error) {
    std::fprintf(stderr, "rankscope-simulate: %s%s%s\n", error.what.c_str(),
                 error.advice.empty() ? "" : "; ", error.advice.c_str());
}

Result<void> readFaults(const std::vector<std::string>& texts, Options& options) {
    for (const std::string& text : texts) {
        const auto fault = Fault::parse(text);
        if (!fault) {
            return tl::unexpected(fault.error());
        }
        if (fault->rank >= options.ranks) {
            return fail(ErrorCode::Usage, "'" + text + "' names a rank that is not there",
                        "ranks are 0 to " + std::to_string(options.ranks - 1));
        }
        options.faults.push_back(*fault);
    }
    return {};
}

/// CLI11's own check would name the largest double. Empty when all is well.
std::string positive(const std::string& text) {
    double number = 0;
    const bool is = CLI::detail::lexical_cast(text, number) && number > 0;
    return is ? "" : "\"" + text + "\" is not a number above 0";
}

/// Fills `options` from the command line. Returns an exit code when that ends the program.
std::optional<int> readArguments(int argc, char** argv, Options& options) {
    CLI::App app("Trains a small model on many simulated ranks, each with a real emitter.",
                 "rankscope-simulate");
    std::vector<std::string> faults;
    double timeout = std::chrono::duration<double>(options.timeout).count();
    app.set_version_flag("--version", "rankscope-simulate " RANKSCOPE_VERSION);
    app.add_option("--connect", options.endpoint, "The collector's endpoint")->required();
    app.add_option("--ranks", options.ranks, "Data-parallel workers")
        ->capture_default_str()
        ->check(CLI::Range(1U, 16384U));
    app.add_option("--steps", options.steps, "Optimizer steps")->capture_default_str();
    app.add_option("--rate", options.rate,
                   "Steps per second; a collector that falls behind costs records")
        ->default_str("as fast as records are stored, losing none")
        ->check(positive);
    app.add_option("--sketch", options.sketch,
                   "Numbers in a gradient's sketch: 0, or a power of two from 64 to 32768")
        ->capture_default_str();
    app.add_option("--fault", faults,
                   "KIND@RANK@STEP, as often as wanted; KIND is one of " + Fault::names());
    app.add_option("--seed", options.seed, "Seed of data, model and batches")
        ->capture_default_str();
    app.add_option("--processes", options.processes, "Processes to spread the ranks over")
        ->capture_default_str()
        ->check(CLI::Range(1U, Board::kMaxProcesses));
    app.add_option("--run", options.run, "Run id; default: the recorder's own");
    app.add_option("--timeout", timeout, "Seconds to wait for the collector")
        ->capture_default_str()
        ->check(positive);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) { // --help, --version
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "rankscope-simulate: %s. See rankscope-simulate --help.\n",
                     error.what());
        return 2;
    }
    options.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(timeout * 1000));
    options.processes = std::min(options.processes, options.ranks);
    if (const auto read = readFaults(faults, options); !read) {
        print(read.error());
        return 2;
    }
    return {};
}

/// Never returns: the child's whole life.
[[noreturn]] void work(const Options& options, std::uint32_t process, Board& board) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    int code = 1;
    try {
        const auto done = Worker(options, process, board).run();
        code = done ? 0 : done.error().code == ErrorCode::Usage ? 2 : 1;
        if (!done && !board.stop.exchange(true)) { // the first says it for all
            print(done.error());
        }
    } catch (const std::exception& error) {
        board.stop = true;
        std::fprintf(stderr, "rankscope-simulate: %s\n", error.what());
    }
    std::fflush(nullptr);
    _exit(code);
}

struct Account {
    std::uint64_t made = 0, acknowledged = 0, lost = 0;
};

Account add(Board& board, std::uint32_t processes) {
    Account sum;
    for (std::uint32_t i = 0; i < processes; ++i) {
        const Board::Entry& entry = board.of(i);
        sum.made += entry.made;
        sum.acknowledged += entry.acknowledged;
        sum.lost += entry.lost;
    }
    return sum;
}

void showProgress(Board& board, const Options& options) {
    const std::uint64_t steps = std::min(board.stepsOfAll(options.processes), options.steps);
    std::fprintf(stderr, "\rstep %llu of %llu ", static_cast<unsigned long long>(steps),
                 static_cast<unsigned long long>(options.steps));
}

/// Waits for all children. Returns the worst exit code.
int watch(std::vector<pid_t> children, Board& board, const Options& options) {
    using namespace std::chrono_literals;
    const bool terminal = isatty(STDERR_FILENO) == 1;
    int worst = 0;
    while (!children.empty()) {
        int status = 0;
        const auto ended = [&](pid_t child) {
            if (waitpid(child, &status, WNOHANG) == 0) {
                return false;
            }
            if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
                worst = std::max(worst, WIFEXITED(status) ? WEXITSTATUS(status) : 1);
                board.stop = true; // the others would wait for it for ever
            }
            return true;
        };
        children.erase(std::remove_if(children.begin(), children.end(), ended), children.end());
        if (terminal) {
            showProgress(board, options);
        }
        std::this_thread::sleep_for(20ms);
    }
    if (terminal) {
        std::fputs("\r\033[K", stderr);
    }
    return worst;
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    if (const auto code = readArguments(argc, argv, options)) {
        return *code;
    }
    const auto board = Board::make();
    if (board == nullptr) {
        std::fputs("rankscope-simulate: no memory for the processes to share\n", stderr);
        return 1;
    }
    g_board = board.get();
    handleSignals();
    std::vector<pid_t> children;
    for (std::uint32_t i = 0; i < options.processes; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            work(options, i, *board);
        }
        if (child < 0) {
            std::perror("rankscope-simulate: no further process");
            board->stop = true;
            break;
        }
        children.push_back(child);
    }
    const bool complete = children.size() == options.processes;
    if (const int code = watch(std::move(children), *board, options); code != 0 || !complete) {
        return std::max(code, 1);
    }
    const Account sum = add(*board, options.processes);
    std::printf("%llu records: %llu acknowledged, %llu lost\n",
                static_cast<unsigned long long>(sum.made),
                static_cast<unsigned long long>(sum.acknowledged),
                static_cast<unsigned long long>(sum.lost));
    return sum.lost == 0 && sum.acknowledged == sum.made ? 0 : 1;
}
