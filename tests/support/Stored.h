// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionReader.h"

#include <filesystem>
#include <map>
#include <set>
#include <variant>

namespace rankscope::test {

/// What a session file holds of one incarnation, counted the slow and simple way.
struct StoredStream {
    wire::Hello hello;
    int hellos = 0, byes = 0;
    std::set<std::uint64_t> received, lost;
    int doubled = 0; ///< seqs stored more than once, as records or as losses
    std::map<wire::GapCause, std::uint64_t> lostBy;

    [[nodiscard]] std::uint64_t last() const {
        return std::max(received.empty() ? 0 : *received.rbegin(),
                        lost.empty() ? 0 : *lost.rbegin());
    }
    /// received + declared = last, and no seq in both.
    [[nodiscard]] bool identityHolds() const {
        return doubled == 0 && received.size() + lost.size() == last();
    }
};

struct Stored {
    bool readable = false;
    std::map<IncarnationId, StoredStream> streams;

    void add(const wire::Hello& hello) {
        streams[hello.incarnation].hello = hello;
        ++streams[hello.incarnation].hellos;
    }
    void add(const wire::StepRecord& record) {
        StoredStream& stream = streams[record.incarnation];
        stream.doubled += stream.lost.contains(record.seq.value()) ? 1 : 0;
        stream.doubled += stream.received.insert(record.seq.value()).second ? 0 : 1;
    }
    void add(const wire::Gap& gap) {
        StoredStream& stream = streams[gap.incarnation];
        for (auto seq = gap.first.value(); seq <= gap.last.value(); ++seq) {
            stream.doubled += stream.received.contains(seq) ? 1 : 0;
            stream.doubled += stream.lost.insert(seq).second ? 0 : 1;
            ++stream.lostBy[gap.cause];
        }
    }
    void add(const wire::Bye& bye) { ++streams[bye.incarnation].byes; }
};

inline Stored readStored(const std::filesystem::path& file) {
    Stored stored;
    auto reader = session::SessionReader::open(file);
    if (!reader) {
        return stored;
    }
    for (;;) {
        std::vector<wire::Event> events;
        const auto more = (*reader)->read(events);
        if (!more) {
            return stored;
        }
        for (const wire::Event& event : events) {
            std::visit([&](const auto& one) { stored.add(one); }, event);
        }
        if (!*more) {
            break;
        }
    }
    stored.readable = (*reader)->damagedChunks() == 0;
    return stored;
}

} // namespace rankscope::test
