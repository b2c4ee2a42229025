// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frames/GapCause.h"

namespace rankscope::engine {

std::string causeText(wire::GapCause cause) {
    switch (cause) {
    case wire::GapCause::RingFull:
        return "emitter queue full";
    case wire::GapCause::TooLarge:
        return "record too large";
    case wire::GapCause::Undeclared:
        return "lost on the way";
    case wire::GapCause::RecorderPaused:
        return "recorder paused";
    case wire::GapCause::Unknown:
        break;
    }
    return "unknown cause";
}

} // namespace rankscope::engine
