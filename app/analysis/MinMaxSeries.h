// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace rankscope::analysis {

/// Smallest and largest finite value of a stretch.
template <class T>
struct Extent {
    T min{}, max{};
    bool any = false; ///< false: nothing finite there

    void add(T value) { add(value, value); }
    void add(T low, T high) {
        min = any && min < low ? min : low;
        max = any && max > high ? max : high;
        any = true;
    }
};

/// A signal over step ordinals with a pyramid of minima and maxima, so that any stretch, however
/// long, is summarised in a few dozen operations and no spike is lost. A value that is not finite
/// counts as a hole. Memory: 1.2 times the values.
/// Instantiated for float and double.
template <class T>
class MinMaxSeries {
  public:
    [[nodiscard]] std::size_t size() const { return m_values.size(); }
    [[nodiscard]] T operator[](std::size_t index) const { return m_values[index]; }

    /// Grows to `size`; new places are holes.
    void resize(std::size_t size);
    void set(std::size_t index, T value);

    /// Of the values with first <= index < last.
    [[nodiscard]] Extent<T> extent(std::size_t first, std::size_t last) const;

    /// Makes room: the value at i moves to places[i] (ascending); the others are holes.
    void spread(const std::vector<std::size_t>& places, std::size_t size);

  private:
    static constexpr std::size_t kFan = 16; ///< children of a node
    using Level = std::vector<Extent<T>>;

    void refresh(std::size_t level, std::size_t node);

    std::vector<T> m_values;
    std::vector<Level> m_levels; ///< level l summarises kFan^(l + 1) values
};

extern template class MinMaxSeries<float>;
extern template class MinMaxSeries<double>;

} // namespace rankscope::analysis
