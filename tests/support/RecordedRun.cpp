// SPDX-License-Identifier: Apache-2.0
#include "tests/support/RecordedRun.h"

#include "transport/session/SessionWriter.h"
#include "transport/wire/Codec.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>

namespace rankscope::support {
namespace {

constexpr std::size_t kSize = 256; // numbers in a gradient
constexpr std::array kGroups{"wte",     "wpe",    "h0.attn", "h0.mlp", "h1.attn", "h1.mlp",
                             "h2.attn", "h2.mlp", "h3.attn", "h3.mlp", "ln_f",    "head"};

using Gradient = std::array<double, kSize>;

std::size_t groupOf(std::size_t i) {
    return i * kGroups.size() / kSize;
}

wire::Sketch sketchOf(const Gradient& gradient, std::uint64_t step) {
    wire::Sketch sketch;
    sketch.seed = step + 1;
    sketch.scale = 1;
    for (const double g : gradient)
        sketch.values.push_back(wire::toHalf(static_cast<float>(g)));
    return sketch;
}

std::uint32_t worldOf(const RecordedRun& run, bool restarted) {
    return restarted && run.restartRanks > 0 ? run.restartRanks : run.ranks;
}

IncarnationId incarnationOf(std::uint32_t rank, bool restarted) {
    return IncarnationId{(restarted ? 100'000U : 1000U) + rank};
}

wire::Hello helloOf(const RecordedRun& run, std::uint32_t rank, bool restarted) {
    wire::Hello hello;
    hello.incarnation = incarnationOf(rank, restarted);
    hello.generation = restarted ? 1 : 0;
    hello.run = "run-" + std::to_string(run.seed);
    hello.rank = RankId{rank};
    hello.world = worldOf(run, restarted);
    hello.name = run.name;
    hello.host = "node" + std::to_string(rank / std::max(1U, std::min(8U, (run.ranks + 1) / 2)));
    hello.pid = 4000 + rank;
    hello.device = "cuda:" + std::to_string(rank % 8);
    hello.software = "torch 2.13.0";
    for (const char* group : kGroups) {
        hello.groups.emplace_back(group);
        hello.groupSizes.push_back(kSize / kGroups.size());
    }
    hello.sketchSize = run.sketches ? kSize : 0;
    return hello;
}

class Trainer {
  public:
    explicit Trainer(const RecordedRun& run) : m_run(run), m_random(run.seed) {
        std::normal_distribution<double> normal;
        for (double& s : m_signal)
            s = normal(m_random) * 0.035;
        m_wrong = m_signal;
        std::shuffle(m_wrong.begin(), m_wrong.end(), m_random);
    }

    void step(std::uint64_t step, bool again, std::vector<wire::Event>& events) {
        const std::uint32_t world = worldOf(m_run, again);
        std::vector<Gradient> gradients(world);
        Gradient mean{};
        for (std::uint32_t rank = 0; rank < world; ++rank) {
            gradients[rank] = gradient(rank, step);
            for (std::size_t i = 0; i < kSize; ++i)
                mean[i] += gradients[rank][i] / world;
        }
        const bool gap = m_run.gapLast > 0 && step >= m_run.gapFirst && step <= m_run.gapLast;
        for (std::uint32_t rank = 0; rank < world; ++rank) {
            if (rank >= m_run.silentFrom && step >= m_run.steps / 2)
                continue;
            wire::StepRecord record = recordOf(rank, step, again, gradients[rank], mean);
            if (!gap)
                events.emplace_back(std::move(record));
            else if (step == m_run.gapLast)
                events.emplace_back(wire::Gap{incarnationOf(rank, false), RankId{rank},
                                              Seq{m_run.gapFirst + 1}, Seq{m_run.gapLast + 1},
                                              wire::GapCause::RingFull});
        }
    }

  private:
    [[nodiscard]] bool departed(std::uint32_t rank, std::uint64_t step) const {
        return m_run.departing == rank && step >= m_run.departs;
    }

    Gradient gradient(std::uint32_t rank, std::uint64_t step) {
        std::normal_distribution<double> noise(0, departed(rank, step) ? 0.16 : 0.11);
        Gradient g{};
        for (std::size_t i = 0; i < kSize; ++i) {
            const double wrong = 0.4 + static_cast<double>(i) / kSize;
            g[i] = (departed(rank, step) ? -wrong * m_signal[i] + m_wrong[i] : m_signal[i]) +
                   noise(m_random);
        }
        if (m_run.nanRank == rank && step == m_run.nanStep)
            g[17] = std::numeric_limits<double>::quiet_NaN();
        return g;
    }

    wire::StepRecord recordOf(std::uint32_t rank, std::uint64_t step, bool again,
                              const Gradient& own, const Gradient& mean) {
        std::normal_distribution<double> noise(0, 0.11);
        wire::StepRecord record;
        record.incarnation = incarnationOf(rank, again);
        record.seq = Seq{step + 1 - (again ? m_run.restartStep : 0)};
        record.rank = RankId{rank};
        record.step = Step{step};
        record.timeNs = (step + 1) * 1'000'000'000ULL;
        record.lossScale = wire::LossScale::LocalMean;
        const double since = static_cast<double>(step) - static_cast<double>(m_run.departs);
        record.loss = 2.0 + 0.35 * std::exp(-static_cast<double>(step) / 40.0) + noise(m_random) +
                      (departed(rank, step) ? 2.1 + 2.0 * std::exp(-since / 12) : 0);
        if (m_run.weights)
            record.weight = 690 + static_cast<double>((rank * 37 + step * 13) % 70);
        wire::GradSums all;
        record.groups.resize(kGroups.size());
        std::uint64_t bad = 0;
        for (std::size_t i = 0; i < kSize; ++i) {
            bad += std::isfinite(own[i]) ? 0 : 1;
            for (wire::GradSums* sums : {&all, &record.groups[groupOf(i)]}) {
                sums->local += own[i] * own[i];
                sums->mean += mean[i] * mean[i];
                sums->dot += own[i] * mean[i];
            }
        }
        record.gradSq = all.local;
        record.meanSq = all.mean;
        record.dot = all.dot;
        record.nonFinite = bad;
        if (m_run.sketches)
            record.sketch = sketchOf(own, step);
        return record;
    }

    const RecordedRun& m_run;
    std::mt19937 m_random;
    Gradient m_signal{}, m_wrong{};
};

} // namespace

std::vector<wire::Event> RecordedRun::events() const {
    assert(restartStep == 0 || gapLast < restartStep);
    std::vector<wire::Event> all;
    const auto hello = [&](bool again) {
        for (std::uint32_t rank = 0; rank < worldOf(*this, again); ++rank)
            all.emplace_back(helloOf(*this, rank, again));
    };
    hello(false);
    Trainer trainer(*this);
    const bool again = restartStep > 0 && restartStep <= steps;
    const std::uint64_t firstEnd = again ? restartStep + givenUp : steps;
    for (std::uint64_t step = 0; step < firstEnd; ++step)
        trainer.step(step, false, all);
    if (again)
        hello(true);
    for (std::uint64_t step = restartStep; again && step < steps; ++step)
        trainer.step(step, true, all);
    const Seq last{steps - (again ? restartStep : 0)};
    if (bye)
        for (std::uint32_t rank = 0; rank < std::min(worldOf(*this, again), silentFrom); ++rank)
            all.emplace_back(wire::Bye{incarnationOf(rank, again), RankId{rank}, last});
    return all;
}

void RecordedRun::write(const std::filesystem::path& file) const {
    const auto must = [](auto&& result) -> decltype(auto) {
        if (!result) {
            std::fprintf(stderr, "RecordedRun: %s\n", result.error().what.c_str());
            std::abort();
        }
        return std::forward<decltype(result)>(result);
    };
    session::SessionWriter::Options options;
    options.overwrite = true;
    auto writer = must(session::SessionWriter::open(file, "run-" + std::to_string(seed), options));
    (*writer)->append(events());
    must((*writer)->close());
}

} // namespace rankscope::support
