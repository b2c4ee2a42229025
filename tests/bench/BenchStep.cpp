// SPDX-License-Identifier: Apache-2.0
// What a step costs the training thread, apart from reading the gradients: rs_step's latency, and
// that of a sampled memcpy of the record's size for comparison. No collector is there, and the ring
// is large enough to take every record with its sketch.
#include <rankscope/rankscope.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSteps = 50'000;

double nanoseconds(Clock::duration time) {
    return std::chrono::duration<double, std::nano>(time).count();
}

double quantile(std::vector<double>& sorted, double q) {
    return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

void report(const char* name, std::vector<double> times) {
    std::sort(times.begin(), times.end());
    std::printf("  %-22s p50 %6.0f ns   p99 %6.0f ns   p99.99 %7.0f ns\n", name,
                quantile(times, 0.5), quantile(times, 0.99), quantile(times, 0.9999));
}

void measure(std::uint32_t sketch, std::uint32_t groups) {
    const std::vector<std::uint64_t> sizes(groups, 0);
    rs_options options{};
    options.struct_size = sizeof options;
    options.endpoint = "tcp://127.0.0.1:9"; // nobody listens
    options.world = 1;
    options.sketch_size = sketch;
    options.group_count = groups;
    options.group_sizes = sizes.data();
    options.ring_bytes = std::uint64_t{1} << 30U;
    rs_emitter* const emitter = rs_open(&options);
    if (emitter == nullptr) {
        std::fprintf(stderr, "%s\n", rs_last_error());
        return;
    }
    const std::vector<float> gradient(4096, 0.5F);
    const rs_segment segment{1, 0, gradient.size(), 0, 0};
    rs_sample sample{};
    sample.struct_size = sizeof sample;
    sample.step = -1;
    sample.loss = 1;
    sample.weight = 32;
    sample.grad_scale = rs_absent();
    std::vector<std::byte> from(2 * sketch + 27 * groups + 100), to(from.size());
    std::vector<double> steps(kSteps), copies(kSteps);
    for (int i = 0; i < kSteps; ++i) {
        rs_gradient(emitter, gradient.data(), RS_FLOAT32, &segment, 1, nullptr);
        rs_reduced(emitter, gradient.data(), gradient.data(), RS_FLOAT32, &segment, 1);
        const auto a = Clock::now();
        rs_step(emitter, &sample);
        const auto b = Clock::now();
        std::memcpy(to.data(), from.data(), from.size());
        asm volatile("" : : "r"(to.data()) : "memory");
        const auto c = Clock::now();
        const auto at = static_cast<std::size_t>(i);
        steps[at] = nanoseconds(b - a);
        copies[at] = nanoseconds(c - b);
    }
    std::printf("sketch of %u, %u groups\n", sketch, groups);
    report("rs_step", std::move(steps));
    report("memcpy of that size", std::move(copies));
    rs_close(emitter, 0);
}

} // namespace

int main() {
    measure(0, 0);
    measure(0, 24);
    measure(256, 24);
    measure(1024, 24);
    measure(4096, 24);
    return 0;
}
