// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/HeatmapCells.h"

#include "widgets/common/Hatch.h"
#include "widgets/common/NumberText.h"
#include "widgets/common/Theme.h"
#include "widgets/heatmap/CosineColors.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace rankscope::widgets {
namespace {

constexpr double kSeparated = 8; ///< cells of this size have a line between them
constexpr double kLeastCell = 3; ///< smaller ones of a LayerRank map are an image

/// The cells [first, last) that each pixel shows; first = last: none.
struct Span {
    int first = 0, last = 0;
    bool operator==(const Span&) const = default;
};

template <typename At>
std::vector<Span> spansOf(int pixels, int cells, double ratio, At at) {
    std::vector<Span> spans(static_cast<std::size_t>(std::max(0, pixels)));
    const double extent = pixels / ratio;
    for (int p = 0; p < pixels; ++p) {
        Span& span = spans[static_cast<std::size_t>(p)];
        if (cells <= pixels) { // as QRectF cells whose edges are rounded to pixels
            span.first = at((p + 0.5) / ratio);
            span.last = span.first < 0 ? span.first : span.first + 1;
            continue;
        }
        span.first = at(p / ratio);
        const int next = p + 1 < pixels ? at(std::min((p + 1) / ratio, extent)) : cells;
        span.last = span.first < 0 ? span.first : std::max(span.first + 1, next);
    }
    return spans;
}

/// The least and the greatest of some values; NaN counts for nothing.
struct Extremes {
    std::vector<double> low, high;

    explicit Extremes(std::size_t size) : low(size), high(size) {}
    void clear() {
        std::fill(low.begin(), low.end(), std::numeric_limits<double>::infinity());
        std::fill(high.begin(), high.end(), -std::numeric_limits<double>::infinity());
    }
    /// Values within 2 sd of 0 count as 0; `sd` may be null. Branch-free, for a million of them.
    void add(const double* values, const double* sd, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const double least = sd != nullptr ? 2 * sd[i] : 0;
            const double value = std::abs(values[i]) < least ? 0 : values[i];
            low[i] = value < low[i] ? value : low[i];
            high[i] = value > high[i] ? value : high[i];
        }
    }
};

class CellPicture {
  public:
    CellPicture(const HeatmapFrame& frame, const HeatmapLayout& layout)
        : m_frame(frame),
          m_usual(usual(frame)),
          m_bare(frame.scale == HeatmapScale::Distance ? CosineColors::kZero
                                                       : CosineColors::kUndefined),
          m_columns(frame.columnCount()) {
        const double ratio = layout.devicePixelRatio();
        const int width = qRound(layout.map().width() * ratio);
        const int height = qRound(layout.map().height() * ratio);
        m_across = spansOf(width, layout.columns(), ratio,
                           [&](double offset) { return layout.columnAt(offset); });
        m_down = spansOf(height, layout.rows(), ratio,
                         [&](double offset) { return layout.rowAt(offset); });
    }

    [[nodiscard]] QImage image(const QList<QRgb>& table) const {
        QImage image(static_cast<int>(m_across.size()), static_cast<int>(m_down.size()),
                     QImage::Format_ARGB32_Premultiplied);
        Extremes line(m_columns);
        for (int y = 0; y < image.height(); ++y) {
            auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(y));
            const Span rows = m_down[static_cast<std::size_t>(y)];
            if (y > 0 && rows == m_down[static_cast<std::size_t>(y - 1)]) {
                std::memcpy(pixels, image.constScanLine(y - 1),
                            static_cast<std::size_t>(image.bytesPerLine()));
                continue;
            }
            merge(rows, line);
            for (std::size_t x = 0; x < m_across.size(); ++x) {
                const int index =
                    CosineColors::index(m_frame.scale, mostUnusual(line, m_across[x]));
                pixels[x] = index == m_bare || index == CosineColors::kUndefined ? 0 : table[index];
            }
        }
        return image;
    }

  private:
    /// Mean of some of the cosines; healthy ranks lie at a distance of 0.
    static double usual(const HeatmapFrame& frame) {
        if (frame.scale == HeatmapScale::Distance)
            return 0;
        double sum = 0, count = 0;
        for (std::size_t i = 0; i < frame.values.size(); i += 61)
            if (!std::isnan(frame.values[i])) {
                sum += frame.values[i];
                ++count;
            }
        return count > 0 ? sum / count : 0;
    }

    void merge(Span rows, Extremes& line) const {
        line.clear();
        for (auto r = static_cast<std::size_t>(rows.first); r < static_cast<std::size_t>(rows.last);
             ++r) {
            const double* values = m_frame.values.data() + r * m_columns;
            const double* sd = m_frame.sd.empty() ? nullptr : m_frame.sd.data() + r * m_columns;
            const std::size_t diagonal = m_frame.square() ? r : m_columns;
            line.add(values, sd, 0, diagonal);
            line.add(values, sd, std::min(m_columns, diagonal + 1), m_columns);
        }
    }

    [[nodiscard]] double mostUnusual(const Extremes& line, Span columns) const {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (int c = std::max(0, columns.first); c < columns.last; ++c) {
            low = std::min(low, line.low[static_cast<std::size_t>(c)]);
            high = std::max(high, line.high[static_cast<std::size_t>(c)]);
        }
        if (low > high)
            return std::numeric_limits<double>::quiet_NaN();
        return high - m_usual >= m_usual - low ? high : low;
    }

    const HeatmapFrame& m_frame;
    double m_usual;
    int m_bare; ///< a distance within the noise has no colour
    std::size_t m_columns;
    std::vector<Span> m_across, m_down;
};

void paintCell(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout, int r,
               int c, const Theme& theme) {
    const QRectF box = layout.cell(r, c).adjusted(0, 0, -1, -1);
    if (frame.square() && r == c) {
        painter.fillRect(box, theme.plot);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.border, 1));
        const double inset = std::min(box.width(), box.height()) * 0.32;
        painter.drawLine(box.topLeft() + QPointF(inset, inset),
                         box.bottomRight() - QPointF(inset, inset));
        painter.setRenderHint(QPainter::Antialiasing, false);
        return;
    }
    const double value = frame.at(static_cast<std::size_t>(r), static_cast<std::size_t>(c));
    if (std::isnan(value)) {
        painter.fillRect(box, theme.plot);
        paintHatch(painter, box, theme.healthy);
        return;
    }
    const QColor colour = CosineColors::of(theme.dark).colour(significantValue(frame, r, c));
    painter.fillRect(box, colour);
    if (frame.square() && layout.small() && box.height() >= 14) {
        const QString text = QString::fromStdString(cosineText(value));
        const QString widest = QString::fromStdString(cosineText(-0.88)); // all of them or none
        if (painter.fontMetrics().horizontalAdvance(widest) <= box.width() + 1) {
            painter.setPen(CosineColors::textOn(colour));
            painter.drawText(box, Qt::AlignCenter, text);
        }
    }
}

/// Columns of which nothing at all was measured are steps that were not received.
void paintMissing(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                  const Theme& theme) {
    const auto missing = [&](int column) {
        for (std::size_t r = 0; r < frame.rows.size(); ++r)
            if (!std::isnan(frame.at(r, static_cast<std::size_t>(column))))
                return false;
        return true;
    };
    QColor hatch = theme.healthy;
    hatch.setAlphaF(0.55F);
    for (int c = 0; c < layout.columns(); ++c) {
        const int first = c;
        while (c < layout.columns() && missing(c))
            ++c;
        if (c > first)
            paintHatch(painter, layout.column(first).united(layout.column(c - 1)), hatch);
    }
}

} // namespace

double significantValue(const HeatmapFrame& frame, int row, int column) {
    const auto r = static_cast<std::size_t>(row), c = static_cast<std::size_t>(column);
    const double value = frame.at(r, c), sd = frame.sdAt(r, c);
    return std::abs(value) < 2 * sd ? 0 : value;
}

QImage cellImage(const HeatmapFrame& frame, const HeatmapLayout& layout, bool dark) {
    QImage image = CellPicture(frame, layout).image(CosineColors::of(dark).table());
    image.setDevicePixelRatio(layout.devicePixelRatio());
    return image;
}

void paintCells(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                const Theme& theme) {
    const double size = std::min(layout.cellWidth(), layout.cellHeight());
    if (frame.form == HeatmapForm::RankStep || size < (frame.square() ? kSeparated : kLeastCell)) {
        painter.fillRect(layout.map(), theme.plot);
        if (frame.form == HeatmapForm::RankStep)
            paintMissing(painter, frame, layout, theme);
        painter.drawImage(layout.map().topLeft(), cellImage(frame, layout, theme.dark));
        return;
    }
    painter.setFont(font::text(layout.cellWidth() >= 30 ? font::kBody : font::kAxis));
    for (int r = 0; r < layout.rows(); ++r)
        for (int c = 0; c < layout.columns(); ++c)
            paintCell(painter, frame, layout, r, c, theme);
}

} // namespace rankscope::widgets
