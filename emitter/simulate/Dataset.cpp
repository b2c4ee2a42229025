// SPDX-License-Identifier: Apache-2.0
#include "emitter/simulate/Dataset.h"

#include "emitter/simulate/Random.h"

#include <algorithm>
#include <numeric>

namespace rankscope::simulate {

namespace {

constexpr float kCentreSpread = 0.45F; // beside noise of sd 1
enum Purpose : std::uint64_t { kCentres = 1, kNoise = 2, kOrder = 3 };

} // namespace

Dataset::Dataset(std::uint64_t seed, std::size_t samples)
    : m_features(static_cast<Eigen::Index>(samples), static_cast<Eigen::Index>(kFeatures)),
      m_labels(samples) {
    Matrix centres(kClasses, kFeatures);
    Random centre{seed, kCentres};
    for (float& x : centres.reshaped()) {
        x = kCentreSpread * centre.normal();
    }
    Random noise{seed, kNoise};
    for (std::size_t i = 0; i < samples; ++i) {
        m_labels[i] = static_cast<std::uint8_t>(i % kClasses);
        for (std::size_t j = 0; j < kFeatures; ++j) {
            m_features(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
                centres(m_labels[i], static_cast<Eigen::Index>(j)) + noise.normal();
        }
    }
}

Sampler::Sampler(std::uint64_t seed, std::size_t samples, std::uint32_t world, std::size_t batch)
    : m_seed(seed),
      m_world(world),
      m_perStep(world * batch),
      m_stepsPerEpoch(samples / m_perStep),
      m_order(samples) {
    shuffle();
}

void Sampler::setStep(std::uint64_t step) {
    if (const std::uint64_t epoch = step / m_stepsPerEpoch; epoch != m_epoch) {
        m_epoch = epoch;
        shuffle();
    }
    m_begin = step % m_stepsPerEpoch * m_perStep;
}

void Sampler::shuffle() {
    std::iota(m_order.begin(), m_order.end(), 0U);
    Random random{m_seed, kOrder, m_epoch};
    for (std::size_t i = m_order.size(); i > 1; --i) {
        std::swap(m_order[i - 1], m_order[random() % i]);
    }
}

} // namespace rankscope::simulate
