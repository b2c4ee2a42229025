// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/Prompt.h"

#include "widgets/common/Theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace rankscope::ui {
namespace {

constexpr int kWidth = 340, kMargin = 8, kMostLetters = 500;

} // namespace

Prompt::Prompt(QWidget* window) : QFrame(window), m_what(new QLabel), m_field(new QLineEdit) {
    setObjectName(QStringLiteral("palette")); // looks like it
    m_what->setFont(widgets::font::text(widgets::font::kBody, true));
    m_field->setObjectName(QStringLiteral("promptField"));
    m_field->setMaxLength(kMostLetters);
    m_field->setFont(widgets::font::text(widgets::font::kList));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 10);
    column->setSpacing(6);
    column->addWidget(m_what);
    column->addWidget(m_field);
    m_field->installEventFilter(this);
    hide();
}

void Prompt::ask(const Question& question, std::function<void(const QString&)> answer) {
    if (!isVisible())
        m_focusBefore = QApplication::focusWidget();
    m_answer = std::move(answer);
    m_what->setText(question.what);
    m_field->setAccessibleName(question.what);
    m_field->setText(question.text);
    m_field->setPlaceholderText(question.placeholder);
    m_field->selectAll();
    setFixedWidth(std::min(kWidth, parentWidget()->width() - 2 * kMargin));
    adjustSize();
    const QRect room = parentWidget()->rect().adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const QPoint at =
        question.at.isNull() ? QPoint((parentWidget()->width() - width()) / 2, 72) : question.at;
    move(std::clamp(at.x(), room.left(), std::max(room.left(), room.right() - width())),
         std::clamp(at.y(), room.top(), std::max(room.top(), room.bottom() - height())));
    show();
    raise();
    m_field->setFocus(Qt::OtherFocusReason);
}

QString Prompt::question() const {
    return isVisible() ? m_what->text() : QString();
}

void Prompt::finish(bool taken) {
    if (!isVisible())
        return;
    const bool hadFocus = m_field->hasFocus();
    const auto answer = std::exchange(m_answer, nullptr);
    const QString text = m_field->text().trimmed();
    hide();
    if (hadFocus && m_focusBefore != nullptr)
        m_focusBefore->setFocus();
    m_focusBefore = nullptr;
    if (taken && answer)
        answer(text);
}

bool Prompt::eventFilter(QObject*, QEvent* event) {
    if (event->type() == QEvent::FocusOut) {
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason)
            finish(false);
        return false;
    }
    const auto* key = static_cast<QKeyEvent*>(event);
    if (event->type() == QEvent::ShortcutOverride) { // Esc and letters are the field's now
        const bool ours = key->key() == Qt::Key_Escape || key->modifiers() == Qt::NoModifier;
        event->setAccepted(ours || event->isAccepted());
        return ours;
    }
    if (event->type() != QEvent::KeyPress)
        return false;
    if (key->key() == Qt::Key_Escape || key->key() == Qt::Key_Return ||
        key->key() == Qt::Key_Enter) {
        finish(key->key() != Qt::Key_Escape);
        return true;
    }
    return key->key() == Qt::Key_Tab || key->key() == Qt::Key_Backtab;
}

} // namespace rankscope::ui
