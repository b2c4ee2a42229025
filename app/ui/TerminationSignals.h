// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>
#include <memory>

namespace rankscope::ui {

/// Makes SIGINT and SIGTERM leave the event loop, so that a recording is closed as it should be.
/// One at a time; lives as long as the application.
class TerminationSignals {
  public:
    TerminationSignals();
    ~TerminationSignals();
    TerminationSignals(const TerminationSignals&) = delete;
    TerminationSignals& operator=(const TerminationSignals&) = delete;

  private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace rankscope::ui
