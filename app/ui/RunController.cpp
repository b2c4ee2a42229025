// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/RunController.h"

#include "app/ui/EngineAdapter.h"

namespace rankscope::ui {
namespace {

constexpr int kGestureMs = 400; ///< notches of a wheel that come faster are one gesture

} // namespace

RunController::RunController(EngineAdapter& adapter, QObject* parent)
    : QObject(parent),
      m_adapter(adapter) {
    connect(&adapter, &EngineAdapter::opened, this, [this](const Source& source) {
        m_playback.stop();
        m_frame.reset();
        m_error.reset();
        m_link.reset();
        m_source = source;
        m_view.clear();
        push();
        emit sourceChanged();
    });
    connect(&adapter, &EngineAdapter::failed, this, [this](const Error& error) {
        m_playback.stop();
        report(error);
    });
    connect(&adapter, &EngineAdapter::framePublished, this,
            [this](const std::shared_ptr<const engine::RunFrame>& frame) {
                m_frame = frame;
                if (m_view.take(*frame))
                    push();
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
    options.selected = selected();
    options.smoothing = m_view.view().smoothing;
    options.pinned.assign(m_view.ranks().pinned().begin(), m_view.ranks().pinned().end());
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

void RunController::pushChange() {
    push();
    emit changed();
}

void RunController::report(const Error& error) {
    m_error = error;
    emit sourceChanged();
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
    m_view.ranks().select(wanted == selected() ? std::nullopt : wanted);
    pushChange();
}

void RunController::selectPair(RankId a, RankId b) {
    const auto before = m_view.view().pair;
    m_view.selectPair(a, b);
    if (m_view.view().pair == before)
        m_view.clearPair();
    pushChange();
}

void RunController::clearSelection() {
    m_view.ranks().select(std::nullopt);
    m_view.clearPair();
    m_view.unpin();
    if (m_source)
        m_error.reset(); // it is about something that was not opened
    pushChange();
}

void RunController::pinRank(RankId rank, bool on) {
    m_view.ranks().pin(rank, on);
    pushChange();
}

void RunController::hideRank(RankId rank, bool on) {
    m_view.ranks().hide(rank, on);
    pushChange();
}

void RunController::soloRank(RankId rank, bool on) {
    m_view.ranks().solo(rank, on);
    pushChange();
}

void RunController::setHost(const std::string& host) {
    m_view.ranks().setHost(host);
    pushChange();
}

void RunController::showAllRanks() {
    m_view.ranks().showAll();
    pushChange();
}

void RunController::zoom(double first, double last) {
    const bool continued = m_gesture.isValid() && m_gesture.elapsed() < kGestureMs;
    m_view.zoom(first, last, continued);
    m_gesture.start();
    push();
}

void RunController::zoomTo(double first, double last, bool continued) {
    m_gesture.invalidate();
    m_view.zoom(first, last, continued);
    push();
}

void RunController::zoomAt(double factor) {
    m_view.zoomAt(factor);
    push();
}

void RunController::panBy(double fraction) {
    m_view.panBy(fraction);
    push();
}

void RunController::resetView() {
    m_gesture.invalidate();
    m_view.reset();
    push();
}

void RunController::undoView() {
    m_gesture.invalidate();
    if (m_view.undo())
        pushChange();
}

void RunController::redoView() {
    m_gesture.invalidate();
    if (m_view.redo())
        pushChange();
}

void RunController::scrub(double step) {
    m_view.scrub(step);
    push();
}

void RunController::goTo(double step) {
    m_view.goTo(step);
    push();
    emit cursorChanged();
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

void RunController::setLoop(bool on) {
    m_view.setLoop(on);
    emit changed();
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

void RunController::setSmoothing(double span) {
    m_view.setSmoothing(span);
    pushChange();
}

void RunController::setCosineWindow(std::uint32_t steps) {
    m_view.setCosineWindow(steps);
    pushChange();
}

void RunController::setImage(std::optional<engine::RankSignal> signal) {
    m_view.setImage(signal);
    pushChange();
}

void RunController::setMapOrder(MapOrder order) {
    m_mapOrder = order;
    emit changed();
}

void RunController::setNotes(std::vector<widgets::NoteMark> notes,
                             std::map<ChartKind, std::vector<widgets::ReferenceLine>> references) {
    m_options.notes = std::move(notes);
    m_options.references = std::move(references);
    emit changed();
}

void RunController::setLayerHidden(widgets::Layer layer, bool hidden) {
    if (hidden)
        m_options.hidden.insert(layer);
    else
        m_options.hidden.erase(layer);
    emit changed();
}

} // namespace rankscope::ui
