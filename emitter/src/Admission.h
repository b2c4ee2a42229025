// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <rankscope/Emitter.h>

namespace rankscope::emitter {

/// How a rank with these options introduces itself; draws its incarnation at random.
/// Errors: Usage, when no emitter can be made of these options.
[[nodiscard]] Result<wire::Hello> admit(const Options& options);

} // namespace rankscope::emitter
