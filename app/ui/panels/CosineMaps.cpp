// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/CosineMaps.h"

#include "widgets/common/Hatch.h"
#include "widgets/common/NumberText.h"
#include "widgets/common/Theme.h"
#include "widgets/heatmap/CosineColors.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <array>
#include <cmath>

namespace rankscope::ui {

using widgets::CosineColors;
namespace font = widgets::font;

namespace {

constexpr double kMargin = 12, kGap = 14, kTitle = 20, kBelow = 6, kLegend = 36, kMostSide = 128;
constexpr std::size_t kAcross = 4; ///< more maps begin another row

} // namespace

CosineMaps::CosineMaps(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Mean cosine between ranks, per session"));
}

void CosineMaps::setFrame(const engine::CompareFrame& frame) {
    m_maps.clear();
    for (const engine::CompareSession& session : frame.sessions)
        if (session.run)
            m_maps.push_back({session.mark, session.cosine});
    update();
}

/// How the maps are laid out in so much room.
CosineMaps::Grid CosineMaps::gridIn(double width, double height) const {
    const std::size_t across = std::clamp(m_maps.size(), std::size_t{1}, kAcross);
    const auto n = static_cast<double>(across);
    const auto rows =
        static_cast<double>((std::max(m_maps.size(), std::size_t{1}) + kAcross - 1) / kAcross);
    Grid grid;
    grid.across = across;
    grid.column = (width - 2 * kMargin - (n - 1) * kGap) / n;
    grid.side = std::max(
        1.0, std::min({grid.column, kMostSide, (height - kLegend) / rows - kTitle - kBelow}));
    return grid;
}

int CosineMaps::heightFor(int width) const {
    const Grid grid = gridIn(width, 1e9);
    const std::size_t rows = (std::max(m_maps.size(), std::size_t{1}) + kAcross - 1) / kAcross;
    return static_cast<int>(static_cast<double>(rows) * (grid.side + kTitle + kBelow) + kLegend);
}

QRectF CosineMaps::mapArea(std::size_t map) const {
    const Grid grid = gridIn(width(), height());
    double side = grid.side;
    if (const auto& matrix = m_maps[map].matrix; matrix && !matrix->ranks.empty()) {
        const auto ranks = static_cast<double>(matrix->ranks.size());
        const double cell = side / ranks;
        side = (cell >= 2 ? std::floor(cell) : cell) * ranks;
    }
    const auto column = static_cast<double>(map % grid.across);
    const auto row = static_cast<double>(map / grid.across);
    const double left = kMargin + column * (grid.column + kGap) + (grid.column - side) / 2;
    return {std::round(left), kTitle + std::round(row * (grid.side + kTitle + kBelow)), side, side};
}

QColor CosineMaps::colour(std::size_t map, std::size_t row, std::size_t column) const {
    const analysis::CosineMatrix& matrix = *m_maps[map].matrix;
    const double value = matrix.at(row, column);
    const double sd = matrix.sd.empty() ? 0 : matrix.sd[row * matrix.ranks.size() + column];
    const bool noise = std::abs(value) < 2 * sd; // within its own error
    return CosineColors::of(widgets::Theme::of(this).dark).colour(noise ? 0 : value);
}

void CosineMaps::paintMap(QPainter& painter, std::size_t map) const {
    const auto& theme = widgets::Theme::of(this);
    const QRectF area = mapArea(map);
    painter.setFont(font::text(font::kBody, true));
    painter.setPen(theme.text1);
    painter.drawText(QRectF(area.left() - kGap, area.top() - kTitle, area.width() + 2 * kGap, 16),
                     Qt::AlignHCenter | Qt::AlignVCenter, QString::fromStdString(m_maps[map].mark));
    const auto& matrix = m_maps[map].matrix;
    if (!matrix) {
        widgets::paintHatch(painter, area, theme.border);
        return;
    }
    const std::size_t n = matrix->ranks.size();
    const double cell = area.width() / static_cast<double>(n);
    const double line = cell >= 8 ? 1 : 0;
    for (std::size_t r = 0; r < n; ++r)
        for (std::size_t c = 0; c < n; ++c) {
            if (r == c || !std::isfinite(matrix->at(r, c)))
                continue; // the diagonal says nothing
            const double left = area.left() + std::floor(static_cast<double>(c) * cell);
            const double top = area.top() + std::floor(static_cast<double>(r) * cell);
            painter.fillRect(QRectF(left, top, std::max(1.0, std::floor(cell) - line),
                                    std::max(1.0, std::floor(cell) - line)),
                             colour(map, r, c));
        }
}

void CosineMaps::paintLegend(QPainter& painter) const {
    const auto& theme = widgets::Theme::of(this);
    const QRectF bar(kMargin, height() - kLegend + 8, width() - 2 * kMargin, 8);
    const auto& colours = CosineColors::of(theme.dark);
    for (double x = 0; x < bar.width(); ++x) {
        const double place = 2 * x / bar.width() - 1; // sign(c) sqrt|c|
        painter.fillRect(QRectF(bar.left() + x, bar.top(), 1, bar.height()),
                         colours.colour(place * std::abs(place)));
    }
    painter.setFont(font::text(font::kAxis));
    painter.setPen(theme.text3);
    for (const double tick : std::array{-1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0}) {
        const double x = bar.left() + (CosineColors::position(tick) + 1) / 2 * bar.width();
        painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + 3));
        const int align = tick == -1  ? Qt::AlignLeft
                          : tick == 1 ? Qt::AlignRight
                                      : Qt::AlignHCenter;
        const double left = tick == -1 ? x : tick == 1 ? x - 40 : x - 20;
        const bool whole = tick == std::round(tick);
        const QString text =
            tick == 0 ? QStringLiteral("0")
                      : QString::fromStdString(
                            whole ? (tick < 0 ? std::string(widgets::kMinus) + "1" : "+1")
                                  : widgets::cosineText(tick, 1));
        painter.drawText(QRectF(left, bar.bottom() + 3, 40, 14), align | Qt::AlignVCenter, text);
    }
}

void CosineMaps::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    for (std::size_t map = 0; map < m_maps.size(); ++map)
        paintMap(painter, map);
    paintLegend(painter);
}

QString CosineMaps::describe(QPointF point) const {
    for (std::size_t map = 0; map < m_maps.size(); ++map) {
        const QRectF area = mapArea(map);
        if (!area.contains(point))
            continue;
        const QString mark = QString::fromStdString(m_maps[map].mark);
        const auto& matrix = m_maps[map].matrix;
        if (!matrix)
            return tr("%1: no cosines are known over these steps").arg(mark);
        const auto n = static_cast<double>(matrix->ranks.size());
        const auto index = [&](double offset) {
            return std::min(matrix->ranks.size() - 1,
                            static_cast<std::size_t>(offset / area.width() * n));
        };
        const std::size_t r = index(point.y() - area.top()), c = index(point.x() - area.left());
        if (r == c)
            return {};
        const double sd = matrix->sd.empty() ? 0 : matrix->sd[r * matrix->ranks.size() + c];
        const QString error =
            sd > 0
                ? QStringLiteral(" \u00B1") +
                      QString::fromStdString(widgets::cosineText(2 * sd, 3)).mid(1) + tr(" (2 sd)")
                : QString();
        return tr("%1, ranks %2 and %3: %4%5")
            .arg(mark)
            .arg(matrix->ranks[r].value())
            .arg(matrix->ranks[c].value())
            .arg(QString::fromStdString(widgets::cosineText(matrix->at(r, c))), error);
    }
    return {};
}

bool CosineMaps::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), describe(QPointF(help->pos())), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace rankscope::ui
