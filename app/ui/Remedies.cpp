// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/Remedies.h"

#include "app/ui/Listener.h"
#include "app/ui/MainWindow.h"
#include "app/ui/Recovery.h"
#include "app/ui/RunController.h"
#include "app/ui/panels/Prompt.h"
#include "widgets/common/NumberText.h"

#include <QFileInfo>
#include <QStatusBar>

namespace rankscope::ui {
namespace {

constexpr int kMessageMs = 15'000;

QString count(quint64 number) {
    return QString::fromStdString(widgets::countText(number));
}

} // namespace

Remedies::Remedies(MainWindow& window, RunController& controller, Listener& listener)
    : QObject(&window),
      m_window(window),
      m_controller(controller),
      m_listener(listener),
      m_recovery(new Recovery(this)) {
    connect(m_recovery, &Recovery::progressed, this, [this](quint64 messages) {
        m_window.statusBar()->showMessage(tr("Recovering: %1 records saved").arg(count(messages)));
    });
    connect(m_recovery, &Recovery::recovered, this,
            [this](const QString& file, quint64 records, quint64 lost) {
                m_window.statusBar()->showMessage(
                    tr("%1: %2 records saved, %3 lost")
                        .arg(QFileInfo(file).fileName(), count(records), count(lost)),
                    kMessageMs);
                m_window.openFiles({file});
            });
    connect(m_recovery, &Recovery::failed, this, [this](const Error& error) {
        m_window.statusBar()->clearMessage();
        m_controller.report(error);
    });
}

QList<Remedy> Remedies::now() const {
    const auto& error = m_controller.error();
    const engine::RunFrame* frame = m_controller.frame();
    const Remedy choose{tr("Open\u2026"), [this] { m_window.chooseFiles(); }};
    if (error) {
        switch (error->code) {
        case ErrorCode::Busy:
            return m_controller.source() ? QList<Remedy>() : againstBusyPort();
        case ErrorCode::Damaged:
            return {recover(m_tried)};
        case ErrorCode::Unavailable:
            return {again(m_tried)};
        case ErrorCode::Io:
        case ErrorCode::Malformed:
            return m_controller.source() ? QList<Remedy>() : QList<Remedy>{choose};
        default:
            return {};
        }
    }
    if (frame == nullptr || !m_controller.source())
        return {};
    if (frame->status.damagedChunks > 0 && frame->status.state == engine::RunState::Replay)
        return {recover(QString::fromStdString(m_controller.source()->file))};
    if (frame->status.linkLost) // heals by itself
        return {};
    if (!frame->status.problem.empty() && m_controller.source()->remote)
        return {again(QString::fromStdString(m_controller.source()->file))};
    if (!frame->status.problem.empty() && m_controller.source()->endpoint.empty())
        return {choose};
    return {};
}

QList<Remedy> Remedies::againstBusyPort() const {
    QList<Remedy> remedies;
    const QString next = Listener::nextPort(m_listener.endpoint());
    if (!next.isEmpty())
        remedies.append({tr("Try %1").arg(next.section(QLatin1Char(':'), -1)),
                         [this, next] { m_listener.listenOn(next); }});
    remedies.append({tr("Choose\u2026"), [this] { askForEndpoint(); }});
    return remedies;
}

Remedy Remedies::recover(const QString& file) const {
    return {tr("Recover"), [this, file] {
                if (m_recovery->running())
                    return;
                m_window.statusBar()->showMessage(tr("Recovering"));
                m_recovery->start(file);
            }};
}

Remedy Remedies::again(const QString& address) const {
    return {tr("Try again"), [this, address] { m_window.openFiles({address}); }};
}

void Remedies::askForEndpoint() const {
    m_window.prompt()->ask(
        {tr("Where to listen"), m_listener.endpoint(), QStringLiteral("tcp://127.0.0.1:*"), {}},
        [this](const QString& endpoint) {
            if (!endpoint.isEmpty())
                m_listener.listenOn(endpoint);
        });
}

} // namespace rankscope::ui
