// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"
#include "transport/wire/Utf8.h"

#include <bit>
#include <cstddef>
#include <cstring>
#include <msgpack/pack.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Writing of a message's values, in order: private to the encoders.
namespace rankscope::wire {

/// Output that grows, for the messages that are not on the hot path.
class GrowingSink {
  public:
    explicit GrowingSink(std::vector<std::byte>& out) : m_out(out) {}

    void write(const char* data, std::size_t size) {
        const auto* bytes = reinterpret_cast<const std::byte*>(data);
        m_out.insert(m_out.end(), bytes, bytes + size);
    }

  private:
    std::vector<std::byte>& m_out;
};

/// msgpack's packer with the types of our fields. Floats don't go through msgpack's own
/// pack_double: it turns whole numbers into integers, and -0.0 into 0.
template <class Sink>
class Writer {
  public:
    explicit Writer(Sink& sink) : m_sink(sink), m_packer(sink) {}

    /// `size`: elements of the message's array, these two included.
    template <class Kind>
    void header(Kind kind, std::uint32_t size) {
        array(size);
        number(kProtocolMajor);
        number(static_cast<std::uint8_t>(kind));
    }

    void array(std::size_t size) { m_packer.pack_array(static_cast<std::uint32_t>(size)); }
    void map(std::size_t size) { m_packer.pack_map(static_cast<std::uint32_t>(size)); }
    void nil() { m_packer.pack_nil(); }
    void boolean(bool value) { value ? m_packer.pack_true() : m_packer.pack_false(); }
    void number(std::uint64_t value) { m_packer.pack_uint64(value); }
    void signedNumber(std::int64_t value) { m_packer.pack_int64(value); }
    void real(double value) { tagged(0xcb, std::bit_cast<std::uint64_t>(value)); }
    void real32(float value) { tagged(0xca, std::bit_cast<std::uint32_t>(value)); }

    void number(const std::optional<std::uint64_t>& value) { value ? number(*value) : nil(); }
    void real(const std::optional<double>& value) { value ? real(*value) : nil(); }

    void text(const std::string& raw) {
        const std::string value = toUtf8(raw);
        const auto size = static_cast<std::uint32_t>(value.size());
        m_packer.pack_str(size);
        m_packer.pack_str_body(value.data(), size);
    }

    template <class T>
    void binary(std::span<const T> values) {
        const auto size = static_cast<std::uint32_t>(values.size_bytes());
        m_packer.pack_bin(size);
        m_packer.pack_bin_body(reinterpret_cast<const char*>(values.data()), size);
    }

  private:
    template <class Bits>
    void tagged(unsigned char tag, Bits bits) {
        char bytes[1 + sizeof(Bits)];
        bytes[0] = static_cast<char>(tag);
        bits = sizeof(Bits) == 8
                   ? static_cast<Bits>(__builtin_bswap64(bits))
                   : static_cast<Bits>(__builtin_bswap32(static_cast<std::uint32_t>(bits)));
        std::memcpy(bytes + 1, &bits, sizeof(Bits));
        m_sink.write(bytes, sizeof bytes);
    }

    Sink& m_sink;
    msgpack::packer<Sink> m_packer;
};

} // namespace rankscope::wire
