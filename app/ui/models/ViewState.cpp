// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/ViewState.h"

#include <algorithm>
#include <cmath>

namespace rankscope::ui {
namespace {

constexpr double kMinSpan = 2; ///< steps

} // namespace

void ViewState::take(const engine::RunFrame& frame) {
    m_live = frame.status.state == engine::RunState::Live ||
             frame.status.state == engine::RunState::Stale;
    if (frame.empty)
        return;
    m_first = frame.firstStep;
    m_last = replaying() ? std::max(m_last, frame.lastStep) : frame.lastStep;
    m_viewFirst = frame.viewFirst;
    m_viewLast = frame.viewLast;
    m_shown = frame.cursor.step;
}

void ViewState::clear() {
    const int columns = m_view.columns;
    *this = {};
    m_view.columns = columns;
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
    m_hover.reset();
    pin(static_cast<double>(from.value()) + static_cast<double>(steps));
    const auto at = static_cast<double>(m_pin->value());
    if (!m_view.follow && (at < m_view.first || at > m_view.last)) { // keep it in sight
        const double span = m_view.last - m_view.first;
        const double shift = at < m_view.first ? at - m_view.first : at - m_view.last;
        zoom(m_view.first + shift, m_view.first + shift + span);
    }
}

void ViewState::toFirst() {
    replaying() ? scrub(m_first) : pin(m_first);
}

void ViewState::toLast() {
    m_view.playhead.reset();
    unpin();
}

void ViewState::zoom(double first, double last) {
    if (!(last - first >= kMinSpan)) {
        const double middle = (first + last) / 2;
        first = middle - kMinSpan / 2;
        last = middle + kMinSpan / 2;
    }
    const double low = m_first - 0.5, high = m_last + 0.5, span = last - first;
    if (first <= low && last >= high) {
        reset();
        return;
    }
    if (first < low) {
        first = low;
        last = std::min(high, low + span);
    } else if (last > high) {
        last = high;
        first = std::max(low, high - span);
    }
    const bool atEdge = m_live && last >= m_last;
    if (m_view.follow && !atEdge)
        m_heldAt = m_last;
    m_view.follow = atEdge; // a live run stays live while its newest step is in sight
    m_view.span = atEdge ? span : 0;
    m_view.first = first;
    m_view.last = last;
}

void ViewState::reset() {
    m_view.follow = true;
    m_view.span = 0;
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

void ViewState::startPlayback() {
    if (!replaying() || static_cast<double>(m_view.playhead->value()) >= m_last)
        m_view.playhead =
            m_pin && static_cast<double>(m_pin->value()) < m_last ? *m_pin : clamped(m_first);
    m_pin.reset(); // the cursor rides on the playhead
    applyCursor();
}

bool ViewState::advance(std::uint64_t steps) {
    if (!replaying())
        return false;
    const double next = static_cast<double>(m_view.playhead->value()) + static_cast<double>(steps);
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
