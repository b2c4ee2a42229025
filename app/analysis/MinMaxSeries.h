// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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

/// Sum of a stretch's finite values.
struct Total {
    double sum = 0;
    std::uint64_t count = 0;
    [[nodiscard]] double mean() const { return sum / static_cast<double>(count); }
};

/// A signal over step ordinals with a pyramid of minima, maxima and sums, so that any stretch,
/// however long, is summarised in a few dozen operations and no spike is lost. A value that is not
/// finite counts as a hole. Memory: 1.3 times the values.
/// Instantiated for float and double.
template <class T>
class MinMaxSeries {
  public:
    [[nodiscard]] std::size_t size() const { return m_values.size(); }
    [[nodiscard]] T operator[](std::size_t index) const { return m_values[index]; }

    /// Makes a jump to `size` cheap; does nothing for a few more values.
    void reserve(std::size_t size);
    /// Grows to `size`; new places are holes.
    void resize(std::size_t size);
    void set(std::size_t index, T value);
    /// Sets the values from `first` on at once, and grows as far as they reach.
    void assign(std::size_t first, std::span<const T> values);

    /// Of the values with first <= index < last.
    [[nodiscard]] Extent<T> extent(std::size_t first, std::size_t last) const;
    [[nodiscard]] Total total(std::size_t first, std::size_t last) const;

    /// Makes room: the value at i moves to places[i] (ascending); the others are holes.
    void spread(const std::vector<std::size_t>& places, std::size_t size);

  private:
    static constexpr std::size_t kFan = 16; ///< children of a node

    /// Of the finite values below it; min and max mean nothing while there are none.
    template <class Sum>
    struct Node {
        T min{}, max{};
        Sum sum{};
        std::uint32_t count = 0;

        template <class Part>
        void add(const Part& part);
    };
    using Leaf = Node<T>; ///< of kFan values; single precision is enough for the sum of so few
    using Inner = Node<double>; ///< of kFan nodes
    [[nodiscard]] static Leaf single(T value) { return {value, value, value, 1}; }

    void refreshLeaf(std::size_t node);
    void refreshInner(std::size_t level, std::size_t node);
    /// Calls take() with as few nodes and values as make up the stretch.
    template <class Take>
    void visit(std::size_t first, std::size_t last, Take take) const;

    std::vector<T> m_values;
    std::vector<Leaf> m_leaves;               ///< kFan values each
    std::vector<std::vector<Inner>> m_levels; ///< level l: kFan^(l + 2) values each
};

/// Sum of a - b over the indices where both are finite, and how many these are. `b` must be finite
/// wherever `a` is. Where `a` alone has holes the stretch is halved, the widest first and at most
/// `splits` times: a few long holes are exact, and among many short ones each remaining part takes
/// the mean of all its b. Costs a few dozen operations for each of these parts.
[[nodiscard]] Total difference(const MinMaxSeries<float>& a, const MinMaxSeries<float>& b,
                               std::size_t first, std::size_t last, std::size_t splits);

extern template class MinMaxSeries<float>;
extern template class MinMaxSeries<double>;

} // namespace rankscope::analysis
