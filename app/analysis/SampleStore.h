// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepRow.h"

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace rankscope::analysis {

/// One signal of a chunk of samples. Takes no memory while all values are the same, as are, for
/// most runs, weight, flags and everything that the emitter does not send.
template <class T>
class Column {
  public:
    void set(std::size_t index, T value, std::size_t chunk) {
        if (m_values.empty()) {
            if (!m_used) {
                m_same = value;
                m_used = true;
            }
            if (equal(m_same, value)) {
                return;
            }
            m_values.assign(chunk, m_same);
        }
        m_values[index] = value;
    }
    [[nodiscard]] T get(std::size_t index) const {
        return m_values.empty() ? m_same : m_values[index];
    }

  private:
    static bool equal(T a, T b) {
        if constexpr (sizeof(T) == 8) { // NaNs, too, are equal to themselves here
            return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
        } else {
            return a == b;
        }
    }
    T m_same{};
    bool m_used = false;
    std::vector<T> m_values;
};

/// A hash or a count that may be absent.
class OptionalColumn {
  public:
    void set(std::size_t index, const std::optional<std::uint64_t>& value, std::size_t chunk) {
        m_present.set(index, value.has_value(), chunk);
        m_values.set(index, value.value_or(0), chunk);
    }
    [[nodiscard]] std::optional<std::uint64_t> get(std::size_t index) const {
        return m_present.get(index) != 0 ? std::optional(m_values.get(index)) : std::nullopt;
    }

  private:
    Column<std::uint8_t> m_present;
    Column<std::uint64_t> m_values;
};

/// Samples of ranks and steps, by columns, in the order in which they came. Memory grows with
/// what is held, never with what a record claims: 44 bytes per sample with loss and the three
/// gradient sums, 9 more per hash that is sent, 4 more per layer group.
class SampleStore {
  public:
    using Index = std::uint32_t;
    using Source = std::uint32_t; ///< an incarnation, as numbered by addSource()

    [[nodiscard]] Source addSource(IncarnationId incarnation, RankId rank);

    [[nodiscard]] std::size_t sources() const { return m_sources.size(); }
    [[nodiscard]] IncarnationId incarnation(Source source) const {
        return m_sources[source].incarnation;
    }

    /// `sample` must be of the rank and incarnation that `source` stands for.
    [[nodiscard]] Index add(Source source, const RankSample& sample);
    void replace(Index index, Source source, const RankSample& sample);
    /// The sample is not needed any more. Memory is given back by chunks, so samples that came
    /// together should go together.
    void release(Index index);
    [[nodiscard]] std::size_t size() const { return m_held; } ///< samples held
    [[nodiscard]] std::size_t chunks() const { return m_chunks.size() - m_free.size(); }

    [[nodiscard]] RankSample get(Index index) const;
    [[nodiscard]] Source source(Index index) const;
    [[nodiscard]] RankId rank(Index index) const { return m_sources[source(index)].rank; }
    [[nodiscard]] Seq seq(Index index) const;

  private:
    static constexpr std::size_t kChunk = 4096;

    struct Origin {
        IncarnationId incarnation;
        RankId rank;
    };
    struct Chunk {
        Column<std::uint32_t> source;
        Column<std::uint64_t> seq;
        Column<std::uint32_t> flags;
        Column<std::uint8_t> lossScale;
        Column<double> loss, weight, gradSq, meanSq, dot;
        OptionalColumn nonFinite, data, parameters, buffers, reduced;
        Column<std::uint32_t> groupStart, groupCount;
        std::vector<float> groupLoo;      ///< cosines, not sums: those would not bear the rounding
        std::uint32_t used = 0, held = 0; ///< places given out, and samples still there
    };
    [[nodiscard]] const Chunk& chunk(Index index) const { return *m_chunks[index / kChunk]; }

    std::vector<Origin> m_sources;
    std::vector<std::unique_ptr<Chunk>> m_chunks;
    std::vector<Index> m_free; ///< places in m_chunks without a chunk
    Index m_current = 0;       ///< chunk that takes new samples, once there is one
    std::size_t m_held = 0;
};

} // namespace rankscope::analysis
