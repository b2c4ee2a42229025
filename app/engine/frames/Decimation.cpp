// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frames/Decimation.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rankscope::engine {
namespace {

std::size_t ordinalOf(const std::vector<std::uint64_t>& steps, double step) {
    const auto at =
        std::lower_bound(steps.begin(), steps.end(), step,
                         [](std::uint64_t a, double b) { return static_cast<double>(a) < b; });
    return static_cast<std::size_t>(at - steps.begin());
}

} // namespace

Decimation::Decimation(const std::vector<std::uint64_t>& steps, double first, double last,
                       double end, int columns, const std::vector<double>& breaks)
    : m_steps(steps) {
    const std::size_t limit = ordinalOf(steps, std::nextafter(end, HUGE_VAL));
    std::size_t from = ordinalOf(steps, first);
    from -= from > 0 ? 1 : 0;
    const std::size_t to = std::min(limit, ordinalOf(steps, std::nextafter(last, HUGE_VAL)) + 1);
    if (from >= to) {
        return;
    }
    const auto wanted = static_cast<std::size_t>(std::max(columns, 1));
    const std::size_t width = std::bit_ceil((to - from + wanted - 1) / wanted);
    m_columns.reserve((to - from) / width + 2);
    auto nextBreak = std::upper_bound(breaks.begin(), breaks.end(), x(from));
    for (std::size_t at = from; at < to;) {
        Column column{at, std::min(to, (at / width + 1) * width), false};
        while (nextBreak != breaks.end() && *nextBreak <= x(column.last - 1)) {
            column.broken = true;
            ++nextBreak;
        }
        m_columns.push_back(column);
        at = column.last;
    }
}

template <class ExtentOf>
Line Decimation::lineOf(ExtentOf extentOf) const {
    Line line;
    line.x.reserve(2 * m_columns.size());
    line.y.reserve(2 * m_columns.size());
    const auto add = [&](double step, double value) {
        line.x.push_back(step);
        line.y.push_back(value);
    };
    bool inside = false; // the last point is one to join
    for (const Column& column : m_columns) {
        const auto extent = extentOf(column);
        if (inside && (column.broken || !extent.any)) {
            add(x(column.first), analysis::undefined());
        }
        inside = extent.any;
        if (!extent.any) {
            continue;
        }
        double a = static_cast<double>(extent.min);
        double b = static_cast<double>(extent.max);
        if (column.last - column.first == 1 || a == b) {
            add(x(column.first), a);
            continue;
        }
        if (!line.y.empty() && std::abs(line.y.back() - b) < std::abs(line.y.back() - a)) {
            std::swap(a, b); // the shorter way on from the last point
        }
        add(x(column.first), a);
        add(x(column.last - 1), b);
    }
    return line;
}

template <class T>
Line Decimation::line(const analysis::MinMaxSeries<T>& series) const {
    return lineOf([&](const Column& column) { return series.extent(column.first, column.last); });
}

Line Decimation::line(const std::vector<std::uint64_t>& steps,
                      const std::vector<double>& values) const {
    return lineOf([&](const Column& column) {
        analysis::Extent<double> extent;
        const auto from = std::lower_bound(steps.begin(), steps.end(), m_steps[column.first]);
        const auto to = std::upper_bound(from, steps.end(), m_steps[column.last - 1]);
        for (auto at = from; at != to; ++at) {
            const double value = values[static_cast<std::size_t>(at - steps.begin())];
            if (std::isfinite(value)) {
                extent.add(value);
            }
        }
        return extent;
    });
}

template Line Decimation::line(const analysis::MinMaxSeries<float>&) const;
template Line Decimation::line(const analysis::MinMaxSeries<double>&) const;

template <class T>
Area Decimation::area(const analysis::MinMaxSeries<T>& low,
                      const analysis::MinMaxSeries<T>& high) const {
    Area area;
    const auto add = [&](std::size_t ordinal, auto bottom, auto top) {
        area.x.push_back(x(ordinal));
        area.low.push_back(static_cast<double>(bottom));
        area.high.push_back(static_cast<double>(top));
    };
    bool inside = false;
    bool anything = false;
    for (const Column& column : m_columns) {
        const auto bottom = low.extent(column.first, column.last);
        const auto top = high.extent(column.first, column.last);
        const bool any = bottom.any && top.any;
        if (inside && (column.broken || !any)) {
            add(column.first, analysis::undefined(), analysis::undefined());
        }
        inside = any;
        if (any) {
            anything = true;
            add(column.first, bottom.min, top.max);
            if (column.last - column.first > 1) {
                add(column.last - 1, bottom.min, top.max);
            }
        }
    }
    return anything ? area : Area{};
}

template Area Decimation::area(const analysis::MinMaxSeries<float>&,
                               const analysis::MinMaxSeries<float>&) const;
template Area Decimation::area(const analysis::MinMaxSeries<double>&,
                               const analysis::MinMaxSeries<double>&) const;

std::vector<double> Decimation::marks(const std::vector<std::uint64_t>& steps) const {
    std::vector<double> result;
    for (const Column& column : m_columns) {
        const auto at = std::lower_bound(steps.begin(), steps.end(), m_steps[column.first]);
        if (at != steps.end() && *at <= m_steps[column.last - 1]) {
            result.push_back(static_cast<double>(*at));
        }
    }
    return result;
}

} // namespace rankscope::engine
