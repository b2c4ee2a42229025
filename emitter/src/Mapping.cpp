// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Mapping.h"

#include <sys/mman.h>

#include <utility>

namespace rankscope::emitter {

Mapping::Mapping(std::size_t bytes, InChild inChild) noexcept {
    map(bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1,
        inChild == InChild::Zeroed ? MADV_WIPEONFORK : MADV_DONTFORK);
}

Mapping Mapping::ofFile(int descriptor, std::size_t bytes, bool fresh) noexcept {
    constexpr std::size_t kPage = 4096;
    Mapping out;
    out.map(bytes, MAP_SHARED, descriptor, MADV_DONTFORK);
    // Pages of a file are touched for reading alone, and the first write to each would be a fault.
    for (std::size_t at = 0; fresh && out && at < bytes; at += kPage) {
        reinterpret_cast<volatile std::byte&>(out.m_data[at]) = std::byte{0};
    }
    return out;
}

void Mapping::map(std::size_t bytes, int flags, int descriptor, int advice) noexcept {
    void* const data =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags | MAP_POPULATE, descriptor, 0);
    if (data == MAP_FAILED) {
        return;
    }
    if (madvise(data, bytes, advice) != 0) { // Linux before 4.14
        munmap(data, bytes);
        return;
    }
    m_data = static_cast<std::byte*>(data);
    m_bytes = bytes;
}

Mapping::Mapping(Mapping&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)),
      m_bytes(std::exchange(other.m_bytes, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
    std::swap(m_data, other.m_data);
    std::swap(m_bytes, other.m_bytes);
    return *this;
}

Mapping::~Mapping() {
    if (m_data != nullptr) {
        munmap(m_data, m_bytes);
    }
}

} // namespace rankscope::emitter
