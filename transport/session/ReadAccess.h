// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/Schema.h"
#include "transport/wire/Messages.h"

#include <optional>
#include <vector>

/// What the reader and verify() share. Private to this folder.
namespace rankscope::session {

/// Opens a session without ever changing it and checks that it is one. A file in a read-only place
/// and a truncated file can be read too.
[[nodiscard]] Result<std::unique_ptr<Database>> openForReading(const std::filesystem::path& path);

/// The current row of "SELECT first, first_step, last_step, count, data, crc FROM events".
/// Appends its events; on an error `out` is as before.
[[nodiscard]] Result<void> readEvents(const Statement& row, std::vector<wire::Event>& out);

/// The current row of "SELECT id, step, count, data, crc FROM sketches".
[[nodiscard]] Result<void> readSketches(const Statement& row, std::vector<wire::StepRecord>& out);

/// Totals that fit the file's size, so that they can bound a loop.
[[nodiscard]] std::optional<Totals> plausibleTotals(const Database& database);

} // namespace rankscope::session
