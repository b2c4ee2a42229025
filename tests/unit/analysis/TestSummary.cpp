// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/Summary.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <vector>

using namespace rankscope::analysis;

class TestSummary : public QObject {
    Q_OBJECT
  private slots:
    void knownValues() {
        const std::vector<double> x{2, 4, 4, 4, 5, 5, 7, 9};
        const Summary s = summarize(x);
        QCOMPARE(s.mean, 5.0);
        QCOMPARE(s.std, std::sqrt(32.0 / 7.0)); // ddof 1; the population's would be 2
        QCOMPARE(s.min, 2.0);
        QCOMPARE(s.range, 7.0);
    }

    void identicalValuesHaveExactlyNoDispersion() {
        const std::vector<double> x(7, 0.1);
        const Summary s = summarize(x);
        QVERIFY(s.std == 0.0 && s.range == 0.0 && s.mean == 0.1);
    }

    void digitsSurviveALargeOffset() {
        const Summary s = summarize(std::vector<double>{1e9 + 1, 1e9 + 2, 1e9 + 3});
        QCOMPARE(s.std, 1.0);
    }

    void oneValueHasNoDispersion() {
        const Summary s = summarize(std::vector<double>{3, undefined()});
        QCOMPARE(s.mean, 3.0);
        QVERIFY(isUndefined(s.std) && isUndefined(s.range));
    }

    void nonFiniteIsLeftOutUnlessThereIsNothingElse() {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const double inf = std::numeric_limits<double>::infinity();
        const Summary some = summarize(std::vector<double>{1, nan, 3, inf});
        QCOMPARE(some.mean, 2.0);
        QCOMPARE(some.count, std::size_t{2});
        const Summary none = summarize(std::vector<double>{nan, nan});
        QVERIFY(std::isnan(none.mean) && !isUndefined(none.mean));
        QVERIFY(isUndefined(none.std));
        QCOMPARE(summarize(std::vector<double>{inf, undefined()}).mean, inf);
        QVERIFY(isUndefined(summarize(std::vector<double>{undefined()}).mean));
        QVERIFY(isUndefined(summarize(std::vector<double>{}).mean));
    }

    void weightedMeanNeedsEveryWeight() {
        const std::vector<double> x{1, 3};
        QCOMPARE(weightedMean(x, std::vector<double>{3, 1}), 1.5);
        QVERIFY(isUndefined(weightedMean(x, std::vector<double>{3, undefined()})));
        QVERIFY(isUndefined(weightedMean(x, std::vector<double>{-1, 2})));
        QVERIFY(isUndefined(weightedMean(x, std::vector<double>{0, 0})));
        // The weight of a rank whose loss is left out does not matter.
        const std::vector<double> y{1, std::nan(""), 3};
        QCOMPARE(weightedMean(y, std::vector<double>{1, undefined(), 1}), 2.0);
    }
};

QTEST_APPLESS_MAIN(TestSummary)
#include "TestSummary.moc"
