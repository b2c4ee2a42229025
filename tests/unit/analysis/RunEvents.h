// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunTable.h"
#include "app/analysis/StepMeasures.h"

#include <bit>
#include <cstdint>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

/// Events of small runs, and what a table makes of them as text.
namespace rankscope::events {

inline wire::Hello hello(std::uint64_t incarnation, std::uint32_t rank, std::uint32_t world,
                         std::uint32_t generation = 0) {
    wire::Hello h;
    h.incarnation = IncarnationId{incarnation};
    h.rank = RankId{rank};
    h.world = world;
    h.generation = generation;
    return h;
}

inline wire::StepRecord record(std::uint64_t incarnation, std::uint32_t rank, std::uint64_t seq,
                               std::uint64_t step, double loss) {
    wire::StepRecord r;
    r.incarnation = IncarnationId{incarnation};
    r.rank = RankId{rank};
    r.seq = Seq{seq};
    r.step = Step{step};
    r.loss = loss;
    r.gradSq = 1 + loss;
    r.meanSq = 0.5;
    r.dot = 0.5;
    return r;
}

inline wire::Gap gap(std::uint64_t incarnation, std::uint32_t rank, std::uint64_t first,
                     std::uint64_t last) {
    return {IncarnationId{incarnation}, RankId{rank}, Seq{first}, Seq{last},
            wire::GapCause::RingFull};
}

inline wire::Bye bye(std::uint64_t incarnation, std::uint32_t rank, std::uint64_t last) {
    return {IncarnationId{incarnation}, RankId{rank}, Seq{last}};
}

inline analysis::RunTable tableOf(const std::vector<wire::Event>& events) {
    analysis::RunTable table;
    for (const wire::Event& event : events) {
        table.apply(event);
    }
    return table;
}

/// Everything that the table says, as text: doubles by their bits.
inline std::string fingerprint(const analysis::RunTable& table) {
    std::string text;
    const auto put = [&](auto x) {
        if constexpr (std::is_same_v<decltype(x), double>) {
            text += std::to_string(std::bit_cast<std::uint64_t>(x));
        } else {
            text += std::to_string(x);
        }
        text += ' ';
    };
    table.forEachStep([&](Step step) {
        const analysis::StepRow row = *table.row(step);
        const analysis::StepMeasures m = analysis::measure(row);
        put(step.value());
        put(row.generation);
        put(row.world);
        put(static_cast<int>(table.isFinal(step)));
        for (const double x : {m.step.lossMean, m.step.lossStd, m.step.cosineMean, m.step.noiseTau,
                               m.step.gradNormStd}) {
            put(x);
        }
        for (const analysis::RankSample& s : row.samples) {
            put(s.rank.value());
            put(s.incarnation.value());
            put(s.seq.value());
            put(s.loss);
        }
        text += '\n';
    });
    for (const analysis::LostSteps& lost : table.lostSteps()) {
        put(lost.first);
        put(lost.last);
        put(lost.rank.value());
    }
    put(table.records());
    put(table.lost());
    return text;
}

/// Two launches: eight ranks up to step 40, then five from step 25 on, with losses on the way.
inline std::vector<wire::Event> eventfulRun(std::mt19937_64& random) {
    std::vector<wire::Event> events;
    std::normal_distribution<double> normal;
    const auto stream = [&](std::uint64_t id, std::uint32_t rank, std::uint32_t world,
                            std::uint32_t generation, std::uint64_t first, std::uint64_t last) {
        events.emplace_back(hello(id, rank, world, generation));
        std::uint64_t seq = 0;
        for (std::uint64_t step = first; step < last; ++step) {
            ++seq;
            if (random() % 17 == 0) {
                events.emplace_back(gap(id, rank, seq, seq));
                continue;
            }
            events.emplace_back(record(id, rank, seq, step, normal(random)));
            if (random() % 13 == 0) { // the step is done once more by the same process
                events.emplace_back(record(id, rank, ++seq, step, normal(random)));
            }
        }
        events.emplace_back(bye(id, rank, seq));
    };
    for (std::uint32_t rank = 0; rank < 8; ++rank) {
        stream(1000 + rank, rank, 8, 0, 0, 36 + random() % 6);
    }
    for (std::uint32_t rank = 0; rank < 5; ++rank) {
        stream(7 + rank, rank, 5, 1, 25, 60);
    }
    return events;
}

} // namespace rankscope::events
