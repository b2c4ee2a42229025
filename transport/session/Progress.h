// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionWriter.h"
#include "transport/session/Sqlite.h"

/// The tables `hellos` and `progress`. Private to this folder.
namespace rankscope::session {

[[nodiscard]] Result<void> writeHello(Database& database, const wire::Hello& hello);

/// Of `progress.hello` only the incarnation is used.
[[nodiscard]] Result<void> writeProgress(Database& database, const Progress& progress);

/// Every incarnation of the file. Errors: Damaged when a checksum does not hold.
[[nodiscard]] Result<std::vector<Progress>> readProgress(const Database& database);

} // namespace rankscope::session
