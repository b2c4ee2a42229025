// SPDX-License-Identifier: Apache-2.0
// Simulated runs with every kind of fault, recorded by real processes, and what the metrics say.
// The simulator gives the same run for the same seed, so a healthy run is the reference.

#include "app/engine/run/Run.h"
#include "tests/support/Command.h"
#include "tests/support/RecordProcess.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <condition_variable>
#include <mutex>

using namespace rankscope;
using rankscope::test::csvRows;

namespace {

constexpr int kRanks = 4;
constexpr int kSteps = 80;
constexpr int kSick = 2;   ///< the rank
constexpr int kSince = 30; ///< the step

using Rows = QList<QMap<QString, QString>>;

/// A recorded run, as tables.
struct Recorded {
    QString file;
    Rows steps, ranks;

    [[nodiscard]] double at(int step, const char* column) const {
        return steps[step][column].toDouble();
    }
    [[nodiscard]] const QMap<QString, QString>& row(int step, int rank) const {
        return ranks[step * kRanks + rank];
    }
    [[nodiscard]] double at(int step, int rank, const char* column) const {
        return row(step, rank)[column].toDouble();
    }
    /// Mean over the steps from kSince on.
    [[nodiscard]] double mean(int rank, const char* column) const {
        double sum = 0;
        for (int step = kSince; step < kSteps; ++step) {
            sum += at(step, rank, column) / (kSteps - kSince);
        }
        return sum;
    }
    [[nodiscard]] double cosine(int step, int i, int j) const {
        const auto rows = csvRows(
            rankscope::test::rankscope({"cosine", file, "--step", QString::number(step)}).out);
        return rows[i][QString::number(j)].toDouble();
    }
};

} // namespace

class TestFaults : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    Recorded m_healthy;

    /// Records a simulation with these faults; the tables are empty when something failed.
    Recorded record(const QString& name, const QStringList& faults) {
        Recorded run;
        run.file = m_dir.filePath(name + ".rankscope");
        test::RecordProcess recorder;
        const std::string endpoint = recorder.record(run.file, "tcp://127.0.0.1:0", {"--once"});
        QStringList arguments{
            "--connect", QString::fromStdString(endpoint), "--ranks",  QString::number(kRanks),
            "--steps",   QString::number(kSteps),          "--sketch", "1024"};
        for (const QString& fault : faults) {
            arguments << "--fault" << fault;
        }
        QProcess simulator;
        simulator.start(qEnvironmentVariable("RANKSCOPE_BIN") + "/rankscope-simulate", arguments);
        if (!simulator.waitForFinished(60000) || simulator.exitCode() != 0 ||
            recorder.wait() != 0) {
            qWarning("%s", qPrintable(simulator.readAllStandardError() + recorder.log()));
            return run;
        }
        run.steps = csvRows(rankscope::test::rankscope({"metrics", run.file}).out);
        run.ranks = csvRows(rankscope::test::rankscope({"metrics", run.file, "--per-rank"}).out);
        return run;
    }

    Recorded recordFault(const QString& kind) {
        return record(kind, {QString("%1@%2@%3").arg(kind).arg(kSick).arg(kSince)});
    }

    static bool isWhole(const Recorded& run) {
        return run.steps.size() == kSteps && run.ranks.size() == kSteps * kRanks;
    }

  private slots:
    void initTestCase() {
        m_healthy = record("healthy", {});
        QVERIFY(isWhole(m_healthy));
    }

    void aHealthyRunIsExactAndBalanced() {
        for (const auto& row : m_healthy.steps) {
            QCOMPARE(row["workers"], QString::number(kRanks));
            QCOMPARE(row["cosine_source"], QString("exact"));
            QCOMPARE(row["nonfinite"], QString("0"));
            QVERIFY(row["loss_std"].toDouble() > 0 && row["diversity"].toDouble() > 0);
        }
        for (int rank = 0; rank < kRanks; ++rank) {
            QVERIFY(std::abs(m_healthy.mean(rank, "loss_excess")) < 0.2);
        }
        QCOMPARE(rankscope::test::rankscope({"verify", m_healthy.file}).code, 0);
        const QJsonObject info =
            rankscope::test::rankscope({"info", m_healthy.file, "--json"}).json().object();
        QCOMPARE(info["lost"].toInt(), 0);
        QCOMPARE(info["records"].toInt(), kRanks * kSteps);
        QVERIFY(info["ranks"].toArray()[0].toObject()["left"].toBool());
    }

    void sketchesAgreeWithTheExactSums() {
        const QJsonObject json = rankscope::test::rankscope(
                                     {"cosine", m_healthy.file, "--step", "40", "--format", "json"})
                                     .json()
                                     .object();
        QCOMPARE(json["source"].toString(), QString("sketch"));
        double mean = 0;
        double sd = 0;
        for (int i = 0; i < kRanks; ++i) {
            for (int j = i + 1; j < kRanks; ++j) {
                mean += json["cosine"].toArray()[i].toArray()[j].toDouble() / 6;
                sd = std::max(sd, json["sd"].toArray()[i].toArray()[j].toDouble());
            }
        }
        QVERIFY(std::abs(mean - m_healthy.at(40, "cosine_mean")) < 4 * sd);
    }

    void sameData() {
        // Dropout would draw two masks for the same batch, so both ranks do without.
        const Recorded run =
            record("same-data", {"same-data@2@30", "dropout-off@2@30", "dropout-off@3@30"});
        QVERIFY(isWhole(run));
        QVERIFY(run.cosine(kSince - 1, 2, 3) < 0.7);
        for (const int step : {kSince, 50, kSteps - 1}) {
            QVERIFY(run.cosine(step, 2, 3) > 0.9999);
            QVERIFY(run.cosine(step, 0, 1) < 0.7);
            QCOMPARE(run.row(step, 2)["loss"], run.row(step, 3)["loss"]);
            QCOMPARE(run.row(step, 2)["data_hash"].size(), 16);
            QCOMPARE(run.row(step, 2)["data_hash"], run.row(step, 3)["data_hash"]);
            QVERIFY(run.row(step, 2)["data_hash"] != run.row(step, 1)["data_hash"]);
        }
    }

    void corruptShard() {
        const Recorded run = recordFault("corrupt-shard");
        QVERIFY(isWhole(run));
        for (int rank = 0; rank < kRanks; ++rank) {
            QVERIFY((run.mean(rank, "loss_excess") > 0.3) == (rank == kSick));
            if (rank != kSick) {
                QVERIFY(run.mean(kSick, "cosine_loo") < run.mean(rank, "cosine_loo"));
            }
        }
    }

    void dropoutOff() {
        const Recorded run = recordFault("dropout-off");
        QVERIFY(isWhole(run));
        QCOMPARE(run.row(kSince - 1, kSick)["flags"], QString("0"));
        QCOMPARE(run.row(kSince, kSick)["flags"], QString("8")); // eval mode
        QVERIFY(run.mean(kSick, "loss_excess") < 0);
        QVERIFY(run.mean(kSick, "grad_norm") < m_healthy.mean(kSick, "grad_norm"));
    }

    void nan() {
        const Recorded run = recordFault("nan");
        QVERIFY(isWhole(run));
        for (int step = 0; step < kSteps; ++step) {
            QCOMPARE(run.steps[step]["cosine_source"],
                     QString(step == kSince ? "sketch" : "exact"));
        }
        const auto& at = run.steps[kSince];
        QVERIFY(at["nonfinite"].toInt() > 0 && at["cosine_sd"].toDouble() > 0);
        QVERIFY(!at["cosine_mean"].isEmpty() && !at["grad_norm_std"].isEmpty());
        QVERIFY(at["diversity"].isEmpty() && at["noise_tau"].isEmpty());
        QVERIFY(std::isfinite(at["loss_mean"].toDouble()));
        for (int rank = 0; rank < kRanks; ++rank) {
            const auto& row = run.row(kSince, rank);
            QCOMPARE(row["cosine_loo"].isEmpty(), rank == kSick);
            QCOMPARE(row["nonfinite"] != "0", rank == kSick);
            QCOMPARE(row["grad_norm"] == "nan", rank == kSick);
        }
        // The pairs of finite ranks are those of the healthy run.
        QVERIFY(std::abs(run.cosine(kSince, 0, 3) - m_healthy.cosine(kSince, 0, 3)) < 1e-6);
    }

    void bitFlip() {
        const Recorded run = recordFault("bitflip");
        QVERIFY(isWhole(run));
        for (int rank = 0; rank < kRanks; ++rank) {
            QCOMPARE(run.row(kSince, rank)["grad_norm"] != m_healthy.row(kSince, rank)["grad_norm"],
                     rank == kSick);
        }
        QVERIFY(run.at(kSince, kSick, "grad_norm") >
                1.1 * m_healthy.at(kSince, kSick, "grad_norm"));
        QVERIFY(run.at(kSince, kSick, "distance") > m_healthy.at(kSince, kSick, "distance"));
    }

    void paramDesync() {
        const Recorded run = recordFault("param-desync");
        QVERIFY(isWhole(run));
        // Nothing shows at the step itself: the metrics come late, as they do in reality.
        QCOMPARE(run.steps[kSince], m_healthy.steps[kSince]);
        // The exact flag: hashes of the parameters differ.
        QCOMPARE(run.row(kSince - 1, kSick)["parameter_hash"],
                 run.row(kSince - 1, 0)["parameter_hash"]);
        QVERIFY(run.row(kSince, kSick)["parameter_hash"] != run.row(kSince, 0)["parameter_hash"]);
        QVERIFY(run.row(kSince + 1, kSick)["loss"] != m_healthy.row(kSince + 1, kSick)["loss"]);
        QCOMPARE(run.row(kSince + 1, 0)["loss"], m_healthy.row(kSince + 1, 0)["loss"]);
    }

    void lossScale() {
        const Recorded run = recordFault("loss-scale");
        QVERIFY(isWhole(run));
        const double ratio =
            run.at(kSince, kSick, "grad_norm") / m_healthy.at(kSince, kSick, "grad_norm");
        QVERIFY(std::abs(ratio - 4) < 1e-3); // it sums four micro-batches
        for (int other = 0; other < kRanks; ++other) {
            if (other != kSick) {
                const double cosine = run.cosine(kSince, kSick, other);
                QVERIFY(std::abs(cosine - m_healthy.cosine(kSince, kSick, other)) < 1e-3);
            }
        }
        QVERIFY(std::abs(run.at(kSince, kSick, "cosine_loo") -
                         m_healthy.at(kSince, kSick, "cosine_loo")) < 1e-3);
        QCOMPARE(run.row(kSince, kSick)["loss"], m_healthy.row(kSince, kSick)["loss"]);
    }

    void shortBatches() {
        const Recorded run = recordFault("short-batches");
        QVERIFY(isWhole(run));
        QCOMPARE(run.at(kSince, kSick, "weight") * 4, run.at(kSince, 0, "weight"));
        QVERIFY(run.mean(kSick, "grad_norm") > 1.3 * run.mean(0, "grad_norm"));
        // The mean is over samples, not over ranks.
        double sum = 0;
        double weights = 0;
        for (int rank = 0; rank < kRanks; ++rank) {
            sum += run.at(kSince, rank, "weight") * run.at(kSince, rank, "loss");
            weights += run.at(kSince, rank, "weight");
        }
        QCOMPARE(run.steps[kSince]["loss_weighted"], QString("true"));
        QVERIFY(std::abs(run.at(kSince, "loss_mean") - sum / weights) < 1e-12);
    }

    /// A view that followed the recording ends where a replay of the file begins.
    void aFollowedRecordingEndsAsTheCommandSays() {
        const QString file = m_dir.filePath("followed.rankscope");
        test::RecordProcess recorder;
        const std::string endpoint = recorder.record(file, "tcp://127.0.0.1:0", {"--once"});
        std::mutex mutex;
        std::condition_variable changed;
        std::shared_ptr<const engine::RunFrame> frame;
        auto live = engine::Run::open(file.toStdString(), {.follow = true, .frameIntervalMs = 1},
                                      [&](std::shared_ptr<const engine::RunFrame> next) {
                                          const std::lock_guard lock(mutex);
                                          frame = std::move(next);
                                          changed.notify_all();
                                      });
        QVERIFY(live.has_value());
        const auto waitFor = [&](auto wanted) {
            std::unique_lock lock(mutex);
            return changed.wait_for(lock, std::chrono::seconds(30),
                                    [&] { return frame && wanted(*frame); });
        };
        QProcess simulator;
        simulator.start(qEnvironmentVariable("RANKSCOPE_BIN") + "/rankscope-simulate",
                        {"--connect", QString::fromStdString(endpoint), "--ranks", "4", "--steps",
                         "80", "--sketch", "1024"});
        QVERIFY(waitFor([](const auto& f) { return f.status.state == engine::RunState::Ended; }));
        QVERIFY(simulator.waitForFinished(60000));
        QCOMPARE(recorder.wait(), 0);
        QCOMPARE(csvRows(rankscope::test::rankscope({"metrics", file}).out), m_healthy.steps);
        for (const int step : {0, 17, 79}) {
            engine::View view;
            view.cursor = Step{static_cast<std::uint64_t>(step)};
            (*live)->setView(view);
            QVERIFY(waitFor([&](const auto& f) { return f.cursor.step == *view.cursor; }));
            const std::lock_guard lock(mutex);
            QCOMPARE(frame->cursor.metrics.cosineMean, m_healthy.at(step, "cosine_mean"));
            QCOMPARE(frame->cursor.metrics.lossMean, m_healthy.at(step, "loss_mean"));
        }
    }
};

QTEST_GUILESS_MAIN(TestFaults)
#include "TestFaults.moc"
