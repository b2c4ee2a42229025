// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// msgpack taken apart value by value: private to the decoders.
///
/// msgpack-cxx's own parsers take 3 times as long for a step record, since they allocate and call
/// back for every value, and their unpacker believes the lengths that a message claims.
namespace rankscope::wire {

/// One msgpack value. Text and binary point into the message's bytes; the elements of an array or
/// map come next.
struct Token {
    enum class Type : std::uint8_t {
        Missing, ///< the bytes end before the value does, or are no msgpack
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

    Type type = Type::Missing;
    std::uint32_t size = 0; ///< bytes of text and binary, elements of an array, entries of a map
    union {
        std::uint64_t bits = 0; ///< of the number
        const char* data;       ///< of text and binary
    };
};

/// Walks over bytes that nobody vouches for: never reads past them, never allocates.
class TokenReader {
  public:
    explicit TokenReader(std::span<const std::byte> bytes)
        : m_at(bytes.data()),
          m_end(m_at + bytes.size()) {}

    /// The next value; after a Missing one there are only Missing ones. An array or map is Missing
    /// when fewer bytes follow than it has elements.
    [[nodiscard]] Token next();
    /// Takes a nil if one is next.
    [[nodiscard]] bool takeNil();
    [[nodiscard]] const std::byte* position() const { return m_at; }

  private:
    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(m_end - m_at); }
    [[nodiscard]] Token missing();
    template <class Bits>
    [[nodiscard]] bool load(Bits& bits);
    template <class Bits>
    [[nodiscard]] Token number(Token::Type type);
    template <class Signed>
    [[nodiscard]] Token signedNumber();
    [[nodiscard]] Token bytes(Token::Type type, std::uint64_t size);
    template <class Size>
    [[nodiscard]] Token sizedBytes(Token::Type type, std::size_t more = 0);
    [[nodiscard]] Token elements(Token::Type type, std::uint32_t size);
    template <class Size>
    [[nodiscard]] Token sizedElements(Token::Type type);

    const std::byte* m_at;
    const std::byte* m_end;
};

} // namespace rankscope::wire
