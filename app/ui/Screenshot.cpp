// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/Screenshot.h"

#include "app/ui/CompareController.h"
#include "app/ui/CompareDesk.h"
#include "app/ui/MainWindow.h"
#include "app/ui/RunController.h"

#include <QPixmap>
#include <QTimer>
#include <cmath>

namespace rankscope::ui {

Screenshot::Screenshot(MainWindow& window, RunController& controller, QString file, When when,
                       QObject* parent)
    : QObject(parent),
      m_window(window),
      m_controller(controller),
      m_file(std::move(file)),
      m_afterMs(static_cast<int>(std::lround(when.afterSeconds * 1000))),
      m_atEnd(when.atEnd) {
    connect(&controller, &RunController::changed, this, &Screenshot::look);
    connect(&controller, &RunController::sourceChanged, this, &Screenshot::look);
    connect(&window, &MainWindow::pageChanged, this, [this] {
        if (const CompareController* comparison = m_window.compare()->controller())
            connect(comparison, &CompareController::changed, this, &Screenshot::lookAtComparison,
                    Qt::UniqueConnection);
    });
}

void Screenshot::lookAtComparison() {
    const engine::CompareFrame* frame = m_window.compare()->controller()->frame();
    if (m_due || frame == nullptr || frame->loading || frame->refining)
        return;
    m_due = true;
    QTimer::singleShot(m_afterMs, this, &Screenshot::take);
}

void Screenshot::look() {
    if (m_window.compares())
        return;
    if (m_controller.error()) {
        const Verdict why = verdict(*m_controller.error());
        emit finished(false, QString::fromStdString(why.headline + " " + why.detail).trimmed());
        return;
    }
    const engine::RunFrame* frame = m_controller.frame();
    if (m_due || frame == nullptr || frame->status.loading || frame->refining)
        return;
    if (!frame->empty && m_controller.view().view().image && frame->image == nullptr)
        return; // it answers an older view
    const bool complete = !frame->empty && frame->cursor.metrics.final;
    const bool nothingToCome = frame->status.state == engine::RunState::Replay ||
                               frame->status.state == engine::RunState::Ended;
    if (!nothingToCome && (m_atEnd || !complete))
        return;
    m_due = true;
    QTimer::singleShot(m_afterMs, this, &Screenshot::take);
}

void Screenshot::take() {
    const bool written = m_window.grab().save(m_file, "PNG");
    emit finished(written, written ? QString() : tr("Cannot write %1").arg(m_file));
}

} // namespace rankscope::ui
