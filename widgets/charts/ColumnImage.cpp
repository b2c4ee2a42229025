// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ColumnImage.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace rankscope::widgets {
namespace {

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
    std::uint8_t* const pixels =
        m_coverage.data() + static_cast<std::size_t>(column) * static_cast<std::size_t>(m_rows);
    const auto cover = [&](int row, double part) {
        pixels[row] = std::max(pixels[row], static_cast<std::uint8_t>(part * 255 + 0.5));
    };
    const int first = static_cast<int>(top), last = static_cast<int>(std::ceil(bottom)) - 1;
    if (first == last)
        cover(first, bottom - top);
    else {
        cover(first, first + 1 - top);
        cover(last, bottom - last);
        std::memset(pixels + first + 1, 255, static_cast<std::size_t>(last - first - 1));
    }
    m_first = std::min(m_first, column);
    m_last = std::max(m_last, column + 1);
    m_top = std::min(m_top, first);
    m_bottom = std::max(m_bottom, last + 1);
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
