// SPDX-License-Identifier: Apache-2.0
// recover and snapshot: a new session file made of an old one.

#include "app/cli/Commands.h"
#include "app/cli/LoadRun.h"
#include "app/cli/Output.h"
#include "app/cli/Printable.h"
#include "app/engine/session/SessionAddress.h"
#include "transport/session/Copies.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <unistd.h>

namespace rankscope::cli {
namespace {

struct Options {
    std::string file, out;
    bool overwrite = false;

    [[nodiscard]] session::Existing existing() const {
        return overwrite ? session::Existing::Replace : session::Existing::Keep;
    }
};

/// One line on a terminal that is rewritten now and then, and nothing anywhere else.
class ProgressLine {
  public:
    ~ProgressLine() {
        if (m_shown) {
            std::fputs("\r\x1b[K", stderr);
        }
    }
    void show(std::uint64_t messages) {
        const auto now = std::chrono::steady_clock::now();
        if (!m_terminal || now - m_at < std::chrono::milliseconds(500)) {
            return;
        }
        m_at = now;
        m_shown = true;
        std::fprintf(stderr, "\r\x1b[K%s messages saved", std::to_string(messages).c_str());
    }

  private:
    bool m_terminal = isatty(STDERR_FILENO) == 1;
    bool m_shown = false;
    std::chrono::steady_clock::time_point m_at = std::chrono::steady_clock::now();
};

Result<int> recover(const Options& options) {
    if (const auto file = mustBeFile(options.file); !file) {
        return tl::unexpected(file.error());
    }
    const auto done = [&] {
        ProgressLine line;
        return session::recover(
            options.file, options.out,
            {options.existing(), [&line](std::uint64_t messages) { line.show(messages); }});
    }();
    if (!done) {
        return tl::unexpected(done.error());
    }
    print(printable(options.out) + ": " + counted(done->records, "record") + " saved, " +
          std::to_string(done->lost) + " lost" +
          (done->allKnown ? "" : " at least (the file no longer says how many there were)") + ", " +
          counted(done->damagedChunks, "damaged part") + "\n");
    const bool nothing = done->records == 0 && (!done->allKnown || done->damagedChunks > 0);
    return flush().map([nothing] { return nothing ? 1 : 0; });
}

/// Of a recorder elsewhere: what it has by now.
Result<int> fetch(const Options& options) {
    const auto reader = engine::openSession(options.file);
    if (!reader) {
        return tl::unexpected(reader.error());
    }
    ProgressLine line;
    return session::save(
               **reader, options.out,
               {options.existing(), [&line](std::uint64_t messages) { line.show(messages); }})
        .map([](const session::Recovered&) { return 0; });
}

Result<int> snapshot(const Options& options) {
    if (engine::isRecorder(options.file)) {
        return fetch(options);
    }
    return session::snapshot(options.file, options.out, options.existing()).map([] { return 0; });
}

std::shared_ptr<Options> declareOptions(CLI::App& app, const char* file) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->file, file)->required();
    app.add_option("--out", options->out, "the new session file")->required();
    app.add_flag("--overwrite", options->overwrite, "Replace an existing file");
    return options;
}

} // namespace

Action declareRecover(CLI::App& app) {
    app.footer(
        "What could not be read is declared lost in the new file. Exit code 1 when no record "
        "could be saved.");
    return [options = declareOptions(app, "session file")] { return recover(*options); };
}

Action declareSnapshot(CLI::App& app) {
    app.footer("Works on a session that is being recorded, too, when `cp` would miss its log.");
    return [options = declareOptions(app, kSessionAddress)] { return snapshot(*options); };
}

} // namespace rankscope::cli
