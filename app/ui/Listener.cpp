// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/Listener.h"

#include "app/ui/CommandLine.h"
#include "app/ui/EngineAdapter.h"

#include <QRegularExpression>

namespace rankscope::ui {

Listener::Listener(EngineAdapter& adapter, Options options, QObject* parent)
    : QObject(parent),
      m_adapter(adapter),
      m_options(std::move(options)) {}

void Listener::listen() {
    const bool chosen = !m_options.record.isEmpty(); // an empty file with the user's name stays
    const QString file = chosen ? m_options.record : defaultRecording();
    m_adapter.listen(m_options.endpoint.toStdString(), file.toStdString(), chosen);
}

void Listener::listenOn(const QString& endpoint) {
    m_options.endpoint = endpoint;
    listen();
}

QString Listener::nextPort(const QString& endpoint) {
    static const QRegularExpression kPort(QStringLiteral("^(tcp://.*:)(\\d{1,5})$"));
    const auto match = kPort.match(endpoint);
    const int port = match.captured(2).toInt();
    if (port < 1 || port >= 65535)
        return {};
    return match.captured(1) + QString::number(port + 1);
}

} // namespace rankscope::ui
