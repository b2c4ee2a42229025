// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"

#include <QByteArray>

namespace rankscope::figures {

/// The drawing as an SVG document in mm. Text is text, set in a Roboto that the document carries.
[[nodiscard]] QByteArray toSvg(const Drawing& drawing);

} // namespace rankscope::figures
