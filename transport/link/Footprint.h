// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"

#include <cstddef>

namespace rankscope::link {

/// Bytes of memory that keeping the event takes, its vectors and texts included. A small message
/// can become a large event: bounds against hostile senders count this, not what came over the
/// wire.
[[nodiscard]] std::size_t footprint(const wire::Event& event);

} // namespace rankscope::link
