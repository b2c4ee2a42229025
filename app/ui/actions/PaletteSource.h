// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/actions/Actions.h"
#include "app/ui/panels/Palette.h"

namespace rankscope::ui {

/// Every action that can be done now; ranks and hosts of the run; and the step that a number in
/// the query names.
[[nodiscard]] QList<PaletteEntry> paletteEntries(const ActionScope& scope, const QString& query);

} // namespace rankscope::ui
