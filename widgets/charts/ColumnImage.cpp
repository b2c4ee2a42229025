// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ColumnImage.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace rankscope::widgets {
namespace {

/// Rows per column; of a line as steep as that nobody sees that its edges are steps.
constexpr double kSteep = 6;
constexpr int kTile = 32; ///< pixels; a tile of target and coverage stays in the first cache

/// `alpha` of 255ths of `over` on `under`, both opaque.
QRgb mixed(QRgb under, QRgb over, unsigned alpha) {
    const auto channel = [&](unsigned a, unsigned b) {
        const unsigned sum = a * (255 - alpha) + b * alpha + 127;
        return (sum + (sum >> 8)) >> 8;
    };
    return qRgb(static_cast<int>(channel(unsigned(qRed(under)), unsigned(qRed(over)))),
                static_cast<int>(channel(unsigned(qGreen(under)), unsigned(qGreen(over)))),
                static_cast<int>(channel(unsigned(qBlue(under)), unsigned(qBlue(over)))));
}

/// Integral up to y of what rises from 0 at a to 1 at b.
double ramp(double y, double a, double b) {
    if (y <= a)
        return 0;
    return y >= b ? y - (a + b) / 2 : (y - a) * (y - a) / (2 * (b - a));
}

} // namespace

ColumnImage::ColumnImage(int columns, int rows)
    : m_columns(std::max(0, columns)),
      m_rows(std::max(0, rows)),
      m_first(m_columns),
      m_last(0),
      m_top(m_rows),
      m_bottom(0),
      m_coverage(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows)) {}

void ColumnImage::span(int column, double top, double bottom) {
    if (column < 0 || column >= m_columns)
        return;
    top = std::max(top, 0.0);
    bottom = std::min(bottom, static_cast<double>(m_rows));
    if (!(bottom > top))
        return;
    const int first = static_cast<int>(top), last = static_cast<int>(std::ceil(bottom)) - 1;
    std::uint8_t* const pixels = touch(column, first, last + 1);
    const auto cover = [&](int row, double part) {
        pixels[row] = std::max(pixels[row], static_cast<std::uint8_t>(part * 255 + 0.5));
    };
    if (first == last)
        cover(first, bottom - top);
    else {
        cover(first, first + 1 - top);
        cover(last, bottom - last);
        std::memset(pixels + first + 1, 255, static_cast<std::size_t>(last - first - 1));
    }
}

void ColumnImage::slope(int column, double left, double right, double width, double top,
                        double bottom) {
    const double low = std::min(left, right), high = std::max(left, right);
    const double half = width * std::hypot(1, high - low) / 2; // of what an upright cut is long
    if (high - low > kSteep) {
        const double middle = (low + high) / 2;
        span(column, std::max(top - width / 2, middle - half),
             std::min(bottom + width / 2, middle + half));
        return;
    }
    top = std::max({top - width / 2, low - half, 0.0});
    bottom = std::min({bottom + width / 2, high + half, static_cast<double>(m_rows)});
    if (column < 0 || column >= m_columns || !(bottom > top))
        return;
    const int first = static_cast<int>(top), last = static_cast<int>(std::ceil(bottom));
    std::uint8_t* const pixels = touch(column, first, last);
    // How far the column is covered rises from low - half to high - half, and falls from low + half
    // to high + half.
    double before = ramp(top, low - half, high - half) - ramp(top, low + half, high + half);
    for (int row = first; row < last; ++row) {
        const double end = std::min(row + 1.0, bottom);
        const double now = ramp(end, low - half, high - half) - ramp(end, low + half, high + half);
        pixels[row] = std::max(pixels[row], static_cast<std::uint8_t>((now - before) * 255 + 0.5));
        before = now;
    }
}

/// The pixels of a column, of which rows [first, last) change.
std::uint8_t* ColumnImage::touch(int column, int first, int last) {
    m_first = std::min(m_first, column);
    m_last = std::max(m_last, column + 1);
    m_top = std::min(m_top, first);
    m_bottom = std::max(m_bottom, last);
    return m_coverage.data() + static_cast<std::size_t>(column) * static_cast<std::size_t>(m_rows);
}

void ColumnImage::blend(QImage& target, int x, int y, const QColor& colour) {
    const QRgb solid = colour.rgb();
    const unsigned opacity = static_cast<unsigned>(colour.alpha());
    unsigned weight[256];
    for (unsigned i = 0; i < 256; ++i)
        weight[i] = (i * opacity + 127) / 255;
    const int firstColumn = std::max(m_first, -x),
              lastColumn = std::min(m_last, target.width() - x);
    const int firstRow = std::max(m_top, -y), lastRow = std::min(m_bottom, target.height() - y);
    uchar* const bits = target.bits();
    const qsizetype stride = target.bytesPerLine();
    for (int left = firstColumn; left < lastColumn; left += kTile)
        for (int above = firstRow; above < lastRow; above += kTile)
            for (int c = left; c < std::min(left + kTile, lastColumn); ++c) {
                std::uint8_t* const pixels =
                    m_coverage.data() +
                    static_cast<std::size_t>(c) * static_cast<std::size_t>(m_rows);
                for (int r = above; r < std::min(above + kTile, lastRow); ++r) {
                    if (pixels[r] == 0)
                        continue;
                    QRgb& pixel = reinterpret_cast<QRgb*>(bits + (y + r) * stride)[x + c];
                    const unsigned alpha = weight[pixels[r]];
                    pixel = alpha == 255 ? solid : mixed(pixel, solid, alpha);
                }
            }
    for (int c = m_first; c < m_last; ++c)
        std::memset(m_coverage.data() +
                        static_cast<std::size_t>(c) * static_cast<std::size_t>(m_rows) + m_top,
                    0, static_cast<std::size_t>(std::max(0, m_bottom - m_top)));
    m_first = m_columns;
    m_top = m_rows;
    m_last = m_bottom = 0;
}

} // namespace rankscope::widgets
