// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/MinMaxSeries.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace rankscope::analysis {
namespace {

/// Like vector::resize, but with an eighth in reserve instead of as much again: the series are most
/// of what a viewer of a long run holds.
template <class Vector>
void grow(Vector& vector, std::size_t size) {
    if (size > vector.capacity()) {
        vector.reserve(size + size / 8);
    }
    vector.resize(size);
}

template <class T>
bool anyFinite(std::span<const T> values) {
    return std::any_of(values.begin(), values.end(), [](T x) { return std::isfinite(x); });
}

std::size_t nodesOf(std::size_t size, std::size_t each) {
    return (size + each - 1) / each;
}

} // namespace

template <class T>
void MinMaxSeries<T>::resize(std::size_t size) {
    assert(size >= m_size);
    m_size = size;
    std::size_t nodes = nodesOf(size, kBlock);
    grow(m_pages, nodes);
    for (std::size_t level = 0; level == 0 || nodes > kFan; ++level) {
        nodes = level == 0 ? nodes : nodesOf(nodes, kFan);
        const bool isNew = level == m_levels.size();
        if (isNew) {
            m_levels.emplace_back();
        }
        grow(m_levels[level], nodes);
        for (std::size_t node = 0; isNew && level > 0 && node < nodes; ++node) {
            refreshInner(level, node); // what is there was too short for this level until now
        }
    }
}

template <class T>
void MinMaxSeries<T>::truncate(std::size_t size) {
    if (size >= m_size) {
        return;
    }
    const std::size_t last = size / kBlock;
    Page* page = size % kBlock > 0 ? m_pages[last].get() : nullptr;
    if (page != nullptr) {
        std::fill(page->values.begin() + static_cast<std::ptrdiff_t>(size % kBlock),
                  page->values.end(), std::numeric_limits<T>::quiet_NaN());
        refreshPage(*page, size % kBlock, kBlock);
    }
    m_size = size;
    std::size_t nodes = nodesOf(size, kBlock);
    m_pages.resize(nodes);
    for (std::vector<Node>& level : m_levels) {
        level.resize(nodes);
        nodes = nodesOf(nodes, kFan);
    }
    if (page != nullptr) {
        m_levels.front()[last] = sumOf(*page);
    }
    if (size > 0) {
        refreshAbove((size - 1) / kBlock, (size - 1) / kBlock);
    }
}

/// The inner loop of loading and of smoothing: without branches.
template <class T>
void MinMaxSeries<T>::refreshPage(Page& page, std::size_t from, std::size_t to) {
    for (std::size_t l = from / kFan; l <= (to - 1) / kFan; ++l) {
        Leaf leaf{std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest(), 0, 0};
        for (std::size_t i = l * kFan; i < (l + 1) * kFan; ++i) {
            const T value = page.values[i];
            const bool finite = std::isfinite(value);
            leaf.min = finite && value < leaf.min ? value : leaf.min;
            leaf.max = finite && value > leaf.max ? value : leaf.max;
            leaf.sum += finite ? value : T{0};
            leaf.count += finite ? 1 : 0;
        }
        page.leaves[l] = leaf;
    }
}

template <class T>
typename MinMaxSeries<T>::Node MinMaxSeries<T>::sumOf(const Page& page) {
    Node result;
    for (const Leaf& leaf : page.leaves) {
        result.add(leaf);
    }
    return result;
}

template <class T>
typename MinMaxSeries<T>::Node MinMaxSeries<T>::nodeOf(std::span<const T> values) {
    Page page;
    page.values.fill(std::numeric_limits<T>::quiet_NaN());
    std::copy(values.begin(), values.end(), page.values.begin());
    refreshPage(page, 0, kBlock);
    return sumOf(page);
}

template <class T>
void MinMaxSeries<T>::refreshInner(std::size_t level, std::size_t node) {
    const std::vector<Node>& below = m_levels[level - 1];
    Node result;
    const std::size_t first = node * kFan;
    for (std::size_t i = first; i < std::min(first + kFan, below.size()); ++i) {
        result.add(below[i]);
    }
    m_levels[level][node] = result;
}

template <class T>
void MinMaxSeries<T>::refreshAbove(std::size_t firstBlock, std::size_t lastBlock) {
    for (std::size_t level = 1; level < m_levels.size(); ++level) {
        firstBlock /= kFan;
        lastBlock /= kFan;
        for (std::size_t node = firstBlock; node <= lastBlock; ++node) {
            refreshInner(level, node);
        }
    }
}

template <class T>
void MinMaxSeries<T>::assign(std::size_t first, std::span<const T> values) {
    if (values.empty()) {
        return;
    }
    if (first + values.size() > m_size) {
        resize(first + values.size());
    }
    const std::size_t firstBlock = first / kBlock;
    const std::size_t lastBlock = (first + values.size() - 1) / kBlock;
    for (std::size_t block = firstBlock; block <= lastBlock; ++block) {
        const std::size_t from = block == firstBlock ? first % kBlock : 0;
        const auto part = values.first(std::min(kBlock - from, values.size()));
        values = values.subspan(part.size());
        std::unique_ptr<Page>& page = m_pages[block];
        const bool isNew = page == nullptr;
        if (isNew && !anyFinite(part)) {
            m_levels.front()[block] = {};
            continue;
        }
        if (isNew) {
            page = std::make_unique<Page>();
            page->values.fill(std::numeric_limits<T>::quiet_NaN());
        }
        std::copy(part.begin(), part.end(),
                  page->values.begin() + static_cast<std::ptrdiff_t>(from));
        refreshPage(*page, isNew ? 0 : from, isNew ? kBlock : from + part.size());
        m_levels.front()[block] = sumOf(*page);
    }
    refreshAbove(firstBlock, lastBlock);
}

template <class T>
void MinMaxSeries<T>::setNode(std::size_t block, const Node& node, std::size_t size) {
    const std::size_t behind = std::min((block + 1) * kBlock, size);
    if (behind > m_size) {
        resize(behind);
    }
    m_pages[block].reset();
    m_levels.front()[block] = node;
    refreshAbove(block, block);
}

template <class T>
void MinMaxSeries<T>::coarsen(std::size_t block) {
    if (block < m_pages.size()) {
        m_pages[block].reset();
    }
}

template <class T>
T MinMaxSeries<T>::meanOf(std::size_t block) const {
    const Node& n = node(block);
    return n.count > 0 ? static_cast<T>(n.sum / n.count) : std::numeric_limits<T>::quiet_NaN();
}

/// So many values of a coarse block.
template <class T>
typename MinMaxSeries<T>::Node MinMaxSeries<T>::share(std::size_t block, std::size_t values) const {
    Node part = node(block);
    if (part.count > 0) {
        const std::size_t all = std::min(kBlock, m_size - block * kBlock);
        const double mean = part.sum / part.count;
        part.count = static_cast<std::uint32_t>(
            std::max<std::size_t>(1, (part.count * values + all / 2) / all));
        part.sum = mean * part.count;
    }
    return part;
}

template <class T>
template <class Take>
void MinMaxSeries<T>::visit(std::size_t first, std::size_t last, Take take) const {
    last = std::min(last, m_size);
    while (first < last) {
        const std::size_t block = first / kBlock;
        if (first % kBlock == 0 && first + kBlock <= last) {
            std::size_t level = 0; // of the largest whole node that starts here
            std::size_t width = kBlock;
            while (level + 1 < m_levels.size() && first % (width * kFan) == 0 &&
                   first + width * kFan <= last) {
                width *= kFan;
                ++level;
            }
            take(m_levels[level][first / width]);
            first += width;
            continue;
        }
        const std::size_t end = std::min(last, (block + 1) * kBlock);
        const Page* page = m_pages[block].get();
        if (page == nullptr) {
            take(share(block, end - first));
            first = end;
            continue;
        }
        while (first < end) {
            const std::size_t i = first % kBlock;
            if (i % kFan == 0 && first + kFan <= end) {
                take(page->leaves[i / kFan]);
                first += kFan;
            } else {
                if (std::isfinite(page->values[i])) {
                    take(single(page->values[i]));
                }
                ++first;
            }
        }
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
void MinMaxSeries<T>::rearrange(std::size_t first, const std::vector<std::size_t>& sources) {
    std::vector<T> moved;
    moved.reserve(sources.size());
    for (const std::size_t source : sources) {
        const bool there = source < m_size;
        assert(!there || isFine(source / kBlock));
        moved.push_back(there ? (*this)[source] : std::numeric_limits<T>::quiet_NaN());
    }
    truncate(first);
    assign(first, moved);
}

Total difference(const MinMaxSeries<float>& a, const MinMaxSeries<float>& b, std::size_t first,
                 std::size_t last, std::size_t splits) {
    struct Stretch {
        std::size_t first, last;
    };
    constexpr std::size_t kFew = 16;
    Total result;
    // Where a series ends says nothing: holes behind it may be there or not.
    std::vector<Stretch> queue{{first, last}};
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
            for (std::size_t i = from; i < std::min({to, a.size(), b.size()}); ++i) {
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
