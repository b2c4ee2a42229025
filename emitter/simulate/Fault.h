// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rankscope::simulate {

/// What can go wrong with one rank, done to its training as it would be in reality.
enum class FaultKind : std::uint8_t {
    SameData,     ///< reads the batches of rank (R + 1) mod W
    CorruptShard, ///< its labels have nothing to do with its inputs
    DropoutOff,   ///< its model is in eval mode
    Nan,          ///< at that step alone, a NaN in one of its inputs
    BitFlip,      ///< at that step alone, one exponent bit of one element of its gradient
    ParamDesync,  ///< updates its parameters with its own gradient instead of the mean
    LossScale,    ///< sums over micro-batches where the others average
    ShortBatches, ///< a quarter of the samples
};

struct Fault {
    FaultKind kind = FaultKind::SameData;
    std::uint32_t rank = 0;
    std::uint64_t step = 0; ///< the first affected

    /// Reads KIND@RANK@STEP. Errors: Usage.
    [[nodiscard]] static Result<Fault> parse(const std::string& text);
    /// The kinds' names, as users write them.
    [[nodiscard]] static std::string names();
};

/// All faults of a run.
class Faults {
  public:
    explicit Faults(std::vector<Fault> all) : m_all(std::move(all)) {}

    [[nodiscard]] bool active(FaultKind kind, std::uint32_t rank, std::uint64_t step) const {
        for (const Fault& fault : m_all) {
            const bool once = kind == FaultKind::Nan || kind == FaultKind::BitFlip;
            if (fault.kind == kind && fault.rank == rank &&
                (once ? step == fault.step : step >= fault.step)) {
                return true;
            }
        }
        return false;
    }

  private:
    std::vector<Fault> m_all;
};

} // namespace rankscope::simulate
