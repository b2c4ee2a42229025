// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace rankscope::simulate {

/// What the processes of a simulation tell each other, in memory that they share.
class Board {
  public:
    static constexpr std::uint32_t kMaxProcesses = 64;

    struct Entry {
        std::atomic<std::uint64_t> steps{0}; ///< done; UINT64_MAX once the process has ended
        std::atomic<std::uint64_t> made{0}, acknowledged{0}, lost{0}; ///< records
    };

    /// To be made before the processes are. Null when there is no memory.
    [[nodiscard]] static std::shared_ptr<Board> make();

    [[nodiscard]] Entry& of(std::uint32_t process) { return m_entries[process]; }

    /// Steps that every one of the first `processes` has done.
    [[nodiscard]] std::uint64_t stepsOfAll(std::uint32_t processes) const {
        std::uint64_t least = UINT64_MAX;
        for (std::uint32_t i = 0; i < processes; ++i) {
            least = std::min(least, m_entries[i].steps.load(std::memory_order_acquire));
        }
        return least;
    }

    std::atomic<bool> stop{false}; ///< everybody is to finish early

  private:
    Entry m_entries[kMaxProcesses];
};

} // namespace rankscope::simulate
