// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <cstdint>
#include <filesystem>
#include <functional>

/// New session files made of old ones. Neither function changes `from` or leaves half a file at
/// `to`.
namespace rankscope::session {

enum class Existing { Keep, Replace }; ///< what becomes of a file that is at `to` already

/// The session as it is now, also while it is recorded (when copying the file would miss what is
/// in its log). Page by page: damage is copied too.
/// Errors: Usage (`to` is `from`, or exists and is to be kept), Busy (`to` is being recorded),
/// those of SessionReader::open.
[[nodiscard]] Result<void> snapshot(const std::filesystem::path& from,
                                    const std::filesystem::path& to,
                                    Existing existing = Existing::Keep);

struct RecoverOptions {
    Existing existing = Existing::Keep;
    std::function<void(std::uint64_t messages)> progress; ///< now and then: so many are saved
};

struct Recovered {
    std::uint64_t records = 0;       ///< step records saved
    std::uint64_t lost = 0;          ///< records that could not be: gaps in the new file
    std::uint64_t damagedChunks = 0; ///< chunks of `from` that could not be read
    bool allKnown = true;            ///< false: there may have been ranks and records that `lost`
                                     ///< does not count, for the books could not be read
};

class SessionReader;

/// What `reader` has now, wherever its session lies, as a session file with sound books.
/// Errors: Usage (`to` exists and is to be kept), those of the reader and of SessionWriter.
[[nodiscard]] Result<Recovered> save(SessionReader& reader, const std::filesystem::path& to,
                                     const RecoverOptions& options = {});

/// Everything that can still be read of a damaged or truncated session, as a sound one. What is
/// missing becomes gaps, so that the new file's books are right.
/// Errors: as snapshot(), and those of SessionWriter.
[[nodiscard]] Result<Recovered> recover(const std::filesystem::path& from,
                                        const std::filesystem::path& to,
                                        const RecoverOptions& options = {});

} // namespace rankscope::session
