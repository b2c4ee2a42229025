// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Destination.h"
#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <cstddef>
#include <span>
#include <vector>

namespace rankscope::emitter {

/// All that a sender has to know of its rank: whom to call, and how to introduce it.
struct Letter {
    link::Destination destination;
    wire::Hello hello;
};

/// For the memory that rank and sender share: it may hold keys.
[[nodiscard]] std::vector<std::byte> encodeLetter(const Letter& letter);
/// Errors: those of parseDestination() and of the hello's decoder; Malformed.
[[nodiscard]] Result<Letter> decodeLetter(std::span<const std::byte> bytes);

} // namespace rankscope::emitter
