// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/HeatmapFrame.h"

#include <QColor>
#include <QList>
#include <QRgb>
#include <algorithm>
#include <cmath>

namespace rankscope::widgets {

/// Colours of a cosine: blue agrees, orange opposes, zero sinks into the surface. The range is
/// fixed to -1..1 and the place in the map is sign(c) sqrt|c|, so that .03 is told from 0 and 1
/// stays unmistakable. Anchors are interpolated in OKLab (Ottosson 2020).
class CosineColors {
  public:
    static constexpr int kUndefined = 0; ///< table index without a value
    static constexpr int kZero = 128;

    [[nodiscard]] static const CosineColors& of(bool dark);

    /// 256 entries; 1..255 carry sign(c) sqrt|c| = -1..1.
    [[nodiscard]] const QList<QRgb>& table() const { return m_table; }
    /// NaN gives kUndefined; beyond +-1 (rounding) is clamped.
    [[nodiscard]] static int index(double cosine) {
        return std::isnan(cosine) ? kUndefined : indexAt(position(cosine));
    }
    /// Of a distance in standard deviations: kZero within +-2, the ends from +-6 on.
    [[nodiscard]] static int distanceIndex(double sd) {
        constexpr double kNoise = 2, kEnd = 6, kLeast = 0.3; // what stands out is seen at once
        if (std::isnan(sd))
            return kUndefined;
        const double beyond = (std::min(std::abs(sd), kEnd) - kNoise) / (kEnd - kNoise);
        return indexAt(beyond < 0 ? 0 : -std::copysign(kLeast + (1 - kLeast) * beyond, sd));
    }
    [[nodiscard]] static int index(HeatmapScale scale, double value) {
        return scale == HeatmapScale::Cosine ? index(value) : distanceIndex(value);
    }
    [[nodiscard]] QColor colour(double cosine) const { return QColor(m_table[index(cosine)]); }
    /// Where a cosine stands in legend and bars: -1..1.
    [[nodiscard]] static double position(double cosine) {
        return std::copysign(std::sqrt(std::min(1.0, std::abs(cosine))), cosine);
    }
    /// Black or white, whichever reads better on `background`.
    [[nodiscard]] static QColor textOn(const QColor& background);

  private:
    [[nodiscard]] static int indexAt(double place) { // rounded to the nearest; place >= -1
        return static_cast<int>(kZero + 0.5 + 127 * place);
    }
    explicit CosineColors(bool dark);
    QList<QRgb> m_table;
};

/// WCAG contrast ratio, 1..21.
[[nodiscard]] double contrast(const QColor& a, const QColor& b);

} // namespace rankscope::widgets
