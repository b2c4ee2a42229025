// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CosineModel.h"
#include "app/ui/models/CursorText.h"
#include "app/ui/models/RunText.h"
#include "app/ui/models/WorkerModel.h"
#include "app/ui/panels/WorkerTableModel.h"
#include "tests/unit/ui/Frames.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

using namespace rankscope;
using namespace rankscope::ui;
using support::frameOf;

namespace {

MapOptions selecting(std::uint32_t rank) {
    MapOptions options;
    options.selected = RankId{rank};
    return options;
}

std::vector<WorkerText> textsOf(const engine::RunFrame& frame) {
    return workerTexts(frame, {}, {});
}

/// Even ranks on "a", odd ones on "b".
engine::RunFrame alternating(std::uint32_t world) {
    auto frame = frameOf(world);
    for (auto& worker : frame.cursor.workers)
        worker.host = worker.metrics.rank.value() % 2 == 0 ? "a" : "b";
    return frame;
}

std::vector<std::uint32_t> numbersOf(const std::vector<WorkerText>& rows) {
    std::vector<std::uint32_t> ranks;
    for (const WorkerText& row : rows)
        ranks.push_back(row.rank.value());
    return ranks;
}

} // namespace

class TestRankModels : public QObject {
    Q_OBJECT

  private slots:
    void matrixIsTheEngines() {
        const auto map = cosineFrame(frameOf(8), selecting(5));
        QVERIFY(map.square());
        QCOMPARE(map.at(1, 3), -0.16);
        QCOMPARE(map.columns[5], std::string("5"));
        QCOMPARE(map.selected, 5);
        QCOMPARE(map.bars[1], -0.3);
        QCOMPARE(map.aside[1], std::string("\u00B1.003 (2 sd)"));
        QCOMPARE(map.summary,
                 std::string("Lowest cosine \u2212.16 between ranks 1 and 3 at step 10."));
    }

    void aStepThatCannotBeReadIsSaid() {
        auto frame = frameOf(8);
        QVERIFY(unreadableText(frame).empty());
        frame.cursor = {};
        frame.cursor.step = Step{100};
        frame.cursor.unreadable = Error{ErrorCode::Unavailable, "nobody answers", {}};
        frame.status.state = engine::RunState::Live;
        QVERIFY(unreadableText(frame).starts_with("Step 100 can't be read: the recorder doesn't"));
        frame.status.state = engine::RunState::Ended;
        const std::string left = "Step 100 can't be read: the recorder has left. Open its session "
                                 "file to see it.";
        QCOMPARE(unreadableText(frame), left);
        QCOMPARE(cosineFrame(frame, {}).emptyText, left);
        QCOMPARE(layerFrame(frame, {}).emptyText, left);
        QVERIFY(statusRight(&frame).find("Loss:") == std::string::npos);
        frame.cursor.unreadable->code = ErrorCode::Damaged;
        QCOMPARE(unreadableText(frame), std::string("Step 100 can't be read: nobody answers."));
    }

    void cosinesNameTheirOwnStep() {
        auto frame = frameOf(8);
        frame.cursor.step = Step{4};
        QCOMPARE(cosineStep(frame), Step{10});
        frame.cursor.cosine = nullptr;
        QCOMPARE(cosineStep(frame), Step{4});
        frame.status.linkLost = frame.refining = true;
        QVERIFY(cosineFrame(frame, {}).emptyText.find("doesn't answer") != std::string::npos);
    }

    void remarkTellsWhatTheCosinesAre() {
        QCOMPARE(cosineRemark(frameOf(8)), std::string("from sketches"));
        auto frame = frameOf(8);
        auto mean = *frame.cursor.cosine;
        mean.steps = 16;
        mean.source = analysis::CosineSource::Exact;
        frame.cursor.cosine = std::make_shared<const analysis::CosineMatrix>(mean);
        QCOMPARE(cosineRemark(frame), std::string("mean of 16 steps, exact"));
        frame.cursor.cosine = nullptr;
        QVERIFY(cosineRemark(frame).empty());
    }

    void pairIsACell() {
        MapOptions options;
        options.pair = {RankId{1}, RankId{3}};
        const auto map = cosineFrame(frameOf(8), options);
        QCOMPARE(map.pairRow, 1);
        QCOMPARE(map.pairColumn, 3);
        QCOMPARE(map.selected, -1);
    }

    void hostsStandTogether() {
        auto frame = alternating(8);
        QVERIFY(cosineFrame(frame, {}).rankBlocks.empty()); // in pieces
        MapOptions options;
        options.order = MapOrder::Host;
        const auto map = cosineFrame(frame, options);
        QCOMPARE(map.rows, (std::vector<std::string>{"0", "2", "4", "6", "1", "3", "5", "7"}));
        QCOMPARE(map.columns, map.rows);
        QCOMPARE(map.at(4, 5), -0.16); // 1 and 3
        QCOMPARE(map.bars[4], -0.3);
        QCOMPARE(map.rankBlocks.size(), std::size_t{2});
        QCOMPARE(map.rankBlocks[1].name, std::string("b"));
        QCOMPARE(map.rankBlocks[1].first, 4);
        QCOMPARE(map.rankBlocks[1].last, 7);
        const auto layers = layerFrame(frame, options);
        QCOMPARE(layers.columns, map.columns);
        QCOMPARE(layers.at(1, 4), -0.5); // head of rank 1
        QCOMPARE(numbersOf(workerTexts(frame, options, {})),
                 (std::vector<std::uint32_t>{0, 2, 4, 6, 1, 3, 5, 7}));
    }

    void similarRanksStandTogether() {
        MapOptions options;
        options.order = MapOrder::Similarity;
        options.similar = {RankId{3}, RankId{1}, RankId{0}}; // 2 was not there yet
        const auto map = cosineFrame(frameOf(4), options);
        QCOMPARE(map.rows, (std::vector<std::string>{"3", "1", "0", "2"}));
        QCOMPARE(map.at(0, 1), -0.16);
        QVERIFY(map.rankBlocks.empty());
    }

    void stepsAreRowsByHost() {
        auto frame = alternating(4);
        auto image = std::make_shared<engine::RankStepImage>();
        for (std::uint32_t rank = 0; rank < 4; ++rank) {
            image->ranks.push_back(RankId{rank});
            for (int column = 0; column < 5; ++column)
                image->distance.push_back(rank == 3 ? 5.0F : 0.1F * static_cast<float>(rank));
        }
        image->first = {0, 2, 4, 6, 8};
        image->stepsPerCell = 2;
        frame.image = image;
        const auto map = stepFrame(frame, selecting(1), true);
        QCOMPARE(map.rows, (std::vector<std::string>{"0", "2", "1", "3"}));
        QCOMPARE(map.columnStart, (std::vector<double>{-0.5, 1.5, 3.5, 5.5, 7.5}));
        QCOMPARE(map.columnEnd, 9.5);
        QCOMPARE(map.firstStep, -0.5); // as the charts
        QCOMPARE(map.lastStep, 10.5);
        QCOMPARE(map.at(3, 2), 5.0);
        QCOMPARE(map.selected, 2);
        QCOMPARE(map.marked, std::vector<int>{3});
        QVERIFY(map.summary.find(": 3.") != std::string::npos);
        QCOMPARE(stepFrame(frame, {}, false).firstStep, 0.0);
        auto gap = *image;
        gap.first = {0, 2, 4, 16, 18}; // nothing from 6 to 15
        frame.image = std::make_shared<const engine::RankStepImage>(gap);
        const auto holed = stepFrame(frame, {}, true);
        QCOMPARE(holed.columnStart, (std::vector<double>{-0.5, 1.5, 3.5, 5.5, 15.5, 17.5}));
        QVERIFY(std::isnan(holed.at(3, 3)));
        QCOMPARE(holed.at(3, 4), 5.0);
        frame.image = nullptr;
        QVERIFY(stepFrame(frame, {}, true).empty());
    }

    void siblingsKeepTheirNames() {
        auto frame = frameOf(4);
        frame.cursor.groups = {"h0.attn", "h0.mlp", "h1.attn", "h1.norm"};
        for (auto& worker : frame.cursor.workers)
            worker.metrics.groupLoo = {0.1, 0.1, 0.1, 0.1};
        QCOMPARE(layerFrame(frame, {}).rows, frame.cursor.groups); // h0 is no container of most
    }

    void missingMatrixSaysWhy() {
        auto frame = frameOf(1);
        QCOMPARE(cosineFrame(frame, {}).emptyText,
                 std::string("One rank only: there is nothing to compare."));
        frame.cursor.groups.clear();
        QCOMPARE(layerFrame(frame, {}).emptyText, cosineFrame(frame, {}).emptyText);
        frame = frameOf(8);
        frame.cursor.cosine = nullptr;
        QVERIFY(cosineFrame(frame, {}).emptyText.starts_with("No sketches at this step"));
    }

    void layersShareTheMatrixColumns() {
        const auto layers = layerFrame(frameOf(8), selecting(1));
        QCOMPARE(layers.columns, cosineFrame(frameOf(8), {}).columns);
        QCOMPARE(layers.rows, (std::vector<std::string>{"wte", "head"}));
        QCOMPARE(layers.at(1, 1), -0.5);
        QCOMPARE(layers.aside[1], std::string("head"));
        QCOMPARE(layers.aside[2], std::string("rank 1"));
        auto frame = frameOf(8);
        frame.cursor.groups.clear();
        QVERIFY(layerFrame(frame, {}).empty());
    }

    void layerNamesLoseTheirCommonContainer() {
        auto frame = frameOf(8);
        frame.cursor.groups = {"layers.0.norm", "layers.1.norm"};
        QCOMPARE(layerFrame(frame, {}).rows, (std::vector<std::string>{"0.norm", "1.norm"}));
        frame.cursor.groups = {"layers.0.norm", "head"};
        QCOMPARE(layerFrame(frame, {}).rows, frame.cursor.groups);
        frame.cursor.groups = {"a.norm", "a.head"};
        frame.cursor.groups.push_back("norm"); // would be like another
        QCOMPARE(layerFrame(frame, {}).rows, frame.cursor.groups);
    }

    void rankWithoutLayersIsUndefined() {
        auto frame = frameOf(4);
        frame.cursor.workers[2].metrics.groupLoo.clear();
        const auto layers = layerFrame(frame, {});
        QVERIFY(std::isnan(layers.at(0, 2)));
        QCOMPARE(layers.at(0, 3), 0.1);
    }

    void workersAreText() {
        auto frame = frameOf(4);
        frame.cursor.workers[1].metrics.nonFinite = 3;
        frame.cursor.workers[2].metrics.received = false;
        frame.cursor.workers[3].metrics.loss = std::numeric_limits<double>::infinity();
        const auto rows = textsOf(frame);
        QCOMPARE(rows[0].cells[0], std::string("0"));
        QCOMPARE(rows[0].cells[1], std::string("node0"));
        QCOMPARE(rows[0].cells[2], std::string("2.00"));
        QCOMPARE(rows[0].cells[4], std::string("\u2013")); // no norm was measured
        QCOMPARE(rows[1].cells[5], std::string("\u2212.30"));
        QCOMPARE(rows[1].cells[7], std::string("NaN"));
        QVERIFY(rows[1].alarming && rows[3].alarming);
        QCOMPARE(rows[2].cells[7], std::string("missing"));
        QVERIFY(rows[2].faint);
    }

    void rowsCanBeSorted() {
        auto frame = frameOf(4);
        frame.cursor.workers[0].metrics.cosineLoo = analysis::undefined();
        frame.cursor.workers[2].metrics.cosineLoo = 0.2;
        auto rows = textsOf(frame);
        sortWorkers(rows, {5, false});
        QCOMPARE(numbersOf(rows), (std::vector<std::uint32_t>{1, 3, 2, 0}));
        sortWorkers(rows, {5, true});
        QCOMPARE(numbersOf(rows), (std::vector<std::uint32_t>{2, 3, 1, 0})); // undefined last
        rows = textsOf(alternating(4));
        sortWorkers(rows, {1, true});
        QCOMPARE(numbersOf(rows), (std::vector<std::uint32_t>{1, 3, 0, 2}));
    }

    void choiceShowsInTheRows() {
        RankChoice choice;
        choice.pin(RankId{1}, true);
        choice.hide(RankId{2}, true);
        auto rows = workerTexts(alternating(4), {}, choice);
        QVERIFY(rows[1].pinned && !rows[1].faint);
        QVERIFY(rows[2].hidden && rows[2].faint);
        choice.setHost("a");
        rows = workerTexts(alternating(4), {}, choice);
        QCOMPARE(numbersOf(rows), (std::vector<std::uint32_t>{0, 1, 2})); // pinned ones stay
        choice.showAll();
        choice.solo(RankId{3}, true);
        rows = workerTexts(alternating(4), {}, choice);
        QVERIFY(rows[0].faint && !rows[1].faint && rows[3].soloed && !rows[3].faint);
    }

    void selectionStaysWithItsRank() {
        WorkerTableModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(textsOf(frameOf(8)));
        const QPersistentModelIndex five(model.index(5, 2));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.sort(2, Qt::DescendingOrder);
        QCOMPARE(five.row(), 2); // losses ascend with the rank
        model.setRows(textsOf(frameOf(8)));
        QCOMPARE(five.row(), 2);
        QCOMPARE(model.row(0).rank, RankId{7});
        model.sort(0, Qt::AscendingOrder);
        QCOMPARE(five.row(), 5);
        QCOMPARE(reset.size(), 0);
    }

    void tableIsAWellBehavedModel() {
        WorkerTableModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(textsOf(frameOf(8)));
        QCOMPARE(model.rowCount(), 8);
        QCOMPARE(model.rowOf(RankId{5}), 5);
        QCOMPARE(model.rowOf(RankId{9}), -1);
        QCOMPARE(model.data(model.index(1, 2), Qt::DisplayRole).toString(), QString("2.10"));
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QString("loss"));

        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setRows(textsOf(frameOf(8)));
        QCOMPARE(reset.size(), 0); // same ranks: selection stays
        QCOMPARE(changed.size(), 1);
        model.setRows(textsOf(frameOf(2)));
        QCOMPARE(reset.size(), 1);
        model.setRows({});
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestRankModels)
#include "TestRankModels.moc"
