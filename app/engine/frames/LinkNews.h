// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frames/RunFrame.h"

namespace rankscope::engine {

/// Says in the status that something which was asked for could not be read. Of a run that has
/// ended the recorder is not waited for: its file has what is missing.
void tellMissing(RunStatus& status, const Error& error);

/// Whether it matters that a look for news failed: a recorder that leaves when its run has ended is
/// missed by nobody.
[[nodiscard]] bool isMissed(const Error& error, const RunStatus& status);

} // namespace rankscope::engine
