// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Dense>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rankscope::simulate {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline constexpr std::size_t kFeatures = 32, kClasses = 8;

/// Points around one centre per class, close enough that no model tells all of them apart.
class Dataset {
  public:
    Dataset(std::uint64_t seed, std::size_t samples);

    [[nodiscard]] std::size_t size() const { return m_labels.size(); }
    [[nodiscard]] auto features(std::size_t sample) const {
        return m_features.row(static_cast<Eigen::Index>(sample));
    }
    [[nodiscard]] std::uint8_t label(std::size_t sample) const { return m_labels[sample]; }

  private:
    Matrix m_features;
    std::vector<std::uint8_t> m_labels;
};

/// Shares a shuffled data set out over the ranks, as a distributed sampler does: a new order every
/// epoch, equal on all ranks, of which each takes every W-th sample.
class Sampler {
  public:
    Sampler(std::uint64_t seed, std::size_t samples, std::uint32_t world, std::size_t batch);

    /// Must be told of every step in turn.
    void setStep(std::uint64_t step);
    /// The i-th sample of a rank's batch at this step.
    [[nodiscard]] std::uint32_t sample(std::uint32_t rank, std::size_t i) const {
        return m_order[m_begin + i * m_world + rank];
    }

  private:
    void shuffle();

    std::uint64_t m_seed, m_epoch = 0;
    std::size_t m_world, m_perStep, m_stepsPerEpoch, m_begin = 0;
    std::vector<std::uint32_t> m_order;
};

} // namespace rankscope::simulate
