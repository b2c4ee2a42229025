// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/StepList.h"
#include "app/engine/session/RunReader.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace rankscope::engine {

/// Decides of which blocks of steps the reader's table holds the rows: of the newest, until nothing
/// more is expected of them, and of those for which something came after all. The others are
/// frozen, so that memory does not grow with the run.
class BlockKeeper {
  public:
    /// Blocks behind the newest step after which one is frozen though ranks are missing in it: dead
    /// ones, as a rule. Whatever they still send is late, and costs a read.
    static constexpr std::size_t kMostOpen = 4;

    explicit BlockKeeper(RunReader& reader) : m_reader(reader) {}

    /// What became of the steps since the last call.
    struct News {
        std::vector<Step> amended; ///< came, changed or went: all of them are held; ascending
        std::optional<Step> doubt; ///< frozen steps from here on may have changed
    };
    /// Holds the blocks again that late records belong to. Where that fails it is tried again with
    /// the next call; problem() says why.
    [[nodiscard]] News listen(const StepList& steps);
    [[nodiscard]] const std::optional<Error>& problem() const { return m_problem; }

    /// Holds all of a block. Errors: those of reading it; then nothing changed.
    [[nodiscard]] Result<void> hold(const StepList& steps, std::size_t block);
    [[nodiscard]] bool holds(const StepList& steps, std::size_t block) const;
    [[nodiscard]] bool isFrozen(const StepList& steps, std::size_t block) const;
    /// Nothing of it changed lately, and no more is expected.
    [[nodiscard]] bool isSettled(const StepList& steps, std::size_t block) const;

    /// Freezes what is settled; `before` gets each block while it is still held.
    void settle(const StepList& steps, const std::function<void(std::size_t)>& before = {});
    /// Everything in these first blocks is frozen from the start.
    void begin(const StepList& steps);

  private:
    [[nodiscard]] Result<void> thaw(StepList::Range range);
    void takeLate(const StepList& steps, News& news);
    [[nodiscard]] std::size_t newestBlock(const StepList& steps) const;

    RunReader& m_reader;
    std::vector<StepList::Range> m_thawed;
    std::vector<Step> m_busy;   ///< amended with the last call
    std::vector<Step> m_missed; ///< late, and not held yet
    std::optional<Error> m_problem;
};

} // namespace rankscope::engine
