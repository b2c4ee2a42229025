// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/PanKey.h"

#include <QApplication>
#include <QKeyEvent>
#include <QWidget>

namespace rankscope::ui {

PanKey::PanKey(QWidget* area) : QObject(area), m_area(area) {
    qApp->installEventFilter(this);
}

bool PanKey::isOurs() const {
    const QWidget* focus = QApplication::focusWidget();
    return m_area->underMouse() && QApplication::activePopupWidget() == nullptr &&
           (focus == nullptr || focus->isWindow() || focus->parentWidget() == m_area);
}

bool PanKey::eventFilter(QObject* object, QEvent* event) {
    const QEvent::Type type = event->type();
    if (type == QEvent::WindowDeactivate && m_held && object == m_area->window()) {
        m_held = false; // the release goes to another window
        emit held(false);
        return false;
    }
    if (type != QEvent::ShortcutOverride && type != QEvent::KeyPress && type != QEvent::KeyRelease)
        return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() != Qt::Key_Space || key->modifiers() != Qt::NoModifier)
        return false;
    if (type == QEvent::ShortcutOverride) {
        if (!m_held && !isOurs())
            return false;
        event->accept(); // comes back as a key press
        return true;
    }
    if (!m_held && (type == QEvent::KeyRelease || !isOurs()))
        return false;
    if (key->isAutoRepeat())
        return true;
    m_held = type == QEvent::KeyPress;
    if (m_held)
        m_used = false;
    emit held(m_held);
    if (!m_held && !m_used)
        emit tapped();
    return true;
}

} // namespace rankscope::ui
