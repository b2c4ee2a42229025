// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/Tokens.h"

#include "transport/wire/Messages.h"

#include <algorithm>
#include <bit>
#include <msgpack/null_visitor.hpp>
#include <msgpack/parse.hpp>
#include <msgpack/unpack.hpp>

namespace rankscope::wire {
namespace {

/// Receives msgpack's values one by one and stops the parser at the first bound crossed.
class TokenVisitor : public msgpack::null_visitor {
  public:
    explicit TokenVisitor(std::size_t messageBytes) : m_messageBytes(messageBytes) {
        m_tokens.reserve(kUsualValues);
    }

    [[nodiscard]] const char* problem() const { return m_problem; }
    [[nodiscard]] std::vector<Token> take() { return std::move(m_tokens); }

    bool visit_nil() { return add(Token::Type::Nil, 0); }
    bool visit_boolean(bool value) { return add(Token::Type::Boolean, value ? 1 : 0); }
    bool visit_positive_integer(std::uint64_t value) { return add(Token::Type::Unsigned, value); }
    bool visit_negative_integer(std::int64_t value) {
        return add(Token::Type::Negative, static_cast<std::uint64_t>(value));
    }
    bool visit_float32(float value) {
        return add(Token::Type::Float32, std::bit_cast<std::uint32_t>(value));
    }
    bool visit_float64(double value) {
        return add(Token::Type::Float64, std::bit_cast<std::uint64_t>(value));
    }
    bool visit_str(const char* data, std::uint32_t size) {
        return addBytes(Token::Type::Text, data, size);
    }
    bool visit_bin(const char* data, std::uint32_t size) {
        return addBytes(Token::Type::Binary, data, size);
    }
    bool visit_ext(const char* data, std::uint32_t size) {
        return addBytes(Token::Type::Extension, data, size);
    }
    bool start_array(std::uint32_t size) { return enter(Token::Type::Array, size, size); }
    bool start_map(std::uint32_t size) {
        return enter(Token::Type::Map, size, 2 * static_cast<std::uint64_t>(size));
    }
    bool end_array() { return leave(); }
    bool end_map() { return leave(); }
    void parse_error(std::size_t, std::size_t) { m_problem = "it is not msgpack"; }
    void insufficient_bytes(std::size_t, std::size_t) { m_problem = "it is cut short"; }

  private:
    /// A step record has about 35 values, a hello one or two per layer group.
    static constexpr std::size_t kUsualValues = 48;
    static constexpr std::size_t kMostValues = 4096;

    bool refuse(const char* problem) {
        m_problem = problem;
        return false;
    }

    bool push(const Token& token) {
        if (m_tokens.size() == kMostValues) {
            return refuse("it has too many values");
        }
        m_tokens.push_back(token);
        return true;
    }

    bool add(Token::Type type, std::uint64_t bits) {
        Token token;
        token.type = type;
        token.bits = bits;
        return push(token);
    }

    bool addBytes(Token::Type type, const char* data, std::uint32_t size) {
        Token token;
        token.type = type;
        token.size = size;
        token.data = data;
        return push(token);
    }

    bool enter(Token::Type type, std::uint32_t size, std::uint64_t values) {
        if (values > m_messageBytes) { // each value takes a byte at least
            return refuse("it is cut short");
        }
        if (++m_depth > limits::kNesting) {
            return refuse("it is nested too deeply");
        }
        Token token;
        token.type = type;
        token.size = size;
        return push(token);
    }

    bool leave() {
        --m_depth;
        return true;
    }

    std::vector<Token> m_tokens;
    std::size_t m_messageBytes;
    std::size_t m_depth = 0;
    const char* m_problem = "it is not msgpack";
};

tl::unexpected<Error> malformed(const std::string& why) {
    return fail(ErrorCode::Malformed, "a message was refused because " + why);
}

} // namespace

Result<Tokens> tokenize(std::span<const std::byte> bytes) {
    if (bytes.empty()) {
        return malformed("it is empty");
    }
    // Of several messages in a row only the first is looked at: none is longer than the limit.
    const std::size_t size = std::min(bytes.size(), limits::kMessageBytes);
    TokenVisitor visitor(size);
    Tokens tokens;
    if (!msgpack::parse(reinterpret_cast<const char*>(bytes.data()), size, tokens.bytes, visitor)) {
        return malformed(visitor.problem());
    }
    tokens.values = visitor.take();
    return tokens;
}

} // namespace rankscope::wire
