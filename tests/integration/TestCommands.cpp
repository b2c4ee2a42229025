// SPDX-License-Identifier: Apache-2.0
// info, metrics, cosine and verify as scripts see them.

#include "app/engine/run/Run.h"
#include "app/engine/session/RunReader.h"
#include "tests/support/Command.h"
#include "tests/support/Streams.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <limits>
#include <map>
#include <mutex>

using namespace rankscope;
using rankscope::test::csvRows;
using rankscope::test::Outcome;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

/// The digits that the contract asks for, made without the code under test.
QString shortest(double x) {
    char buffer[64];
    return QString::fromLatin1(buffer, std::to_chars(buffer, buffer + 64, x).ptr - buffer);
}

} // namespace

class TestCommands : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QString m_file; ///< 4 ranks, 20 steps; rank 2's gradient is infinite at step 5, losses at 6

    QString write(const QString& name, const std::vector<wire::Event>& events) {
        const QString file = m_dir.filePath(name);
        const std::string problem = support::writeSession(file.toStdString(), events);
        if (!problem.empty()) {
            qFatal("%s", problem.c_str());
        }
        return file;
    }

  private slots:
    void initTestCase() {
        m_file = write("run.rankscope",
                       support::streamOf({}, [](std::uint64_t step, auto& g, auto& records) {
                           if (step == 5) {
                               g[2][0] = kInf;
                           }
                           if (step == 6) {
                               records[0].loss = kNan;
                               records[1].loss = kInf;
                               records[2].loss = -kInf;
                               records[3].loss.reset();
                           }
                       }));
    }

    void metricsAreTheTablesOfTheEngine() {
        const Outcome got = rankscope::test::rankscope({"metrics", m_file});
        QCOMPARE(got.code, 0);
        QVERIFY(got.err.isEmpty());
        QVERIFY(got.out.startsWith("step,workers,loss_mean,loss_std,loss_range,grad_norm_mean,"
                                   "grad_norm_std,cosine_mean,cosine_source"));
        const auto rows = csvRows(got.out);
        QCOMPARE(rows.size(), 20);
        auto run = engine::RunReader::open(m_file.toStdString());
        QVERIFY(run.has_value() && (*run)->readAll().has_value());
        for (std::uint64_t step = 0; step < 20; ++step) {
            const auto m = (*run)->measures(Step{step}).step;
            const auto& row = rows[static_cast<qsizetype>(step)];
            QCOMPARE(row["step"], QString::number(step));
            QCOMPARE(row["workers"], QString("4"));
            QCOMPARE(row["cosine_mean"], shortest(m.cosineMean));
            QCOMPARE(row["cosine_source"], QString(step == 5 ? "sketch" : "exact"));
            if (step != 6) {
                QCOMPARE(row["loss_mean"], shortest(m.lossMean));
                QCOMPARE(row["loss_std"], shortest(m.lossStd));
            }
        }
    }

    void undefinedIsEmptyAndNonFiniteIsNamed() {
        const auto ranks =
            csvRows(rankscope::test::rankscope({"metrics", m_file, "--per-rank"}).out);
        QCOMPARE(ranks.size(), 80);
        QCOMPARE(ranks[24]["loss"], QString("nan"));
        QCOMPARE(ranks[25]["loss"], QString("inf"));
        QCOMPARE(ranks[26]["loss"], QString("-inf"));
        QCOMPARE(ranks[27]["loss"], QString(""));
        QCOMPARE(ranks[22]["grad_norm"], QString("inf"));
        QCOMPARE(ranks[22]["cosine_loo"], QString(""));
        QCOMPARE(ranks[22]["nonfinite"], QString("1"));
        QVERIFY(!ranks[21]["cosine_loo"].isEmpty());
        for (qsizetype i = 0; i < 80; ++i) { // rows ascend in (step, rank)
            QCOMPARE(ranks[i]["step"].toLongLong(), i / 4);
            QCOMPARE(ranks[i]["rank"].toLongLong(), i % 4);
        }
        const QJsonArray json = rankscope::test::rankscope({"metrics", m_file, "--per-rank",
                                                            "--format", "json", "--steps", "6:7"})
                                    .json()
                                    .array();
        QCOMPARE(json.size(), 4);
        QCOMPARE(json[0].toObject()["loss"].toString(), QString("nan"));
        QCOMPARE(json[2].toObject()["loss"].toString(), QString("-inf"));
        QVERIFY(json[3].toObject()["loss"].isNull());
        const QJsonObject row =
            rankscope::test::rankscope({"metrics", m_file, "--format", "json", "--steps", "6:7"})
                .json()
                .array()[0]
                .toObject();
        QVERIFY(row["loss_std"].isNull());
        QCOMPARE(row["loss_mean"].toString(), QString("nan")); // inf and -inf and nan
    }

    /// Rank 1 loses steps 2 and 3, both ranks 5 and 6, rank 0 what is behind step 8.
    void lossesAreCountedInEveryTable() {
        support::StreamOptions options;
        options.world = 2;
        options.steps = 10;
        std::vector<wire::Event> events = support::streamOf(options);
        std::erase_if(events, [](const wire::Event& event) {
            const auto* record = std::get_if<wire::StepRecord>(&event);
            if (record == nullptr) {
                return false;
            }
            const std::uint64_t step = record->step.value();
            return step == 5 || step == 6 || (record->rank == RankId{1} && step / 2 == 1) ||
                   (record->rank == RankId{0} && step == 9);
        });
        const QString file = write("losses.rankscope", events);
        const auto lostIn = [](const QList<QMap<QString, QString>>& rows) {
            QString text;
            for (const auto& row : rows) {
                text += row["step"] + (row.contains("rank") ? "/" + row["rank"] : QString()) + ":" +
                        row["lost"] + " ";
            }
            return text;
        };
        const auto table = [&](const QStringList& more) {
            return lostIn(
                csvRows(rankscope::test::rankscope(QStringList{"metrics", file} + more).out));
        };
        QCOMPARE(table({}), QString("0:0 1:0 2:1 3:1 4:0 7:4 8:0 9:1 "));
        QCOMPARE(table({"--steps", "6:9"}), QString("7:2 8:0 "));
        QCOMPARE(table({"--per-rank", "--steps", "3:"}),
                 QString("3/0:0 4/0:0 4/1:1 7/0:2 7/1:2 8/0:0 8/1:0 9/1:0 "));
        const QJsonObject info =
            rankscope::test::rankscope({"info", file, "--json"}).json().object();
        QCOMPARE(info["lost"].toInt(), 7);
        QCOMPARE(info["lost_by_cause"].toObject()["lost on the way"].toInt(), 7);
        QVERIFY(rankscope::test::rankscope({"info", file})
                    .out.contains("7 declared lost (lost on the way 7)"));
    }

    /// A rank that measures no gradient has not found it free of NaN.
    void aCountThatNobodyMadeIsEmpty() {
        support::StreamOptions options;
        options.world = 2;
        options.steps = 3;
        std::vector<wire::Event> events = support::streamOf(options);
        for (wire::Event& event : events) {
            if (auto* record = std::get_if<wire::StepRecord>(&event)) {
                record->gradSq.reset();
                record->meanSq.reset();
                record->dot.reset();
                if (record->step == Step{0} || record->rank == RankId{1}) {
                    record->nonFinite.reset();
                }
            }
        }
        const QString file = write("lossOnly.rankscope", events);
        const auto steps = csvRows(rankscope::test::rankscope({"metrics", file}).out);
        QCOMPARE(steps.size(), 3);
        QCOMPARE(steps[0]["nonfinite"], QString());
        QCOMPARE(steps[1]["nonfinite"], QString("0"));
        const auto ranks = csvRows(rankscope::test::rankscope({"metrics", file, "--per-rank"}).out);
        QCOMPARE(ranks.size(), 6);
        QCOMPARE(ranks[2]["nonfinite"], QString("0"));
        QCOMPARE(ranks[3]["nonfinite"], QString());
    }

    void stepsAreHalfOpen() {
        const auto count = [&](const QString& range) {
            return csvRows(rankscope::test::rankscope({"metrics", m_file, "--steps", range}).out)
                .size();
        };
        QCOMPARE(count("3:7"), 4);
        QCOMPARE(count("18:"), 2);
        QCOMPARE(count(":5"), 5);
        QCOMPARE(count("7:7"), 0);
        QCOMPARE(count("100:200"), 0);
    }

    void cosinesAreASymmetricTable() {
        const Outcome csv = rankscope::test::rankscope({"cosine", m_file, "--step", "5"});
        QCOMPARE(csv.code, 0);
        QVERIFY(csv.out.startsWith("rank,0,1,2,3\n0,1,"));
        const auto rows = csvRows(csv.out);
        QCOMPARE(rows.size(), 4);
        QCOMPARE(rows[0]["3"], rows[3]["0"]);
        QCOMPARE(rows[2]["0"] + rows[2]["2"], QString(""));
        const QJsonObject json =
            rankscope::test::rankscope({"cosine", m_file, "--step", "5", "--format", "json"})
                .json()
                .object();
        QCOMPARE(json["step"].toInt(), 5);
        QCOMPARE(json["source"].toString(), QString("sketch"));
        QCOMPARE(json["ranks"].toArray().size(), 4);
        const QJsonArray first = json["cosine"].toArray()[0].toArray();
        QVERIFY(first[2].isNull());
        QCOMPARE(shortest(first[3].toDouble()), rows[0]["3"]);
        QVERIFY(json["sd"].toArray()[0].toArray()[3].toDouble() > 0);
    }

    void twoWorkersNeedNoSketch() {
        support::StreamOptions options;
        options.world = 2;
        options.sketches = false;
        const QString file = write("two.rankscope", support::streamOf(options));
        const auto rows =
            csvRows(rankscope::test::rankscope({"metrics", file, "--steps", "3:4"}).out);
        const QJsonObject json =
            rankscope::test::rankscope({"cosine", file, "--step", "3", "--format", "json"})
                .json()
                .object();
        QCOMPARE(json["source"].toString(), QString("exact"));
        QCOMPARE(shortest(json["cosine"].toArray()[0].toArray()[1].toDouble()),
                 rows[0]["cosine_mean"]);
        options.world = 3; // no sums of pairs for three
        const QString three = write("three.rankscope", support::streamOf(options));
        const Outcome none = rankscope::test::rankscope({"cosine", three, "--step", "3"});
        QCOMPARE(none.code, 0);
        QCOMPARE(none.out, QByteArray("rank,0,1,2\n0,,,\n1,,,\n2,,,\n"));
    }

    void aSessionWithoutStepsSaysSo() {
        const Outcome empty = rankscope::test::rankscope({"info", write("empty.rankscope", {})});
        QCOMPARE(empty.code, 0);
        QVERIFY2(empty.out.contains("steps       none yet\n"), empty.out.constData());
        QVERIFY(empty.out.contains("world       none yet\n"));
    }

    void oneWorkerIsUndefinedNotZero() {
        support::StreamOptions options;
        options.world = 1;
        const QString file = write("one.rankscope", support::streamOf(options));
        const Outcome cosine = rankscope::test::rankscope({"cosine", file, "--step", "3"});
        QVERIFY2(cosine.err.contains("one rank only"), cosine.err.constData());
        QVERIFY(rankscope::test::rankscope({"info", file}).out.contains("1 rank, generation"));
        const auto rows = csvRows(rankscope::test::rankscope({"metrics", file}).out);
        QCOMPARE(rows.size(), 20);
        for (const char* column :
             {"loss_std", "loss_range", "grad_norm_std", "cosine_mean", "diversity", "noise_tau"}) {
            QCOMPARE(rows[3][column], QString(""));
        }
        QCOMPARE(rows[3]["cosine_source"], QString("none"));
        QVERIFY(!rows[3]["loss_mean"].isEmpty());
    }

    void infoDescribesTheRun() {
        const QJsonObject json =
            rankscope::test::rankscope({"info", m_file, "--json"}).json().object();
        QCOMPARE(json["run"].toString(), QString("run-1"));
        QCOMPARE(json["name"].toString(), QString("a name, with \"quotes\""));
        QCOMPARE(json["steps"].toInt(), 20);
        QCOMPARE(json["last_step"].toInt(), 19);
        QCOMPARE(json["records"].toInt(), 80);
        QCOMPARE(json["world"].toInt(), 4);
        QCOMPARE(json["config"].toObject()["lr"].toDouble(), 0.1);
        QCOMPARE(json["ranks"].toArray().size(), 4);
        QVERIFY(json["ranks"].toArray()[3].toObject()["left"].toBool());
        const Outcome text = rankscope::test::rankscope({"info", m_file});
        QCOMPARE(text.code, 0);
        QVERIFY(text.out.contains("run-1") && text.out.contains("20, 0 to 19"));
    }

    void verifyTellsDamageFromADeclaredGap() {
        const Outcome sound = rankscope::test::rankscope({"verify", m_file});
        QCOMPARE(sound.code, 0);

        std::vector<wire::Event> events;
        for (const wire::Event& event : support::streamOf({})) {
            const auto* r = std::get_if<wire::StepRecord>(&event);
            if (r != nullptr && r->step == Step{9}) {
                events.emplace_back(
                    wire::Gap{r->incarnation, r->rank, r->seq, r->seq, wire::GapCause::RingFull});
            } else {
                events.push_back(event);
            }
        }
        const QString gap = write("gap.rankscope", events);
        const Outcome declared = rankscope::test::rankscope({"verify", gap});
        QCOMPARE(declared.code, 0);
        QVERIFY(declared.out.contains("4 more declared lost"));
        QCOMPARE(csvRows(rankscope::test::rankscope({"metrics", gap}).out).size(), 19);

        QFile file(m_dir.filePath("damaged.rankscope"));
        QVERIFY(QFile::copy(m_file, file.fileName()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        const qint64 middle = file.readAll().lastIndexOf("a name, with"); // in a chunk
        QVERIFY(middle > 0);
        file.seek(middle);
        QByteArray bytes = file.read(64);
        for (char& c : bytes) {
            c = static_cast<char>(c ^ 0x5A);
        }
        file.seek(middle);
        file.write(bytes);
        file.close();
        const Outcome damaged = rankscope::test::rankscope({"verify", file.fileName()});
        QCOMPARE(damaged.code, 1);
        QVERIFY(!damaged.err.isEmpty());
        const Outcome rest = rankscope::test::rankscope({"metrics", file.fileName()});
        QCOMPARE(rest.code, 0); // what is whole is shown, and the loss is said
        QVERIFY(rest.err.contains("damaged"));
    }

    void wrongUsageAndMissingFilesSaySo() {
        for (const QStringList& arguments :
             {QStringList{"metrics"}, QStringList{"metrics", m_file, "--steps", "5"},
              QStringList{"metrics", m_file, "--steps", "7:5"},
              QStringList{"metrics", m_file, "--steps", "a:b"},
              QStringList{"metrics", m_file, "--format", "xml"}, QStringList{"cosine", m_file},
              QStringList{"cosine", m_file, "--step", "-1"},
              QStringList{"simulate", "--connect", "tcp://127.0.0.1:1", "--rate", "-1"}}) {
            const Outcome got = rankscope::test::rankscope(arguments);
            QCOMPARE(got.code, 2);
            QVERIFY(got.out.isEmpty() && !got.err.isEmpty());
        }
        for (const char* command : {"info", "metrics", "verify"}) {
            const Outcome got =
                rankscope::test::rankscope({command, m_dir.filePath("missing.rankscope")});
            QCOMPARE(got.code, 1);
            QVERIFY(got.err.contains("missing.rankscope"));
        }
        QCOMPARE(rankscope::test::rankscope({"cosine", m_file, "--step", "99"}).code, 1);
        QFile text(m_dir.filePath("text"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("not a session\n");
        text.close();
        QCOMPARE(rankscope::test::rankscope({"metrics", text.fileName()}).code, 1);
        QCOMPARE(rankscope::test::rankscope({"verify", text.fileName()}).code, 1);
    }

    void aFullDiskIsAnError() {
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        process.start(qEnvironmentVariable("RANKSCOPE_BIN") + "/rankscope", {"metrics", m_file});
        QVERIFY(process.waitForFinished(30000));
        QCOMPARE(process.exitCode(), 1);
    }

    void theLocaleChangesNothing() {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("LC_ALL", "de_DE.UTF-8");
        for (const QStringList& arguments :
             {QStringList{"metrics", m_file}, QStringList{"info", m_file, "--json"},
              QStringList{"cosine", m_file, "--step", "3", "--format", "json"}}) {
            QCOMPARE(rankscope::test::rankscope(arguments, environment).out,
                     rankscope::test::rankscope(arguments).out);
        }
    }

    /// Whatever order the ranks' records arrive in, and however often, the tables are the same.
    void arrivalOrderChangesNoByte() {
        support::StreamOptions options;
        options.bye = false;
        std::vector<wire::Event> events = support::streamOf(options);
        support::StreamOptions again; // an elastic restart with fewer ranks
        again.world = 3;
        again.generation = 1;
        again.firstStep = 12;
        again.firstIncarnation = 50;
        const auto restart = support::streamOf(again);
        events.insert(events.end(), restart.begin(), restart.end());
        const QString first = write("first.rankscope", events);
        const auto expected = rankscope::test::rankscope({"metrics", first, "--per-rank"});
        QCOMPARE(csvRows(expected.out).size(), 12 * 4 + 20 * 3);

        std::mt19937_64 random{5};
        for (int round = 0; round < 4; ++round) {
            // Each process's own records keep their order, as a connection does; a few come twice.
            std::map<IncarnationId, std::vector<wire::Event>> streams;
            for (const wire::Event& event : events) {
                const auto id = std::visit([](const auto& e) { return e.incarnation; }, event);
                streams[id].push_back(event);
                if (random() % 5 == 0) {
                    streams[id].push_back(event);
                }
            }
            std::vector<wire::Event> shuffled;
            std::vector<IncarnationId> turns;
            for (const auto& [id, stream] : streams) {
                turns.insert(turns.end(), stream.size(), id);
            }
            std::shuffle(turns.begin(), turns.end(), random);
            std::map<IncarnationId, std::size_t> next;
            for (const IncarnationId id : turns) {
                shuffled.push_back(streams[id][next[id]++]);
            }
            const QString file = write(QString("shuffled%1.rankscope").arg(round), shuffled);
            QCOMPARE(rankscope::test::rankscope({"metrics", file, "--per-rank"}).out, expected.out);
            QCOMPARE(rankscope::test::rankscope({"metrics", file}).out,
                     rankscope::test::rankscope({"metrics", first}).out);
        }
    }

    /// What a live view ended with is what the command prints of the finished file.
    void liveEqualsTheCommand() {
        const QString file = m_dir.filePath("live.rankscope");
        auto writer = session::SessionWriter::open(file.toStdString(), "run-1", {});
        QVERIFY(writer.has_value());
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
            return changed.wait_for(lock, std::chrono::seconds(20),
                                    [&] { return frame && wanted(*frame); });
        };
        const auto events = support::streamOf({});
        for (std::size_t at = 0; at < events.size(); at += 7) {
            (*writer)->append(
                std::span(events).subspan(at, std::min<std::size_t>(7, events.size() - at)));
            QVERIFY((*writer)->commit().has_value());
        }
        QVERIFY(waitFor([](const auto& f) { return f.status.records == 80; }));
        std::vector<double> means;
        for (std::uint64_t step = 0; step < 20; ++step) {
            engine::View view;
            view.cursor = Step{step};
            (*live)->setView(view);
            QVERIFY(waitFor([&](const auto& f) { return f.cursor.step == Step{step}; }));
            const std::lock_guard lock(mutex);
            means.push_back(frame->cursor.metrics.cosineMean);
        }
        QVERIFY((*writer)->close().has_value());
        const auto rows = csvRows(rankscope::test::rankscope({"metrics", file}).out);
        QCOMPARE(rows.size(), 20);
        for (qsizetype step = 0; step < 20; ++step) {
            QCOMPARE(rows[step]["cosine_mean"], shortest(means[static_cast<std::size_t>(step)]));
        }
    }
};

QTEST_GUILESS_MAIN(TestCommands)
#include "TestCommands.moc"
