// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/FigureMaker.h"

#include "app/export/FigureFile.h"
#include "app/export/FigureTable.h"
#include "app/export/FigureWriter.h"

#include <utility>

namespace rankscope::ui {
namespace {

constexpr double kClipboardDpi = 300;

} // namespace

/// All members belong to the maker's thread.
struct FigureMaker::Worker : QObject {
    Worker(FigureMaker* owner, std::stop_token ends) : maker(owner), stop(std::move(ends)) {}

    /// Up to date with the files.
    Result<figures::Sources*> sourcesOf(const figures::FigureRequest& request) {
        if (files != request.files) {
            files.clear();
            auto opened = figures::openSources(request.files, stop);
            if (!opened)
                return tl::unexpected(opened.error());
            sources = std::move(*opened);
            files = request.files;
            return &sources;
        }
        for (const auto& source : sources)
            if (const auto read = source->refresh(); !read)
                return tl::unexpected(read.error());
        return &sources;
    }

    template <class Emit>
    void answer(Emit emits) {
        QMetaObject::invokeMethod(maker, std::move(emits), Qt::QueuedConnection);
    }
    void fail(const Error& error) {
        answer([to = maker, error] { emit to->failed(error); });
    }

    FigureMaker* maker;
    std::stop_token stop;
    std::vector<std::filesystem::path> files;
    figures::Sources sources;
};

FigureMaker::FigureMaker(QObject* parent)
    : QObject(parent),
      m_worker(new Worker(this, m_closing.get_token())) {
    m_thread.setObjectName(QStringLiteral("figures"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

FigureMaker::~FigureMaker() {
    ++*m_newest; // nobody waits for a preview any more
    m_closing.request_stop();
    m_thread.quit();
    m_thread.wait();
}

template <class Work>
void FigureMaker::post(Work work) {
    QMetaObject::invokeMethod(m_worker, std::move(work), Qt::QueuedConnection);
}

void FigureMaker::preview(const figures::FigureRequest& request) {
    post([worker = m_worker, newest = m_newest, mine = ++*m_newest, request] {
        if (mine != *newest)
            return;
        auto drawing = worker->sourcesOf(request).and_then(
            [&](figures::Sources* sources) { return figures::drawFigure(request, *sources); });
        worker->answer([to = worker->maker, newest, mine, drawing = std::move(drawing)] {
            if (mine != *newest)
                return;
            if (drawing)
                emit to->previewed(*drawing);
            else
                emit to->previewFailed(drawing.error());
        });
    });
}

void FigureMaker::write(const figures::FigureRequest& request, const figures::FigureTarget& target,
                        bool allPanels) {
    post([worker = m_worker, request, target, allPanels] {
        const auto files = worker->sourcesOf(request).and_then([&](figures::Sources* sources) {
            return allPanels ? figures::writeAllPanels(request, target, *sources)
                             : figures::writeFigure(request, target, *sources);
        });
        if (!files)
            return worker->fail(files.error());
        QStringList names;
        for (const auto& file : *files)
            names << QString::fromStdString(file.string());
        worker->answer([to = worker->maker, names] { emit to->written(names); });
    });
}

void FigureMaker::makePicture(const figures::FigureRequest& request) {
    post([worker = m_worker, request] {
        const auto drawing = worker->sourcesOf(request).and_then(
            [&](figures::Sources* sources) { return figures::drawFigure(request, *sources); });
        if (!drawing)
            return worker->fail(drawing.error());
        const QByteArray svg = figures::bytesOf(*drawing, figures::FileKind::Svg, 0);
        const QImage image = figures::imageOf(*drawing, kClipboardDpi);
        worker->answer([to = worker->maker, image, svg] { emit to->pictureMade(image, svg); });
    });
}

void FigureMaker::makeNumbers(const figures::FigureRequest& request) {
    post([worker = m_worker, request] {
        QByteArray csv;
        const auto sink = [&](std::string_view text) {
            csv.append(text.data(), static_cast<qsizetype>(text.size()));
        };
        const auto done = worker->sourcesOf(request).and_then([&](figures::Sources* sources) {
            return figures::writeTable(*sources->front(), request,
                                       figures::tableOf(request.panels.front()),
                                       figures::Numbers::PerStep, sink);
        });
        if (!done)
            return worker->fail(done.error());
        worker->answer([to = worker->maker, csv] { emit to->numbersMade(csv); });
    });
}

void FigureMaker::release() {
    post([worker = m_worker] {
        worker->files.clear();
        worker->sources.clear();
    });
}

} // namespace rankscope::ui
