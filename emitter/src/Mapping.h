// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace rankscope::emitter {

/// Zeroed memory of its own pages, all touched at once so that the rank's thread never meets a page
/// fault. What a fork() does to it is part of its type: pages shared copy-on-write would cost the
/// training thread a fault and a copy after every fork of a data loader.
class Mapping {
  public:
    enum class InChild {
        Missing, ///< the child doesn't have it at all
        Zeroed,  ///< the child sees zeros
    };

    Mapping() = default;
    /// Anonymous. Check with operator bool: false when the system refused.
    Mapping(std::size_t bytes, InChild inChild) noexcept;
    /// The first `bytes` of a file, shared with whoever else maps it; missing in a child of fork().
    /// `fresh`: nobody else has it yet, and its pages are made ready for writing, too.
    [[nodiscard]] static Mapping ofFile(int descriptor, std::size_t bytes, bool fresh) noexcept;
    Mapping(Mapping&& other) noexcept;
    Mapping& operator=(Mapping&& other) noexcept;
    ~Mapping();

    [[nodiscard]] explicit operator bool() const noexcept { return m_data != nullptr; }
    [[nodiscard]] std::byte* data() const noexcept { return m_data; }
    [[nodiscard]] std::size_t size() const noexcept { return m_bytes; }

  private:
    void map(std::size_t bytes, int flags, int descriptor, int advice) noexcept;

    std::byte* m_data = nullptr;
    std::size_t m_bytes = 0;
};

} // namespace rankscope::emitter
