// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rankscope::support {

/// A small run whose losses, norms, cosines and sketches belong together: every rank has a real
/// gradient of 256 numbers, which is its own sketch. Written through the real SessionWriter.
struct RecordedRun {
    std::uint32_t ranks = 8;
    std::uint64_t steps = 120;
    unsigned seed = 1;
    std::string name = "byte-gpt-s13";
    bool sketches = true;
    bool weights = true;
    bool bye = true;                         ///< ranks leave at the end
    std::optional<std::uint32_t> departing;  ///< this rank leaves its peers ...
    std::uint64_t departs = 60;              ///< ... at this step
    std::optional<std::uint32_t> nanRank;    ///< this rank's gradient is NaN ...
    std::uint64_t nanStep = 60;              ///< ... at this step
    std::uint64_t gapFirst = 0, gapLast = 0; ///< steps that no rank could send; 0, 0: none
    std::uint32_t silentFrom = 0xFFFFFFFF;   ///< ranks from here on stop sending halfway
    std::uint64_t restartStep = 0;           ///< all start again at this step; 0: never ...
    std::uint32_t restartRanks = 0;          ///< ... so many of them; 0: as before
    std::uint64_t givenUp = 0;               ///< steps that had been done behind it before

    [[nodiscard]] std::vector<wire::Event> events() const;
    /// Asserts that it could be written.
    void write(const std::filesystem::path& file) const;
};

} // namespace rankscope::support
