// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CursorText.h"

#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

namespace rankscope::ui {

using words::filled;
using words::translate;

std::string unreadableText(const engine::RunFrame& frame) {
    const std::optional<Error>& why = frame.cursor.unreadable;
    if (!why)
        return {};
    const std::string step = widgets::countText(frame.cursor.step.value());
    if (why->code != ErrorCode::Unavailable)
        return filled(translate("CursorText", "Step %1 can't be read: %2."), {step, why->what});
    if (frame.status.state == engine::RunState::Ended)
        return filled(translate("CursorText", "Step %1 can't be read: the recorder has left. Open "
                                              "its session file to see it."),
                      {step});
    return filled(translate("CursorText", "Step %1 can't be read: the recorder doesn't answer. It "
                                          "comes by itself when the recorder is back."),
                  {step});
}

} // namespace rankscope::ui
