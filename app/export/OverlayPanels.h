// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/FigureRequest.h"
#include "app/export/Page.h"
#include "transport/wire/Result.h"

#include <stop_token>

namespace rankscope::figures {

/// The panels of a request with all its runs in one plot each: means over the runs of a setting
/// and their spread, and the difference of two. Reads the files itself, and blocks for that.
/// Errors: those of opening a session, Unavailable (a panel of single runs, nothing to show).
[[nodiscard]] Result<Page> overlayPage(const FigureRequest& request, const std::stop_token& stop);

} // namespace rankscope::figures
