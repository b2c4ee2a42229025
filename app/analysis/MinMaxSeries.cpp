// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/MinMaxSeries.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace rankscope::analysis {
namespace {

/// Like vector::resize, but with an eighth in reserve instead of as much again: the series are most
/// of what a viewer of a long run holds.
template <class Vector>
void grow(Vector& vector, std::size_t size, const typename Vector::value_type& value) {
    if (size > vector.capacity()) {
        vector.reserve(size + size / 8);
    }
    vector.resize(size, value);
}

} // namespace

template <class T>
template <class Sum>
template <class Part>
void MinMaxSeries<T>::Node<Sum>::add(const Part& part) {
    if (part.count == 0) {
        return;
    }
    min = count > 0 && min < part.min ? min : part.min;
    max = count > 0 && max > part.max ? max : part.max;
    sum += static_cast<Sum>(part.sum);
    count += part.count;
}

template <class T>
void MinMaxSeries<T>::reserve(std::size_t size) {
    if (size > m_values.capacity() + m_values.capacity() / 8) {
        m_values.reserve(size);
        m_leaves.reserve((size + kFan - 1) / kFan);
    }
}

template <class T>
void MinMaxSeries<T>::resize(std::size_t size) {
    grow(m_values, size, std::numeric_limits<T>::quiet_NaN());
    std::size_t nodes = (size + kFan - 1) / kFan;
    grow(m_leaves, nodes, Leaf{});
    for (std::size_t level = 0; nodes > kFan; ++level) {
        nodes = (nodes + kFan - 1) / kFan;
        const bool isNew = level == m_levels.size();
        if (isNew) {
            m_levels.emplace_back();
        }
        grow(m_levels[level], nodes, Inner{});
        if (isNew) { // what is already there was too short for this level until now
            for (std::size_t node = 0; node < nodes; ++node) {
                refreshInner(level, node);
            }
        }
    }
}

/// The inner loop of loading and of smoothing: without branches.
template <class T>
void MinMaxSeries<T>::refreshLeaf(std::size_t node) {
    Leaf leaf{std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest(), 0, 0};
    const std::size_t first = node * kFan;
    for (std::size_t i = first; i < std::min(first + kFan, m_values.size()); ++i) {
        const T value = m_values[i];
        const bool finite = std::isfinite(value);
        leaf.min = finite && value < leaf.min ? value : leaf.min;
        leaf.max = finite && value > leaf.max ? value : leaf.max;
        leaf.sum += finite ? value : T{0};
        leaf.count += finite ? 1 : 0;
    }
    m_leaves[node] = leaf;
}

template <class T>
void MinMaxSeries<T>::refreshInner(std::size_t level, std::size_t node) {
    Inner result;
    const auto addFrom = [&](const auto& below) {
        const std::size_t first = node * kFan;
        for (std::size_t i = first; i < std::min(first + kFan, below.size()); ++i) {
            result.add(below[i]);
        }
    };
    if (level == 0) {
        addFrom(m_leaves);
    } else {
        addFrom(m_levels[level - 1]);
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
    std::size_t node = index / kFan;
    if (wasHole) {
        m_leaves[node].add(single(value));
    } else {
        refreshLeaf(node); // the old value may have been an extreme
    }
    for (std::size_t level = 0; level < m_levels.size(); ++level) {
        node /= kFan;
        if (wasHole) {
            m_levels[level][node].add(single(value));
        } else {
            refreshInner(level, node);
        }
    }
}

template <class T>
void MinMaxSeries<T>::assign(std::size_t first, std::span<const T> values) {
    if (values.empty()) {
        return;
    }
    if (first + values.size() > m_values.size()) {
        resize(first + values.size());
    }
    std::copy(values.begin(), values.end(), m_values.begin() + static_cast<std::ptrdiff_t>(first));
    std::size_t from = first / kFan;
    std::size_t to = (first + values.size() - 1) / kFan;
    for (std::size_t node = from; node <= to; ++node) {
        refreshLeaf(node);
    }
    for (std::size_t level = 0; level < m_levels.size(); ++level) {
        from /= kFan;
        to /= kFan;
        for (std::size_t node = from; node <= to; ++node) {
            refreshInner(level, node);
        }
    }
}

template <class T>
template <class Take>
void MinMaxSeries<T>::visit(std::size_t first, std::size_t last, Take take) const {
    last = std::min(last, m_values.size());
    while (first < last) {
        // The largest whole node that starts here.
        std::size_t height = 0; // 0 = a single value, 1 = a leaf, h = m_levels[h - 2]
        std::size_t width = 1;
        while (height < m_levels.size() + 1 && first % (width * kFan) == 0 &&
               first + width * kFan <= last) {
            width *= kFan;
            ++height;
        }
        if (height > 1) {
            take(m_levels[height - 2][first / width]);
        } else if (height == 1) {
            take(m_leaves[first / width]);
        } else if (std::isfinite(m_values[first])) {
            take(single(m_values[first]));
        }
        first += width;
    }
}

template <class T>
Extent<T> MinMaxSeries<T>::extent(std::size_t first, std::size_t last) const {
    Extent<T> result;
    visit(first, last, [&](const auto& node) {
        if (node.count > 0) {
            result.add(node.min, node.max);
        }
    });
    return result;
}

template <class T>
Total MinMaxSeries<T>::total(std::size_t first, std::size_t last) const {
    Total result;
    visit(first, last, [&](const auto& node) {
        result.sum += static_cast<double>(node.sum);
        result.count += node.count;
    });
    return result;
}

template <class T>
void MinMaxSeries<T>::spread(const std::vector<std::size_t>& places, std::size_t size) {
    std::vector<T> moved(size, std::numeric_limits<T>::quiet_NaN());
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        moved[places[i]] = m_values[i];
    }
    m_values = {};
    m_leaves.clear();
    m_levels.clear();
    assign(0, moved);
}

Total difference(const MinMaxSeries<float>& a, const MinMaxSeries<float>& b, std::size_t first,
                 std::size_t last, std::size_t splits) {
    struct Stretch {
        std::size_t first, last;
    };
    constexpr std::size_t kFew = 16;
    Total result;
    std::vector<Stretch> queue{{first, std::min({last, a.size(), b.size()})}};
    queue.reserve(2 * splits + 1);
    for (std::size_t next = 0; next < queue.size(); ++next) { // the widest first
        const auto [from, to] = queue[next];
        const Total ofA = from < to ? a.total(from, to) : Total{};
        const Total ofB = ofA.count > 0 ? b.total(from, to) : Total{};
        if (ofA.count == 0 || ofB.count == 0) {
            continue;
        }
        if (ofA.count == ofB.count) {
            result.sum += ofA.sum - ofB.sum;
            result.count += ofA.count;
        } else if (to - from <= kFew) {
            for (std::size_t i = from; i < to; ++i) {
                const auto away = static_cast<double>(a[i]) - static_cast<double>(b[i]);
                result.sum += std::isfinite(away) ? away : 0;
                result.count += std::isfinite(away) ? 1 : 0;
            }
        } else if (splits > 0) {
            --splits;
            const std::size_t half = std::bit_ceil(to - from) / 2;
            const std::size_t cut = (from / half + 1) * half; // from < cut < to
            queue.push_back({from, cut});
            queue.push_back({cut, to});
        } else {
            result.sum += (ofA.mean() - ofB.mean()) * static_cast<double>(ofA.count);
            result.count += ofA.count;
        }
    }
    return result;
}

template class MinMaxSeries<float>;
template class MinMaxSeries<double>;

} // namespace rankscope::analysis
