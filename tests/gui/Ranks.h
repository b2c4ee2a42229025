// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "emitter/include/rankscope/rankscope.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rankscope::support {

/// Real emitters, as a training process would have them.
class Ranks {
  public:
    Ranks(const std::string& endpoint, std::uint32_t world) {
        for (std::uint32_t rank = 0; rank < world; ++rank) {
            rs_options options{};
            options.struct_size = sizeof(options);
            options.endpoint = endpoint.c_str();
            options.name = "live-run";
            options.rank = rank;
            options.world = world;
            m_emitters.push_back(rs_open(&options));
        }
    }
    ~Ranks() { close(); }
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    void step(int count) {
        for (int i = 0; i < count; ++i)
            for (std::size_t rank = 0; rank < m_emitters.size(); ++rank) {
                rs_sample sample{};
                sample.struct_size = sizeof(sample);
                sample.step = -1;
                sample.loss = 2 + 0.1 * static_cast<double>(rank);
                sample.weight = sample.grad_scale = rs_absent();
                rs_step(m_emitters[rank], &sample);
            }
    }
    void close() {
        for (rs_emitter*& emitter : m_emitters)
            rs_close(std::exchange(emitter, nullptr), 2000);
    }

  private:
    std::vector<rs_emitter*> m_emitters;
};

} // namespace rankscope::support
