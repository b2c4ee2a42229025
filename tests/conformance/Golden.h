// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/Derived.h"
#include "transport/wire/Messages.h"

#include <bit>

/// The messages of golden/messages.msgpack and golden/session-v*.rankscope. golden_values.py has
/// the same values in Python, written down by hand: neither side learns them from the other.
namespace rankscope::golden {

inline constexpr IncarnationId kIncarnation{0xfedcba9876543210ULL};
inline constexpr const char* kRun = "golden-run";

inline wire::Hello hello() {
    wire::Hello hello;
    hello.incarnation = kIncarnation;
    hello.run = kRun;
    hello.rank = RankId(1);
    hello.world = 2;
    hello.generation = 3;
    hello.name = "gr\xC3\xBC\xC3\x9F";
    hello.host = "node-7";
    hello.pid = 70000;
    hello.device = "cuda:1";
    hello.software = "torch 2.13.0";
    hello.config = R"({"lr": 0.001})";
    hello.startedUnixNs = 1'700'000'000'123'456'789;
    hello.groups = {"embed", "head"};
    hello.groupSizes = {1'000'000, 5'000'000'000ULL};
    hello.sketchSize = 4;
    hello.coordinates = {0, 1};
    return hello;
}

/// Every field set.
inline wire::StepRecord fullStep() {
    wire::StepRecord step;
    step.incarnation = kIncarnation;
    step.seq = Seq(1);
    step.rank = RankId(1);
    step.step = Step(70000);
    step.flags = wire::flags::kLossyReduce | wire::flags::kStepSkipped;
    step.timeNs = 123'456'789'012;
    step.lossScale = wire::LossScale::GlobalTokens;
    step.loss = 2.5;
    step.weight = 512.0;
    step.gradSq = 0.1;
    step.meanSq = 1e-300;
    step.dot = -0.0;
    step.nonFinite = 3;
    step.groups = {{1.0, 2.0, 3.0}, {0.5, 0.25, -0.125}};
    step.sketch = wire::Sketch{0x0123456789abcdefULL, 0.75F, {0x3c00, 0xc000, 0x0001, 0x7bff}};
    step.extras.microNorms = {1.5, 1.25};
    step.extras.dataHash = 0xffffffffffffffffULL;
    step.extras.parameterHash = 0;
    step.extras.bufferHash = 127;
    step.extras.reducedHash = 128;
    step.extras.gradScale = 65536.0;
    step.extras.stepSeconds = 0.25;
    step.extras.reduceSeconds = 0.0625;
    return step;
}

/// Nothing measured but a loss, which was a NaN with a payload, and a weight of -inf.
inline wire::StepRecord nanStep() {
    wire::StepRecord step;
    step.incarnation = kIncarnation;
    step.seq = Seq(2);
    step.rank = RankId(1);
    step.step = Step(70001);
    step.loss = std::bit_cast<double>(0x7ff8dead'beef0001ULL);
    step.weight = std::bit_cast<double>(0xfff0000000000000ULL);
    return step;
}

inline wire::Gap gap() {
    return {kIncarnation, RankId(1), Seq(3), Seq(300), wire::GapCause::RingFull};
}

inline wire::Bye bye() {
    return {kIncarnation, RankId(1), Seq(300)};
}

/// What the session holds, in order.
inline std::vector<wire::Event> events() {
    return {hello(), fullStep(), nanStep(), gap(), bye()};
}

/// What the session keeps beside them, since version 2 of the format.
inline std::vector<session::Derived> derived() {
    return {{session::DerivedKind::Digest, 0, {std::byte{0x80}}},
            {session::DerivedKind::Curves, 273, {std::byte{0}, std::byte{0xff}}}};
}

/// What messages.msgpack holds, in order.
inline std::vector<wire::Message> messages() {
    wire::Welcome welcome;
    welcome.incarnation = kIncarnation;
    welcome.committed = Seq(2);
    welcome.run = kRun;
    wire::Welcome refusal;
    refusal.incarnation = kIncarnation;
    refusal.accepted = false;
    refusal.reason = "another run is being recorded";
    const wire::Ack ack{kIncarnation, Seq(2)}, ackOfBye{kIncarnation, Seq(300), true};
    return {hello(), fullStep(), nanStep(), gap(), bye(), welcome, refusal, ack, ackOfBye};
}

} // namespace rankscope::golden
