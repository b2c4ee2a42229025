// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/simulate/Dataset.h"
#include "emitter/simulate/Random.h"

#include <rankscope/Emitter.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rankscope::simulate {

/// A batch as the network sees it.
struct Batch {
    Matrix features;
    std::vector<std::uint8_t> labels;
};

/// Classifier with two hidden layers of 32, ReLU and dropout; cross-entropy, mean over the batch.
/// All parameters lie in one flat vector, each layer's weights before its biases.
class Network {
  public:
    static constexpr std::size_t kHidden = 32;
    static constexpr float kDropout = 0.1F;
    static constexpr std::array<std::array<std::size_t, 2>, 3> kLayers{
        {{kFeatures, kHidden}, {kHidden, kHidden}, {kHidden, kClasses}}};

    [[nodiscard]] static std::size_t parameterCount();
    [[nodiscard]] static std::vector<float> initialParameters(std::uint64_t seed);

    /// One group per layer, one segment per parameter tensor.
    [[nodiscard]] static std::vector<std::string> groupNames();
    [[nodiscard]] static std::vector<std::uint64_t> groupSizes();
    [[nodiscard]] static std::vector<emitter::Segment> segments();

    /// Adds the gradient of the batch's mean loss to `gradient` and returns that loss.
    /// `dropout` is null in eval mode.
    static double backward(std::span<const float> parameters, const Batch& batch, Random* dropout,
                           std::span<float> gradient);
};

} // namespace rankscope::simulate
