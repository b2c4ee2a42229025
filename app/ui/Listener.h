// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

namespace rankscope::ui {

class EngineAdapter;

/// Where this window waits for ranks, and where it records them.
class Listener final : public QObject {
    Q_OBJECT

  public:
    struct Options {
        QString endpoint = QStringLiteral("tcp://127.0.0.1:5757");
        QString record; ///< session file; empty: a new one in the user's data folder each time
    };
    Listener(EngineAdapter& adapter, Options options, QObject* parent = nullptr);

    [[nodiscard]] const QString& endpoint() const { return m_options.endpoint; }
    void listen();
    void listenOn(const QString& endpoint); ///< and stays with that endpoint

    /// The endpoint one port further; empty: it has no port to count on from.
    [[nodiscard]] static QString nextPort(const QString& endpoint);

  private:
    EngineAdapter& m_adapter;
    Options m_options;
};

} // namespace rankscope::ui
