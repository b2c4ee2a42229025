// SPDX-License-Identifier: Apache-2.0
#include "emitter/simulate/Training.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace rankscope::simulate {

namespace {

constexpr float kLearningRate = 0.1F, kMomentum = 0.1F; // the latter of the running mean
enum Purpose : std::uint64_t { kDropoutMask = 5, kWrongLabels = 6 };

std::size_t samplesFor(std::uint32_t world) {
    constexpr std::size_t kLeast = 16384;
    const std::size_t perStep = world * Training::kMicroBatches * Training::kMicroBatch;
    return std::max(kLeast, 4 * perStep);
}

/// Of the bits, so that it tells what == does not.
std::uint64_t hashOf(std::span<const float> values) {
    std::uint64_t out = values.size();
    for (const float value : values) {
        out = emitter::mix(out ^ std::bit_cast<std::uint32_t>(value)) + emitter::kGolden;
    }
    return out;
}

double normOf(std::span<const float> values, double divisor) {
    double sum = 0;
    for (const float value : values) {
        sum += static_cast<double>(value) * value;
    }
    return std::sqrt(sum) / divisor;
}

} // namespace

Training::Training(std::uint64_t seed, std::uint32_t world, Faults faults)
    : m_seed(seed),
      m_world(world),
      m_faults(std::move(faults)),
      m_data(seed, samplesFor(world)),
      m_sampler(seed, m_data.size(), world, kMicroBatches * kMicroBatch),
      m_parameters(Network::initialParameters(seed)),
      m_mean(m_parameters.size()),
      m_ranks(world),
      m_running(Matrix::Zero(1, kFeatures)),
      m_inputSum(Matrix::Zero(1, kFeatures)) {}

void Training::step() {
    m_sampler.setStep(m_step);
    m_inputSum.setZero();
    for (std::uint32_t rank = 0; rank < m_world; ++rank) {
        runRank(rank);
    }
    reduce();
    update();
    ++m_step;
}

void Training::runRank(std::uint32_t rank) {
    RankStep& out = m_ranks[rank];
    const bool shortBatches = m_faults.active(FaultKind::ShortBatches, rank, m_step);
    const std::size_t samples = shortBatches ? kMicroBatch / 4 : kMicroBatch;
    out.evalMode = m_faults.active(FaultKind::DropoutOff, rank, m_step);
    out.gradient.assign(m_parameters.size(), 0.0F);
    out.microNorms.clear();
    out.loss = 0;
    out.dataHash = 0;
    Random dropout{m_seed, kDropoutMask, rank, m_step};
    for (std::size_t micro = 0; micro < kMicroBatches; ++micro) {
        readBatch(rank, micro, samples);
        out.loss += Network::backward(parametersOf(rank), m_batch,
                                      out.evalMode ? nullptr : &dropout, out.gradient) /
                    kMicroBatches;
        out.microNorms.push_back(normOf(out.gradient, static_cast<double>(micro + 1)));
    }
    out.samples = static_cast<double>(samples * kMicroBatches);
    if (!m_faults.active(FaultKind::LossScale, rank, m_step)) {
        for (float& x : out.gradient) {
            x /= kMicroBatches;
        }
    }
    if (m_faults.active(FaultKind::BitFlip, rank, m_step)) {
        flipBit(out.gradient);
    }
}

void Training::readBatch(std::uint32_t rank, std::size_t micro, std::size_t samples) {
    const bool wrong = m_faults.active(FaultKind::CorruptShard, rank, m_step);
    const std::uint32_t reads =
        m_faults.active(FaultKind::SameData, rank, m_step) ? (rank + 1) % m_world : rank;
    Random labels{m_seed, kWrongLabels, rank, m_step, micro};
    m_batch.features.resize(static_cast<Eigen::Index>(samples), kFeatures);
    m_batch.labels.resize(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        const std::uint32_t sample = m_sampler.sample(reads, micro * kMicroBatch + i);
        m_batch.features.row(static_cast<Eigen::Index>(i)) = m_data.features(sample);
        m_batch.labels[i] =
            wrong ? static_cast<std::uint8_t>(labels() % kClasses) : m_data.label(sample);
        m_ranks[rank].dataHash = emitter::mix(m_ranks[rank].dataHash ^ (sample + emitter::kGolden));
    }
    m_inputSum += m_batch.features.colwise().sum();
    if (micro == 0 && m_faults.active(FaultKind::Nan, rank, m_step)) {
        m_batch.features(0, 0) = std::numeric_limits<float>::quiet_NaN();
    }
}

void Training::flipBit(std::vector<float>& gradient) const {
    // Sets the exponent's bit of weight 8, which multiplies by 256, in the element where that does
    // most.
    constexpr std::uint32_t kBit = 1U << 26U;
    float* worst = nullptr;
    float largest = 0;
    for (float& x : gradient) {
        const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
        const float flipped = std::bit_cast<float>(bits | kBit);
        if ((bits & kBit) == 0 && std::abs(flipped) > largest) {
            largest = std::abs(flipped);
            worst = &x;
        }
    }
    if (worst != nullptr) {
        *worst = std::bit_cast<float>(std::bit_cast<std::uint32_t>(*worst) | kBit);
    }
}

void Training::reduce() {
    std::fill(m_mean.begin(), m_mean.end(), 0.0F);
    const float share = 1 / static_cast<float>(m_world);
    double samples = 0;
    for (const RankStep& rank : m_ranks) {
        for (std::size_t i = 0; i < m_mean.size(); ++i) {
            m_mean[i] += share * rank.gradient[i];
        }
        samples += rank.samples;
    }
    m_running += kMomentum * (m_inputSum / static_cast<float>(samples) - m_running);
    m_reducedHash = hashOf(m_mean);
    m_bufferHash = hashOf({m_running.data(), kFeatures});
    m_skipped = !std::isfinite(normOf(m_mean, 1));
}

void Training::update() {
    const auto descend = [this](std::vector<float>& parameters, std::span<const float> gradient) {
        for (std::size_t i = 0; i < parameters.size() && !m_skipped; ++i) {
            parameters[i] -= kLearningRate * gradient[i];
        }
        return hashOf(parameters);
    };
    for (std::uint32_t rank = 0; rank < m_world; ++rank) {
        const bool known = std::any_of(m_astray.begin(), m_astray.end(),
                                       [&](const Astray& one) { return one.rank == rank; });
        if (!known && m_faults.active(FaultKind::ParamDesync, rank, m_step)) {
            m_astray.push_back({rank, m_parameters});
        }
    }
    const std::uint64_t common = descend(m_parameters, m_mean);
    for (RankStep& rank : m_ranks) {
        rank.parameterHash = common;
    }
    for (Astray& one : m_astray) {
        m_ranks[one.rank].parameterHash = descend(one.parameters, m_ranks[one.rank].gradient);
    }
}

const std::vector<float>& Training::parametersOf(std::uint32_t rank) const {
    for (const Astray& one : m_astray) {
        if (one.rank == rank) {
            return one.parameters;
        }
    }
    return m_parameters;
}

} // namespace rankscope::simulate
