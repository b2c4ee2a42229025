// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Codec.h"

#include <bit>
#include <limits>

/// One well-filled message of every kind for the codec's tests.
namespace rankscope::wire::samples {

inline constexpr IncarnationId kIncarnation{0xfedcba9876543210ULL};

inline Hello hello() {
    Hello hello;
    hello.incarnation = kIncarnation;
    hello.run = "run-7";
    hello.rank = RankId(3);
    hello.world = 8;
    hello.generation = 2;
    hello.name = "nightly \xC3\xA9";
    hello.host = "node12";
    hello.pid = 4321;
    hello.device = "cuda:0";
    hello.software = "torch 2.13.0, rankscope 0.1.0";
    hello.config = R"({"lr": 0.001})";
    hello.startedUnixNs = -5; // a clock before 1970 is a wrong clock, not a broken message
    hello.groups = {"embed", "block.0", "head"};
    hello.groupSizes = {1000, 70000, 5'000'000'000ULL};
    hello.sketchSize = 4;
    hello.coordinates = {1, 2, 0};
    return hello;
}

inline StepRecord fullStep() {
    StepRecord step;
    step.incarnation = kIncarnation;
    step.seq = Seq(7);
    step.rank = RankId(3);
    step.step = Step(1'000'000);
    step.flags = flags::kLossyReduce | flags::kStepSkipped;
    step.timeNs = 987654321;
    step.lossScale = LossScale::LocalMean;
    step.loss = 2.5;
    step.weight = 512.0;
    step.gradSq = 0.125;
    step.meanSq = 1e-300;
    step.dot = -3.75;
    step.nonFinite = 0;
    step.groups = {{1.0, 2.0, 3.0}, {4.0, 5.0, -6.0}, {0.0, -0.0, 1e308}};
    step.sketch = Sketch{0x123456789abcdef0ULL, 0.5F, {0x3c00, 0xc000, 0x0001, 0x7e00}};
    step.extras.microNorms = {1.5, 1.25};
    step.extras.dataHash = 1;
    step.extras.parameterHash = std::numeric_limits<std::uint64_t>::max();
    step.extras.bufferHash = 0;
    step.extras.reducedHash = 42;
    step.extras.gradScale = 65536.0;
    step.extras.stepSeconds = 0.25;
    step.extras.reduceSeconds = 0.0625;
    return step;
}

inline StepRecord bareStep() {
    StepRecord step;
    step.incarnation = IncarnationId(1);
    step.seq = Seq(1);
    return step;
}

inline std::vector<Message> all() {
    Welcome refused;
    refused.incarnation = kIncarnation;
    refused.accepted = false;
    refused.reason = "another run is being recorded";
    Welcome accepted;
    accepted.incarnation = kIncarnation;
    accepted.committed = Seq(12);
    accepted.run = "run-7";
    return {hello(),
            Hello{},
            fullStep(),
            bareStep(),
            Gap{kIncarnation, RankId(3), Seq(5), Seq(9), GapCause::RingFull},
            Bye{kIncarnation, RankId(3), Seq(limits::kCount)},
            accepted,
            refused,
            Ack{kIncarnation, Seq(300)},
            Ack{kIncarnation, Seq(300), true}};
}

} // namespace rankscope::wire::samples
