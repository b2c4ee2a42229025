// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/FigureWriter.h"

#include "app/export/FigureFile.h"
#include "app/export/FigurePanels.h"
#include "app/export/FigureTable.h"
#include "app/export/OverlayPanels.h"

#include <QSaveFile>
#include <set>
#include <string>

namespace rankscope::figures {
namespace {

using Files = std::vector<std::filesystem::path>;

const widgets::Theme& themeOf(PaperTheme theme) {
    switch (theme) {
    case PaperTheme::Light:
        return widgets::Theme::lightTheme();
    case PaperTheme::Dark:
        return widgets::Theme::darkTheme();
    case PaperTheme::Print:
        break;
    }
    return widgets::Theme::printTheme();
}

/// fig.svg as fig-loss.svg
std::filesystem::path withSuffix(std::filesystem::path file, const std::string& suffix) {
    const std::string ending = file.extension().string();
    return file.replace_filename(file.stem().string() + "-" + suffix + ending);
}

Result<void> writeNumbers(const FigureRequest& request, const FigureTarget& target,
                          const Sources& sources, Files& written) {
    std::set<TableKind> tables;
    for (const PanelKind panel : request.panels)
        tables.insert(tableOf(panel));
    for (std::size_t run = 0; run < sources.size(); ++run)
        for (const TableKind table : tables) {
            std::filesystem::path file = target.file;
            file.replace_extension(".csv");
            if (sources.size() > 1) // named as the panels are lettered
                file = withSuffix(file, std::string(1, static_cast<char>('a' + run % 26)));
            if (tables.size() > 1)
                file = withSuffix(file, nameOf(table));
            QSaveFile out(QString::fromStdString(file.string()));
            if (out.open(QIODevice::WriteOnly)) {
                const auto done = writeTable(
                    *sources[run], request, table, target.numbers, [&](std::string_view text) {
                        out.write(text.data(), static_cast<qint64>(text.size()));
                    });
                if (!done)
                    return done;
            }
            if (!out.commit())
                return fail(ErrorCode::Io, "cannot write " + file.string() + ": " +
                                               out.errorString().toStdString());
            written.push_back(file);
        }
    return {};
}

} // namespace

Result<Sources> openSources(const std::vector<std::filesystem::path>& files,
                            const std::stop_token& stop) {
    Sources sources;
    for (const std::filesystem::path& file : files) {
        auto source = FigureSource::open(file, stop);
        if (!source)
            return tl::unexpected(source.error());
        sources.push_back(std::move(*source));
    }
    return sources;
}

Result<Drawing> drawFigure(const FigureRequest& request, const Sources& sources) {
    std::vector<FigureSource*> runs;
    for (const auto& source : sources)
        runs.push_back(source.get());
    const auto page =
        request.overlay ? overlayPage(request, sources.front()->stop()) : pageOf(request, runs);
    if (!page)
        return tl::unexpected(page.error());
    const double height = request.height ? *request.height : pageHeight(*page, request.width);
    return compose(*page, {request.width, height}, themeOf(request.theme));
}

Result<Files> writeFigure(const FigureRequest& request, const FigureTarget& target,
                          const Sources& sources) {
    const auto kind = fileKind(target.file);
    if (!kind)
        return tl::unexpected(kind.error());
    const auto drawing = drawFigure(request, sources);
    if (!drawing)
        return tl::unexpected(drawing.error());
    Files written{target.file};
    auto done = writeFile(target.file, bytesOf(*drawing, *kind, target.dpi));
    if (done && target.numbers != Numbers::None)
        done = writeNumbers(request, target, sources, written);
    if (!done)
        return tl::unexpected(done.error());
    return written;
}

Files filesOfAll(const std::filesystem::path& target) {
    Files files;
    for (const PanelName& panel : kPanelNames)
        files.push_back(withSuffix(target, panel.name));
    return files;
}

Result<Files> writeAllPanels(FigureRequest request, const FigureTarget& target,
                             const Sources& sources) {
    Files all;
    Error last;
    for (const PanelName& panel : kPanelNames) {
        request.panels = {panel.kind};
        FigureTarget one = target;
        one.file = withSuffix(target.file, panel.name);
        auto written = writeFigure(request, one, sources);
        if (written)
            all.insert(all.end(), written->begin(), written->end());
        else if (written.error().code == ErrorCode::Unavailable)
            last = written.error(); // other panels may have something
        else
            return written;
    }
    if (all.empty())
        return tl::unexpected(last);
    return all;
}

} // namespace rankscope::figures
