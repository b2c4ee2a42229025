// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QtGlobal>
#include <cstdio>
#include <cstdlib>

namespace rankscope::support {

/// Turns every Qt warning into a failure: a warning is a bug that nobody looked at. What the
/// platform says about itself, and not about us, is dropped.
///
/// Qt Test puts a handler of its own in place once the test object has been made, so a member alone
/// does nothing: initTestCase() calls install(), and so does support::Window.
class FatalMessages {
  public:
    FatalMessages() { install(); }

    static void install() {
        const QtMessageHandler previous = qInstallMessageHandler(&FatalMessages::handle);
        if (previous != &FatalMessages::handle)
            s_previous = previous;
    }

  private:
    static void handle(QtMsgType type, const QMessageLogContext& context, const QString& text) {
        if (text.startsWith(QLatin1String("This plugin does not support ")) ||
            text.startsWith(QLatin1String("QStandardPaths: ")))
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
