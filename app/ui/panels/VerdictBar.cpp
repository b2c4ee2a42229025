// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/VerdictBar.h"

#include "widgets/common/Icons.h"
#include "widgets/common/Theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QPushButton>

namespace rankscope::ui {

namespace font = widgets::font;

VerdictBar::VerdictBar(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Verdict"));
}

void VerdictBar::setVerdict(const Verdict& verdict) {
    m_verdict = verdict;
    const QString whole = QString::fromStdString(verdict.headline + " " + verdict.detail);
    setAccessibleDescription(whole);
    setToolTip(QString::fromStdString(verdict.detail));
    update();
}

void VerdictBar::setRemedies(const QStringList& texts) {
    while (m_remedies.size() < texts.size()) {
        auto* button = new QPushButton(this);
        const int index = static_cast<int>(m_remedies.size());
        connect(button, &QPushButton::clicked, this, [this, index] { emit remedyClicked(index); });
        m_remedies.append(button);
    }
    for (int i = 0; i < m_remedies.size(); ++i) {
        m_remedies[i]->setText(texts.value(i));
        m_remedies[i]->setVisible(i < texts.size());
    }
    placeRemedies();
}

void VerdictBar::placeRemedies() {
    int right = width() - 12;
    for (auto button = m_remedies.rbegin(); button != m_remedies.rend(); ++button) {
        if ((*button)->isHidden())
            continue;
        const QSize size = (*button)->sizeHint();
        (*button)->setGeometry(right - size.width(), (height() - size.height()) / 2, size.width(),
                               size.height());
        right -= size.width() + 8;
    }
    m_left = right;
    update();
}

void VerdictBar::resizeEvent(QResizeEvent*) {
    placeRemedies();
}

void VerdictBar::paintEvent(QPaintEvent*) {
    const auto& theme = widgets::Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.surface);
    if (m_verdict.headline.empty())
        return;
    const bool calm = m_verdict.kind == Verdict::Kind::Calm;
    const bool failure = m_verdict.kind == Verdict::Kind::Failure;
    const QColor accent = failure ? theme.lost : theme.departed;
    int left = 14;
    if (!calm) {
        painter.fillRect(0, 0, 5, height(), accent);
        widgets::drawIcon(painter, failure ? widgets::Icon::LostCross : widgets::Icon::FindingExact,
                          QRectF(17, height() / 2.0 - 8, 16, 16), accent);
        left = 40;
    }
    int right = m_left;
    const auto write = [&](const QFont& used, const QColor& colour, const QString& text, int x,
                           int room) {
        const QFontMetrics metrics(used);
        const QString shown = metrics.elidedText(text, Qt::ElideRight, room);
        painter.setFont(used);
        painter.setPen(colour);
        // One base line for all sizes.
        painter.drawText(x, height() / 2 + 6, shown);
        return metrics.horizontalAdvance(shown);
    };
    const QFont small = font::text(font::kList);
    const QString aside = QString::fromStdString(m_verdict.aside);
    if (!aside.isEmpty()) {
        const int width = QFontMetrics(small).horizontalAdvance(aside);
        right -= width;
        write(small, theme.text2, aside, right, width + 1);
        right -= 24;
    }
    left += write(font::text(font::kVerdict, true), theme.text1,
                  QString::fromStdString(m_verdict.headline), left, right - left) +
            16;
    if (right - left > 40)
        write(small, theme.text2, QString::fromStdString(m_verdict.detail), left, right - left);
}

} // namespace rankscope::ui
