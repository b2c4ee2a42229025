// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CompareCharts.h"
#include "app/ui/models/CompareWords.h"

#include "tests/unit/ui/Frames.h"

#include <QTest>
#include <cmath>

using namespace rankscope;
using namespace rankscope::ui;
using engine::CompareFacts;
using engine::CompareFrame;
using engine::CompareSession;

namespace {

/// Two sessions of 8 ranks; B's loss is `difference` ± `halfWidth` above A's.
CompareFrame frameOf(double difference, double halfWidth,
                     analysis::TestKind kind = analysis::TestKind::Blocks) {
    CompareFrame frame;
    frame.loading = frame.empty = false;
    frame.lastStep = frame.viewLast = 10;
    frame.cursor = 10;
    CompareFacts facts;
    analysis::RunSummary summary;
    summary.span = {7, 10};
    summary.tests = 7;
    for (std::size_t run = 0; run < 2; ++run) {
        CompareSession session;
        session.mark = run == 0 ? "A" : "B";
        session.file = "/tmp/" + session.mark + ".rankscope";
        session.run = run;
        session.frame = std::make_shared<engine::RunFrame>(support::frameOf(8));
        frame.sessions.push_back(session);
        facts.sessions.push_back(
            {session.mark, session.file, run == 0 ? "" : "other", "run", 0, 0, 8, true, 11, 0, 10});
        facts.sides.push_back({{run}, {std::to_string(run)}});
        facts.sideMarks.push_back(session.mark);
    }
    for (const analysis::RunMetric metric : analysis::kAllRunMetrics) {
        analysis::SummaryRow row;
        row.metric = metric;
        row.steps = 25;
        row.runs = {1.927, 1.927 + difference};
        row.tests.resize(2);
        row.adjusted = {analysis::undefined(), 0.2};
        analysis::MeanTest& test = row.tests[1];
        test.kind = kind;
        test.difference = difference;
        test.halfWidth = kind == analysis::TestKind::None ? analysis::undefined() : halfWidth;
        test.p = 0.0123;
        test.count = kind == analysis::TestKind::PairedSeeds ? 3 : 5;
        test.blockLength = 5;
        summary.rows.push_back(row);
    }
    facts.summary = summary;
    facts.config = {{"seed", {"0", "1"}, analysis::ConfigRow::Role::Seed, true},
                    {"lr", {"0.1", "0.1"}, analysis::ConfigRow::Role::Setting, false}};
    frame.facts = std::make_shared<const CompareFacts>(facts);
    engine::DifferencePanel panel;
    panel.other = 1;
    panel.raw = {{0, 10}, {difference, difference}};
    frame.difference = panel;
    return frame;
}

} // namespace

class TestCompareModels : public QObject {
    Q_OBJECT
  private slots:
    void theVerdictSaysWhatTheIntervalSays() {
        const ui::Verdict up = compareVerdict(frameOf(0.016, 0.012));
        QCOMPARE(up.headline, std::string("B ends .016 higher than A"));
        QCOMPARE(up.detail, std::string("mean loss, steps 7\xE2\x80\x93"
                                        "10, \xC2\xB1 .012 (95 %, blocks of 5 steps).  One seed "
                                        "each: chance of the seed or of the setting? Add seeds."));
        QCOMPARE(compareVerdict(frameOf(-0.5, 0.012)).headline,
                 std::string("B ends .500 lower than A"));
        const ui::Verdict none = compareVerdict(frameOf(0.01, 0.012));
        QCOMPARE(none.headline, std::string("No difference shown between A and B"));
        QVERIFY(none.detail.find("+.010 \xC2\xB1 .012") != std::string::npos);
        const ui::Verdict seeds =
            compareVerdict(frameOf(0.1, 0.05, analysis::TestKind::PairedSeeds));
        QVERIFY(seeds.detail.find("paired over 3 seeds") != std::string::npos);
        QVERIFY(seeds.detail.find("Add seeds") == std::string::npos);
        QVERIFY(compareVerdict(frameOf(0.1, 0, analysis::TestKind::None))
                    .detail.find("too few for an interval") != std::string::npos);
    }

    void anEarlierStretchDoesNotEnd() {
        CompareFrame frame = frameOf(0.016, 0.012);
        frame.lastStep = 90;
        QCOMPARE(compareVerdict(frame).headline, std::string("B is .016 higher than A"));
    }

    void otherWorldsAreSaid() {
        CompareFrame frame = frameOf(0.016, 0.012);
        CompareFacts facts = *frame.facts;
        facts.sessions[1].world = 5;
        frame.facts = std::make_shared<const CompareFacts>(facts);
        QVERIFY(compareVerdict(frame).detail.find("A has 8 ranks, B 5") != std::string::npos);
    }

    void aSessionThatFailedSaysWhy() {
        CompareFrame frame = frameOf(0.016, 0.012);
        CompareSession bad;
        bad.mark = "C";
        bad.file = "/tmp/bad.txt";
        bad.error = Error{ErrorCode::Malformed, "this is no session file", "Choose another"};
        frame.sessions.push_back(bad);
        QCOMPARE(compareVerdict(frame).aside, std::string("1 session could not be read"));
        const ui::SessionText text = sessionText(bad, frame);
        QVERIFY(text.failed);
        QCOMPARE(text.title, std::string("C  bad"));
        QCOMPARE(text.detail, std::string("this is no session file"));
        QCOMPARE(sessionText(frame.sessions[0], frame).title, std::string("A  A")); // no name
        bad.file = "tcp://127.0.0.1:5758";
        QCOMPARE(sessionText(bad, frame).title, std::string("C  tcp://127.0.0.1:5758"));
    }

    void summaryHasTheDigitsOfTheInterval() {
        const auto rows = summaryTexts(frameOf(0.016, 0.012));
        QCOMPARE(rows[0].base, std::string("1.927"));
        QCOMPARE(rows[0].other, std::string("1.943"));
        QCOMPARE(rows[0].difference, std::string("+.016 \xC2\xB1 .012"));
        QVERIFY(rows[0].leavesZero);
        QVERIFY(std::abs(*rows[0].place - 0.016 / 0.012) < 1e-12);
        QVERIFY(rows[0].explanation.find("p .01, Holm .20") != std::string::npos);
        QVERIFY(!summaryTexts(frameOf(0.016, 0, analysis::TestKind::None))[0].place);
    }

    void decimals() {
        QCOMPARE(ui::decimalText(-0.0312, 3), std::string("\xE2\x88\x92.031"));
        QCOMPARE(ui::decimalText(0.0001, 2, true), std::string(".00"));
        QCOMPARE(ui::decimalText(36, 0, true), std::string("+36"));
        QCOMPARE(ui::decimalText(analysis::undefined(), 2), std::string("\xE2\x80\x93"));
        QCOMPARE(ui::decimalsFor(0.012), 3);
        QCOMPARE(ui::decimalsFor(35), 0);
    }

    void configSaysSame() {
        const CompareFrame frame = frameOf(0.016, 0.012);
        QCOMPARE(configTexts(frame, false).size(), std::size_t{1});
        QCOMPARE(configTexts(frame, true)[1].values, (std::vector<std::string>{"0.1", "same"}));
        QCOMPARE(ui::configRemark(frame), std::string("1 of 2 differs"));
    }

    void panelsOfAKindShareTheirLimits() {
        const CompareFrame frame = frameOf(0.016, 0.012);
        std::vector<widgets::ChartFrame> charts{sessionChart(ui::ChartKind::Loss, frame, 0, {}),
                                                sessionChart(ui::ChartKind::Loss, frame, 1, {})};
        charts[1].curves.emplace_back();
        charts[1].curves.back().x = {5};
        charts[1].curves.back().y = {9};
        ui::shareLimits(charts);
        for (const widgets::ChartFrame& chart : charts) {
            QCOMPARE(chart.bands.back().high[0], 9.0);
            QCOMPARE(chart.bands.back().low[0], 2.0);
            QCOMPARE(chart.bands.back().x.size(), std::size_t{1}); // which is not drawn
        }
    }

    void aSessionIsShiftedToTheSharedSteps() {
        CompareFrame frame = frameOf(0.016, 0.012);
        frame.sessions[1].origin = 4;
        frame.cursor = 6; // its step 10
        const auto chart = sessionChart(ui::ChartKind::Loss, frame, 1, {});
        QCOMPARE(chart.curves.front().x.front(), -4.0);
        QCOMPARE(chart.first, frame.viewFirst - 0.5);
        QCOMPARE(sessionHeader(ui::ChartKind::Loss, frame, 1)[1].value, std::string("2.29"));
        frame.cursor = 7; // a step that it doesn't have
        QCOMPARE(sessionHeader(ui::ChartKind::Loss, frame, 1)[1].value,
                 std::string("\xE2\x80\x93"));
    }

    void everySessionHasALaneInTheTimeline() {
        const auto timeline = compareTimeline(frameOf(0.016, 0.012));
        QCOMPARE(timeline.x.size(), std::size_t{24}); // 11 steps and a break, twice
        QVERIFY(std::isnan(timeline.y[11]));
        QVERIFY(timeline.y[0] > timeline.y[12]); // the first on top
    }
};

QTEST_APPLESS_MAIN(TestCompareModels)
#include "TestCompareModels.moc"
