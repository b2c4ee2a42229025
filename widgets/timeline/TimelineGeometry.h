// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/TimelineFrame.h"

#include <QRectF>
#include <QSizeF>

namespace rankscope::widgets {

/// Where things are in a timeline: the overview above, below it a lane for each finding that lasts,
/// as far as there is room, then the names of the steps.
class TimelineGeometry {
  public:
    TimelineGeometry(const TimelineFrame& frame, QSizeF size);

    [[nodiscard]] const QRectF& strip() const { return m_strip; } ///< the overview
    [[nodiscard]] double toX(double step) const;
    [[nodiscard]] double fromX(double x) const;
    [[nodiscard]] double viewLeft() const { return m_viewLeft; }
    [[nodiscard]] double viewRight() const { return m_viewRight; }

    /// Findings that have a lane, as indices into the frame, and how many more there are.
    [[nodiscard]] const std::vector<std::size_t>& lanes() const { return m_lanes; }
    [[nodiscard]] std::size_t hiddenLanes() const { return m_hiddenLanes; }
    /// Overview and lanes are one area to scrub in.
    [[nodiscard]] double lanesBottom() const;
    /// From the finding's first to its last step, across the lane's height.
    [[nodiscard]] QRectF bar(std::size_t lane) const;

    static constexpr double kLane = 9; ///< pixels, with the space to the next
    static constexpr double kMostLanes = 3;

  private:
    QRectF m_strip;
    double m_first, m_span;
    double m_viewLeft = 0, m_viewRight = 0;
    std::vector<std::size_t> m_lanes;
    std::vector<QRectF> m_bars;
    std::size_t m_hiddenLanes = 0;
};

/// Findings that last have lanes; the others are marks on the overview.
[[nodiscard]] inline bool hasLane(FindingShape shape) {
    return shape == FindingShape::Persistent || shape == FindingShape::Group;
}

} // namespace rankscope::widgets
