// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionReader.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

/// Breaking a session file, and looking at what can still be got out of it.
namespace rankscope::support {

using Content = std::vector<char>;

inline Content contentOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void put(const std::filesystem::path& path, std::span<const char> bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// Whether `part` is `whole` with events left out: nothing changed, added or moved.
inline bool isPartOf(const std::vector<wire::Event>& part, const std::vector<wire::Event>& whole) {
    auto at = whole.begin();
    for (const wire::Event& event : part) {
        at = std::find(at, whole.end(), event);
        if (at == whole.end()) {
            return false;
        }
        ++at;
    }
    return true;
}

/// What can be got out of a file that may be broken.
struct Rest {
    bool opened = false;
    std::vector<wire::Event> events;
    std::uint64_t damagedChunks = 0;
    bool verified = false; ///< verify() found nothing wrong
};

inline Rest readRest(const std::filesystem::path& path) {
    Rest rest;
    const Result<session::Verdict> verdict = session::verify(path);
    rest.verified = verdict && verdict->damage.empty();
    const auto reader = session::SessionReader::open(path);
    if (!reader) {
        return rest;
    }
    rest.opened = true;
    while ((*reader)->read(rest.events).value_or(false)) {
    }
    rest.damagedChunks = (*reader)->damagedChunks();
    return rest;
}

} // namespace rankscope::support
