// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/ChartModel.h"
#include "app/ui/models/TimelineModel.h"
#include "app/ui/models/ViewState.h"
#include "tests/unit/ui/Frames.h"

#include <QTest>
#include <algorithm>

using namespace rankscope;
using namespace rankscope::ui;
using support::frameOf;
using widgets::BandKind;
using widgets::Ink;

namespace {

std::ptrdiff_t inked(const widgets::ChartFrame& chart, Ink ink) {
    return std::count_if(chart.curves.begin(), chart.curves.end(),
                         [&](const widgets::Curve& curve) { return curve.ink == ink; });
}

QString headerText(const std::vector<widgets::HeaderValue>& values) {
    QStringList parts;
    for (const widgets::HeaderValue& value : values)
        parts << QString::fromStdString(value.name + " " + value.value);
    return parts.join(QStringLiteral(" | "));
}

} // namespace

class TestChartModel : public QObject {
    Q_OBJECT

  private slots:
    void fewRanksAreLines() {
        const auto chart = chartFrame(ChartKind::Loss, frameOf(8), {});
        QCOMPARE(inked(chart, Ink::Healthy), 8);
        QCOMPARE(inked(chart, Ink::Mean), 1);
        QVERIFY(chart.note.empty());
        QCOMPARE(chart.curves.back().endLabel, std::string("mean"));
        QCOMPARE(std::count_if(chart.curves.begin(), chart.curves.end(),
                               [](const auto& curve) { return curve.endLabel == "ranks"; }),
                 1);
    }

    void bandsStandBehindTheLines() {
        auto frame = frameOf(8);
        frame.loss.spread = {{0, 10}, {1.5, 1.6}, {3.1, 3.2}};
        const auto chart = chartFrame(ChartKind::Loss, frame, {});
        QCOMPARE(chart.bands.size(), std::size_t{2});
        QVERIFY(chart.bands[0].kind == BandKind::Outer &&
                chart.bands[1].kind == BandKind::Inner); // the likelier one on top
        QVERIFY(chart.bands[0].quiet && chart.bands[1].quiet);
        QCOMPARE(chart.bands[0].low, frame.loss.range.low);
        QCOMPARE(chart.bands[1].low, frame.loss.spread.low);
        QCOMPARE(chart.bands[1].high, frame.loss.spread.high);
        QVERIFY(chartFrame(ChartKind::LossDispersion, frame, {}).bands.empty());
        QVERIFY(chartFrame(ChartKind::Loss, frameOf(1), {}).bands.empty());
    }

    void normsHaveTwoForms() {
        auto frame = frameOf(8);
        frame.norms = frame.loss;
        frame.cursor.metrics.gradNormMean = 1.5;
        frame.cursor.metrics.gradNormStd = 0.3;
        frame.cursor.metrics.gradNormCv = 0.2;
        frame.cursor.metrics.gradNormMin = 1.2;
        frame.cursor.metrics.gradNormMax = 1.75;
        const auto dispersion = chartFrame(ChartKind::NormDispersion, frame, {});
        QCOMPARE(dispersion.curves.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(dispersion.unit),
                 QString::fromUtf8("std \u00F7 mean over ranks"));
        QVERIFY(dispersion.fromZero && dispersion.bands.empty());
        QCOMPARE(headerText(chartHeader(ChartKind::NormDispersion, frame, {})),
                 QString::fromUtf8("mean norm 1.50 | std 0.300 | std \u00F7 mean 0.200"));
        ChartOptions options;
        options.norms = true;
        const auto norms = chartFrame(ChartKind::NormDispersion, frame, options);
        QCOMPARE(norms.title, dispersion.title); // the control beside it stays where it is
        QCOMPARE(inked(norms, Ink::Healthy), 8);
        QCOMPARE(inked(norms, Ink::Mean), 1);
        QCOMPARE(norms.bands.size(), std::size_t{2});
        QCOMPARE(norms.summary,
                 std::string("Mean gradient norm 1.50, ranks 1.20 to 1.75 at step 10."));
        QCOMPARE(headerText(chartHeader(ChartKind::NormDispersion, frame, options)),
                 QString("range 0.550 | std 0.300 | mean 1.50"));
        for (auto& worker : frame.cursor.workers)
            worker.metrics.gradNorm = worker.metrics.rank == RankId{6} ? 1.75 : 1.2;
        QCOMPARE(headerText(chartHeader(ChartKind::NormDispersion, frame, options)),
                 QString("range 0.550 | std 0.300 | ranks 1.20 (rank 0) to 1.75 (rank 6) | "
                         "mean 1.50")); // a narrow header drops from the left
        options.selected = RankId{3};
        QCOMPARE(chartFrame(ChartKind::NormDispersion, frame, options).curves.back().rank, 3);
    }

    void manyRanksAreAnEnvelope() {
        ChartOptions options;
        options.selected = RankId{37};
        const auto chart = chartFrame(ChartKind::Loss, frameOf(64), options);
        QCOMPARE(inked(chart, Ink::Healthy), 0);
        QCOMPARE(chart.bands.size(), std::size_t{2});
        QVERIFY(chart.bands[1].kind == BandKind::Inner && !chart.bands[1].quiet);
        QCOMPARE(inked(chart, Ink::Chosen), 1);
        QCOMPARE(chart.curves.back().rank, 37);
        QCOMPARE(chart.curves.back().endLabel, std::string("37"));
        QVERIFY(QString::fromStdString(chart.note).contains("all 64 ranks"));
    }

    void oneRankIsItsOwnMean() {
        const auto chart = chartFrame(ChartKind::Loss, frameOf(1), {});
        QCOMPARE(chart.curves.size(), std::size_t{1});
        QCOMPARE(chart.curves[0].ink, Ink::Mean);
        QVERIFY(chart.curves[0].endLabel.empty());
        QCOMPARE(headerText(chartHeader(ChartKind::Loss, frameOf(1), {})),
                 QString("step 10 | mean 2.29"));
    }

    void noteCountsTheWorldNotTheLines() {
        auto frame = frameOf(64); // the engine keeps lines of the first ranks only
        frame.status.world = 1024;
        const auto chart = chartFrame(ChartKind::Loss, frame, {});
        QVERIFY(QString::fromStdString(chart.note).contains("all 1,024 ranks"));
    }

    void manyPointsAreStillLines() {
        auto frame = frameOf(8);
        for (auto& rank : frame.loss.ranks) {
            rank.line.x.resize(3000, 10);
            rank.line.y.resize(3000, 2);
        }
        QCOMPARE(inked(chartFrame(ChartKind::Loss, frame, {}), Ink::Healthy), 8);
    }

    void selectedRankIsDrawnLastAndNamed() {
        ChartOptions options;
        options.selected = RankId{5};
        const auto chart = chartFrame(ChartKind::Loss, frameOf(8), options);
        QCOMPARE(inked(chart, Ink::Healthy), 7);
        QCOMPARE(chart.curves.back().ink, Ink::Chosen);
        QCOMPARE(chart.curves.back().endLabel, std::string("rank 5"));
    }

    void logIsForWhatIsPositive() {
        ChartOptions options;
        options.logY = true;
        QVERIFY(chartFrame(ChartKind::Loss, frameOf(2), options).logY);
        QVERIFY(!chartFrame(ChartKind::Direction, frameOf(2), options).logY);
    }

    void headersTellTheCursorsValues() {
        QCOMPARE(headerText(chartHeader(ChartKind::Loss, frameOf(8), {})),
                 QString("step 10 | mean 2.29 | ranks 2.00 (rank 0) to 2.70 (rank 7)"));
        ChartOptions options;
        options.selected = RankId{0};
        QCOMPARE(
            headerText(chartHeader(ChartKind::Loss, frameOf(8), options)),
            QString("step 10 | mean 2.29 | rank 0 2.00 | others 2.10 (rank 1) to 2.70 (rank 7)"));
        QCOMPARE(
            headerText(chartHeader(ChartKind::Direction, frameOf(8), {})),
            QString::fromUtf8("mean of pairs +.06 | ranks \u2212.30 (rank 1) to +.10 (rank 0)"));
    }

    void undefinedIsADash() {
        const auto header = chartHeader(ChartKind::LossDispersion, frameOf(1), {});
        QCOMPARE(headerText(header), QString::fromUtf8("range \u2013 | std 0.840"));
        QCOMPARE(plainText(std::numeric_limits<double>::quiet_NaN()), std::string("NaN"));
    }

    void weightedMeanIsSaid() {
        auto frame = frameOf(2);
        frame.cursor.metrics.lossWeighted = true;
        QVERIFY(headerText(chartHeader(ChartKind::Loss, frame, {})).contains("weighted mean"));
    }

    void marksAreCarriedOver() {
        auto frame = frameOf(8);
        frame.gaps.push_back({3, 5, "emitter queue full"});
        frame.restarts.push_back({7, 1, 8, 8});
        frame.restarts.push_back({8, 2, 6, 8, 3});
        frame.loss.nonFinite = {6};
        frame.nonFiniteRanks.push_back({RankId{5}, Step{6}, 1, true});
        const auto chart = chartFrame(ChartKind::Loss, frame, {});
        QCOMPARE(chart.gaps[0].first, 3.0);
        QCOMPARE(chart.gaps[0].label, std::string("gap: emitter queue full"));
        QCOMPARE(chart.gaps[0].brief, std::string("gap"));
        QCOMPARE(chartFrame(ChartKind::Direction, frame, {}).gaps[0].label, std::string("gap"));
        QVERIFY(chart.summary.ends_with(" Gap from step 3 to 5: emitter queue full."));
        QCOMPARE(chart.restarts[0].label, std::string("restart 1"));
        QCOMPARE(chart.restarts[1].brief, std::string("restart 2"));
        QCOMPARE(chart.restarts[1].label,
                 std::string("restart 2, from 8 to 6 ranks, 3 steps given up (dotted)"));
        QCOMPARE(chartFrame(ChartKind::Direction, frame, {}).restarts[1].label,
                 std::string("restart 2"));
        QCOMPARE(chart.nonFinite[0].label, std::string("NaN 5"));
        ChartOptions options;
        options.notes.push_back({4, "new learning rate", 0});
        options.hidden = {widgets::Layer::Gaps};
        const auto timeline = timelineFrame(frame, options, Step{8}, true);
        QCOMPARE(timeline.gaps[0].label, std::string("gap: emitter queue full"));
        QCOMPARE(timeline.restarts[0].label, std::string("restart 1, 8 ranks"));
        QCOMPARE(timeline.nonFinite[0].x, 6.0);
        QCOMPARE(timeline.notes.size(), std::size_t{1});
        QCOMPARE(timeline.hidden, options.hidden);
        QCOMPARE(timeline.playhead, 8.0);
        QVERIFY(timeline.loops);
        QVERIFY(timeline.summary.starts_with("Steps 0 to 10; charts show 0 to 10; cursor at 10"));
        QVERIFY(timeline.summary.ends_with(" Gap from step 3 to 5: emitter queue full."));
        frame.viewFirst = 6; // out of sight
        QVERIFY(chartFrame(ChartKind::Loss, frame, {}).summary.find("Gap") == std::string::npos);
        for (int i = 0; i < 4; ++i)
            frame.gaps.push_back({7.0 + i, 7.0 + i, "recorder paused"});
        const auto many = chartFrame(ChartKind::Loss, frame, {}).summary;
        QVERIFY(many.ends_with(" Gap at step 9: recorder paused. 1 more gap."));
    }

    void stepsLostAtTheEndAreInSight() {
        auto frame = frameOf(2);
        frame.spanLast = frame.viewLast = 30;
        frame.gaps.push_back({11, 30, "emitter queue full"});
        QCOMPARE(chartFrame(ChartKind::Loss, frame, {}).last, 30.5);
        const auto timeline = timelineFrame(frame, {}, {}, false);
        QCOMPARE(timeline.last, 30.0);
        ViewState view;
        view.take(frame);
        view.zoom(15, 40);
        QCOMPARE(view.view().last, 30.5);
        view.pin(25);
        QCOMPARE(view.view().cursor, std::optional{Step{10}}); // none came there
    }

    void envelopeNamesItsParts() {
        auto frame = frameOf(64);
        frame.loss.middle = {{0, 10}, {2.5, 2.5}, {5, 5}};
        frame.loss.ranks.resize(3);
        frame.loss.ranks[1].outlier = true;
        const auto chart = chartFrame(ChartKind::Loss, frame, {});
        QCOMPARE(QString::fromStdString(chart.note),
                 QString::fromUtf8("light: all 64 ranks, least to most \u00B7 darker: 5 to 95 %"));
        QCOMPARE(chart.bands[1].low, frame.loss.middle.low); // not mean +- std
        QCOMPARE(inked(chart, Ink::Departed), 1);            // the one that is far out
        QCOMPARE(inked(chart, Ink::Healthy), 0);
        QCOMPARE(chart.curves[0].endLabel, std::string("1"));
        QVERIFY(QString::fromStdString(chart.unit).contains("64 ranks"));
    }

    void pinnedRanksAreToldApartByTheirDashes() {
        ChartOptions options;
        options.selected = RankId{5};
        options.pinned = {RankId{2}, RankId{5}, RankId{7}};
        const auto chart = chartFrame(ChartKind::Loss, frameOf(8), options);
        QCOMPARE(inked(chart, Ink::Chosen), 3);
        const auto& curves = chart.curves;
        const auto last = curves.size() - 1; // the selected one on top, solid
        QCOMPARE(curves[last].rank, 5);
        QVERIFY(curves[last].dash == widgets::Dash::Solid);
        QCOMPARE(curves[last - 1].rank, 2);
        QVERIFY(curves[last - 1].dash == widgets::Dash::Long);
        QCOMPARE(curves[last - 2].rank, 7);
        QVERIFY(curves[last - 2].dash == widgets::Dash::Short);
        QCOMPARE(curves[last - 2].endLabel, std::string("rank 7"));
        QVERIFY(headerText(chartHeader(ChartKind::Loss, frameOf(8), options))
                    .contains("rank 2 2.20 | rank 7 2.70 | rank 5 2.50"));
    }

    void smoothingIsNamedAndRawStaysBehind() {
        auto frame = frameOf(8);
        frame.loss.rawMean = frame.loss.mean;
        frame.loss.ranks[5].raw = frame.loss.ranks[5].line;
        ChartOptions options;
        options.smoothing = 8;
        options.selected = RankId{5};
        const auto chart = chartFrame(ChartKind::Loss, frame, options);
        QVERIFY(QString::fromStdString(chart.unit).endsWith(", EMA 8, raw behind"));
        const auto behind = std::count_if(chart.curves.begin(), chart.curves.end(),
                                          [](const auto& curve) { return curve.behind; });
        QCOMPARE(behind, 2);
        const auto mean = std::find_if(chart.curves.begin(), chart.curves.end(), [](const auto& c) {
            return c.ink == Ink::Mean && !c.behind;
        });
        const auto raw = std::find_if(chart.curves.begin(), chart.curves.end(),
                                      [](const auto& c) { return c.ink == Ink::Mean && c.behind; });
        QVERIFY(raw < mean); // drawn before it
        options.smoothing = 0;
        frame.loss.rawMean = {};
        QVERIFY(!QString::fromStdString(chartFrame(ChartKind::Loss, frame, options).unit)
                     .contains("EMA"));
    }

    void pairStandsInTheDirectionPanel() {
        auto frame = frameOf(8);
        engine::PairFrame pair;
        pair.a = RankId{1};
        pair.b = RankId{3};
        pair.cosine = frame.loss.mean;
        pair.error = {{0, 10}, {0, 0}, {1, 1}};
        frame.pair = pair;
        const auto chart = chartFrame(ChartKind::Direction, frame, {});
        QCOMPARE(chart.curves.back().endLabel, std::string("1 & 3"));
        QCOMPARE(chart.curves.back().ink, Ink::Chosen);
        QVERIFY(chart.bands.back().kind == BandKind::Error);
        QVERIFY(QString::fromStdString(chart.unit).contains("coarse")); // not all columns yet
        frame.pair->complete = true;
        QVERIFY(!QString::fromStdString(chartFrame(ChartKind::Direction, frame, {}).unit)
                     .contains("coarse"));
        QCOMPARE(inked(chartFrame(ChartKind::Loss, frame, {}), Ink::Chosen), 0);
        frame.cursor.step = Step{9}; // the matrix lags behind: of another step
        QVERIFY(!headerText(chartHeader(ChartKind::Direction, frame, {})).contains("1 & 3"));
        frame.cursor.step = frame.cursor.cosine->step;
        QVERIFY(headerText(chartHeader(ChartKind::Direction, frame, {}))
                    .contains(QString::fromUtf8("1 & 3 \u2212.16")));
    }

    void notesReferencesAndHiddenLayersAreCarriedOver() {
        ChartOptions options;
        options.notes = {{4, "warm-up ends", 1}};
        options.references[ChartKind::Loss] = {{2.2, "target", 2}};
        options.hidden = {widgets::Layer::Gaps};
        const auto loss = chartFrame(ChartKind::Loss, frameOf(8), options);
        const auto direction = chartFrame(ChartKind::Direction, frameOf(8), options);
        QCOMPARE(loss.notes[0].text, std::string("warm-up ends"));
        QCOMPARE(direction.notes[0].x, 4.0); // its line, without saying it again
        QVERIFY(direction.notes[0].text.empty());
        QCOMPARE(loss.references[0].y, 2.2);
        QVERIFY(direction.references.empty());
        QVERIFY(loss.hidden == options.hidden);
    }

    void readoutListsEveryRankFromMostToLeast() {
        auto frame = frameOf(8);
        frame.cursor.workers[4].metrics.loss = analysis::undefined();
        ChartOptions options;
        options.selected = RankId{2};
        const auto values = chartReadout(ChartKind::Loss, frame, options);
        QCOMPARE(values.size(), std::size_t{9});
        QCOMPARE(headerText({values.begin(), values.begin() + 3}),
                 QString("mean 2.29 | rank 2 2.20 | rank 7 2.70"));
        QCOMPARE(headerText({values.end() - 2, values.end()}),
                 QString::fromUtf8("rank 0 2.00 | rank 4 \u2013"));
        QVERIFY(chartReadout(ChartKind::LossDispersion, frame, options).empty());
    }

    void oneStepHasAnAxis() {
        auto frame = frameOf(2);
        frame.viewFirst = frame.viewLast = 4;
        ChartOptions options;
        options.following = false;
        const auto chart = chartFrame(ChartKind::Loss, frame, options);
        QVERIFY(chart.last - chart.first == 1);
    }

    void saysItInASentence() {
        QCOMPARE(chartFrame(ChartKind::Direction, frameOf(8), {}).summary,
                 std::string("Mean cosine between ranks +.06 at step 10."));
    }
};

QTEST_APPLESS_MAIN(TestChartModel)
#include "TestChartModel.moc"
