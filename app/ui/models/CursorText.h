// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"

#include <string>

namespace rankscope::ui {

/// Why nothing is known of the cursor's step, and what to do about it; empty when it was read.
[[nodiscard]] std::string unreadableText(const engine::RunFrame& frame);

} // namespace rankscope::ui
