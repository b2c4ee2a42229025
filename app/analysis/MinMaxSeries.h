// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
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

/// Finite values of a stretch, summed up; min and max mean nothing while there are none.
template <class T, class Sum = double>
struct SeriesNode {
    T min{}, max{};
    Sum sum{};
    std::uint32_t count = 0;

    template <class Part>
    void add(const Part& part) {
        if (part.count == 0) {
            return;
        }
        min = count > 0 && min < part.min ? min : part.min;
        max = count > 0 && max > part.max ? max : part.max;
        sum += static_cast<Sum>(part.sum);
        count += part.count;
    }
};

/// A signal over step ordinals with a pyramid of minima, maxima and sums, so that any stretch,
/// however long, is summarised in a few dozen operations and no spike is lost. A value that is not
/// finite counts as a hole.
///
/// Values are held by blocks, and a block may be *coarse*: then only its node is there. What covers
/// whole blocks is exact all the same; a part of a coarse block has the block's extremes and its
/// share of the sum, and a single value is the block's mean. Blocks of holes take no memory; the
/// others 1.3 times the values when they are fine.
/// Instantiated for float and double.
template <class T>
class MinMaxSeries {
  public:
    static constexpr std::size_t kBlock = 256; ///< values of a block, which begins at a multiple
    using Node = SeriesNode<T>;

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] T operator[](std::size_t index) const {
        const Page* page = m_pages[index / kBlock].get();
        return page != nullptr ? page->values[index % kBlock] : meanOf(index / kBlock);
    }

    /// Grows to `size`; new places are holes.
    void resize(std::size_t size);
    void set(std::size_t index, T value) { assign(index, {&value, 1}); }
    /// Sets the values from `first` on at once, and grows as far as they reach. A coarse block of
    /// which this is a part becomes fine, with holes elsewhere.
    void assign(std::size_t first, std::span<const T> values);

    /// Of the values with first <= index < last.
    [[nodiscard]] Extent<T> extent(std::size_t first, std::size_t last) const;
    [[nodiscard]] Total total(std::size_t first, std::size_t last) const;

    static constexpr std::size_t kHole = static_cast<std::size_t>(-1);
    /// What is at which place changes: at first + i is then what was at sources[i], or a hole, and
    /// nothing behind that. Nothing from the block of `first` on may be coarse.
    void rearrange(std::size_t first, const std::vector<std::size_t>& sources);
    void truncate(std::size_t size); ///< forgets what is behind

    /// Every value of the block is known.
    [[nodiscard]] bool isFine(std::size_t block) const {
        return block >= m_pages.size() || m_pages[block] != nullptr || node(block).count == 0;
    }
    /// Of the block, which must begin before size().
    [[nodiscard]] const Node& node(std::size_t block) const { return m_levels.front()[block]; }
    /// Of a block with these values.
    [[nodiscard]] static Node nodeOf(std::span<const T> values);
    /// All that is known of the block; grows with holes to where it ends, or to `size` before that.
    void setNode(std::size_t block, const Node& node, std::size_t size);
    void coarsen(std::size_t block); ///< keeps only the node, if that

  private:
    static constexpr std::size_t kFan = 16; ///< children of a node

    using Leaf = SeriesNode<T, T>; ///< of kFan values; single precision is enough for so few
    struct Page {
        std::array<T, kBlock> values;
        std::array<Leaf, kBlock / kFan> leaves;
    };
    [[nodiscard]] static Leaf single(T value) { return {value, value, value, 1}; }

    [[nodiscard]] T meanOf(std::size_t block) const;
    [[nodiscard]] Node share(std::size_t block, std::size_t values) const;
    static void refreshPage(Page& page, std::size_t from, std::size_t to);
    [[nodiscard]] static Node sumOf(const Page& page);
    void refreshAbove(std::size_t firstBlock, std::size_t lastBlock);
    void refreshInner(std::size_t level, std::size_t node);
    /// Calls take() with as few nodes and values as make up the stretch.
    template <class Take>
    void visit(std::size_t first, std::size_t last, Take take) const;

    std::size_t m_size = 0;
    std::vector<std::unique_ptr<Page>> m_pages; ///< null: coarse, or holes alone
    std::vector<std::vector<Node>> m_levels;    ///< level l: kBlock * kFan^l values each
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
