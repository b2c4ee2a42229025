// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/CommandLine.h"

#include <QCommandLineParser>
#include <QDateTime>
#include <QRegularExpression>
#include <QStandardPaths>
#include <algorithm>

namespace rankscope::ui {
namespace {

constexpr int kWrongUsage = 2;
constexpr int kMaxSide = 16'384; ///< pixels; a picture of 1 GB

ParsedCommandLine wrong(const QString& what) {
    return {std::nullopt, QStringLiteral("rankscope-gui: %1. See --help.").arg(what), kWrongUsage};
}

} // namespace

ParsedCommandLine parseCommandLine(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Shows the workers behind the average of a data-parallel training run.\n"
                       "Without FILE it listens for ranks and records what they send."));
    parser.addPositionalArgument(
        QStringLiteral("file"),
        QStringLiteral("Session files to show, or recorders elsewhere: the endpoint that "
                       "`rankscope record` prints as `viewing`, or its connection file. Several "
                       "are shown side by side."),
        QStringLiteral("[FILE|ENDPOINT|CONNECTION.json...]"));
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")},
                                  QStringLiteral("Shows this text."));
    const QCommandLineOption version({QStringLiteral("v"), QStringLiteral("version")},
                                     QStringLiteral("Shows the version."));
    const QCommandLineOption listen(
        QStringLiteral("listen"),
        QStringLiteral("Where ranks call; default tcp://127.0.0.1:5757, port * picks a free one."),
        QStringLiteral("ENDPOINT"), QStringLiteral("tcp://127.0.0.1:5757"));
    const QCommandLineOption record(
        QStringLiteral("record"),
        QStringLiteral("File to record to; default: a new one in the user's data folder."),
        QStringLiteral("FILE"));
    const QCommandLineOption screenshot(
        QStringLiteral("screenshot"),
        QStringLiteral("Writes a picture of the window at the first complete step, and exits."),
        QStringLiteral("PNG"));
    const QCommandLineOption after(QStringLiteral("after"),
                                   QStringLiteral("Waits so long before the picture is taken."),
                                   QStringLiteral("SECONDS"), QStringLiteral("0"));
    const QCommandLineOption atEnd(QStringLiteral("at-end"),
                                   QStringLiteral("Takes the picture when the run has ended."));
    const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("Size of the window."),
                                  QStringLiteral("WxH"), QStringLiteral("1600x1000"));
    const QCommandLineOption theme(QStringLiteral("theme"),
                                   QStringLiteral("system, dark or light; default: as last time."),
                                   QStringLiteral("THEME"));
    parser.addOptions({help, version, listen, record, screenshot, after, atEnd, size, theme});
    if (!parser.parse(arguments))
        return wrong(parser.errorText().chopped(parser.errorText().endsWith(u'.') ? 1 : 0));
    if (parser.isSet(help)) {
        QString text = parser.helpText().trimmed(); // Qt learns the name from an application
        text.replace(QStringLiteral("<executable_name>"), QStringLiteral("rankscope-gui"));
        return {std::nullopt, text, 0};
    }
    if (parser.isSet(version))
        return {std::nullopt, QStringLiteral("rankscope-gui " RANKSCOPE_VERSION), 0};

    LaunchOptions options;
    const QStringList files = parser.positionalArguments();
    for (const QString& file : files)
        if (file.contains(QStringLiteral("://")) && !file.startsWith(QStringLiteral("tcp://")) &&
            !file.startsWith(QStringLiteral("ipc://")))
            return wrong(QStringLiteral("%1 is neither a file nor an endpoint, such as "
                                        "tcp://127.0.0.1:5758")
                             .arg(file));
    if (!files.isEmpty() && (parser.isSet(listen) || parser.isSet(record)))
        return wrong(QStringLiteral("FILE is shown; --listen and --record are for a live run"));
    options.files = files;
    options.listens = parser.isSet(listen) || parser.isSet(record);
    options.endpoint = parser.value(listen);
    options.record = parser.value(record);
    options.screenshot = parser.value(screenshot);
    bool ok = false;
    options.afterSeconds = parser.value(after).toDouble(&ok);
    if (!ok || options.afterSeconds < 0 || options.afterSeconds > 86'400)
        return wrong(QStringLiteral("--after takes seconds, up to a day"));
    if (parser.isSet(after) && !parser.isSet(screenshot))
        return wrong(QStringLiteral("--after goes with --screenshot"));
    static const QRegularExpression kSize(QStringLiteral("^(\\d{3,5})x(\\d{3,5})$"));
    const auto match = kSize.match(parser.value(size));
    if (!match.hasMatch())
        return wrong(QStringLiteral("--size takes WxH, such as 1600x1000"));
    options.size = {match.captured(1).toInt(), match.captured(2).toInt()};
    if (std::max(options.size.width(), options.size.height()) > kMaxSide)
        return wrong(QStringLiteral("--size goes up to %1x%1").arg(kMaxSide));
    if (parser.isSet(theme)) {
        options.theme = themeNamed(parser.value(theme));
        if (!options.theme)
            return wrong(QStringLiteral("--theme is system, dark or light"));
    } else if (parser.isSet(screenshot))
        options.theme = ThemeChoice::Dark; // pictures are alike everywhere
    options.atEnd = parser.isSet(atEnd);
    return {options, {}, 0};
}

QString defaultRecording() {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    return QStringLiteral("%1/rankscope/run-%2.rankscope")
        .arg(folder, QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")));
}

} // namespace rankscope::ui
