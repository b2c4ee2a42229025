// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

namespace rankscope::session {

/// Whether a file at `path` (which need not exist yet) would lie on a file system that other
/// machines write to as well, or whose memory mapping and locks cannot be relied on: SQLite's
/// write-ahead log is not safe there (https://www.sqlite.org/wal.html).
[[nodiscard]] bool isOnNetwork(const std::filesystem::path& path);

/// The same by the number that statfs() gives as f_type.
[[nodiscard]] bool isNetworkType(std::uint32_t type);

} // namespace rankscope::session
