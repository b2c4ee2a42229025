// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What commands print and figures lay beside themselves: the same digits in every locale, and the
/// same table as CSV or as JSON.
namespace rankscope::tables {

enum class Format { Csv, Json };

/// One value of a table. A double may be undefined() or non-finite.
using Cell = std::variant<double, std::uint64_t, bool, std::string>;

/// Shortest text that reads back as the same double; nan, inf, -inf; undefined is empty.
[[nodiscard]] std::string csvText(const Cell& cell);
/// The same as a JSON value; undefined is null, non-finite numbers are strings.
[[nodiscard]] std::string jsonText(const Cell& cell);
/// A JSON string with its quotes; bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string jsonString(std::string_view text);

/// Takes a table's text as it comes. Whoever owns what is behind it looks after its errors.
using Sink = std::function<void(std::string_view)>;

/// Writes rows as they come: a header line and lines, or an array of objects.
class TableWriter {
  public:
    TableWriter(Format format, std::vector<std::string> columns, Sink sink);
    void row(const std::vector<Cell>& cells);
    void finish(); ///< ends the table

  private:
    Format m_format;
    std::vector<std::string> m_columns;
    Sink m_sink;
    bool m_first = true;
};

} // namespace rankscope::tables
