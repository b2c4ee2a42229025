// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/session/RunReader.h"

#include <filesystem>
#include <memory>

namespace rankscope::cli {

/// What commands say of the session that they take.
inline constexpr const char* kSessionAddress =
    "session file; or a recorder elsewhere: its `viewing` endpoint, or its connection file";

/// The whole session at an address (SessionAddress.h), read the way the desktop program reads it.
/// Damaged parts are passed over with a note on stderr.
[[nodiscard]] Result<std::unique_ptr<engine::RunReader>>
loadRun(const std::filesystem::path& address);

/// For commands that work on the bytes of a file. Error: Usage, for the address of a recorder.
[[nodiscard]] Result<void> mustBeFile(const std::filesystem::path& address);

} // namespace rankscope::cli
