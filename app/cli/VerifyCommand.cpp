// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/LoadRun.h"
#include "app/cli/Output.h"
#include "app/cli/Printable.h"
#include "transport/session/SessionReader.h"

#include <memory>
#include <string>

namespace rankscope::cli {
namespace {

Result<int> verify(const std::string& file) {
    if (const auto local = mustBeFile(file); !local) {
        return tl::unexpected(local.error());
    }
    const auto verdict = session::verify(file);
    if (!verdict) {
        return tl::unexpected(verdict.error());
    }
    if (!verdict->damage.empty()) {
        note(file + " is damaged:");
        for (const std::string& damage : verdict->damage) {
            note("  " + damage);
        }
    }
    std::string text = printable(file) + (verdict->damage.empty() ? ": sound, " : ": damaged, ") +
                       counted(verdict->records, "record") + " in " +
                       counted(verdict->chunks, "chunk");
    if (verdict->declaredLost > 0) {
        text += ", " + std::to_string(verdict->declaredLost) + " more declared lost";
    }
    if (verdict->thinned > 0) {
        text += ", older sketches thinned to those of every " +
                std::to_string(verdict->sketchStride) + " steps";
    }
    print(text + '\n');
    if (const auto done = flush(); !done) {
        return tl::unexpected(done.error());
    }
    return verdict->damage.empty() ? 0 : 1;
}

} // namespace

Action declareVerify(CLI::App& app) {
    auto file = std::make_shared<std::string>();
    app.add_option("FILE", *file, "session file")->required();
    app.footer("Exit code 1 for a damaged file. Records that were declared lost are no damage.");
    return [file] { return verify(*file); };
}

} // namespace rankscope::cli
