// SPDX-License-Identifier: Apache-2.0
#include "app/engine/session/RunReader.h"

#include "tests/support/Streams.h"
#include "tests/unit/engine/ReadBack.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace rankscope;
using analysis::CosineSource;

class TestRunReader : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    std::unique_ptr<engine::RunReader> load(const std::vector<wire::Event>& events) {
        return support::readBack(m_dir, events);
    }

  private slots:
    void soundStepsAreExact() {
        const auto run = load(support::streamOf({}));
        QCOMPARE(run->table().stepCount(), std::size_t{20});
        const auto m = run->measures(Step{3});
        QCOMPARE(m.step.workers, 4U);
        QCOMPARE(m.step.cosineSource, CosineSource::Exact);
        const auto matrix = run->cosines(Step{3});
        QVERIFY(matrix.has_value());
        QCOMPARE(matrix->source, CosineSource::Sketch);
        double sum = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            for (std::size_t j = i + 1; j < 4; ++j) {
                sum += matrix->at(i, j) / 6;
            }
        }
        QVERIFY(std::abs(sum - m.step.cosineMean) < 0.02); // plain and norm-weighted mean
    }

    void aNonFiniteRankLeavesTheOthersToTheSketches() {
        const auto run = load(support::streamOf({}, [](std::uint64_t step, auto& g, auto&) {
            if (step == 5) {
                g[2][0] = std::numeric_limits<double>::infinity();
            }
        }));
        QCOMPARE(run->measures(Step{4}).step.cosineSource, CosineSource::Exact);
        const auto m = run->measures(Step{5});
        QCOMPARE(m.step.cosineSource, CosineSource::Sketch);
        QVERIFY(m.step.cosineSd > 0 && std::isfinite(m.step.cosineMean));
        QVERIFY(analysis::isUndefined(m.ranks[2].cosineLoo));
        QVERIFY(std::isfinite(m.ranks[0].cosineLoo));
        QCOMPARE(m.ranks[0].cosineSource, CosineSource::Sketch);
        QVERIFY(std::isinf(m.ranks[2].gradNorm));
        const auto matrix = run->cosines(Step{5});
        QVERIFY(analysis::isUndefined(matrix->at(2, 0)));
        QVERIFY(std::isfinite(matrix->at(0, 1)));
    }

    void theSketchOfTheCountingAttemptIsTaken() {
        support::StreamOptions options;
        options.steps = 1;
        options.bye = false;
        auto events = support::streamOf(options);
        options.seed = 77; // the step is done again, with other data
        auto again = support::recordsOf(options, 0);
        for (wire::StepRecord& r : again) {
            r.seq = Seq{2};
            events.emplace_back(r);
        }
        const auto run = load(events);
        options.seed = 1;
        const auto first = support::recordsOf(options, 0);
        const auto cosine = [](const wire::StepRecord& a, const wire::StepRecord& b) {
            double ab = 0, aa = 0, bb = 0;
            for (std::size_t i = 0; i < support::kGradientSize; ++i) {
                const double x = wire::fromHalf(a.sketch->values[i]);
                const double y = wire::fromHalf(b.sketch->values[i]);
                ab += x * y;
                aa += x * x;
                bb += y * y;
            }
            return ab / std::sqrt(aa * bb);
        };
        const double got = run->cosines(Step{0})->at(0, 1);
        QVERIFY(std::abs(got - cosine(again[0], again[1])) < 1e-6);
        QVERIFY(std::abs(got - cosine(first[0], first[1])) > 1e-3);
    }

    /// What a process said of a step before it did that step again counts nowhere.
    void aFormerAttemptLeavesNoTrace() {
        const auto lossy = [](std::uint64_t, auto&, auto& records) { // so that sketches are used
            for (wire::StepRecord& r : records) {
                r.flags = wire::flags::kLossyReduce;
            }
        };
        support::StreamOptions options;
        options.steps = 1;
        options.bye = false;
        auto twice = support::streamOf(options, lossy);
        options.seed = 77;
        for (wire::StepRecord& r : support::recordsOf(options, 0, lossy)) {
            r.seq = Seq{2};
            twice.emplace_back(std::move(r));
        }
        const auto got = load(twice)->measures(Step{0});
        const auto expected = load(support::streamOf(options, lossy))->measures(Step{0});
        QCOMPARE(got.step.cosineSource, CosineSource::Sketch);
        QCOMPARE(got.step.cosineMean, expected.step.cosineMean);
        for (std::size_t rank = 0; rank < 4; ++rank) {
            QCOMPARE(got.ranks[rank].cosineLoo, expected.ranks[rank].cosineLoo);
        }
    }

    void aMissingStepIsAnError() {
        const auto run = load(support::streamOf({}));
        const auto none = run->cosines(Step{999});
        QVERIFY(!none.has_value());
        QCOMPARE(none.error().code, ErrorCode::Unavailable);
    }
};

QTEST_APPLESS_MAIN(TestRunReader)
#include "TestRunReader.moc"
