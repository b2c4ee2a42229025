// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunTable.h"
#include "transport/session/SessionReader.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rankscope::engine {

/// What is known of a run as a whole, up to a message: reading can go on from there.
struct RunDigest {
    std::int64_t asOf = 0;            ///< messages before this one are in it
    std::uint32_t epoch = 0;          ///< grows whenever blocks that were kept are to be made anew
    std::uint64_t blocks = 0;         ///< so many are kept
    std::vector<std::uint64_t> stale; ///< of them, those whose steps have changed since; ascending
};

/// Makes the rows of digests. Hellos are kept once, many to a row.
class DigestWriter {
  public:
    /// None while the table cannot be told in bytes.
    [[nodiscard]] std::vector<session::Derived> rows(const RunDigest& digest,
                                                     const analysis::RunTable& table);

  private:
    std::size_t m_hellos = 0;  ///< kept
    std::size_t m_page = 0;    ///< that the next one goes to
    analysis::BytesOut m_open; ///< what that page holds
};

struct StoredDigest {
    RunDigest digest;
    analysis::RunTable table; ///< as of then, without rows
};
/// Nothing when the session keeps none, or what it keeps does not hold. Errors: those of reading.
[[nodiscard]] Result<std::optional<StoredDigest>> readDigest(const session::SessionReader& session);

} // namespace rankscope::engine
