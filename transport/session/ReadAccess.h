// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/Schema.h"
#include "transport/session/SessionRows.h"

#include <optional>

/// What the reader and verify() share. Private to this folder.
namespace rankscope::session {

/// Opens a session without ever changing it and checks that it is one. A file in a read-only place
/// and a truncated file can be read too.
[[nodiscard]] Result<std::unique_ptr<Database>> openForReading(const std::filesystem::path& path);

/// The current row of "SELECT first, first_step, last_step, count, data, crc FROM events".
[[nodiscard]] EventRow eventRow(const Statement& row);
/// The current row of "SELECT id, step, count, data, crc FROM sketches".
[[nodiscard]] SketchRow sketchRow(const Statement& row);
/// The current row of "SELECT id, data, crc FROM derived".
[[nodiscard]] DerivedRow derivedRow(const Statement& row);

/// Totals that fit the file's size, so that they can bound a loop.
[[nodiscard]] std::optional<Totals> plausibleTotals(const Database& database);

} // namespace rankscope::session
