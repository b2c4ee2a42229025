// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/MinMaxSeries.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace rankscope::engine {

/// A series' debiased exponential mean over all its steps, in their order:
///     s = (1 - a) s + a x,  w = (1 - a) w (from 1),  y = s / (1 - w),  a = 2 / (span + 1)
/// (Kingma and Ba 2014, section 3). A hole stays a hole and moves nothing; a launch begins anew.
template <class T>
class SmoothSeries {
  public:
    /// What it was computed to be may have changed from this place on.
    void cut(std::size_t first);
    /// Continues to the end of `raw`; starts over when the span is another. `starts`: places at
    /// which launches begin, ascending; of those before a cut none may have changed.
    void update(const analysis::MinMaxSeries<T>& raw, double span,
                const std::vector<std::size_t>& starts);

    [[nodiscard]] const analysis::MinMaxSeries<T>& series() const { return m_series; }
    [[nodiscard]] analysis::MinMaxSeries<T> release() { return std::move(m_series); }
    [[nodiscard]] bool isOf(double span, std::size_t size) const {
        return m_span == span && m_done == size;
    }

  private:
    static constexpr std::size_t kBlock = 256; ///< steps between kept states
    struct State {
        double sum = 0, rest = 1;                   ///< s, w
        [[nodiscard]] T next(T value, double keep); ///< the mean with this value in it
    };
    double m_span = 0;
    std::size_t m_done = 0;      ///< places computed
    State m_state;               ///< behind the last of them
    std::vector<State> m_states; ///< before each block
    analysis::MinMaxSeries<T> m_series;
};

/// Smoothed versions of the curves that are shown, each computed when it is first asked for, as
/// far as the time goes that a frame has for it.
class SmoothCurves {
  public:
    using Clock = std::chrono::steady_clock;

    /// Everything from this place on has changed.
    void cut(std::size_t first);
    /// A frame begins: smoothing over `span` steps, and until when to compute.
    void begin(double span, std::vector<std::size_t> starts, Clock::time_point until);
    /// The curve that goes by `key`, smoothed; null while there was no time for it. Out of time it
    /// may still be of the last span.
    template <class T>
    const analysis::MinMaxSeries<T>* smooth(std::uint32_t key,
                                            const analysis::MinMaxSeries<T>& raw);
    /// The frame is done: forgets curves that it did not ask for. False when some are still to
    /// come.
    bool finish();

  private:
    template <class T>
    struct Entry {
        SmoothSeries<T> curve;
        std::uint64_t frame = 0; ///< that asked for it last
    };
    template <class T>
    std::map<std::uint32_t, Entry<T>>& entries();

    double m_span = 0;
    std::vector<std::size_t> m_starts;
    Clock::time_point m_until;
    bool m_complete = true;
    std::uint64_t m_frame = 0;
    std::map<std::uint32_t, Entry<float>> m_ranks;
    std::map<std::uint32_t, Entry<double>> m_means;
};

} // namespace rankscope::engine
