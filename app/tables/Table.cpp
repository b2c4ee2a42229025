// SPDX-License-Identifier: Apache-2.0
#include "app/tables/Table.h"

#include "app/analysis/StepMetrics.h"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace rankscope::tables {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

std::string numberText(double x) {
    if (std::isnan(x)) {
        return "nan";
    }
    if (std::isinf(x)) {
        return x > 0 ? "inf" : "-inf";
    }
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x).ptr;
    return {buffer.data(), end};
}

/// RFC 4180: only what needs quotes gets them.
std::string csvString(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"') {
            quoted += c;
        }
    }
    return quoted + '"';
}

} // namespace

std::string csvText(const Cell& cell) {
    return std::visit(Overloaded{[](double x) {
                                     return analysis::isUndefined(x) ? std::string{}
                                                                     : numberText(x);
                                 },
                                 [](std::uint64_t x) { return std::to_string(x); },
                                 [](bool x) { return std::string(x ? "true" : "false"); },
                                 [](const std::string& x) { return csvString(x); }},
                      cell);
}

std::string jsonText(const Cell& cell) {
    if (const auto* x = std::get_if<double>(&cell)) {
        if (analysis::isUndefined(*x)) {
            return "null";
        }
        return std::isfinite(*x) ? numberText(*x) : '"' + numberText(*x) + '"';
    }
    if (const auto* text = std::get_if<std::string>(&cell)) {
        return jsonString(*text);
    }
    return csvText(cell);
}

std::string jsonString(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

TableWriter::TableWriter(Format format, std::vector<std::string> columns, Sink sink)
    : m_format(format),
      m_columns(std::move(columns)),
      m_sink(std::move(sink)) {
    if (format == Format::Json) {
        m_sink("[");
        return;
    }
    std::string header;
    for (const std::string& column : m_columns) {
        header += (header.empty() ? "" : ",") + column;
    }
    m_sink(header + '\n');
}

void TableWriter::row(const std::vector<Cell>& cells) {
    std::string line;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (m_format == Format::Csv) {
            line += (i == 0 ? "" : ",") + csvText(cells[i]);
        } else {
            line += (i == 0 ? "" : ", ") + jsonString(m_columns[i]) + ": " + jsonText(cells[i]);
        }
    }
    if (m_format == Format::Csv) {
        m_sink(line + '\n');
    } else {
        m_sink((m_first ? "\n{" : ",\n{") + line + '}');
    }
    m_first = false;
}

void TableWriter::finish() {
    if (m_format == Format::Json) {
        m_sink("\n]\n");
    }
}

} // namespace rankscope::tables
