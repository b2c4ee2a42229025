// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <rankscope/Emitter.h>

namespace rankscope::emitter {

/// Whether an emitter can be made of these options. Errors: Usage.
[[nodiscard]] Result<void> check(const Options& options);

/// How a rank with these options introduces itself; draws its incarnation at random.
[[nodiscard]] wire::Hello makeHello(const Options& options);

} // namespace rankscope::emitter
