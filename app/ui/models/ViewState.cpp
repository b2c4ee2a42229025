// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/ViewState.h"

#include <algorithm>
#include <cmath>

namespace rankscope::ui {
namespace {

constexpr double kMinSpan = 2; ///< steps
constexpr std::size_t kMostUndone = 100;
constexpr std::uint32_t kWindowOfMany = 16; ///< steps

} // namespace

engine::View ViewState::view() const {
    engine::View view = m_view;
    m_ranks.apply(view);
    return view;
}

bool ViewState::take(const engine::RunFrame& frame) {
    m_live = frame.status.state == engine::RunState::Live ||
             frame.status.state == engine::RunState::Stale;
    bool changed = m_ranks.take(frame);
    const std::uint32_t window = frame.status.world > m_view.maxLines ? kWindowOfMany : 1;
    if (!m_windowChosen && window != m_view.cosineWindow) {
        m_view.cosineWindow = window;
        changed = true;
    }
    if (frame.empty)
        return changed;
    m_first = frame.firstStep;
    m_last = replaying() ? std::max(m_last, frame.lastStep) : frame.lastStep;
    m_spanFirst = frame.spanFirst;
    m_spanLast = replaying() ? std::max(m_spanLast, frame.spanLast) : frame.spanLast;
    m_viewFirst = frame.viewFirst;
    m_viewLast = frame.viewLast;
    m_shown = frame.cursor.step;
    return changed;
}

void ViewState::clear() {
    const engine::View before = m_view;
    const bool loops = m_loop, windowChosen = m_windowChosen;
    *this = {};
    m_loop = loops;
    m_windowChosen = windowChosen;
    m_view.columns = before.columns;
    m_view.smoothing = before.smoothing;
    m_view.image = before.image;
    m_view.cosineWindow = before.cosineWindow;
}

void ViewState::setCosineWindow(std::uint32_t steps) {
    m_view.cosineWindow = steps;
    m_windowChosen = true;
}

void ViewState::selectPair(RankId a, RankId b) {
    m_view.pair.reset();
    if (a != b)
        m_view.pair = std::minmax(a, b);
}

Step ViewState::clamped(double x) const {
    return Step{
        static_cast<std::uint64_t>(std::max(0.0, std::round(std::clamp(x, m_first, m_last))))};
}

void ViewState::applyCursor() {
    m_view.cursor = m_hover ? m_hover : m_pin;
}

void ViewState::hover(double x) {
    m_hover = clamped(x);
    applyCursor();
}

void ViewState::leave() {
    m_hover.reset();
    applyCursor();
}

void ViewState::pin(double x) {
    m_pin = clamped(x);
    applyCursor();
}

void ViewState::unpin() {
    m_pin.reset();
    applyCursor();
}

void ViewState::moveBy(std::int64_t steps) {
    if (replaying()) {
        scrub(static_cast<double>(m_view.playhead->value()) + static_cast<double>(steps));
        return;
    }
    const Step from = m_pin ? *m_pin : m_shown;
    goTo(static_cast<double>(from.value()) + static_cast<double>(steps));
}

void ViewState::goTo(double x) {
    if (replaying()) {
        scrub(x);
        return;
    }
    m_hover.reset();
    pin(x);
    const auto at = static_cast<double>(m_pin->value());
    if (!m_view.follow && (at < m_view.first || at > m_view.last)) { // keep it in sight
        const double span = m_view.last - m_view.first;
        const double shift = at < m_view.first ? at - m_view.first : at - m_view.last;
        moveTo(m_view.first + shift, m_view.first + shift + span);
    }
}

void ViewState::toFirst() {
    replaying() ? scrub(m_first) : pin(m_first);
}

void ViewState::toLast() {
    m_view.playhead.reset();
    unpin();
}

ViewState::Window ViewState::window() const {
    return {m_view.first, m_view.last, m_view.span, m_view.follow};
}

void ViewState::remember() {
    m_past.push_back(window());
    if (m_past.size() > kMostUndone)
        m_past.erase(m_past.begin());
    m_future.clear();
}

bool ViewState::swapWindow(std::vector<Window>& from, std::vector<Window>& to) {
    if (from.empty())
        return false;
    to.push_back(window());
    const Window back = from.back();
    from.pop_back();
    if (m_view.follow && !back.follow)
        m_heldAt = m_last;
    m_view.first = back.first;
    m_view.last = back.last;
    m_view.span = back.span;
    m_view.follow = back.follow;
    return true;
}

bool ViewState::undo() {
    return swapWindow(m_past, m_future);
}

bool ViewState::redo() {
    return swapWindow(m_future, m_past);
}

void ViewState::zoom(double first, double last, bool continued) {
    if (!continued)
        remember();
    moveTo(first, last);
}

std::pair<double, double> ViewState::visible() const {
    return m_view.follow ? std::pair(m_viewFirst - 0.5, m_viewLast + 0.5)
                         : std::pair(m_view.first, m_view.last);
}

void ViewState::zoomAt(double factor) {
    const auto [first, last] = visible();
    double at = (first + last) / 2;
    if (m_view.cursor) {
        const auto cursor = static_cast<double>(m_view.cursor->value());
        if (cursor >= first && cursor <= last)
            at = cursor;
    }
    zoom(at - (at - first) * factor, at + (last - at) * factor);
}

void ViewState::panBy(double fraction) {
    const auto [first, last] = visible();
    const double shift = (last - first) * fraction;
    zoom(first + shift, last + shift);
}

void ViewState::moveTo(double first, double last) {
    if (!(last - first >= kMinSpan)) {
        const double middle = (first + last) / 2;
        first = middle - kMinSpan / 2;
        last = middle + kMinSpan / 2;
    }
    const double low = m_spanFirst - 0.5, high = m_spanLast + 0.5, span = last - first;
    if (first <= low && last >= high) {
        showAll();
        return;
    }
    if (first < low) {
        first = low;
        last = std::min(high, low + span);
    } else if (last > high) {
        last = high;
        first = std::max(low, high - span);
    }
    const bool atEdge = m_live && last >= m_spanLast;
    if (m_view.follow && !atEdge)
        m_heldAt = m_last;
    m_view.follow = atEdge; // a live run stays live while its newest step is in sight
    m_view.span = atEdge ? span : 0;
    m_view.first = first;
    m_view.last = last;
}

void ViewState::showAll() {
    m_view.follow = true;
    m_view.span = 0;
}

void ViewState::reset() {
    if (m_view.follow && m_view.span == 0)
        return;
    remember();
    showAll();
}

void ViewState::hold() {
    m_view.first = m_viewFirst - 0.5;
    m_view.last = m_viewLast + 0.5;
    m_view.follow = false;
    m_heldAt = m_last;
}

void ViewState::goLive() {
    m_view.follow = true;
    m_view.playhead.reset();
    unpin();
}

std::uint64_t ViewState::newSteps() const {
    return held() && m_last > m_heldAt ? static_cast<std::uint64_t>(m_last - m_heldAt) : 0;
}

std::pair<double, double> ViewState::loop() const {
    if (m_view.follow)
        return {m_first, m_last};
    return {std::max(m_first, std::ceil(m_view.first)), std::min(m_last, std::floor(m_view.last))};
}

void ViewState::startPlayback() {
    if (m_loop) {
        const auto [first, last] = loop();
        const auto from = replaying() ? m_view.playhead : m_pin;
        const auto at = from ? static_cast<double>(from->value()) : first;
        m_view.playhead = clamped(at >= first && at < last ? at : first);
    } else if (!replaying() || static_cast<double>(m_view.playhead->value()) >= m_last)
        m_view.playhead =
            m_pin && static_cast<double>(m_pin->value()) < m_last ? *m_pin : clamped(m_first);
    m_pin.reset(); // the cursor rides on the playhead
    applyCursor();
}

bool ViewState::advance(std::uint64_t steps) {
    if (!replaying())
        return false;
    const double next = static_cast<double>(m_view.playhead->value()) + static_cast<double>(steps);
    if (m_loop) {
        const auto [first, last] = loop();
        m_view.playhead = clamped(next > last || next < first ? first : next);
        return true;
    }
    if (next >= m_last) {
        endPlayback();
        return false;
    }
    m_view.playhead = clamped(next);
    return true;
}

void ViewState::scrub(double x) {
    if (replaying())
        m_view.playhead = clamped(x);
    else
        pin(x);
}

void ViewState::endPlayback() {
    m_view.playhead.reset();
}

} // namespace rankscope::ui
