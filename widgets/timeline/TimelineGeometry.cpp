// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/timeline/TimelineGeometry.h"

#include "widgets/common/Theme.h"

#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr double kMargin = 14, kTop = 9, kLabels = 19, kLeastStrip = 22, kThinnestBar = 3;

} // namespace

TimelineGeometry::TimelineGeometry(const TimelineFrame& frame, QSizeF size)
    : m_first(frame.first),
      m_span(std::max(1.0, frame.last - frame.first)) {
    const double room = std::max(1.0, size.height() - kTop - font::scaled(kLabels));
    std::size_t wanted = 0;
    if (!frame.hidden.contains(Layer::Findings))
        for (const FindingMark& finding : frame.findings)
            wanted += hasLane(finding.shape) ? 1 : 0;
    const auto fit = static_cast<std::size_t>(
        std::clamp(std::floor((room - kLeastStrip - 2) / kLane), 0.0, kMostLanes));
    const std::size_t lanes = std::min(wanted, fit);
    m_hiddenLanes = wanted - lanes;
    const double below = lanes > 0 ? static_cast<double>(lanes) * kLane + 2 : 0;
    m_strip = QRectF(kMargin, kTop, std::max(1.0, size.width() - 2 * kMargin),
                     std::max(1.0, room - below));
    m_viewLeft = std::clamp(toX(frame.viewFirst), m_strip.left(), m_strip.right());
    m_viewRight = std::clamp(toX(frame.viewLast), m_strip.left(), m_strip.right());
    for (std::size_t i = 0; i < frame.findings.size() && m_lanes.size() < lanes; ++i) {
        const FindingMark& finding = frame.findings[i];
        if (!hasLane(finding.shape))
            continue;
        const double top = m_strip.bottom() + 3 + static_cast<double>(m_lanes.size()) * kLane;
        const double left = toX(std::max(finding.first, frame.first));
        const double right = toX(std::min(finding.last.value_or(frame.last), frame.last));
        m_lanes.push_back(i);
        m_bars.emplace_back(left, top, std::max(kThinnestBar, right - left), kLane - 2);
    }
}

double TimelineGeometry::toX(double step) const {
    return m_strip.left() + (step - m_first) / m_span * m_strip.width();
}

double TimelineGeometry::fromX(double x) const {
    return m_first + (x - m_strip.left()) / m_strip.width() * m_span;
}

double TimelineGeometry::lanesBottom() const {
    return m_bars.empty() ? m_strip.bottom() : m_bars.back().bottom() + 1;
}

QRectF TimelineGeometry::bar(std::size_t lane) const {
    return m_bars[lane];
}

} // namespace rankscope::widgets
