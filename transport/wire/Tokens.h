// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// A msgpack message as a flat list of values: private to the decoder.
namespace rankscope::wire {

/// One msgpack value. Text and binary point into the message's bytes; the elements of an array
/// or map follow it in the list.
struct Token {
    enum class Type : std::uint8_t {
        Nil,
        Boolean,
        Unsigned, ///< any integer >= 0, whatever its width
        Negative,
        Float32,
        Float64,
        Text,
        Binary,
        Array,
        Map,
        Extension
    };

    Type type = Type::Nil;
    std::uint32_t size = 0; ///< bytes of text and binary, elements of an array, entries of a map
    union {
        std::uint64_t bits = 0; ///< of the number
        const char* data;       ///< of text and binary
    };
};

/// The message that `bytes` begins with, taken apart.
struct Tokens {
    std::vector<Token> values;
    std::size_t bytes = 0; ///< length of the message
};

/// Takes a message apart without trusting it: size, depth and number of values are bounded.
[[nodiscard]] Result<Tokens> tokenize(std::span<const std::byte> bytes);

} // namespace rankscope::wire
