// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/RunController.h"

#include "app/ui/EngineAdapter.h"

namespace rankscope::ui {

RunController::RunController(EngineAdapter& adapter, QObject* parent)
    : QObject(parent),
      m_adapter(adapter) {
    connect(&adapter, &EngineAdapter::opened, this, [this](const Source& source) {
        m_playback.stop();
        m_frame.reset();
        m_error.reset();
        m_link.reset();
        m_options.selected.reset();
        m_source = source;
        m_view.clear();
        push();
        emit sourceChanged();
    });
    connect(&adapter, &EngineAdapter::failed, this, [this](const Error& error) {
        m_playback.stop();
        m_error = error;
        emit sourceChanged();
    });
    connect(&adapter, &EngineAdapter::framePublished, this,
            [this](const std::shared_ptr<const engine::RunFrame>& frame) {
                m_frame = frame;
                m_view.take(*frame);
                emit changed();
            });
    connect(&adapter, &EngineAdapter::linkPolled, this, [this](const link::LinkStatistics& link) {
        m_link = link;
        emit changed();
    });
    connect(&m_playback, &Playback::advanced, this, [this](quint64 steps) {
        if (!m_view.advance(steps))
            m_playback.stop();
        push();
    });
}

ChartOptions RunController::chartOptions() const {
    ChartOptions options = m_options;
    options.following = m_view.following();
    return options;
}

std::optional<double> RunController::cursor() const {
    if (m_view.hovered())
        return static_cast<double>(m_view.hovered()->value());
    if (m_frame && !m_frame->empty)
        return static_cast<double>(m_frame->cursor.step.value());
    return std::nullopt;
}

void RunController::push() {
    m_adapter.setView(m_view.view());
}

void RunController::hover(double step) {
    m_view.hover(step);
    push();
    emit cursorChanged();
}

void RunController::leave() {
    if (!m_view.hovered())
        return;
    m_view.leave();
    push();
    emit cursorChanged();
}

void RunController::click(double step, int rank) {
    m_view.pin(step);
    if (rank >= 0)
        selectRank(rank);
    push();
}

void RunController::selectRank(int rank) {
    const auto wanted =
        rank < 0 ? std::nullopt : std::optional(RankId{static_cast<RankId::rep>(rank)});
    m_options.selected = wanted == m_options.selected ? std::nullopt : wanted;
    emit changed();
}

void RunController::clearSelection() {
    m_options.selected.reset();
    m_view.unpin();
    if (m_source)
        m_error.reset(); // it is about something that was not opened
    push();
    emit changed();
}

void RunController::zoom(double first, double last) {
    m_view.zoom(first, last);
    push();
}

void RunController::resetView() {
    m_view.reset();
    push();
}

void RunController::scrub(double step) {
    m_view.scrub(step);
    push();
}

void RunController::moveBy(int steps) {
    m_view.moveBy(steps);
    push();
    emit cursorChanged();
}

void RunController::toFirst() {
    m_view.toFirst();
    push();
}

void RunController::toLast() {
    m_playback.stop();
    m_view.toLast();
    push();
}

void RunController::playOrPause() {
    if (!m_frame || m_frame->empty)
        return;
    if (m_view.live())
        m_view.held() ? m_view.goLive() : m_view.hold();
    else if (m_playback.running())
        m_playback.stop();
    else {
        m_view.startPlayback();
        m_playback.start();
    }
    push();
    emit changed();
}

void RunController::goLive() {
    m_playback.stop();
    m_view.goLive();
    push();
    emit changed();
}

void RunController::setSpeed(double stepsPerSecond) {
    m_playback.setSpeed(stepsPerSecond);
}

void RunController::setColumns(int columns) {
    m_view.setColumns(columns);
    push();
}

void RunController::setLogY(bool on) {
    m_options.logY = on;
    emit changed();
}

void RunController::setNorms(bool on) {
    m_options.norms = on;
    emit changed();
}

} // namespace rankscope::ui
