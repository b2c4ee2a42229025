// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transport/session/Copies.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

namespace rankscope::ui {

/// Saves what can be read of a damaged session into a new file beside it, as `rankscope recover`
/// does, on a thread of its own. GUI thread.
class Recovery final : public QObject {
    Q_OBJECT

  public:
    explicit Recovery(QObject* parent = nullptr);
    ~Recovery() override; ///< waits for the end: half a file helps nobody

    void start(const QString& file);
    [[nodiscard]] bool running() const { return m_running; }

  signals:
    void progressed(quint64 messages);
    void recovered(const QString& file, quint64 records, quint64 lost);
    void failed(const rankscope::Error& error);

  private:
    QThreadPool m_worker;
    bool m_running = false;
};

} // namespace rankscope::ui
