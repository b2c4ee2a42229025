// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frames/LinkNews.h"

namespace rankscope::engine {

void tellMissing(RunStatus& status, const Error& error) {
    status.problem = error.what;
    status.advice = error.advice;
    status.linkLost = error.code == ErrorCode::Unavailable;
    if (status.linkLost && status.state == RunState::Ended) {
        status.advice = "the run has ended, and the recorder has left with it: open its session "
                        "file to see what is missing here";
    }
}

bool isMissed(const Error& error, const RunStatus& status) {
    return error.code != ErrorCode::Unavailable || status.state != RunState::Ended;
}

} // namespace rankscope::engine
