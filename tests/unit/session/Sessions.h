// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionReader.h"
#include "transport/session/SessionWriter.h"

#include <QTest>

/// Small runs for the session tests, and reading them back.
namespace rankscope::session::samples {

template <class T>
T valueOf(Result<T> result) {
    if (!result) {
        qFatal("%s", result.error().what.c_str());
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

inline wire::Hello hello(std::uint32_t rank, std::uint64_t incarnation = 0) {
    wire::Hello hello;
    hello.incarnation = IncarnationId(incarnation == 0 ? 1000 + rank : incarnation);
    hello.run = "run";
    hello.rank = RankId(rank);
    hello.world = 4;
    hello.name = "sample";
    hello.groups = {"all"};
    hello.groupSizes = {10};
    return hello;
}

/// The record that `rank` makes as its `seq`-th: every value follows from rank and seq.
inline wire::StepRecord record(std::uint32_t rank, std::uint64_t seq, bool withSketch = false,
                               std::uint64_t incarnation = 0) {
    wire::StepRecord step;
    step.incarnation = IncarnationId(incarnation == 0 ? 1000 + rank : incarnation);
    step.seq = Seq(seq);
    step.rank = RankId(rank);
    step.step = Step(seq - 1);
    step.loss = 1.0 / static_cast<double>(seq) + rank;
    step.weight = 512;
    step.gradSq = static_cast<double>(seq * seq);
    step.groups = {{1.0, 2.0, static_cast<double>(rank)}};
    step.extras.parameterHash = seq * 77;
    if (withSketch) {
        step.sketch = wire::Sketch{
            seq, 0.5F, {static_cast<std::uint16_t>(rank), static_cast<std::uint16_t>(seq), 3, 4}};
    }
    return step;
}

/// Hellos of four ranks and then `steps` steps of each.
inline std::vector<wire::Event> run(std::uint64_t steps, bool withSketches = false) {
    std::vector<wire::Event> events;
    for (std::uint32_t rank = 0; rank < 4; ++rank) {
        events.emplace_back(hello(rank));
    }
    for (std::uint64_t seq = 1; seq <= steps; ++seq) {
        for (std::uint32_t rank = 0; rank < 4; ++rank) {
            events.emplace_back(record(rank, seq, withSketches));
        }
    }
    return events;
}

/// As a reader gives them back: without sketches.
inline std::vector<wire::Event> withoutSketches(std::vector<wire::Event> events) {
    for (wire::Event& event : events) {
        if (auto* step = std::get_if<wire::StepRecord>(&event)) {
            step->sketch.reset();
        }
    }
    return events;
}

inline void write(const std::filesystem::path& path, const std::vector<wire::Event>& events,
                  std::size_t perCommit = 1000) {
    const auto writer = valueOf(SessionWriter::open(path, "run", {}));
    for (std::size_t at = 0; at < events.size(); at += perCommit) {
        writer->append(std::span(events).subspan(at, std::min(perCommit, events.size() - at)));
        valueOf(writer->commit());
    }
    valueOf(writer->close());
}

/// A chunk for every `perChunk` events: those of different writers are not merged.
inline void writeChunks(const std::filesystem::path& path, const std::vector<wire::Event>& events,
                        std::size_t perChunk) {
    for (std::size_t at = 0; at < events.size(); at += perChunk) {
        const auto part = std::span(events).subspan(at, std::min(perChunk, events.size() - at));
        write(path, {part.begin(), part.end()});
    }
}

inline std::vector<wire::Event> readAll(SessionReader& reader) {
    std::vector<wire::Event> events;
    while (valueOf(reader.read(events))) {
    }
    return events;
}

inline std::vector<wire::Event> readAll(const std::filesystem::path& path) {
    return readAll(*valueOf(SessionReader::open(path)));
}

} // namespace rankscope::session::samples
