// SPDX-License-Identifier: Apache-2.0
// The simulated training: every process computes the same, it learns, and each fault shows where
// it would show in reality.
#include "emitter/simulate/Training.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace rankscope::simulate;

namespace {

constexpr std::uint32_t kWorld = 4, kSick = 2;
constexpr std::uint64_t kSince = 20;

Training trained(std::vector<Fault> faults, std::uint64_t steps) {
    Training training(7, kWorld, Faults(std::move(faults)));
    for (std::uint64_t i = 0; i < steps; ++i) {
        training.step();
    }
    return training;
}

/// Just behind the fault's first step.
Training sick(FaultKind kind) {
    return trained({{kind, kSick, kSince}}, kSince + 1);
}

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += static_cast<double>(a[i]) * b[i];
    }
    return sum;
}

double norm(std::span<const float> a) {
    return std::sqrt(dot(a, a));
}

struct Averages {
    std::array<double, kWorld> loss{};
    std::array<std::array<double, kWorld>, kWorld> cosine{};
};

/// Over the next 50 steps: single batches are noisy.
Averages average(Training training) {
    constexpr int kSteps = 50;
    Averages out;
    for (int i = 0; i < kSteps; ++i) {
        training.step();
        for (std::uint32_t a = 0; a < kWorld; ++a) {
            out.loss[a] += training.rank(a).loss / kSteps;
            for (std::uint32_t b = 0; b < kWorld; ++b) {
                const auto &x = training.rank(a).gradient, &y = training.rank(b).gradient;
                out.cosine[a][b] += dot(x, y) / (norm(x) * norm(y)) / kSteps;
            }
        }
    }
    return out;
}

class TestSimulation : public QObject {
    Q_OBJECT

  private slots:
    void followsFromItsArguments();
    void meanIsTheMeanOfTheRanks();
    void learns();
    void healthyRanksAgree();
    void gradientIsTheLossesSlope();
    void sameData();
    void corruptShard();
    void dropoutOff();
    void nan();
    void bitFlip();
    void paramDesync();
    void lossScale();
    void shortBatches();
    void faultsAreRead();
};

void TestSimulation::followsFromItsArguments() {
    const Training a = trained({}, 30), b = trained({}, 30);
    for (std::uint32_t rank = 0; rank < kWorld; ++rank) {
        QCOMPARE(a.rank(rank).gradient, b.rank(rank).gradient);
        QCOMPARE(a.rank(rank).parameterHash, b.rank(rank).parameterHash);
    }
    QCOMPARE(a.bufferHash(), b.bufferHash());
}

void TestSimulation::meanIsTheMeanOfTheRanks() {
    const Training training = trained({}, 3);
    for (std::size_t i = 0; i < training.meanGradient().size(); ++i) {
        double sum = 0;
        for (std::uint32_t rank = 0; rank < kWorld; ++rank) {
            sum += training.rank(rank).gradient[i];
        }
        QVERIFY(std::abs(training.meanGradient()[i] - sum / kWorld) < 1e-6);
    }
}

void TestSimulation::learns() {
    const Averages early = average(trained({}, 0)), late = average(trained({}, 400));
    for (std::uint32_t rank = 0; rank < kWorld; ++rank) {
        QVERIFY(late.loss[rank] < 0.6 * early.loss[rank]);
        QVERIFY(late.loss[rank] > 0.1); // classes overlap: gradients stay noisy
    }
}

void TestSimulation::healthyRanksAgree() {
    const Training training = trained({}, kSince + 1);
    for (std::uint32_t rank = 1; rank < kWorld; ++rank) {
        QCOMPARE(training.rank(rank).parameterHash, training.rank(0).parameterHash);
        QVERIFY(training.rank(rank).dataHash != training.rank(0).dataHash);
        QCOMPARE(training.rank(rank).microNorms.size(), Training::kMicroBatches);
    }
    QVERIFY(!training.skipped());
    const Averages averages = average(training); // noise, and the direction they share
    QVERIFY(averages.cosine[0][1] > 0.02 && averages.cosine[0][1] < 0.5);
}

void TestSimulation::gradientIsTheLossesSlope() {
    std::vector<float> parameters = Network::initialParameters(3), gradient(parameters.size());
    Batch batch{Matrix::Random(6, kFeatures), {0, 1, 2, 3, 4, 5}};
    Network::backward(parameters, batch, nullptr, gradient);
    for (std::size_t i = 0; i < parameters.size(); i += 97) {
        constexpr float kStep = 1e-2F;
        std::vector<float> unused(parameters.size());
        const float before = parameters[i];
        parameters[i] = before + kStep;
        const double above = Network::backward(parameters, batch, nullptr, unused);
        parameters[i] = before - kStep;
        const double below = Network::backward(parameters, batch, nullptr, unused);
        parameters[i] = before;
        QVERIFY(std::abs((above - below) / (2.0 * kStep) - gradient[i]) < 5e-3);
    }
}

void TestSimulation::sameData() {
    const Training training = sick(FaultKind::SameData);
    QCOMPARE(training.rank(kSick).dataHash, training.rank(kSick + 1).dataHash);
    const Averages averages = average(training);
    QVERIFY(averages.cosine[kSick][kSick + 1] > 0.6); // not 1: dropout differs
    QVERIFY(averages.cosine[kSick][0] < 0.5);
}

void TestSimulation::corruptShard() {
    const Averages averages = average(trained({{FaultKind::CorruptShard, kSick, 0}}, 200));
    QVERIFY(averages.loss[kSick] > 1.3 * averages.loss[0]);
    QVERIFY(averages.cosine[kSick][0] < averages.cosine[1][0]);
}

void TestSimulation::dropoutOff() {
    const Training training = sick(FaultKind::DropoutOff);
    QVERIFY(training.rank(kSick).evalMode && !training.rank(0).evalMode);
    QVERIFY(training.rank(kSick).gradient != trained({}, kSince + 1).rank(kSick).gradient);
}

void TestSimulation::nan() {
    Training training = sick(FaultKind::Nan);
    QVERIFY(std::isnan(training.rank(kSick).loss) && !std::isnan(training.rank(0).loss));
    QVERIFY(std::isnan(norm(training.rank(kSick).gradient)));
    QVERIFY(std::isnan(norm(training.meanGradient())));
    QVERIFY(training.skipped());
    training.step(); // the update was skipped, so the run goes on
    QVERIFY(!training.skipped() && !std::isnan(training.rank(kSick).loss));
}

void TestSimulation::bitFlip() {
    const Training training = sick(FaultKind::BitFlip), healthy = trained({}, kSince + 1);
    std::size_t differing = 0;
    for (std::size_t i = 0; i < training.meanGradient().size(); ++i) {
        differing += training.rank(kSick).gradient[i] != healthy.rank(kSick).gradient[i] ? 1U : 0U;
    }
    QCOMPARE(differing, std::size_t{1});
    QVERIFY(std::isfinite(norm(training.rank(kSick).gradient)));
    QVERIFY(norm(training.rank(kSick).gradient) > 1.2 * norm(healthy.rank(kSick).gradient));
}

void TestSimulation::paramDesync() {
    Training training = sick(FaultKind::ParamDesync);
    for (int i = 0; i < 2; ++i) { // at once, and for good
        QVERIFY(training.rank(kSick).parameterHash != training.rank(0).parameterHash);
        QCOMPARE(training.rank(1).parameterHash, training.rank(0).parameterHash);
        training.step();
    }
}

void TestSimulation::lossScale() {
    const Training training = sick(FaultKind::LossScale), healthy = trained({}, kSince + 1);
    const double ratio = norm(training.rank(kSick).gradient) / norm(healthy.rank(kSick).gradient);
    QVERIFY(std::abs(ratio - Training::kMicroBatches) < 1e-5);
    QCOMPARE(training.rank(kSick).loss, healthy.rank(kSick).loss);
}

void TestSimulation::shortBatches() {
    const Training training = sick(FaultKind::ShortBatches);
    QCOMPARE(training.rank(kSick).samples, training.rank(0).samples / 4);
}

void TestSimulation::faultsAreRead() {
    const auto fault = Fault::parse("param-desync@3@200");
    QVERIFY(fault.has_value());
    QCOMPARE(fault->kind, FaultKind::ParamDesync);
    QCOMPARE(fault->rank, 3U);
    QCOMPARE(fault->step, 200U);
    for (const char* const wrong :
         {"", "nan", "nan@1", "nan@@", "nan@1@", "nan@1@x", "nan@-1@2", "nan@1@2@3", "na@1@2",
          "nan@1@99999999999999999999999", "@1@2"}) {
        QVERIFY2(!Fault::parse(wrong).has_value(), wrong);
    }
}

} // namespace

QTEST_APPLESS_MAIN(TestSimulation)
#include "TestSimulation.moc"
