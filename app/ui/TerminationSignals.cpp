// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/TerminationSignals.h"

#include <QCoreApplication>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace rankscope::ui {
namespace {

int pipeEnds[2] = {-1, -1}; // a handler may only touch what needs no object

extern "C" void onTermination(int) {
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(pipeEnds[1], &byte, 1);
}

} // namespace

TerminationSignals::TerminationSignals() {
    if (::pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0)
        return; // the signals keep their default then
    m_notifier = std::make_unique<QSocketNotifier>(pipeEnds[0], QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, qApp,
                     [] { QCoreApplication::quit(); });
    std::signal(SIGINT, onTermination);
    std::signal(SIGTERM, onTermination);
}

TerminationSignals::~TerminationSignals() {
    if (!m_notifier)
        return;
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    m_notifier.reset();
    ::close(pipeEnds[0]);
    ::close(pipeEnds[1]);
}

} // namespace rankscope::ui
