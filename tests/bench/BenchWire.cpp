// SPDX-License-Identifier: Apache-2.0
// Encoding and decoding of step records beside a memcpy of the same bytes, as ratios of one run.
#include "transport/wire/Codec.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

using namespace rankscope;
using namespace rankscope::wire;

namespace {

/// Best time per call in ns: the machine's disturbances only ever add.
template <class Call>
double nanoseconds(Call call) {
    constexpr int kCalls = 20'000;
    double best = 1e300;
    for (int round = 0; round < 15; ++round) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < kCalls; ++i) {
            call();
        }
        const std::chrono::duration<double, std::nano> time =
            std::chrono::steady_clock::now() - start;
        best = std::min(best, time.count() / kCalls);
    }
    return best;
}

void keep(const void* data) {
    asm volatile("" : : "g"(data) : "memory");
}

StepRecord record(std::size_t sketchSize, std::size_t groups) {
    StepRecord step;
    step.incarnation = IncarnationId(0xfedcba9876543210ULL);
    step.seq = Seq(123456);
    step.rank = RankId(5);
    step.step = Step(123455);
    step.timeNs = 987654321012345;
    step.loss = 2.34567;
    step.weight = 4096;
    step.gradSq = 0.0123;
    step.meanSq = 0.0045;
    step.dot = 0.0051;
    step.nonFinite = 0;
    step.groups.assign(groups, GradSums{0.1, 0.2, 0.3});
    step.extras.stepSeconds = 0.123;
    if (sketchSize > 0) {
        step.sketch = Sketch{42, 0.5F, std::vector<std::uint16_t>(sketchSize, 0x3c00)};
    }
    return step;
}

void measure(std::size_t sketchSize, std::size_t groups) {
    const StepRecord step = record(sketchSize, groups);
    StepView view{step, step.groups, 0, 0, {}, step.extras.microNorms};
    if (step.sketch) {
        view.sketchSeed = step.sketch->seed;
        view.sketchScale = step.sketch->scale;
        view.sketch = step.sketch->values;
    }
    std::vector<std::byte> buffer(maxStepBytes(groups, sketchSize, 0));
    const std::vector<std::byte> message = encode(step);
    const double copy = nanoseconds([&] {
        std::memcpy(buffer.data(), message.data(), message.size());
        keep(buffer.data());
    });
    const double owning = nanoseconds([&] {
        const std::vector<std::byte> copied(message);
        keep(copied.data());
    });
    const double encoding = nanoseconds([&] {
        if (encodeStep(view, buffer) != message.size()) {
            std::abort();
        }
        keep(buffer.data());
    });
    const double decoding = nanoseconds([&] {
        const Result<Message> back = decode(message);
        keep(&back);
    });
    std::printf("%6zu %6zu %6zu %9.1f %9.1f %6.2f %9.1f %9.1f %6.2f\n", sketchSize, groups,
                message.size(), copy, encoding, encoding / copy, owning, decoding,
                decoding / owning);
}

} // namespace

int main() {
    // Encoding writes into a buffer that is there; decoding makes a record that owns its memory.
    // Each stands beside the copy that does the same.
    std::printf("%6s %6s %6s %9s %9s %6s %9s %9s %6s\n", "sketch", "groups", "bytes", "memcpy/ns",
                "encode/ns", "ratio", "vector/ns", "decode/ns", "ratio");
    measure(0, 0);
    measure(0, 64);
    measure(256, 0);
    measure(2048, 0);
    measure(2048, 64);
    measure(4096, 64);
    measure(32768, 256);
    return 0;
}
