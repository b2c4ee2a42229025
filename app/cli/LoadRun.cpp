// SPDX-License-Identifier: Apache-2.0
#include "app/cli/LoadRun.h"

#include "app/cli/Output.h"
#include "app/engine/session/SessionAddress.h"

#include <string>

namespace rankscope::cli {

Result<std::unique_ptr<engine::RunReader>> loadRun(const std::filesystem::path& file) {
    auto reader = engine::RunReader::open(file);
    if (!reader) {
        return reader;
    }
    if (const auto all = (*reader)->readAll(); !all) {
        return tl::unexpected(all.error());
    }
    if (const std::uint64_t damaged = (*reader)->session().damagedChunks(); damaged > 0) {
        note(counted(damaged, "damaged part") + " of " + file.string() +
             " passed over; `rankscope verify` says which");
    }
    return reader;
}

Result<void> mustBeFile(const std::filesystem::path& address) {
    if (!engine::isRecorder(address)) {
        return {};
    }
    return fail(ErrorCode::Usage,
                address.string() + " is a recorder's address, and this command takes a file",
                "make a file of what the recorder has: rankscope snapshot ADDRESS --out FILE");
}

} // namespace rankscope::cli
