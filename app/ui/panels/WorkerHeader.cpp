// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/WorkerHeader.h"

#include "widgets/common/Theme.h"

#include <QPainter>

namespace rankscope::ui {
namespace {

constexpr int kPadding = 6;
constexpr double kTriangle = 3; ///< half its width

} // namespace

WorkerHeader::WorkerHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
    setHighlightSections(false);
    setSectionsClickable(true);
    setSortIndicator(0, Qt::AscendingOrder);
    setMinimumSectionSize(32);
}

void WorkerHeader::paintSection(QPainter* painter, const QRect& rect, int section) const {
    const auto& theme = widgets::Theme::of(this);
    const bool sorted = section == sortIndicatorSection();
    const QString title = model()->headerData(section, orientation(), Qt::DisplayRole).toString();
    const auto alignment =
        model()->headerData(section, orientation(), Qt::TextAlignmentRole).toInt();
    painter->fillRect(rect, theme.surface);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.border);
    painter->setFont(widgets::font::text(widgets::font::kAxis));
    painter->setPen(sorted ? theme.text1 : theme.text3);
    const QRect box = rect.adjusted(kPadding, 0, -kPadding, -1);
    QRect text;
    painter->drawText(box, alignment | Qt::TextSingleLine, title, &text);
    if (!sorted)
        return;
    const bool right = (alignment & Qt::AlignRight) != 0;
    const double x = right ? text.left() - kTriangle - 2 : text.right() + kTriangle + 3;
    const double y = box.center().y() + 1;
    const double tip = sortIndicatorOrder() == Qt::AscendingOrder ? -kTriangle : kTriangle;
    const QPointF corners[] = {
        {x - kTriangle, y - tip / 2}, {x + kTriangle, y - tip / 2}, {x, y + tip}};
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.text2);
    painter->drawPolygon(corners, 3);
    painter->setRenderHint(QPainter::Antialiasing, false);
}

} // namespace rankscope::ui
