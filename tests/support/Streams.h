// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionWriter.h"
#include "transport/wire/Codec.h"
#include "transport/wire/Messages.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

/// What a run's ranks say, made from explicit gradients, and session files of it.
namespace rankscope::support {

struct StreamOptions {
    std::uint32_t world = 4;
    std::uint64_t firstStep = 0, steps = 20;
    std::uint32_t generation = 0;
    std::uint64_t firstIncarnation = 100;
    bool sketches = true;
    bool bye = true;
    std::uint64_t seed = 1;
    double stepSeconds = 0.1;
};

inline constexpr std::size_t kGradientSize = 64; ///< also the sketches' size: S = 1

inline wire::Hello helloOf(const StreamOptions& options, std::uint32_t rank) {
    wire::Hello hello;
    hello.incarnation = IncarnationId{options.firstIncarnation + rank};
    hello.run = "run-1";
    hello.rank = RankId{rank};
    hello.world = options.world;
    hello.generation = options.generation;
    hello.name = "a name, with \"quotes\"";
    hello.host = "node" + std::to_string(rank / 2);
    hello.device = "cpu";
    hello.config = R"({"lr": 0.1})";
    hello.sketchSize = options.sketches ? kGradientSize : 0;
    return hello;
}

/// Records of all ranks at one step. `disturb` may change the gradients before they are measured.
template <class Disturb>
std::vector<wire::StepRecord> recordsOf(const StreamOptions& options, std::uint64_t step,
                                        Disturb disturb) {
    std::mt19937_64 random{options.seed * 1000003 + step};
    std::normal_distribution<double> normal;
    std::vector<std::vector<double>> g(options.world, std::vector<double>(kGradientSize));
    std::vector<double> common(kGradientSize);
    for (double& x : common) {
        x = 0.5 * normal(random);
    }
    for (auto& worker : g) {
        for (std::size_t i = 0; i < worker.size(); ++i) {
            worker[i] = common[i] + normal(random);
        }
    }
    std::vector<wire::StepRecord> records(options.world);
    for (std::uint32_t rank = 0; rank < options.world; ++rank) {
        wire::StepRecord& r = records[rank];
        r.incarnation = IncarnationId{options.firstIncarnation + rank};
        r.rank = RankId{rank};
        r.seq = Seq{step - options.firstStep + 1};
        r.step = Step{step};
        r.timeNs = static_cast<std::uint64_t>(static_cast<double>(step - options.firstStep + 1) *
                                              options.stepSeconds * 1e9);
        r.loss = 2.0 + 0.1 * normal(random);
        r.weight = 100.0 + rank;
    }
    disturb(step, g, records);
    std::vector<double> mean(kGradientSize, 0.0);
    for (const auto& worker : g) {
        for (std::size_t i = 0; i < mean.size(); ++i) {
            mean[i] += worker[i] / options.world;
        }
    }
    const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            sum += a[i] * b[i];
        }
        return sum;
    };
    for (std::uint32_t rank = 0; rank < options.world; ++rank) {
        wire::StepRecord& r = records[rank];
        r.gradSq = dot(g[rank], g[rank]);
        r.meanSq = dot(mean, mean);
        r.dot = dot(g[rank], mean);
        r.nonFinite = 0;
        for (const double x : g[rank]) {
            *r.nonFinite += std::isfinite(x) ? 0 : 1;
        }
        if (options.sketches) {
            r.sketch = wire::Sketch{step, 1.0F, {}};
            for (const double x : g[rank]) {
                r.sketch->values.push_back(wire::toHalf(static_cast<float>(x)));
            }
        }
    }
    return records;
}

inline std::vector<wire::StepRecord> recordsOf(const StreamOptions& options, std::uint64_t step) {
    return recordsOf(options, step, [](auto&&...) {});
}

/// The whole stream: hellos, steps with the ranks in turn, byes.
template <class Disturb>
std::vector<wire::Event> streamOf(const StreamOptions& options, Disturb disturb) {
    std::vector<wire::Event> events;
    for (std::uint32_t rank = 0; rank < options.world; ++rank) {
        events.emplace_back(helloOf(options, rank));
    }
    for (std::uint64_t i = 0; i < options.steps; ++i) {
        for (wire::StepRecord& record : recordsOf(options, options.firstStep + i, disturb)) {
            events.emplace_back(std::move(record));
        }
    }
    for (std::uint32_t rank = 0; options.bye && rank < options.world; ++rank) {
        events.emplace_back(wire::Bye{IncarnationId{options.firstIncarnation + rank}, RankId{rank},
                                      Seq{options.steps}});
    }
    return events;
}

inline std::vector<wire::Event> streamOf(const StreamOptions& options) {
    return streamOf(options, [](auto&&...) {});
}

/// Writes a closed session file. Returns what went wrong, empty when nothing did.
inline std::string writeSession(const std::filesystem::path& file,
                                const std::vector<wire::Event>& events) {
    auto writer = session::SessionWriter::open(file, "run-1", {});
    if (!writer) {
        return writer.error().what;
    }
    (*writer)->append(events);
    const auto closed = (*writer)->close();
    return closed ? std::string{} : closed.error().what;
}

} // namespace rankscope::support
