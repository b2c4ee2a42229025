// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"

#include <vector>

/// Small runs, without Qt.
namespace rankscope::session::samples {

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

} // namespace rankscope::session::samples
