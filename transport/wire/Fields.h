// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Tokens.h"

#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <vector>

/// Typed reading of a message's values, in order: private to the decoders.
namespace rankscope::wire {

/// Hands out one value after the other. The first thing that is wrong is kept; what is returned
/// from then on means nothing, so that the caller reads a whole message and asks once.
/// `name` is the field's name for the error text.
class Fields {
  public:
    explicit Fields(std::span<const std::byte> bytes) : m_tokens(bytes) {}

    /// Where the values that were read end.
    [[nodiscard]] const std::byte* position() const { return m_tokens.position(); }

    [[nodiscard]] bool failed() const { return m_why != nullptr; }
    [[nodiscard]] std::string problem() const { return std::string(m_name) + ' ' + m_why; }
    void refuse(const char* name, const char* why);

    /// An integer from 0 to `most`.
    std::uint64_t number(const char* name, std::uint64_t most);
    std::uint64_t number64(const char* name) {
        return number(name, std::numeric_limits<std::uint64_t>::max());
    }
    std::uint32_t number32(const char* name, std::uint32_t most = 0xffffffffU) {
        return static_cast<std::uint32_t>(number(name, most));
    }
    std::int64_t signedNumber(const char* name);
    bool boolean(const char* name);
    double real(const char* name);
    float real32(const char* name);
    std::string text(const char* name, std::size_t mostBytes);

    std::optional<double> optionalReal(const char* name);
    std::optional<std::uint64_t> optionalNumber(const char* name);

    /// Binary of at most `most` bytes; points into the message.
    std::span<const std::byte> bytes(const char* name, std::size_t most) {
        return std::as_bytes(binaryBytes(name, 1, most));
    }

    /// Binary that holds whole Ts, at most `most` of them.
    template <class T>
    void binary(const char* name, std::size_t most, std::vector<T>& values) {
        const std::span<const char> bytes = binaryBytes(name, sizeof(T), most);
        values.resize(bytes.size() / sizeof(T));
        if (!bytes.empty()) {
            std::memcpy(values.data(), bytes.data(), bytes.size());
        }
    }

    /// Enters an array of at least `fewest` elements, or any list of at most `most`; returns how
    /// many there are.
    std::uint32_t array(const char* name, std::uint32_t fewest);
    std::uint32_t list(const char* name, std::size_t most);
    std::uint32_t map(const char* name, std::size_t most);

    /// Takes a nil if one is next.
    bool nil() { return m_tokens.takeNil(); }
    /// Passes over `count` values with everything in them: fields of a newer minor version.
    void skip(std::uint32_t count);

  private:
    Token expect(Token::Type type, const char* name, const char* why);
    void skip(std::uint32_t count, std::size_t depth);
    std::span<const char> binaryBytes(const char* name, std::size_t each, std::size_t most);

    TokenReader m_tokens;
    const char* m_name = nullptr;
    const char* m_why = nullptr;
};

} // namespace rankscope::wire
