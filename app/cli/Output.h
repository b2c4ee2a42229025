// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// How commands write: the same digits in every locale, and the same table as CSV or as JSON.
namespace rankscope::cli {

/// A note on stderr that changes no exit code.
void note(std::string_view text);

enum class Format { Csv, Json };

/// One value of a table. A double may be undefined() or non-finite.
using Cell = std::variant<double, std::uint64_t, bool, std::string>;

/// Shortest text that reads back as the same double; nan, inf, -inf; undefined is empty.
[[nodiscard]] std::string csvText(const Cell& cell);
/// The same as a JSON value; undefined is null, non-finite numbers are strings.
[[nodiscard]] std::string jsonText(const Cell& cell);
/// A JSON string with its quotes; bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string jsonString(std::string_view text);

/// Writes rows to stdout as they come: a header line and lines, or an array of objects.
class TableWriter {
  public:
    TableWriter(Format format, std::vector<std::string> columns);
    void row(const std::vector<Cell>& cells);
    /// Ends the table. Errors: Io when stdout took not everything.
    [[nodiscard]] Result<void> finish();

  private:
    Format m_format;
    std::vector<std::string> m_columns;
    bool m_first = true;
};

/// "1 rank", "2 ranks": a number and what it counts.
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);

void print(std::string_view text); ///< to stdout
/// Errors: Io when stdout took not everything.
[[nodiscard]] Result<void> flush();

} // namespace rankscope::cli
