// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

/// Numbers as bytes, little-endian: what is derived from a run is kept in a session as these.
namespace rankscope::analysis {

class BytesOut {
  public:
    template <class T>
    void put(T value) {
        static_assert(std::is_arithmetic_v<T>);
        put(std::span<const T>(&value, 1));
    }
    template <class T>
    void put(std::span<const T> values) {
        const std::span<const std::byte> raw = std::as_bytes(values);
        const std::size_t at = m_bytes.size();
        m_bytes.insert(m_bytes.end(), raw.begin(), raw.end());
        if constexpr (std::endian::native == std::endian::big) {
            for (std::size_t i = at; i < m_bytes.size(); i += sizeof(T)) {
                std::reverse(m_bytes.begin() + static_cast<std::ptrdiff_t>(i),
                             m_bytes.begin() + static_cast<std::ptrdiff_t>(i + sizeof(T)));
            }
        }
    }
    /// 1 to 10 bytes: 7 bits each, the lowest first.
    void putCount(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) {
            m_bytes.push_back(static_cast<std::byte>(value | 0x80U));
        }
        m_bytes.push_back(static_cast<std::byte>(value));
    }
    [[nodiscard]] std::size_t size() const { return m_bytes.size(); }
    [[nodiscard]] const std::vector<std::byte>& bytes() const { return m_bytes; }
    [[nodiscard]] std::vector<std::byte> take() { return std::move(m_bytes); }

  private:
    std::vector<std::byte> m_bytes;
};

/// Reads them back. Whatever the bytes are, nothing behind their end is read and nothing is
/// allocated for what is not there: then everything reads as 0, and failed() says so.
class BytesIn {
  public:
    explicit BytesIn(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    template <class T>
    [[nodiscard]] T get() {
        T value{};
        get(std::span<T>(&value, 1));
        return value;
    }
    template <class T>
    void get(std::span<T> values) {
        if (m_bytes.size() < values.size_bytes()) {
            fail();
            return;
        }
        std::memcpy(values.data(), m_bytes.data(), values.size_bytes());
        m_bytes = m_bytes.subspan(values.size_bytes());
        if constexpr (std::endian::native == std::endian::big) {
            for (T& value : values) {
                const auto raw = std::as_writable_bytes(std::span<T>(&value, 1));
                std::reverse(raw.begin(), raw.end());
            }
        }
    }
    [[nodiscard]] std::uint64_t getCount() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = get<std::uint8_t>();
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if ((byte & 0x80U) == 0) {
                return value;
            }
        }
        fail();
        return 0;
    }
    /// How many things follow, of which each takes at least so many bytes.
    [[nodiscard]] std::size_t getSize(std::size_t bytesEach) {
        const std::uint64_t size = getCount();
        if (size > m_bytes.size() / bytesEach) {
            fail();
            return 0;
        }
        return static_cast<std::size_t>(size);
    }
    [[nodiscard]] std::span<const std::byte> getBytes(std::size_t size) {
        if (m_bytes.size() < size) {
            fail();
            return {};
        }
        const auto part = m_bytes.first(size);
        m_bytes = m_bytes.subspan(size);
        return part;
    }
    void fail() {
        m_failed = true;
        m_bytes = {};
    }
    [[nodiscard]] std::size_t left() const { return m_bytes.size(); }
    [[nodiscard]] bool failed() const { return m_failed; }
    /// All is read, and all was there.
    [[nodiscard]] bool done() const { return !m_failed && m_bytes.empty(); }

  private:
    std::span<const std::byte> m_bytes;
    bool m_failed = false;
};

} // namespace rankscope::analysis
