// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionRows.h"
#include "transport/wire/Messages.h"

#include <vector>

/// Rows to messages, none of which is believed before its row's checksum held. Private to this
/// folder.
namespace rankscope::session {

/// Appends the row's events; on an error (Damaged) `out` is as before.
[[nodiscard]] Result<void> decodeEvents(const EventRow& row, std::vector<wire::Event>& out);

/// The same for records that carry nothing but their identity and their sketch; none in a row that
/// was thinned out.
[[nodiscard]] Result<void> decodeSketches(const SketchRow& row, std::vector<wire::StepRecord>& out);

/// Whether the row's checksum holds; what its data mean is not for this folder to know.
[[nodiscard]] bool isSound(const DerivedRow& row);

/// A plausible number of messages for one chunk: otherwise the row is damaged.
[[nodiscard]] bool isCount(std::int64_t count);

/// The id under which a session file has it: the kind stands in the bits above 48.
[[nodiscard]] std::int64_t derivedId(DerivedKind kind, std::int64_t number);

} // namespace rankscope::session
