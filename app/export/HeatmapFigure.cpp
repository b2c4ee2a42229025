// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/HeatmapFigure.h"

#include "app/export/ChartFigure.h"
#include "app/export/ChartMarks.h"
#include "app/export/ColourScale.h"
#include "app/export/PaperStyle.h"
#include "widgets/charts/ChartMarks.h"
#include "widgets/common/NumberText.h"
#include "widgets/common/Scale.h"
#include "widgets/heatmap/CosineColors.h"
#include "widgets/heatmap/HeatmapCells.h"

#include <algorithm>
#include <cmath>

namespace rankscope::figures {

using namespace paper;
using widgets::CosineColors;
using widgets::HeatmapForm;
using widgets::HeatmapFrame;
using widgets::Theme;

namespace {

constexpr double kLongestName = 26;    ///< mm
constexpr double kBars = 19;           ///< mm: leave-one-out values and their bars
constexpr double kJoint = 0.2;         ///< mm between large cells
constexpr double kLarge = 1.5;         ///< mm; such cells stand apart
constexpr double kSmallestValue = 5.5; ///< points
constexpr std::size_t kShapes = 4'096; ///< more cells are a picture
constexpr std::size_t kBarsUpTo = 16;  ///< rows

int rowsOf(const HeatmapFrame& frame) {
    return static_cast<int>(frame.rows.size());
}
int columnsOf(const HeatmapFrame& frame) {
    return static_cast<int>(frame.columnCount());
}

QString elided(const std::string& name) {
    QString words = text(name);
    while (words.size() > 4 && textWidth(words, kAxisText) > kLongestName) {
        const qsizetype middle = words.size() / 2;
        words = words.left(middle - 1) + QChar(0x2026) + words.mid(middle + 1);
    }
    return words;
}

double widestRow(const HeatmapFrame& frame) {
    double width = 0;
    for (const std::string& row : frame.rows)
        width = std::max(width, textWidth(elided(row), kAxisText));
    return width;
}

QString markedName(const HeatmapFrame& frame, int row) {
    return text(frame.rowKind + " " + frame.rows[static_cast<std::size_t>(row)]);
}

bool hasBars(const HeatmapFrame& frame) {
    return !frame.bars.empty() && frame.rows.size() <= kBarsUpTo;
}

/// Every how many names there is room for one: 1, 2, 4, 8, as ranks come in nodes.
int stride(double cell, double wanted) {
    int every = 1;
    while (cell * every < wanted)
        every *= 2;
    return every;
}

/// Edges of the cells in mm.
struct Grid {
    const HeatmapFrame& frame;
    QRectF map;

    [[nodiscard]] double x(int column) const {
        if (frame.form != HeatmapForm::RankStep)
            return map.left() + column * map.width() / columnsOf(frame);
        const double step = column < columnsOf(frame)
                                ? frame.columnStart[static_cast<std::size_t>(column)]
                                : frame.columnEnd;
        const double share = (step - frame.firstStep) / (frame.lastStep - frame.firstStep);
        return map.left() + std::clamp(share, 0.0, 1.0) * map.width();
    }
    [[nodiscard]] double y(int row) const { return map.top() + row * map.height() / rowsOf(frame); }
    [[nodiscard]] QRectF cell(int row, int column, int count = 1) const {
        return {QPointF(x(column), y(row)), QPointF(x(column + count), y(row + 1))};
    }
};

int colourOf(const HeatmapFrame& frame, int row, int column) {
    return CosineColors::index(frame.scale, widgets::significantValue(frame, row, column));
}

void drawValue(Drawing& drawing, const QRectF& cell, double value, const QColor& ground) {
    const QString words = text(widgets::cosineText(value));
    const double room = cell.width() * 0.86;
    const double size = std::min(kAxisText, kAxisText * room / textWidth(words, kAxisText));
    if (size < kSmallestValue || cell.height() < lineHeight(size))
        return;
    drawing.add(Text{{cell.center().x(), centred(cell.center().y(), size)},
                     words,
                     size,
                     CosineColors::textOn(ground),
                     Anchor::Middle});
}

void drawCells(Drawing& drawing, const HeatmapFrame& frame, const Grid& grid, const Theme& theme) {
    const double side =
        std::min(grid.map.width() / columnsOf(frame), grid.map.height() / rowsOf(frame));
    const double joint = side >= kLarge ? kJoint / 2 : 0;
    const auto& colours = CosineColors::of(theme.dark).table();
    for (int r = 0; r < rowsOf(frame); ++r)
        for (int c = 0; c < columnsOf(frame); ++c) {
            const QRectF box = grid.cell(r, c).adjusted(joint, joint, -joint, -joint);
            const int index = colourOf(frame, r, c);
            if (frame.square() && r == c) {
                const QPointF half(box.width() * 0.18, box.height() * 0.18);
                drawing.line(box.center() - half, box.center() + half, {theme.healthy, kThin});
            } else if (index == CosineColors::kUndefined) {
                drawHatch(drawing, box, theme.healthy);
            } else {
                const QColor colour(colours[index]);
                drawing.rectangle(box, colour);
                if (frame.square())
                    drawValue(drawing, box,
                              frame.at(static_cast<std::size_t>(r), static_cast<std::size_t>(c)),
                              colour);
            }
        }
}

/// Neighbouring cells of one colour are one rectangle, so that what is within the noise, which is
/// most of it, is one shape.
void drawRuns(Drawing& drawing, const HeatmapFrame& frame, const Grid& grid, const Theme& theme) {
    const auto& colours = CosineColors::of(theme.dark).table();
    drawing.rectangle(grid.map, QColor(colours[CosineColors::kZero]));
    for (int r = 0; r < rowsOf(frame); ++r)
        for (int c = 0; c < columnsOf(frame);) {
            const int index = colourOf(frame, r, c);
            int end = c + 1;
            while (end < columnsOf(frame) && colourOf(frame, r, end) == index)
                ++end;
            const QRectF box = grid.cell(r, c, end - c);
            if (index == CosineColors::kUndefined) {
                drawing.rectangle(box, theme.plot);
                drawHatch(drawing, box, theme.healthy);
            } else if (index != CosineColors::kZero) {
                drawing.rectangle(box, QColor(colours[index]));
            }
            c = end;
        }
}

void drawPicture(Drawing& drawing, const HeatmapFrame& frame, const Grid& grid,
                 const Theme& theme) {
    QImage image(columnsOf(frame), rowsOf(frame), QImage::Format_Indexed8);
    image.setColorTable(CosineColors::of(theme.dark).table());
    for (int r = 0; r < rowsOf(frame); ++r)
        for (int c = 0; c < columnsOf(frame); ++c)
            image.scanLine(r)[c] = static_cast<uchar>(
                frame.square() && r == c ? CosineColors::kUndefined : colourOf(frame, r, c));
    drawing.add(Picture{grid.map, image.convertToFormat(QImage::Format_RGB32)});
}

void drawRowNames(Drawing& drawing, const HeatmapFrame& frame, const Grid& grid,
                  const Theme& theme) {
    const double right = grid.map.left() - kTickGap;
    const int every = stride(grid.map.height() / rowsOf(frame), lineHeight(kAxisText) * 0.9);
    for (int r = 0; r < rowsOf(frame); r += every)
        drawing.add(Text{{right, centred(grid.cell(r, 0).center().y(), kAxisText)},
                         elided(frame.rows[static_cast<std::size_t>(r)]),
                         kAxisText,
                         theme.text1,
                         Anchor::End});
    const std::string kind = frame.rowKind.empty() ? "rank" : frame.rowKind;
    QString title = text(kind);
    title[0] = title[0].toUpper();
    drawing.add(Text{
        {right - widestRow(frame) - kTitleGap - 0.25 * kTitleText * kPoint, grid.map.center().y()},
        title,
        kTitleText,
        theme.text1,
        Anchor::Middle,
        false,
        true});
}

/// Returns where the axis ends below.
double drawColumnNames(Drawing& drawing, const HeatmapFrame& frame, const Grid& grid,
                       const Theme& theme) {
    const QRectF& map = grid.map;
    const bool steps = frame.form == HeatmapForm::RankStep;
    const double baseline = map.bottom() + (steps ? kTick : 0) + kTickGap + capHeight(kAxisText);
    if (steps) {
        const Stroke stroke{theme.text1, kThin};
        drawing.line(map.bottomLeft(), map.bottomRight(), stroke);
        for (const widgets::Tick& tick :
             paperStepTicks(frame.firstStep, frame.lastStep, map.width())) {
            const double x = map.left() + (tick.value - frame.firstStep) /
                                              (frame.lastStep - frame.firstStep) * map.width();
            drawing.line({x, map.bottom()}, {x, map.bottom() + kTick}, stroke);
            drawing.add(
                Text{{x, baseline}, text(tick.label), kAxisText, theme.text1, Anchor::Middle});
        }
    } else {
        double widestName = 0;
        for (const std::string& name : frame.columns)
            widestName = std::max(widestName, textWidth(text(name), kAxisText));
        const int every = stride(map.width() / columnsOf(frame), widestName + 0.8);
        for (int c = 0; c < columnsOf(frame); c += every)
            drawing.add(Text{{grid.cell(0, c).center().x(), baseline},
                             text(frame.columns[static_cast<std::size_t>(c)]),
                             kAxisText,
                             theme.text1,
                             Anchor::Middle});
    }
    const double title = baseline + kTitleGap + capHeight(kTitleText);
    QString kind = steps ? QStringLiteral("step") : text(frame.columnKind);
    kind[0] = kind[0].toUpper();
    drawing.add(Text{{map.center().x(), title}, kind, kTitleText, theme.text1, Anchor::Middle});
    return title + 0.25 * kTitleText * kPoint;
}

void drawBars(Drawing& drawing, const HeatmapFrame& frame, const Grid& grid, const Theme& theme) {
    const double left = grid.map.right() + 1.5, axis = grid.map.right() + kBars - 4;
    for (int r = 0; r < rowsOf(frame); ++r) {
        const double value = frame.bars[static_cast<std::size_t>(r)];
        const double y = grid.cell(r, 0).center().y();
        drawing.add(Text{{left + 6, centred(y, kAxisText)},
                         text(std::isnan(value) ? widgets::kUndefined : widgets::cosineText(value)),
                         kAxisText,
                         theme.text1,
                         Anchor::End});
        if (!std::isnan(value)) {
            const double length = 3.6 * CosineColors::position(value);
            drawing.rectangle(QRectF(axis + std::min(0.0, length), y - 0.8, std::abs(length), 1.6),
                              theme.healthy);
        }
        drawing.line({axis, y - 1.3}, {axis, y + 1.3}, {theme.text1, kThin});
    }
    drawing.add(
        Text{{grid.map.right() + kBars, grid.map.bottom() + kTickGap + capHeight(kAxisText)},
             text(frame.barsTitle),
             kAxisText,
             theme.text2,
             Anchor::End});
}

/// White lines between hosts; a host that stands out has an outline.
void drawBlocks(Drawing& drawing, const HeatmapFrame& frame, const Grid& grid, const Theme& theme) {
    const QRectF& map = grid.map;
    const bool rows = frame.form != HeatmapForm::LayerRank;
    const bool columns = frame.form != HeatmapForm::RankStep;
    for (std::size_t i = 1; i < frame.rankBlocks.size(); ++i) {
        const int first = frame.rankBlocks[i].first;
        if (rows)
            drawing.line({map.left(), grid.y(first)}, {map.right(), grid.y(first)},
                         {theme.plot, kThick});
        if (columns)
            drawing.line({grid.x(first), map.top()}, {grid.x(first), map.bottom()},
                         {theme.plot, kThick});
    }
}

void outline(Drawing& drawing, const QRectF& box, const QColor& colour) {
    drawing.add(
        Path{{QPolygonF{{box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()}}},
             Stroke{colour, kThick},
             {},
             true});
}

void drawSelection(Drawing& drawing, const HeatmapFrame& frame, const Grid& grid,
                   const Theme& theme) {
    const int rows = rowsOf(frame), columns = columnsOf(frame), chosen = frame.selected;
    for (const widgets::HeatmapBlock& block : frame.rankBlocks)
        if (block.outlined && frame.square())
            outline(drawing,
                    QRectF(QPointF(grid.x(block.first), grid.y(block.first)),
                           QPointF(grid.x(block.last + 1), grid.y(block.last + 1))),
                    theme.departed);
    if (chosen >= 0 && chosen < rows && frame.form != HeatmapForm::LayerRank)
        outline(drawing, grid.cell(chosen, 0, columns), theme.chosen);
    if (chosen >= 0 && chosen < columns && frame.form != HeatmapForm::RankStep)
        outline(drawing, grid.cell(0, chosen).united(grid.cell(rows - 1, chosen)), theme.chosen);
    if (frame.pairRow >= 0 && frame.pairColumn >= 0)
        for (const auto& [row, column] : {std::pair(frame.pairRow, frame.pairColumn),
                                          std::pair(frame.pairColumn, frame.pairRow)})
            outline(drawing, grid.cell(row, column), theme.chosen);
}

/// Rows that stand out are named at the right; among many ranks the left edge has only some names.
void drawMarked(Drawing& drawing, const HeatmapFrame& frame, const Grid& grid, const Theme& theme) {
    std::vector<double> wanted;
    for (const int row : frame.marked)
        wanted.push_back(grid.cell(row, 0).center().y());
    const auto placed =
        widgets::spreadLabels(wanted, lineHeight(kAxisText), grid.map.top(), grid.map.bottom());
    for (std::size_t i = 0; i < placed.size(); ++i)
        drawing.add(Text{{grid.map.right() + kEndGap, centred(placed[i], kAxisText)},
                         markedName(frame, frame.marked[i]),
                         kAxisText,
                         theme.text1,
                         Anchor::Start,
                         true});
}

} // namespace

QMarginsF heatmapMargins(const HeatmapFrame& frame) {
    const double left = kTickGap + widestRow(frame) + kTitleGap + kTitleText * kPoint + kEdge;
    const bool steps = frame.form == HeatmapForm::RankStep;
    const double names = (steps ? kTick : 0) + kTickGap + capHeight(kAxisText) + kTitleGap +
                         capHeight(kTitleText) + 0.25 * kTitleText * kPoint;
    double right = hasBars(frame) ? kBars : steps ? 4 : kEdge;
    for (const int row : frame.marked)
        right = std::max(right, kEndGap + textWidth(markedName(frame, row), kAxisText, true));
    return {left, kEdge, right + kEdge, names + kColourScaleHeight + kEdge};
}

double mapHeight(const HeatmapFrame& frame, double width) {
    if (frame.square())
        return width;
    const int rows = std::max(1, rowsOf(frame));
    if (frame.form == HeatmapForm::LayerRank)
        return std::clamp(4.2 * rows, 12.0, 180.0);
    return std::clamp(3.6 * rows, 12.0, std::clamp(0.4 * width, 24.0, 60.0));
}

void drawHeatmap(Drawing& drawing, const HeatmapFrame& frame, const QRectF& map,
                 const Theme& theme) {
    const Grid grid{frame, map};
    drawing.add(BeginGroup{QStringLiteral("cells"), map});
    if (frame.form == HeatmapForm::RankStep)
        drawRuns(drawing, frame, grid, theme);
    else if (frame.values.size() <= kShapes)
        drawCells(drawing, frame, grid, theme);
    else
        drawPicture(drawing, frame, grid, theme);
    drawing.add(EndGroup{});
    drawBlocks(drawing, frame, grid, theme);
    drawSelection(drawing, frame, grid, theme);
    drawMarked(drawing, frame, grid, theme);
    drawing.add(BeginGroup{QStringLiteral("axes")});
    drawRowNames(drawing, frame, grid, theme);
    const double below = drawColumnNames(drawing, frame, grid, theme);
    if (hasBars(frame))
        drawBars(drawing, frame, grid, theme);
    drawing.add(EndGroup{});
    drawColourScale(drawing, frame, {map.left(), below}, map.width(), theme);
}

} // namespace rankscope::figures
