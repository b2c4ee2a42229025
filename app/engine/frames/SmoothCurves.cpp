// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frames/SmoothCurves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace rankscope::engine {
namespace {

constexpr double kNothing = 0x1p-54; // 1 less this is 1

} // namespace

template <class T>
inline T SmoothSeries<T>::State::next(T value, double keep) {
    if (!std::isfinite(value)) {
        return std::numeric_limits<T>::quiet_NaN();
    }
    sum = keep * sum + (1 - keep) * static_cast<double>(value);
    rest *= keep;
    return static_cast<T>(rest < kNothing ? sum : sum / (1 - rest));
}

template <class T>
void SmoothSeries<T>::cut(std::size_t first) {
    if (first >= m_done) {
        return;
    }
    const std::size_t block = first / kBlock;
    m_state = m_states[block];
    m_states.resize(block);
    m_done = block * kBlock;
}

template <class T>
void SmoothSeries<T>::update(const analysis::MinMaxSeries<T>& raw, double span,
                             const std::vector<std::size_t>& starts) {
    if (m_span != span) {
        m_span = span;
        m_done = 0;
        m_state = {};
        m_states.clear();
    }
    m_series.resize(raw.size());
    const double keep = 1 - 2 / (span + 1);
    auto start = std::lower_bound(starts.begin(), starts.end(), m_done);
    while (m_done < raw.size()) { // to the next multiple of a block, or the end
        if (m_done % kBlock == 0) {
            m_states.push_back(m_state);
        }
        const std::size_t first = m_done;
        m_done = std::min((first / kBlock + 1) * kBlock, raw.size());
        std::array<T, kBlock> values;
        State state = m_state; // in registers: this is the inner loop
        for (std::size_t i = first; i < m_done; ++i) {
            if (start != starts.end() && *start == i) {
                state = {};
                ++start;
            }
            values[i - first] = state.next(raw[i], keep);
        }
        m_state = state;
        m_series.assign(first, std::span<const T>(values).first(m_done - first));
    }
}

template class SmoothSeries<float>;
template class SmoothSeries<double>;

template <class T>
std::map<std::uint32_t, SmoothCurves::Entry<T>>& SmoothCurves::entries() {
    if constexpr (std::is_same_v<T, float>) {
        return m_ranks;
    } else {
        return m_means;
    }
}

void SmoothCurves::cut(std::size_t first) {
    for (auto& [key, entry] : m_ranks) {
        entry.curve.cut(first);
    }
    for (auto& [key, entry] : m_means) {
        entry.curve.cut(first);
    }
}

void SmoothCurves::begin(double span, std::vector<std::size_t> starts, Clock::time_point until) {
    const auto changed =
        std::mismatch(m_starts.begin(), m_starts.end(), starts.begin(), starts.end());
    if (changed.first != m_starts.end() || changed.second != starts.end()) {
        const std::size_t was = changed.first != m_starts.end() ? *changed.first : SIZE_MAX;
        const std::size_t is = changed.second != starts.end() ? *changed.second : SIZE_MAX;
        cut(std::min(was, is));
    }
    m_span = span;
    m_starts = std::move(starts);
    m_until = until;
    m_complete = true;
    ++m_frame;
}

template <class T>
const analysis::MinMaxSeries<T>* SmoothCurves::smooth(std::uint32_t key,
                                                      const analysis::MinMaxSeries<T>& raw) {
    Entry<T>& entry = entries<T>()[key];
    entry.frame = m_frame;
    if (!entry.curve.isOf(m_span, raw.size())) {
        if (Clock::now() < m_until) {
            entry.curve.update(raw, m_span, m_starts);
        } else {
            m_complete = false;
        }
    }
    return entry.curve.series().size() > 0 ? &entry.curve.series() : nullptr;
}

template const analysis::MinMaxSeries<float>*
SmoothCurves::smooth(std::uint32_t, const analysis::MinMaxSeries<float>&);
template const analysis::MinMaxSeries<double>*
SmoothCurves::smooth(std::uint32_t, const analysis::MinMaxSeries<double>&);

bool SmoothCurves::finish() {
    const auto forget = [this](auto& entries) {
        std::erase_if(entries, [this](const auto& item) { return item.second.frame != m_frame; });
    };
    forget(m_ranks);
    forget(m_means);
    return m_complete;
}

} // namespace rankscope::engine
