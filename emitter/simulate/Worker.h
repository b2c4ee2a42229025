// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/simulate/Board.h"
#include "emitter/simulate/Fault.h"
#include "emitter/simulate/Training.h"
#include "transport/wire/Result.h"

#include <rankscope/Emitter.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace rankscope::simulate {

struct Options {
    std::string endpoint;
    std::string run;
    std::uint32_t ranks = 8;
    std::uint64_t steps = 500;
    double rate = 0; ///< steps per second; 0: as fast as records are stored
    std::uint32_t sketch = 256;
    std::vector<Fault> faults;
    std::uint64_t seed = 1;
    std::uint32_t processes = 1;
    std::chrono::milliseconds timeout{15000}; ///< for the collector to answer, or to go on
};

/// One process of a simulation: trains all ranks, emits for every `processes`-th of them.
class Worker {
  public:
    Worker(const Options& options, std::uint32_t process, Board& board);

    /// Opens the emitters, trains, leaves. Errors: what kept it from recording everything.
    [[nodiscard]] Result<void> run();

  private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> awaitCollector();
    [[nodiscard]] Result<void> train();
    [[nodiscard]] Result<void> awaitRoom(const emitter::Emitter& emitter);
    [[nodiscard]] Result<void> awaitAcks();
    void awaitTurn(std::uint64_t step, Clock::time_point start) const;
    void emit(emitter::Emitter& emitter, std::uint32_t rank);
    /// For a collector that stores nothing.
    [[nodiscard]] std::chrono::milliseconds patience() const;
    void leave();
    void report();
    [[nodiscard]] bool stopped() const { return m_board.stop.load(std::memory_order_relaxed); }

    const Options& m_options;
    const std::uint32_t m_process;
    Board& m_board;
    Training m_training;
    const std::vector<emitter::Segment> m_segments = Network::segments();
    std::vector<std::unique_ptr<emitter::Emitter>> m_emitters; ///< of ranks process + i * processes
};

} // namespace rankscope::simulate
