// SPDX-License-Identifier: Apache-2.0
#include "emitter/simulate/Network.h"

#include <cmath>
#include <numeric>

namespace rankscope::simulate {

namespace {

using Row = Eigen::Matrix<float, 1, Eigen::Dynamic>;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

/// One layer's weights and biases inside the flat vector.
template <class Number>
struct Layer {
    using Plain = std::remove_const_t<Number>;
    using M = std::conditional_t<std::is_const_v<Number>, const Matrix, Matrix>;
    using V = std::conditional_t<std::is_const_v<Number>, const Row, Row>;
    Eigen::Map<M> weights;
    Eigen::Map<V> biases;

    Layer(std::span<Number> all, std::size_t which)
        : weights(all.data() + offset(which), index(Network::kLayers[which][0]),
                  index(Network::kLayers[which][1])),
          biases(all.data() + offset(which) + weights.size(), index(Network::kLayers[which][1])) {}

    static std::size_t offset(std::size_t which) {
        std::size_t out = 0;
        for (std::size_t i = 0; i < which; ++i) {
            out += (Network::kLayers[i][0] + 1) * Network::kLayers[i][1];
        }
        return out;
    }
};

/// ReLU, then dropout. Returns the factors by which gradients flow back.
Matrix activate(Matrix& values, Random* dropout) {
    constexpr float kKeep = 1 - Network::kDropout;
    Matrix factors = (values.array() > 0).cast<float>();
    if (dropout != nullptr) {
        for (float& factor : factors.reshaped()) {
            factor *= dropout->uniform() < kKeep ? 1 / kKeep : 0.0F;
        }
    }
    values.array() *= factors.array();
    return factors;
}

/// Mean cross-entropy; turns `logits` into its gradient.
double crossEntropy(Matrix& logits, const std::vector<std::uint8_t>& labels) {
    double loss = 0;
    const auto count = static_cast<float>(logits.rows());
    for (Eigen::Index i = 0; i < logits.rows(); ++i) {
        auto row = logits.row(i);
        const float largest = row.maxCoeff();
        row.array() = (row.array() - largest).exp();
        row /= row.sum();
        const auto label = labels[static_cast<std::size_t>(i)];
        loss -= std::log(std::max(static_cast<double>(row(label)), 1e-30));
        row(label) -= 1;
    }
    logits /= count;
    return loss / count;
}

void addGradient(Layer<float>& to, const Matrix& input, const Matrix& delta) {
    to.weights.noalias() += input.transpose() * delta;
    to.biases += delta.colwise().sum();
}

} // namespace

std::size_t Network::parameterCount() {
    return Layer<float>::offset(kLayers.size());
}

std::vector<float> Network::initialParameters(std::uint64_t seed) {
    std::vector<float> out(parameterCount(), 0.0F);
    Random random{seed, 4};
    for (std::size_t i = 0; i < kLayers.size(); ++i) {
        Layer<float> layer(out, i);
        const float scale = std::sqrt(2.0F / static_cast<float>(kLayers[i][0])); // He et al. 2015
        for (float& weight : layer.weights.reshaped()) {
            weight = scale * random.normal();
        }
    }
    return out;
}

std::vector<std::string> Network::groupNames() {
    return {"input", "hidden", "head"};
}

std::vector<std::uint64_t> Network::groupSizes() {
    std::vector<std::uint64_t> out;
    for (const auto& [inputs, outputs] : kLayers) {
        out.push_back((inputs + 1) * outputs);
    }
    return out;
}

std::vector<emitter::Segment> Network::segments() {
    std::vector<emitter::Segment> out;
    for (std::size_t i = 0; i < kLayers.size(); ++i) {
        const std::size_t weights = kLayers[i][0] * kLayers[i][1], biases = kLayers[i][1];
        const std::size_t begin = Layer<float>::offset(i);
        const auto group = static_cast<std::uint32_t>(i);
        out.push_back({emitter::mix(2 * i), begin, weights, group, 0});
        out.push_back({emitter::mix(2 * i + 1), begin + weights, biases, group, 0});
    }
    return out;
}

double Network::backward(std::span<const float> parameters, const Batch& batch, Random* dropout,
                         std::span<float> gradient) {
    const Layer<const float> input(parameters, 0), hidden(parameters, 1), head(parameters, 2);
    Matrix first = (batch.features * input.weights).rowwise() + input.biases;
    const Matrix firstFactors = activate(first, dropout);
    Matrix second = (first * hidden.weights).rowwise() + hidden.biases;
    const Matrix secondFactors = activate(second, dropout);
    Matrix delta = (second * head.weights).rowwise() + head.biases;
    const double loss = crossEntropy(delta, batch.labels);

    Layer<float> toInput(gradient, 0), toHidden(gradient, 1), toHead(gradient, 2);
    addGradient(toHead, second, delta);
    const Matrix secondDelta = (delta * head.weights.transpose()).cwiseProduct(secondFactors);
    addGradient(toHidden, first, secondDelta);
    const Matrix firstDelta = (secondDelta * hidden.weights.transpose()).cwiseProduct(firstFactors);
    addGradient(toInput, batch.features, firstDelta);
    return loss;
}

} // namespace rankscope::simulate
