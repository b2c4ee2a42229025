// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/RunReader.h"

#include <filesystem>
#include <memory>

namespace rankscope::cli {

/// The whole session, read the way the desktop program reads it. Damaged parts are passed over
/// with a note on stderr.
[[nodiscard]] Result<std::unique_ptr<engine::RunReader>> loadRun(const std::filesystem::path& file);

} // namespace rankscope::cli
