// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/FigureSource.h"

#include "app/engine/frames/RunPulse.h"
#include "app/engine/run/FrameBuilder.h"
#include "app/engine/session/SessionAddress.h"

#include <algorithm>
#include <cmath>

namespace rankscope::figures {
namespace {

constexpr double kColumnsPerInch = 600; ///< finer than any line is thin
constexpr double kPoints = 60'000;      ///< of all lines together: a file stays below a megabyte

/// Steps per panel that are told apart, with so many lines in it.
int columnsOf(double width, std::size_t lines) {
    const double paper = width / 25.4 * kColumnsPerInch;
    const double budget = kPoints / (2 * static_cast<double>(lines)); // least and most per column
    return static_cast<int>(std::max(100.0, std::min(paper, budget)));
}

std::string numbered(Step step) {
    return std::to_string(step.value());
}

} // namespace

FigureSource::FigureSource(std::filesystem::path file, std::stop_token stop,
                           std::unique_ptr<engine::RunReader> reader)
    : m_file(std::move(file)),
      m_stop(std::move(stop)),
      m_reader(std::move(reader)),
      m_frames(std::make_unique<engine::FrameBuilder>(*m_reader, false)) {}

FigureSource::~FigureSource() = default;

Result<std::unique_ptr<FigureSource>> FigureSource::open(const std::filesystem::path& file,
                                                         const std::stop_token& stop) {
    auto reader = engine::RunReader::open(file, stop);
    if (!reader)
        return tl::unexpected(reader.error());
    std::unique_ptr<FigureSource> source(new FigureSource(file, stop, std::move(*reader)));
    if (const auto read = source->refresh(); !read)
        return tl::unexpected(read.error());
    return source;
}

Result<void> FigureSource::refresh() {
    const auto read = m_reader->readAll();
    if (read)
        m_frames->update();
    return read;
}

Result<FigureSource::Span> FigureSource::spanOf(const FigureRequest& request) const {
    const auto first = m_reader->table().firstStep(), last = m_reader->table().lastStep();
    if (!first)
        return fail(ErrorCode::Unavailable, m_file.string() + " holds no step yet",
                    "Wait until every rank has finished one");
    Span span{std::max(*first, request.steps.first), *last};
    if (request.steps.last)
        span.last =
            std::min(span.last, Step{request.steps.last->value() -
                                     std::min<std::uint64_t>(1, request.steps.last->value())});
    if (request.view.playhead)
        span.last = std::min(span.last, *request.view.playhead);
    if (span.last < span.first || request.steps.last == request.steps.first)
        return fail(ErrorCode::Unavailable,
                    m_file.string() + " has none of the chosen steps, only " + numbered(*first) +
                        " to " + numbered(*last),
                    "Choose steps among these");
    return span;
}

/// By steps that were lost before the first and behind the last that came, as far as they were
/// asked for: they are hatched.
void FigureSource::widen(engine::View& view, const FigureRequest& request, const Span& span) const {
    const auto [first, last] = m_frames->span();
    if (span.first == *m_reader->table().firstStep())
        view.first =
            std::min(view.first, std::max(first, static_cast<double>(request.steps.first.value())));
    if (span.last == *m_reader->table().lastStep() && !request.view.playhead)
        view.last = std::max(
            view.last, request.steps.last
                           ? std::min(last, static_cast<double>(request.steps.last->value()) - 1)
                           : last);
}

Result<engine::RunFrame> FigureSource::frame(const FigureRequest& request) {
    const auto span = spanOf(request);
    if (!span)
        return tl::unexpected(span.error());
    engine::View view = request.view;
    view.follow = false;
    view.first = static_cast<double>(span->first.value());
    view.last = static_cast<double>(span->last.value());
    widen(view, request, *span);
    view.cursor = std::clamp(request.view.cursor.value_or(span->last), span->first, span->last);
    const auto& panels = request.panels;
    const auto asks = [&](PanelKind kind) {
        return std::find(panels.begin(), panels.end(), kind) != panels.end();
    };
    // What no panel draws need not be computed.
    if (!asks(PanelKind::Ranks))
        view.image.reset();
    else if (!view.image)
        view.image = engine::RankSignal::Loss;
    if (!asks(PanelKind::Direction))
        view.pair.reset();
    if (!asks(PanelKind::Cosine))
        view.cosineWindow = 0;
    const auto launches = m_reader->table().launches();
    const std::size_t world = launches.empty() ? 1 : launches.back().world;
    view.columns = columnsOf(request.width, (std::min(world, view.maxLines) + 1) * panels.size() *
                                                request.files.size());
    const auto build = [&] { return m_frames->build(view, {}, engine::RunPulse::Clock::now()); };
    engine::RunFrame frame = build();
    while (frame.refining) { // a window must not wait for the rest, paper can
        if (const auto refined = m_frames->refine(); refined.blocked)
            return tl::unexpected(*refined.blocked);
        frame = build();
    }
    frame.status.file = m_file.string();
    return frame;
}

std::string FigureSource::name() const {
    const auto launches = m_reader->table().launches();
    if (!launches.empty())
        for (const analysis::Worker& worker :
             m_reader->table().workers(launches.back().generation, launches.back().world))
            if (!worker.hello->name.empty())
                return worker.hello->name;
    return engine::addressStem(m_file.string());
}

} // namespace rankscope::figures
