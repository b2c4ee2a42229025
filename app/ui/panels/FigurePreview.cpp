// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/FigurePreview.h"

#include "widgets/common/Theme.h"

#include <QPainter>
#include <algorithm>

namespace rankscope::ui {
namespace {

constexpr int kMargin = 12;

} // namespace

FigurePreview::FigurePreview(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Preview of the figure"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void FigurePreview::setDrawing(const figures::Drawing& drawing) {
    m_drawing = drawing;
    m_problem.clear();
    setAccessibleDescription(drawing.description);
    update();
}

void FigurePreview::setProblem(const QString& words) {
    m_drawing.reset();
    m_problem = words;
    setAccessibleDescription(words);
    update();
}

void FigurePreview::paintEvent(QPaintEvent*) {
    const auto& theme = widgets::Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    const QRectF room = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    if (!m_drawing) {
        painter.setPen(theme.text2);
        painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, m_problem);
        return;
    }
    const QSizeF paper = m_drawing->size;
    const double scale = std::min(room.width() / paper.width(), room.height() / paper.height());
    painter.translate(room.center().x() - paper.width() * scale / 2,
                      room.center().y() - paper.height() * scale / 2);
    painter.scale(scale, scale);
    figures::paint(painter, *m_drawing);
    QPen edge(theme.border, 0); // one pixel at any scale
    painter.setPen(edge);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.drawRect(QRectF({}, paper));
}

} // namespace rankscope::ui
