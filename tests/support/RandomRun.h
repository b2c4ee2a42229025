// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"

#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <random>
#include <vector>

/// Runs in which everything happens: losses, late ranks, restarts, another world, repeated steps.
namespace rankscope::support {

class RandomRun {
  public:
    explicit RandomRun(std::uint64_t seed) : m_random(seed) {}

    /// About so many steps in all; events in the order in which a recorder may get them.
    std::vector<wire::Event> events(std::uint64_t steps) {
        std::uint64_t first = 0;
        for (std::uint32_t launch = 0; launch < 4; ++launch) {
            const std::uint64_t last = steps * (launch + 1) / 4;
            const bool sameLaunch = launch > 0 && m_random() % 2 == 0;
            m_generation += launch > 0 && !sameLaunch ? 1 : 0;
            m_world = sameLaunch || launch == 0 ? m_world
                                                : 2 + static_cast<std::uint32_t>(m_random() % 4);
            begin(first, last);
            deliver(launch < 3 ? 40 : 0); // so many may still be on their way
            first = last - std::min<std::uint64_t>(last, m_random() % (steps / 3));
        }
        return std::move(m_events);
    }

  private:
    std::uint64_t below(std::uint64_t limit) { return m_random() % limit; }

    /// All ranks of a launch, from a checkpoint on.
    void begin(std::uint64_t first, std::uint64_t last) {
        const std::uint64_t lostFrom = first + below(last - first + 1);
        const std::uint64_t lostTo = lostFrom + below(60); // by all ranks
        const bool allLose = below(2) == 0;
        for (std::uint32_t rank = 0; rank < m_world; ++rank) {
            const std::uint64_t id = ++m_incarnation * 7919 % 100003;
            wire::Hello hello;
            hello.incarnation = IncarnationId{id};
            hello.rank = RankId{rank};
            hello.world = m_world;
            hello.generation = m_generation;
            hello.name = "random";
            m_events.emplace_back(hello);
            std::deque<wire::Event>& stream = m_streams.emplace_back();
            std::uint64_t seq = 0;
            for (std::uint64_t step = first; step < last; ++step) {
                ++seq;
                const bool lost = (allLose && lostFrom <= step && step < lostTo) || below(97) == 0;
                if (!lost) {
                    stream.emplace_back(record(id, rank, seq, step));
                }
                if (below(300) == 0) { // the step is done once more
                    stream.emplace_back(record(id, rank, ++seq, step));
                }
            }
            if (below(3) > 0) {
                stream.emplace_back(wire::Bye{IncarnationId{id}, RankId{rank}, Seq{seq}});
            }
            m_speed.push_back(1 + below(20));
        }
    }

    wire::StepRecord record(std::uint64_t id, std::uint32_t rank, std::uint64_t seq,
                            std::uint64_t step) {
        std::normal_distribution<double> normal;
        wire::StepRecord r;
        r.incarnation = IncarnationId{id};
        r.rank = RankId{rank};
        r.seq = Seq{seq};
        r.step = Step{step * m_stride};
        r.timeNs = seq * 1000000;
        r.loss = 2 + 0.1 * normal(m_random) + (rank == 1 ? 0.5 : 0);
        r.gradSq = 1 + 0.1 * normal(m_random);
        r.meanSq = 0.3;
        r.dot = 0.3 + 0.01 * normal(m_random);
        r.groups = {{1, 0.5, 0.5 + 0.01 * normal(m_random)}};
        if (below(200) == 0) {
            r.loss = std::numeric_limits<double>::quiet_NaN();
        }
        if (below(150) == 0) {
            r.gradSq.reset();
        }
        if (below(400) == 0) {
            r.nonFinite = 3;
        }
        return r;
    }

    /// Interleaves the streams, some slower than others, until each has at most `left` events.
    void deliver(std::size_t left) {
        for (bool any = true; any;) {
            any = false;
            for (std::size_t i = 0; i < m_streams.size(); ++i) {
                const std::uint64_t many = below(m_speed[i] + 1);
                for (std::uint64_t n = 0; n < many && m_streams[i].size() > left; ++n) {
                    m_events.push_back(std::move(m_streams[i].front()));
                    m_streams[i].pop_front();
                }
                any = any || m_streams[i].size() > left;
            }
        }
    }

    std::mt19937_64 m_random;
    std::uint64_t m_incarnation = 0, m_stride = 1 + m_random() % 3;
    std::uint32_t m_generation = 0, m_world = 3;
    std::vector<std::deque<wire::Event>> m_streams;
    std::vector<std::uint64_t> m_speed;
    std::vector<wire::Event> m_events;
};

} // namespace rankscope::support
