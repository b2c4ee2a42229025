// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/FigureCommand.h"
#include "app/ui/CommandLine.h"
#include "app/ui/EngineAdapter.h"
#include "app/ui/Listener.h"
#include "app/ui/MainWindow.h"
#include "app/ui/RunController.h"
#include "app/ui/Screenshot.h"
#include "app/ui/TerminationSignals.h"
#include "app/ui/settings/PreferenceStore.h"
#include "app/ui/settings/ThemeSwitch.h"
#include "widgets/common/Theme.h"

#include <QApplication>
#include <cstdio>
#include <string_view>

using namespace rankscope;

namespace {

QStringList argumentsOf(int argc, char** argv) {
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    return arguments;
}

/// `rankscope figure` comes here. It opens no window, and so it needs no display.
int makeFigure(int argc, char** argv) {
    const auto parsed = figures::parseFigureOrder(argumentsOf(argc, argv).mid(2));
    if (!parsed.order) {
        std::fprintf(parsed.exitCode == 0 ? stdout : stderr, "%s\n", qPrintable(parsed.text));
        return parsed.exitCode;
    }
    qputenv("QT_QPA_PLATFORM", "offscreen");
    // Qt remarks on a missing runtime folder, which is usual on a node and no one's concern.
    const auto handler = qInstallMessageHandler([](auto...) {});
    const QGuiApplication application(argc, argv);
    qInstallMessageHandler(handler);
    widgets::font::load();
    return figures::runFigureOrder(*parsed.order);
}

bool hasDisplay() {
    for (const char* variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (qEnvironmentVariableIsSet(variable))
            return true;
    return false;
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication::setApplicationName(QStringLiteral("rankscope"));
    QCoreApplication::setApplicationVersion(QStringLiteral(RANKSCOPE_VERSION));
    if (argc > 1 && std::string_view(argv[1]) == "figure")
        return makeFigure(argc, argv);
    // Asked before there is a display: --help works on a bare node.
    const ui::ParsedCommandLine command = ui::parseCommandLine(argumentsOf(argc, argv));
    if (!command.options) {
        std::fprintf(command.exitCode == 0 ? stdout : stderr, "%s\n", qPrintable(command.text));
        return command.exitCode;
    }
    const ui::LaunchOptions& options = *command.options;
    if (!hasDisplay()) {
        if (options.screenshot.isEmpty()) {
            std::fputs("rankscope-gui: there is no display here. Use `rankscope record` to record "
                       "without one, or --screenshot\n",
                       stderr);
            return 1;
        }
        qputenv("QT_QPA_PLATFORM", "offscreen"); // a picture can be taken on a bare node
    }
    QApplication application(argc, argv);
    widgets::font::load();
    if (options.screenshot.isEmpty()) // pictures are alike everywhere
        widgets::font::adoptSystemSize();
    // A picture neither shows nor changes what the user has chosen.
    ui::PreferenceStore preferences(options.screenshot.isEmpty() ? ui::defaultPreferencesFile()
                                                                 : QString());
    const ui::ThemeSwitch theme(preferences, options.theme);
    const ui::TerminationSignals termination; // Ctrl+C closes the recording as Quit does
    ui::EngineAdapter adapter;
    ui::RunController controller(adapter);
    ui::Listener listener(adapter, {options.endpoint, options.record});
    ui::MainWindow window({adapter, controller, preferences, listener});
    // The same line as `rankscope record`, so that a script can learn a port picked for it.
    QObject::connect(&adapter, &ui::EngineAdapter::opened, &application,
                     [](const ui::Source& source) {
                         if (!source.endpoint.empty())
                             std::fprintf(stderr, "listening %s\n", source.endpoint.c_str());
                     });
    std::unique_ptr<ui::Screenshot> screenshot;
    if (!options.screenshot.isEmpty()) {
        screenshot = std::make_unique<ui::Screenshot>(
            window, controller, options.screenshot,
            ui::Screenshot::When{options.afterSeconds, options.atEnd});
        QObject::connect(screenshot.get(), &ui::Screenshot::finished, &application,
                         [](bool written, const QString& error) {
                             if (!written)
                                 std::fprintf(stderr, "rankscope-gui: %s\n", qPrintable(error));
                             QCoreApplication::exit(written ? 0 : 1);
                         });
    }
    window.resize(options.size);
    if (options.screenshot.isEmpty())
        window.restore();
    window.show();
    const ui::Preferences& kept = preferences.get();
    if (!options.files.isEmpty())
        window.openFiles(options.files);
    else if (kept.reopen && !kept.session.isEmpty() && !options.listens)
        window.openFiles(kept.session);
    else
        listener.listen();
    return QApplication::exec();
}
