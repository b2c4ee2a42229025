// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CosineModel.h"
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

class TestRankModels : public QObject {
    Q_OBJECT

  private slots:
    void matrixIsTheEngines() {
        const auto map = cosineFrame(frameOf(8), RankId{5});
        QVERIFY(map.square());
        QCOMPARE(map.at(1, 3), -0.16);
        QCOMPARE(map.columns[5], std::string("5"));
        QCOMPARE(map.selected, 5);
        QCOMPARE(map.bars[1], -0.3);
        QCOMPARE(map.aside[1], std::string("\u00B1.003 (2 sd)"));
        QCOMPARE(map.summary,
                 std::string("Lowest cosine \u2212.16 between ranks 1 and 3 at step 10."));
    }

    void remarkTellsTheError() {
        QCOMPARE(cosineRemark(frameOf(8)), std::string("from sketches, \u00B1.003 (2 sd)"));
        auto frame = frameOf(8);
        frame.cursor.cosine = nullptr;
        QVERIFY(cosineRemark(frame).empty());
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
        const auto layers = layerFrame(frameOf(8), RankId{1});
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
        const auto rows = workerTexts(frame);
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

    void tableIsAWellBehavedModel() {
        WorkerTableModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(workerTexts(frameOf(8)));
        QCOMPARE(model.rowCount(), 8);
        QCOMPARE(model.rowOf(RankId{5}), 5);
        QCOMPARE(model.rowOf(RankId{9}), -1);
        QCOMPARE(model.data(model.index(1, 2), Qt::DisplayRole).toString(), QString("2.10"));
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QString("loss"));

        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setRows(workerTexts(frameOf(8)));
        QCOMPARE(reset.size(), 0); // same ranks: selection stays
        QCOMPARE(changed.size(), 1);
        model.setRows(workerTexts(frameOf(2)));
        QCOMPARE(reset.size(), 1);
        model.setRows({});
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestRankModels)
#include "TestRankModels.moc"
