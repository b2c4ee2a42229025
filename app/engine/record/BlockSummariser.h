// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/BlockKeeper.h"
#include "app/engine/blocks/CurveBlock.h"
#include "app/engine/blocks/RunDigest.h"
#include "app/engine/blocks/StepList.h"
#include "app/engine/session/RunReader.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace rankscope::engine {

/// Makes what a session keeps of a run beside the records: an overview and the curves of every
/// block of which no more is expected, and a digest. Reads the session as any viewer; holds the
/// newest steps, and 8 bytes of every other one.
class BlockSummariser {
  public:
    explicit BlockSummariser(RunReader& reader) : m_reader(reader), m_keeper(reader) {}

    /// Goes on where the session's digest is. Errors: those of reading; then try again.
    [[nodiscard]] Result<void> resume();

    /// Takes in what the reader has read since. What is to be kept now, in this order: a digest
    /// comes behind what it tells of.
    [[nodiscard]] std::vector<session::Derived> work();
    /// Blocks are to be made anew, and could be: work() makes some of them with each call.
    [[nodiscard]] bool isBehind() const;

  private:
    void takeIn();
    void catchUp();
    [[nodiscard]] std::optional<std::size_t> nextBehind() const;
    void summarise(std::size_t block);
    void forgetFrom(std::size_t block);
    void addDigest();

    RunReader& m_reader;
    BlockKeeper m_keeper;
    StepList m_steps;
    std::size_t m_done = 0;        ///< blocks that are kept; some of them may be out of date
    std::set<std::size_t> m_stale; ///< of them, these
    std::uint32_t m_epoch = 0;
    CurveBlock m_block;
    DigestWriter m_digests;
    std::vector<session::Derived> m_rows;
    bool m_unreadable = false; ///< the last of these could not be read
    bool m_changed = false;    ///< the digest's list of blocks
};

} // namespace rankscope::engine
