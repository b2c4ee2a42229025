// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/CompareController.h"

#include <cmath>

namespace rankscope::ui {
namespace {

constexpr qint64 kGestureMs = 400; ///< zooms closer to each other are one to undo

/// As much of a comparison as the view's state wants to know.
engine::RunFrame limitsOf(const engine::CompareFrame& frame) {
    engine::RunFrame limits;
    limits.status.state = engine::RunState::Replay;
    limits.empty = frame.empty;
    limits.firstStep = limits.spanFirst = frame.firstStep;
    limits.lastStep = limits.spanLast = frame.lastStep;
    limits.viewFirst = frame.viewFirst;
    limits.viewLast = frame.viewLast;
    limits.cursor.step = Step{static_cast<std::uint64_t>(frame.cursor)};
    return limits;
}

} // namespace

CompareController::CompareController(QObject* parent) : QObject(parent) {
    connect(&m_adapter, &CompareAdapter::framePublished, this, &CompareController::take);
    connect(&m_playback, &Playback::advanced, this, [this](quint64 steps) {
        const double last = m_view.loops() ? m_frame->viewLast : m_frame->lastStep;
        if (m_frame->cursor < std::floor(last)) {
            moveBy(static_cast<int>(steps));
            return;
        }
        if (m_view.loops()) // over what is visible
            m_view.goTo(std::ceil(m_frame->viewFirst));
        else
            m_playback.stop();
        pushChange();
    });
}

void CompareController::take(const std::shared_ptr<const engine::CompareFrame>& frame) {
    if (frame->sessions.size() != static_cast<std::size_t>(m_files.size()))
        return; // of sessions that were open before
    m_frame = frame;
    (void)m_view.take(limitsOf(*frame));
    emit changed();
}

CompareOptions CompareController::options() const {
    CompareOptions options = m_options;
    options.following = m_view.following();
    options.smoothing = m_view.view().smoothing;
    return options;
}

std::optional<double> CompareController::cursor() const {
    if (m_view.hovered())
        return static_cast<double>(m_view.hovered()->value());
    if (m_frame && !m_frame->empty)
        return m_frame->cursor;
    return std::nullopt;
}

void CompareController::push() {
    m_wishes.run = m_view.view();
    m_adapter.setView(m_wishes);
}

void CompareController::pushChange() {
    push();
    emit changed();
}

void CompareController::setFiles(const QStringList& files) {
    if (files.size() < m_files.size() || m_frame == nullptr)
        m_playback.stop();
    m_files = files;
    std::vector<std::filesystem::path> paths;
    for (const QString& file : files)
        paths.emplace_back(file.toStdString());
    m_adapter.setFiles(paths);
    pushChange();
}

void CompareController::addFiles(const QStringList& files) {
    QStringList all = m_files;
    for (const QString& file : files)
        if (!all.contains(file))
            all.append(file);
    setFiles(all);
}

void CompareController::closeSession(std::size_t session) {
    QStringList rest = m_files;
    rest.removeAt(static_cast<qsizetype>(session));
    m_wishes.base = 0; // sides are counted anew
    m_wishes.other.reset();
    setFiles(rest);
}

void CompareController::hover(double step) {
    m_view.hover(step);
    push();
    emit cursorChanged();
}

void CompareController::leave() {
    if (!m_view.hovered())
        return;
    m_view.leave();
    push();
    emit cursorChanged();
}

void CompareController::click(double step) {
    m_view.pin(step);
    push();
}

void CompareController::zoom(double first, double last) {
    const bool continued = m_gesture.isValid() && m_gesture.elapsed() < kGestureMs;
    m_view.zoom(first, last, continued);
    m_gesture.start();
    push();
}

void CompareController::zoomAt(double factor) {
    m_view.zoomAt(factor);
    push();
}

void CompareController::resetView() {
    m_gesture.invalidate();
    m_view.reset();
    push();
}

void CompareController::undoView() {
    if (m_view.undo())
        pushChange();
}

void CompareController::redoView() {
    if (m_view.redo())
        pushChange();
}

void CompareController::scrub(double step) {
    m_view.scrub(step);
    push();
}

void CompareController::moveBy(int steps) {
    m_view.moveBy(steps);
    push();
    emit cursorChanged();
}

void CompareController::toFirst() {
    m_view.toFirst();
    push();
}

void CompareController::toLast() {
    m_playback.stop();
    m_view.toLast();
    push();
}

void CompareController::deselect() {
    m_view.unpin();
    pushChange();
}

void CompareController::playOrPause() {
    if (!m_frame || m_frame->empty)
        return;
    if (m_playback.running())
        m_playback.stop();
    else {
        if (m_frame->cursor >= m_frame->lastStep)
            m_view.toFirst();
        m_playback.start();
    }
    pushChange();
}

void CompareController::setLoop(bool on) {
    m_view.setLoop(on);
    emit changed();
}

void CompareController::setSpeed(double stepsPerSecond) {
    m_playback.setSpeed(stepsPerSecond);
}

void CompareController::setAlign(analysis::AlignBy align) {
    if (m_wishes.align == align)
        return;
    m_wishes.align = align;
    m_view.unpin(); // a step of another axis
    m_view.reset();
    pushChange();
}

void CompareController::setBase(std::size_t side) {
    m_wishes.base = side;
    m_wishes.other.reset();
    pushChange();
}

void CompareController::setOther(std::size_t side) {
    m_wishes.other = side;
    pushChange();
}

void CompareController::setMetric(analysis::RunMetric metric) {
    m_wishes.metric = metric;
    pushChange();
}

void CompareController::setSmoothing(double span) {
    m_view.setSmoothing(span);
    pushChange();
}

void CompareController::setLogY(bool on) {
    m_options.logY = on;
    emit changed();
}

void CompareController::setOverlays(bool on) {
    m_overlays = on;
    emit changed();
}

void CompareController::setSpread(SpreadForm form) {
    m_options.spread = form;
    emit changed();
}

void CompareController::setColumns(int ofOne, int ofAll) {
    if (m_wishes.wideColumns == ofAll && m_view.view().columns == ofOne)
        return;
    m_view.setColumns(ofOne);
    m_wishes.wideColumns = ofAll;
    push();
}

} // namespace rankscope::ui
