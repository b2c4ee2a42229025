// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Footprint.h"

#include <string>
#include <vector>

namespace rankscope::link {
namespace {

template <class T>
std::size_t heap(const std::vector<T>& values) {
    return values.capacity() * sizeof(T);
}

std::size_t heap(const std::string& text) {
    return text.capacity();
}

std::size_t heap(const wire::Hello& hello) {
    std::size_t bytes = heap(hello.groups) + heap(hello.groupSizes) + heap(hello.coordinates);
    for (const std::string* text :
         {&hello.run, &hello.name, &hello.host, &hello.device, &hello.software, &hello.config}) {
        bytes += heap(*text);
    }
    for (const std::string& group : hello.groups) {
        bytes += heap(group);
    }
    return bytes;
}

std::size_t heap(const wire::StepRecord& record) {
    return heap(record.groups) + heap(record.extras.microNorms) +
           (record.sketch ? heap(record.sketch->values) : 0);
}

std::size_t heap(const wire::Gap&) {
    return 0;
}

std::size_t heap(const wire::Bye&) {
    return 0;
}

} // namespace

std::size_t footprint(const wire::Event& event) {
    return sizeof event + std::visit([](const auto& one) { return heap(one); }, event);
}

} // namespace rankscope::link
