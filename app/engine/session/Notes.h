// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rankscope::engine {

/// What the user wrote at a step.
struct Note {
    double step = 0;
    std::string text;
    bool operator==(const Note&) const = default;
};

/// A value that the user wants to see the curves of one panel against.
struct ReferenceValue {
    std::string panel; ///< "loss", "loss_dispersion", "direction", "norm_dispersion"
    double value = 0;
    std::string label; ///< may be empty
    bool operator==(const ReferenceValue&) const = default;
};

/// What the user wrote about a session. Kept beside the session file, which is never changed;
/// docs/notes.md describes the file.
struct Notes {
    std::vector<Note> notes;                ///< ascending step
    std::vector<ReferenceValue> references; ///< in the order in which they were made
    [[nodiscard]] bool empty() const { return notes.empty() && references.empty(); }
    bool operator==(const Notes&) const = default;
};

inline constexpr std::size_t kMostNotes = 10'000;     ///< and as many references
inline constexpr std::size_t kLongestNote = 2'000;    ///< bytes of one text
inline constexpr std::size_t kLargestNotes = 8 << 20; ///< bytes of a file that is read

/// run.rankscope -> run.rankscope.notes.json
[[nodiscard]] std::filesystem::path notesFile(const std::filesystem::path& session);

/// Entries that make no sense (no finite step, no text) are left out. Malformed: this is no notes
/// file; Unsupported: of a newer version.
[[nodiscard]] Result<Notes> parseNotes(std::string_view text);
/// Indented, for people.
[[nodiscard]] std::string notesText(const Notes& notes);

/// A file that is not there holds no notes.
[[nodiscard]] Result<Notes> readNotes(const std::filesystem::path& file);
/// In one move: whoever reads sees the old or the new file. Without notes the file goes away.
[[nodiscard]] Result<void> writeNotes(const std::filesystem::path& file, const Notes& notes);

} // namespace rankscope::engine
