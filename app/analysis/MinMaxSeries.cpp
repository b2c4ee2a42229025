// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/MinMaxSeries.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace rankscope::analysis {

template <class T>
void MinMaxSeries<T>::resize(std::size_t size) {
    m_values.resize(size, std::numeric_limits<T>::quiet_NaN());
    std::size_t nodes = size;
    for (std::size_t level = 0; nodes > kFan; ++level) {
        nodes = (nodes + kFan - 1) / kFan;
        const bool isNew = level == m_levels.size();
        if (isNew) {
            m_levels.emplace_back();
        }
        m_levels[level].resize(nodes);
        if (isNew) { // what is already there was too short for this level until now
            for (std::size_t node = 0; node < nodes; ++node) {
                refresh(level, node);
            }
        }
    }
}

template <class T>
void MinMaxSeries<T>::refresh(std::size_t level, std::size_t node) {
    Extent<T> result;
    const std::size_t first = node * kFan;
    if (level == 0) {
        for (std::size_t i = first; i < std::min(first + kFan, m_values.size()); ++i) {
            if (std::isfinite(m_values[i])) {
                result.add(m_values[i]);
            }
        }
    } else {
        const Level& below = m_levels[level - 1];
        for (std::size_t i = first; i < std::min(first + kFan, below.size()); ++i) {
            if (below[i].any) {
                result.add(below[i].min, below[i].max);
            }
        }
    }
    m_levels[level][node] = result;
}

template <class T>
void MinMaxSeries<T>::set(std::size_t index, T value) {
    const bool wasHole = !std::isfinite(m_values[index]);
    m_values[index] = value;
    if (wasHole && !std::isfinite(value)) {
        return;
    }
    std::size_t node = index;
    for (std::size_t level = 0; level < m_levels.size(); ++level) {
        node /= kFan;
        if (wasHole) {
            m_levels[level][node].add(value);
        } else {
            refresh(level, node); // the old value may have been an extreme
        }
    }
}

template <class T>
Extent<T> MinMaxSeries<T>::extent(std::size_t first, std::size_t last) const {
    Extent<T> result;
    last = std::min(last, m_values.size());
    while (first < last) {
        // The largest whole node that starts here.
        std::size_t level = 0; // 0 = a single value, l = m_levels[l - 1]
        std::size_t width = 1;
        while (level < m_levels.size() && first % (width * kFan) == 0 &&
               first + width * kFan <= last) {
            width *= kFan;
            ++level;
        }
        if (level == 0) {
            if (std::isfinite(m_values[first])) {
                result.add(m_values[first]);
            }
        } else if (const Extent<T>& node = m_levels[level - 1][first / width]; node.any) {
            result.add(node.min, node.max);
        }
        first += width;
    }
    return result;
}

template <class T>
void MinMaxSeries<T>::spread(const std::vector<std::size_t>& places, std::size_t size) {
    const std::vector<T> old = std::exchange(m_values, {});
    m_levels.clear();
    resize(size);
    for (std::size_t i = 0; i < old.size(); ++i) {
        if (std::isfinite(old[i])) {
            set(places[i], old[i]);
        }
    }
}

template class MinMaxSeries<float>;
template class MinMaxSeries<double>;

} // namespace rankscope::analysis
