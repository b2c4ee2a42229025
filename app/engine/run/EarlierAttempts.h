// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/RunCurves.h"
#include "app/engine/frames/Decimation.h"
#include "app/engine/session/RunReader.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace rankscope::engine {

/// What launches did behind the step at which a newer one took over: no rows, but the session has
/// it, and a chart shows it behind the lines. Read from the session a stretch at a time, since no
/// frame waits for it. Memory: 40 bytes per step, of the newest kMostAttempts and of at most
/// kMostSteps of each.
class EarlierAttempts {
  public:
    using Curve = CurveBlock::Curve;
    static constexpr std::size_t kMostAttempts = 16;
    static constexpr std::uint64_t kMostSteps = 65536;
    /// The panels' main curves.
    static constexpr std::array kCurves{Curve::LossMean, Curve::LossStd, Curve::CosineMean,
                                        Curve::NormCv, Curve::NormMean};

    explicit EarlierAttempts(RunReader& reader) : m_reader(reader) {}

    /// Looks which launches were overtaken.
    void update();
    /// Reads the next few steps. True when a frame would show more.
    bool work();
    [[nodiscard]] bool complete() const;
    /// Why the last work() did nothing though something is missing: nobody answers now.
    [[nodiscard]] const std::optional<Error>& blocked() const { return m_blocked; }

    /// Of one of kCurves, oldest launch first.
    [[nodiscard]] std::vector<EarlierLine> lines(Curve curve, const Decimation& visible) const;

  private:
    struct Attempt {
        std::uint32_t generation = 0, world = 0;
        std::uint64_t first = 0, last = 0; ///< steps given up
        std::uint64_t next = 0;            ///< to be read
        std::vector<std::uint64_t> steps;  ///< that were read, ascending
        std::array<std::vector<double>, kCurves.size()> values;

        [[nodiscard]] bool sameStretch(const Attempt& other) const {
            return generation == other.generation && world == other.world && first == other.first &&
                   last == other.last;
        }
    };
    [[nodiscard]] std::vector<Attempt> overtaken() const;
    bool read(Attempt& attempt, std::uint64_t end);

    RunReader& m_reader;
    std::optional<Error> m_blocked;
    std::vector<Attempt> m_attempts; ///< oldest launch first
};

} // namespace rankscope::engine
