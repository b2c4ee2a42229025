// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/SummaryTable.h"

#include "widgets/common/Theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace rankscope::ui {

namespace font = widgets::font;

namespace {

constexpr double kMargin = 12;
constexpr qsizetype kLongest = 9; ///< "B − A" and a little more
/// Half widths from zero to the end of the line; differences beyond it stand at the end.
constexpr double kReach = 3;

} // namespace

SummaryTable::SummaryTable(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Summary"));
}

void SummaryTable::setRows(std::vector<SummaryText> rows, const QString& base, const QString& other,
                           const QString& difference) {
    const bool resized = rows.size() != m_rows.size();
    m_rows = std::move(rows);
    m_base = base;
    m_other = other;
    m_difference = difference;
    QString all;
    for (const SummaryText& row : m_rows)
        all += QString::fromStdString(row.metric + ": " + row.base + ", " + row.other + ", " +
                                      row.difference + ". " + row.explanation + ". ");
    if (all != accessibleDescription())
        setAccessibleDescription(all);
    if (resized)
        updateGeometry();
    update();
}

QSize SummaryTable::sizeHint() const {
    return {320, kHead + kRow * static_cast<int>(m_rows.size())};
}

QSize SummaryTable::minimumSizeHint() const {
    return {240, sizeHint().height()};
}

SummaryTable::Columns SummaryTable::columns() const {
    const double right = width() - kMargin;
    return {kMargin, right - 160, right - 108, right};
}

void SummaryTable::paintEvent(QPaintEvent*) {
    const auto& theme = widgets::Theme::of(this);
    const Columns at = columns();
    QPainter painter(this);
    const auto write = [&](double right, double y, const QString& text) {
        painter.drawText(QRectF(right - 160, y, 160, 16), Qt::AlignRight | Qt::AlignVCenter, text);
    };
    painter.setFont(font::text(font::kAxis));
    painter.setPen(theme.text3);
    if (!m_rows.empty()) {
        painter.drawText(QRectF(at.metric, 2, 160, 16), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("metric"));
        write(at.base, 2, m_base);
        write(at.other, 2, m_other);
        const bool fits = m_difference.size() <= kLongest; // of sides with several runs it may not
        write(at.right, 2, tr("%1, 95 %").arg(fits ? m_difference : tr("difference")));
    }
    double y = kHead;
    for (const SummaryText& row : m_rows) {
        painter.fillRect(QRectF(0, y, width(), 1), theme.grid);
        painter.setFont(font::text(font::kBody));
        painter.setPen(theme.text1);
        painter.drawText(QRectF(at.metric, y + 4, at.base - at.metric, 16),
                         Qt::AlignLeft | Qt::AlignVCenter, QString::fromStdString(row.metric));
        write(at.base, y + 4, QString::fromStdString(row.base));
        write(at.other, y + 4, QString::fromStdString(row.other));
        painter.setFont(font::text(font::kBody, row.leavesZero));
        painter.setPen(row.leavesZero ? theme.text1 : theme.text2);
        write(at.right, y + 4, QString::fromStdString(row.difference));
        paintInterval(painter, row, y + 28);
        y += kRow;
    }
}

void SummaryTable::paintInterval(QPainter& painter, const SummaryText& row, double y) const {
    if (!row.place)
        return;
    const auto& theme = widgets::Theme::of(this);
    const double left = kMargin + 4, right = width() - kMargin - 4;
    const double zero = (left + right) / 2;
    const double unit = (right - left) / 2 / (kReach + 1);
    const double place = std::clamp(*row.place, -kReach, kReach);
    painter.fillRect(QRectF(left, y, right - left, 1), theme.grid);
    painter.fillRect(QRectF(std::round(zero), y - 5, 1, 11), theme.text2);
    const double x = zero + place * unit;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.chosen, 2, Qt::SolidLine, Qt::FlatCap));
    painter.drawLine(QPointF(x - unit, y + 0.5), QPointF(x + unit, y + 0.5));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.chosen);
    if (place == *row.place)
        painter.drawEllipse(QPointF(x, y + 0.5), 3.5, 3.5);
    else { // farther away than there is room for: an arrow that points there
        const double way = place < 0 ? -1 : 1;
        const QPointF head[] = {{x + way * (unit + 5), y + 0.5},
                                {x + way * (unit - 2), y - 4},
                                {x + way * (unit - 2), y + 5}};
        painter.drawPolygon(head, 3);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

bool SummaryTable::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int row = (help->pos().y() - kHead) / kRow;
        const bool inside = help->pos().y() >= kHead && row < static_cast<int>(m_rows.size());
        QToolTip::showText(
            help->globalPos(),
            inside ? QString::fromStdString(m_rows[static_cast<std::size_t>(row)].explanation)
                         .toHtmlEscaped()
                   : QString(),
            this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace rankscope::ui
