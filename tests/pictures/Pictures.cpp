// SPDX-License-Identifier: GPL-3.0-or-later
// rankscope-pictures: a picture of every main state of the window, made by its real parts.
#include "tests/pictures/Scenes.h"
#include "tests/pictures/Stage.h"
#include "tests/support/FatalMessages.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QImageWriter>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSaveFile>
#include <cstdio>
#include <set>

using namespace rankscope;
using namespace rankscope::pictures;

namespace {

struct Options {
    QDir out, sessions;
    QRegularExpression only;
    double scale = 1;
};

bool write(const QPixmap& picture, const QString& path) {
    QImageWriter writer(path, "png");
    writer.setCompression(100); // as small as it gets
    return writer.write(picture.toImage().convertToFormat(QImage::Format_RGB888));
}

QJsonObject entryOf(const Scene& scene) {
    return {
        {QStringLiteral("file"), QLatin1String(scene.name) + QLatin1String(".png")},
        {QStringLiteral("shows"), QString::fromUtf8(scene.what)},
        {QStringLiteral("theme"), scene.light ? QStringLiteral("light") : QStringLiteral("dark")},
        {QStringLiteral("width"), scene.size.width()},
        {QStringLiteral("height"), scene.size.height()},
        {QStringLiteral("scale"), scene.scale}};
}

/// False: it did not come to what it shows. There is a picture all the same, to see why.
bool draw(const Scene& scene, const Sessions& sessions, const QDir& out) {
    QElapsedTimer time;
    time.start();
    widgets::applyTheme(scene.light ? widgets::Theme::lightTheme() : widgets::Theme::darkTheme());
    Stage stage(sessions, scene.size);
    scene.play(stage);
    QStringList failures = stage.failures();
    const QString path = out.filePath(QLatin1String(scene.name) + QLatin1String(".png"));
    if (!write(stage.picture(), path))
        failures.append(path + QStringLiteral(" cannot be written"));
    std::fprintf(
        stderr, "%-20s %5.1f s  %s\n", scene.name, static_cast<double>(time.elapsed()) / 1000,
        failures.isEmpty()
            ? scene.what
            : qPrintable(QStringLiteral("FAILED: ") + failures.join(QStringLiteral(", "))));
    return failures.isEmpty();
}

std::vector<Scene> wanted(const Options& options) {
    std::vector<Scene> scenes;
    for (Scene& scene : allScenes())
        if (options.only.match(QLatin1String(scene.name)).hasMatch())
            scenes.push_back(std::move(scene));
    return scenes;
}

/// Qt learns its scale when it starts: another scale is another process.
bool drawScaled(double scale, const QStringList& arguments) {
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QString::number(scale));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(QCoreApplication::applicationFilePath(),
                  arguments + QStringList{QStringLiteral("--scale"), QString::number(scale)});
    return process.waitForFinished(-1) && process.exitStatus() == QProcess::NormalExit &&
           process.exitCode() == 0;
}

bool writeManifest(const std::vector<Scene>& scenes, const QDir& out) {
    QJsonArray entries;
    for (const Scene& scene : scenes)
        entries.append(entryOf(scene));
    QSaveFile file(out.filePath(QStringLiteral("manifest.json")));
    return file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(entries).toJson()) > 0 &&
           file.commit();
}

/// Figures for papers, by the command that makes them.
bool drawFigures(const Options& options, const Sessions& sessions) {
    struct Figure {
        QString name;
        QStringList arguments;
    };
    const QString departs = sessions.path(Session::Departs),
                  healthy = sessions.path(Session::Healthy),
                  other = sessions.path(Session::OtherSeed);
    const QList<Figure> figures{
        {QStringLiteral("figure-loss"),
         {QStringLiteral("figure"), departs, QStringLiteral("--panel"),
          QStringLiteral("loss,direction"), QStringLiteral("--rank"), QStringLiteral("5"),
          QStringLiteral("--columns"), QStringLiteral("2"), QStringLiteral("--no-csv")}},
        {QStringLiteral("figure-compare"), {QStringLiteral("compare"), healthy, other}}};
    bool good = true;
    for (const Figure& figure : figures) {
        if (!options.only.match(figure.name).hasMatch())
            continue;
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(qEnvironmentVariable("RANKSCOPE_BIN") + QStringLiteral("/rankscope"),
                      figure.arguments +
                          QStringList{QStringLiteral("--out"),
                                      options.out.filePath(figure.name + QStringLiteral(".png"))});
        const bool drawn = process.waitForFinished() && process.exitCode() == 0;
        std::fprintf(stderr, "%-20s          %s\n", qPrintable(figure.name),
                     drawn ? "a figure for a paper" : "FAILED");
        good = drawn && good;
    }
    return good;
}

bool drawAll(const Options& options, const QStringList& arguments) {
    const Sessions sessions(options.sessions.path(), Sessions::Effort::Real);
    const std::vector<Scene> scenes = wanted(options);
    std::set<double> otherScales;
    bool good = true;
    for (const Scene& scene : scenes)
        if (scene.scale == options.scale)
            good = draw(scene, sessions, options.out) && good;
        else
            otherScales.insert(scene.scale);
    if (options.scale != 1) // a child
        return good;
    for (const double scale : otherScales)
        good = drawScaled(scale, arguments) && good;
    good = drawFigures(options, sessions) && good;
    return writeManifest(scenes, options.out) && good;
}

} // namespace

int main(int argc, char** argv) {
    support::FatalMessages::install();
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Draws a picture of every main state of the window."));
    parser.addHelpOption();
    const QCommandLineOption only(QStringLiteral("only"),
                                  QStringLiteral("Those whose name matches."),
                                  QStringLiteral("pattern"));
    const QCommandLineOption scale(QStringLiteral("scale"),
                                   QStringLiteral("Those with this scale, which Qt has."),
                                   QStringLiteral("factor"), QStringLiteral("1"));
    const QCommandLineOption sessions(QStringLiteral("sessions"),
                                      QStringLiteral("Where session files are made and kept."),
                                      QStringLiteral("folder"), QStringLiteral("."));
    parser.addOptions({only, scale, sessions});
    parser.addPositionalArgument(QStringLiteral("folder"), QStringLiteral("For the pictures."));
    parser.process(application);
    if (parser.positionalArguments().size() != 1)
        parser.showHelp(2);
    const Options options{QDir(parser.positionalArguments().first()), QDir(parser.value(sessions)),
                          QRegularExpression(parser.value(only)), parser.value(scale).toDouble()};
    for (const QDir& folder : {options.out, options.sessions})
        folder.mkpath(QStringLiteral("."));
    widgets::font::load();
    return drawAll(options, application.arguments().mid(1)) ? 0 : 1;
}
