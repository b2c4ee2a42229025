// SPDX-License-Identifier: Apache-2.0
// `rankscope compare` as scripts and people see it.

#include "tests/support/Command.h"
#include "tests/support/Streams.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace rankscope;
using rankscope::test::csvRows;
using rankscope::test::Outcome;

class TestCompare : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QStringList m_standard, m_other; ///< two settings, three seeds each

    /// Losses get `shift`; the config is made of the learning rate and the seed.
    QString write(const QString& name, support::StreamOptions options, const char* rate,
                  double shift = 0) {
        auto events = support::streamOf(options, [&](auto, auto&, auto& records) {
            for (wire::StepRecord& record : records) {
                record.loss = *record.loss + shift;
            }
        });
        for (wire::Event& event : events) {
            if (auto* hello = std::get_if<wire::Hello>(&event)) {
                hello->name = name.toStdString();
                hello->config = R"({"lr": )" + std::string(rate) + R"(, "batch": 4, "seed": )" +
                                std::to_string(options.seed) + "}";
            }
        }
        const QString file = m_dir.filePath(name);
        const std::string problem = support::writeSession(file.toStdString(), events);
        if (!problem.empty()) {
            qFatal("%s", problem.c_str());
        }
        return file;
    }

    static QJsonObject json(const QStringList& arguments) {
        const Outcome got =
            rankscope::test::rankscope(QStringList{"compare", "--json"} + arguments);
        if (got.code != 0) {
            qFatal("%s", got.err.constData());
        }
        return got.json().object();
    }
    /// The summary's row of a metric.
    static QJsonObject row(const QJsonObject& report, const char* metric) {
        for (const QJsonValue value : report["summary"].toArray()) {
            if (value["metric"].toString() == metric) {
                return value.toObject();
            }
        }
        return {};
    }

  private slots:
    void initTestCase() {
        for (const std::uint64_t seed : {0, 1, 2}) {
            const QString n = QString::number(seed);
            m_standard << write("standard-" + n, {.steps = 60, .seed = seed + 1}, "0.1");
            m_other << write("other-" + n, {.steps = 60, .seed = seed + 1}, "0.2", 0.5);
        }
    }

    void valuesAreTheMeansOfMetrics() {
        const QJsonObject report = json({m_standard[0], m_standard[1], "--steps", "10:30"});
        QCOMPARE(report["first_step"].toInt(), 10);
        QCOMPARE(report["last_step"].toInt(), 29);
        for (const int run : {0, 1}) {
            const Outcome table =
                rankscope::test::rankscope({"metrics", m_standard[run], "--steps", "10:30"});
            double loss = 0, cosine = 0;
            for (const auto& step : csvRows(table.out)) {
                loss += step["loss_mean"].toDouble() / 20;
                cosine += step["cosine_mean"].toDouble() / 20;
            }
            const double shown = row(report, "loss_mean")["values"][run].toDouble();
            QVERIFY(std::abs(shown - loss) < 1e-12);
            QVERIFY(std::abs(row(report, "cosine_mean")["values"][run].toDouble() - cosine) <
                    1e-12);
        }
    }

    void twoRunsHaveBlockIntervals() {
        const QJsonObject report = json({m_standard[0], m_standard[1]});
        QCOMPARE(report["first_step"].toInt(), 40); // the last third of 60
        QCOMPARE(report["last_step"].toInt(), 59);
        QCOMPARE(report["sessions"][1]["mark"].toString(), QString("B"));
        QCOMPARE(report["sessions"][1]["name"].toString(), QString("standard-1"));
        QCOMPARE(report["sessions"][1]["steps"].toInt(), 60);
        const QJsonObject test = row(report, "loss_mean")["against_base"][0].toObject();
        QCOMPARE(test["test"].toString(), QString("blocks"));
        QCOMPARE(test["side"].toString(), QString("B"));
        QVERIFY(test["half_width"].toDouble() > 0);
        QVERIFY(test["p_holm"].toDouble() >= test["p"].toDouble());
        QCOMPARE(report["words"].toArray(),
                 QJsonArray{"Two runs, one seed each: intervals describe these steps, not other "
                            "seeds."});
        QCOMPARE(report["config"][0]["key"].toString(), QString("seed"));
        QVERIFY(report["config"][0]["differs"].toBool());
        QVERIFY(!report["config"][1]["differs"].toBool());
    }

    void settingsArePairedBySeed() {
        const QJsonObject report = json(m_standard + m_other);
        QCOMPARE(report["sides"].toArray().size(), 2);
        QCOMPARE(report["sides"][1]["mark"].toString(), QString("D-F"));
        QCOMPARE(report["base"].toString(), QString("A-C"));
        const QJsonObject test = row(report, "loss_mean")["against_base"][0].toObject();
        QCOMPARE(test["test"].toString(), QString("paired-seeds"));
        QCOMPARE(test["count"].toInt(), 3);
        QVERIFY(std::abs(test["difference"].toDouble() - 0.5) < 1e-9);
        QVERIFY(test["p"].toDouble() < 1e-6); // the seeds' own losses cancel
        QVERIFY(report["words"][0].toString().startsWith("Paired t over three seeds"));
    }

    void raggedRunsSayHowManyThereAre() {
        const QString longer = write("longer", {.steps = 70, .seed = 9}, "0.1");
        const QJsonObject report = json({m_standard[0], longer, m_other[0]});
        QCOMPARE(report["steps"].toArray().size(), 70);
        for (const QJsonValue overlay : report["overlay"].toArray()) {
            if (overlay["side"].toString() == "A+B" &&
                overlay["metric"].toString() == "loss_mean") {
                QCOMPARE(overlay["runs"][59].toInt(), 2);
                QCOMPARE(overlay["runs"][60].toInt(), 1);
                QVERIFY(overlay["std"][59].isDouble());
                QVERIFY(overlay["std"][60].isNull());
            }
        }
        for (const QJsonValue difference : report["differences"].toArray()) {
            QVERIFY(difference["difference"][60].isNull());
        }
    }

    void relativeStepsMeet() {
        const QString later = write("later", {.firstStep = 500, .steps = 60, .seed = 5}, "0.1");
        const Outcome apart = rankscope::test::rankscope({"compare", m_standard[0], later});
        QCOMPARE(apart.code, 1);
        QVERIFY(apart.err.contains("no step is common to all sessions"));
        const QJsonObject report = json({m_standard[0], later, "--align", "relative"});
        QCOMPARE(report["steps"].toArray().size(), 60);
        QCOMPARE(report["sessions"][1]["first_step"].toInt(), 500);
    }

    void aBadFileLeavesTheOthers() {
        const QString none = m_dir.filePath("none");
        const Outcome got =
            rankscope::test::rankscope({"compare", "--json", m_standard[0], none, m_standard[1]});
        QCOMPARE(got.code, 0);
        QVERIFY(got.err.contains("B is left out"));
        const QJsonObject report = got.json().object();
        QCOMPARE(report["failed"][0]["mark"].toString(), QString("B"));
        QCOMPARE(report["sessions"][1]["mark"].toString(), QString("C"));
        const Outcome alone = rankscope::test::rankscope({"compare", m_standard[0], none});
        QCOMPARE(alone.code, 1);
        QVERIFY(alone.err.contains("only 1 session of 2 can be compared"));
    }

    void otherWorldsAreACaution() {
        const QString five = write("five", {.world = 5, .steps = 60, .seed = 1}, "0.1");
        const QJsonObject report = json({m_standard[0], five});
        QVERIFY(report["cautions"][0].toString().startsWith("A has 4 ranks and B has 5 ranks"));
    }

    void theTableIsAligned() {
        const Outcome got = rankscope::test::rankscope({"compare", m_standard[0], m_other[0]});
        QCOMPARE(got.code, 0);
        const QStringList lines = QString::fromUtf8(got.out).split('\n');
        QVERIFY(lines[0].startsWith("A  " + m_standard[0] + ": standard-0, 4 ranks, 60 steps"));
        const auto head = lines.indexOf(QRegularExpression("^metric .*"));
        QVERIFY(head > 0);
        for (qsizetype i = 1; i <= 7; ++i) {
            QCOMPARE(lines[head + i].size(), lines[head].size());
        }
        QVERIFY(lines[head + 1].startsWith("loss_mean"));
        QVERIFY(lines[head + 1].contains("+0.5"));
        QVERIFY(got.out.contains("7 tests"));
    }

    void wrongUse() {
        QCOMPARE(rankscope::test::rankscope({"compare", m_standard[0]}).code, 2);
        QCOMPARE(
            rankscope::test::rankscope({"compare", m_standard[0], m_standard[1], "--steps", "9:3"})
                .code,
            2);
        QCOMPARE(rankscope::test::rankscope(
                     {"compare", m_standard[0], m_standard[1], "--steps", "900:950"})
                     .code,
                 1);
    }
};

QTEST_GUILESS_MAIN(TestCompare)
#include "TestCompare.moc"
