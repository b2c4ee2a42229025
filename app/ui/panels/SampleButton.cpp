// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/SampleButton.h"

#include "widgets/common/FocusRing.h"
#include "widgets/common/Theme.h"

#include <QPainter>
#include <algorithm>
#include <utility>

namespace rankscope::ui {
namespace {

namespace font = widgets::font;
using widgets::Theme;

constexpr int kCaption = 44;
constexpr std::size_t kFirst = 10; ///< the fall of the first steps would flatten the rest

using Line = std::vector<double>;

QPolygonF points(const Line& line, std::size_t from, const QRectF& box,
                 std::pair<double, double> range) {
    QPolygonF polygon;
    const double steps = static_cast<double>(line.size() - kFirst - 1);
    for (std::size_t i = std::max(from, kFirst); i < line.size(); ++i)
        polygon.append(
            {box.left() + box.width() * static_cast<double>(i - kFirst) / steps,
             box.bottom() - box.height() * (line[i] - range.first) / (range.second - range.first)});
    return polygon;
}

} // namespace

std::vector<double> meanOf(const std::vector<Line>& lines) {
    Line sum;
    std::vector<int> count;
    for (const Line& line : lines) {
        sum.resize(std::max(sum.size(), line.size()));
        count.resize(sum.size());
        for (std::size_t i = 0; i < line.size(); ++i) {
            sum[i] += line[i];
            ++count[i];
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] /= count[i];
    return sum;
}

SampleButton::SampleButton(const QString& title, const QString& words, Picture picture,
                           QWidget* parent)
    : QAbstractButton(parent),
      m_title(title),
      m_words(words),
      m_picture(std::move(picture)),
      m_mean(meanOf(m_picture.lines)) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    setText(title);
    setAccessibleName(tr("Open the sample: %1").arg(title));
    setAccessibleDescription(words);
}

void SampleButton::paintLines(QPainter& painter, const QRectF& box) const {
    const Theme& theme = Theme::of(this);
    if (m_mean.size() <= kFirst + 1)
        return;
    double low = m_mean.back(), high = low;
    for (const Line& line : m_picture.lines)
        for (std::size_t i = kFirst; i < line.size(); ++i) {
            low = std::min(low, line[i]);
            high = std::max(high, line[i]);
        }
    const std::pair range(low, std::max(high, low + 1e-9));
    painter.setRenderHint(QPainter::Antialiasing);
    const auto draw = [&](const Line& line, std::size_t from, const QColor& colour, double width) {
        painter.setPen(QPen(colour, width));
        painter.drawPolyline(points(line, from, box, range));
    };
    for (const Line& line : m_picture.lines)
        draw(line, kFirst, theme.healthy, 0.7);
    if (m_picture.departing)
        draw(m_picture.lines[*m_picture.departing], m_picture.departs, theme.departed, 1.5);
    draw(m_mean, kFirst, m_picture.other.empty() ? theme.mean : theme.chosen, 1.6);
    if (m_picture.other.empty())
        return;
    QPen pen(theme.mean, 1.6);
    pen.setDashPattern({4, 2.5});
    painter.setPen(pen);
    painter.drawPolyline(points(m_picture.other, kFirst, box, range));
}

void SampleButton::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool picked = isDown() || underMouse();
    painter.setPen(QPen(picked ? theme.text3 : theme.border, 1));
    painter.setBrush(theme.plot);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(frame, 4, 4);
    const int line = height() - kCaption;
    painter.setBrush(theme.surface);
    painter.save();
    painter.setClipRect(QRect(1, line, width() - 2, kCaption - 1));
    painter.drawRoundedRect(frame, 4, 4);
    painter.restore();
    painter.drawLine(QPointF(1, line + 0.5), QPointF(width() - 1, line + 0.5));
    paintLines(painter, QRectF(4, 7, width() - 8, line - 14));

    const QRect caption(12, line + 5, width() - 24, kCaption - 10);
    painter.setFont(font::text(font::kBody, true));
    painter.setPen(theme.chosen);
    painter.drawText(caption, Qt::AlignRight | Qt::AlignVCenter, tr("Open"));
    painter.setPen(theme.text1);
    painter.drawText(caption, Qt::AlignLeft | Qt::AlignTop, m_title);
    painter.setFont(font::text(font::kBody));
    painter.setPen(theme.text2);
    painter.drawText(caption, Qt::AlignLeft | Qt::AlignBottom, m_words);
    if (hasFocus())
        widgets::paintFocusRing(painter, *this);
}

} // namespace rankscope::ui
