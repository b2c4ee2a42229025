// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/RankDistance.h"

#include <algorithm>
#include <cmath>

namespace rankscope::engine {
namespace {

constexpr double kFarthest = 1000;

} // namespace

RankDistance::RankDistance(const RunCurves& curves, RankSignal signal, std::size_t first,
                           std::size_t last, std::size_t splits)
    : m_curves(curves),
      m_signal(signal),
      m_first(first),
      m_last(last),
      m_splits(splits),
      m_median(curves.bundle(signal, RunCurves::Median).total(first, last)),
      m_sd(curves.bundle(signal, RunCurves::RobustSd).total(first, last)) {}

double RankDistance::of(std::size_t rank) const {
    const RunCurves::RankSeries& line = m_curves.rank(m_signal, rank);
    const analysis::Total own = line.total(m_first, m_last);
    if (own.count == 0 || m_sd.count == 0) {
        return std::nan("");
    }
    double away = own.mean() - m_median.mean();
    if (own.count != m_median.count) { // the median's steps without this rank do not count
        away = difference(line, m_curves.bundle(m_signal, RunCurves::Median), m_first, m_last,
                          m_splits)
                   .mean();
    }
    return away == 0 ? 0 : std::clamp(away / m_sd.mean(), -kFarthest, kFarthest); // 0: also of 0
}

} // namespace rankscope::engine
