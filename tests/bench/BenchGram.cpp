// SPDX-License-Identifier: Apache-2.0
// Time of one step's cosines from sketches, beside a plain triple loop over the same numbers.

#include "app/analysis/Cosines.h"
#include "transport/wire/Codec.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

using namespace rankscope;

namespace {

double milliseconds(auto work) {
    double best = 1e9;
    double spent = 0;
    for (int round = 0; round < 200 && spent < 2000; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        best = std::min(best, took.count());
        spent += took.count();
    }
    return best;
}

void bench(std::uint32_t workers, std::size_t size) {
    std::mt19937 random{1};
    std::normal_distribution<float> normal;
    analysis::StepRow row;
    row.world = workers;
    std::vector<analysis::RankSketch> sketches(workers);
    std::vector<float> plain;
    for (std::uint32_t rank = 0; rank < workers; ++rank) {
        analysis::RankSample sample;
        sample.rank = sketches[rank].rank = RankId{rank};
        row.samples.push_back(sample);
        sketches[rank].sketch.scale = 1;
        for (std::size_t i = 0; i < size; ++i) {
            plain.push_back(normal(random));
            sketches[rank].sketch.values.push_back(wire::toHalf(plain.back()));
        }
    }
    double sink = 0;
    const double ours = milliseconds([&] { sink += analysis::sketchCosines(row, sketches).mean; });
    const double loop = milliseconds([&] {
        for (std::size_t i = 0; i < workers; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                float sum = 0;
                for (std::size_t x = 0; x < size; ++x) {
                    sum += plain[i * size + x] * plain[j * size + x];
                }
                sink += static_cast<double>(sum);
            }
        }
    });
    std::printf("W %5u  k %5zu  %9.3f ms  plain loop %9.3f ms  (%g)\n", workers, size, ours, loop,
                sink);
}

} // namespace

int main() {
    for (const std::size_t size : {std::size_t{1024}, std::size_t{4096}}) {
        for (const std::uint32_t workers : {8U, 64U, 256U, 1024U}) {
            bench(workers, size);
        }
    }
}
