// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QtGlobal>
#include <cstdio>
#include <cstdlib>

namespace rankscope::support {

/// Turns every Qt warning into a failure: a warning is a bug that nobody looked at. What the
/// platform says about itself, and not about us, is dropped.
class FatalMessages {
  public:
    FatalMessages() { s_previous = qInstallMessageHandler(&FatalMessages::handle); }
    ~FatalMessages() { qInstallMessageHandler(s_previous); }
    FatalMessages(const FatalMessages&) = delete;
    FatalMessages& operator=(const FatalMessages&) = delete;

  private:
    static void handle(QtMsgType type, const QMessageLogContext& context, const QString& text) {
        const bool platform =
            text.startsWith(QLatin1String("This plugin does not support propagateSizeHints")) ||
            text.startsWith(QLatin1String("This plugin does not support raise")) ||
            text.startsWith(QLatin1String("QStandardPaths: "));
        if (platform)
            return;
        if (type == QtWarningMsg || type == QtCriticalMsg) {
            std::fprintf(stderr, "Qt warned: %s\n", qPrintable(text));
            std::abort();
        }
        if (s_previous != nullptr)
            s_previous(type, context, text);
    }

    inline static QtMessageHandler s_previous = nullptr;
};

} // namespace rankscope::support
