// SPDX-License-Identifier: Apache-2.0
// Throughput of the gradient kernels as a share of plain read bandwidth, both measured in turn in
// the same run: machines are noisy, ratios less so. Prints a table; no bound is checked here.
#include "emitter/src/Sketch.h"

#include <hwy/targets.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

using namespace rankscope::emitter;

namespace {

constexpr std::size_t kBytes = 256U << 20U; // well beyond any cache
constexpr int kRounds = 9;

using Block = std::uint64_t __attribute__((vector_size(64)));

__attribute__((target_clones("avx512f", "avx2", "default"))) std::uint64_t
readPlainly(const Block* data, std::size_t blocks) {
    Block a{}, b{}, c{}, d{};
    for (std::size_t i = 0; i + 4 <= blocks; i += 4) {
        a ^= data[i];
        b ^= data[i + 1];
        c ^= data[i + 2];
        d ^= data[i + 3];
    }
    a ^= b ^ c ^ d;
    return a[0] ^ a[1] ^ a[2] ^ a[3] ^ a[4] ^ a[5] ^ a[6] ^ a[7];
}

double seconds(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
}

struct Buffer {
    std::byte* data = static_cast<std::byte*>(std::aligned_alloc(4096, kBytes));
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { std::free(data); }
};

/// Finite numbers around 1 in every type, whatever it is read as.
void fill(Buffer& buffer, ElementType type) {
    std::uint64_t state = 1;
    for (std::size_t i = 0; i < kBytes; i += 8) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        std::uint64_t bits = state >> 8U;
        switch (type) {
        case ElementType::Float32:
            bits = (bits & 0x807FFFFF807FFFFFULL) | 0x3F8000003F800000ULL;
            break;
        case ElementType::BFloat16:
            bits = (bits & 0x807F807F807F807FULL) | 0x3F803F803F803F80ULL;
            break;
        case ElementType::Float16:
            bits = (bits & 0x83FF83FF83FF83FFULL) | 0x3C003C003C003C00ULL;
            break;
        case ElementType::Float64:
            bits = (bits & 0x800FFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL;
            break;
        }
        std::memcpy(buffer.data + i, &bits, 8);
    }
}

/// Median share of plain read bandwidth; `passes` = buffers that the kernel reads.
void report(const char* name, const Buffer& buffer, double passes,
            const std::function<void()>& kernel) {
    std::vector<double> ratios, speeds;
    volatile std::uint64_t sink = 0;
    for (int i = 0; i < kRounds; ++i) {
        const double plain = seconds([&] {
            sink = readPlainly(reinterpret_cast<const Block*>(buffer.data), kBytes / sizeof(Block));
        });
        const double ours = seconds(kernel);
        ratios.push_back(passes * plain / ours);
        speeds.push_back(passes * static_cast<double>(kBytes) / ours * 1e-9);
    }
    std::printf("%-34s %6.2f of read bandwidth  %6.1f GB/s\n", name, median(ratios),
                median(speeds));
}

} // namespace

int main() {
    Buffer buffer, other;
    if (buffer.data == nullptr || other.data == nullptr) {
        std::fputs("not enough memory\n", stderr);
        return 1;
    }
    static constexpr std::pair<ElementType, const char*> kTypes[] = {
        {ElementType::Float32, "float32"},
        {ElementType::BFloat16, "bfloat16"},
        {ElementType::Float16, "float16"},
        {ElementType::Float64, "float64"}};
    volatile double sink = 0;
    const auto targets = hwy::SupportedTargets();
    for (std::int64_t rest = targets & ~HWY_SCALAR & (HWY_AVX3 | HWY_AVX2 | HWY_SSE4 | HWY_NEON);
         rest != 0; rest &= rest - 1) {
        const std::int64_t target = rest & -rest;
        hwy::SetSupportedTargetsForTest(target);
        std::printf("%s\n", hwy::TargetName(target));
        for (const auto& [type, typeName] : kTypes) {
            fill(buffer, type);
            const std::size_t count = kBytes / bytesOf(type);
            for (const std::size_t k :
                 {std::size_t{0}, std::size_t{1024}, std::size_t{4096}, std::size_t{32768}}) {
                const std::unique_ptr<float, decltype(&std::free)> sketch(
                    static_cast<float*>(std::aligned_alloc(64, kMaxSketch * sizeof(float))),
                    &std::free);
                std::fill_n(sketch.get(), k, 0.0F);
                char name[64];
                std::snprintf(name, sizeof name, "  %s, sketch of %zu", typeName, k);
                report(name, buffer, 1, [&] {
                    sink = readGradient(buffer.data, type, count, 1, 2, {sketch.get(), k}, nullptr)
                               .squares;
                });
            }
            fill(other, type);
            char name[64];
            std::snprintf(name, sizeof name, "  %s, reduced (two buffers)", typeName);
            report(name, buffer, 2,
                   [&] { sink = readReduced(buffer.data, other.data, type, count).dot; });
        }
    }
    hwy::SetSupportedTargetsForTest(0);
    return 0;
}
