// SPDX-License-Identifier: GPL-3.0-or-later
// `rankscope figure` as scripts see it: files, numbers beside them, errors; without a display.

#include "app/engine/session/Notes.h"
#include "tests/support/Command.h"
#include "tests/support/RecordedRun.h"
#include "tests/unit/export/Svg.h"

#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

using namespace rankscope;
using rankscope::test::Outcome;
using rankscope::test::Svg;

namespace {

/// A bare node: no display, and no platform chosen for Qt.
QProcessEnvironment bareNode() {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        environment.remove(variable);
    }
    return environment;
}

QByteArray contents(const QString& file) {
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

/// What another program says about a file; empty when it can't be run.
QString said(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    process.waitForFinished();
    return QString::fromUtf8(process.readAllStandardOutput());
}

} // namespace

class TestFigureCommand : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    QString path(const QString& name) const { return m_dir.filePath(name); }
    Outcome figure(const QStringList& arguments) const {
        return test::rankscope(QStringList{"figure"} + arguments, bareNode());
    }
    void wentWrong(const Outcome& outcome, int code, const char* words) const {
        QCOMPARE(outcome.code, code);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY2(outcome.err.startsWith("rankscope figure: "), outcome.err);
        QVERIFY2(outcome.err.contains(words), outcome.err);
    }

  private slots:
    void initTestCase() {
        support::RecordedRun run;
        run.steps = 60;
        run.gapFirst = 20;
        run.gapLast = 23;
        run.write(path("run.rankscope").toStdString());
        support::RecordedRun other;
        other.steps = 40;
        other.seed = 2;
        other.name = "other-seed";
        other.write(path("other.rankscope").toStdString());
        support::RecordedRun alone;
        alone.steps = 10;
        alone.ranks = 1;
        alone.write(path("alone.rankscope").toStdString());
    }

    void svgHasSeriesLabelsAndFonts() {
        const Outcome done =
            figure({path("run.rankscope"), "--panel", "loss", "--out", path("loss.svg")});
        QVERIFY2(done.code == 0, done.err);
        QCOMPARE(done.out, (path("loss.svg") + '\n' + path("loss.csv") + '\n').toUtf8());
        const Svg svg(contents(path("loss.svg")));
        QCOMPARE(svg.problem, QString());
        QCOMPARE(svg.width, QString("88mm"));
        QCOMPARE(svg.title, QString("byte-gpt-s13"));
        const auto curves = svg.pathsIn("curves");
        QCOMPARE(curves.size(), 9); // eight ranks and their mean
        for (const Svg::Path& curve : curves) {
            QCOMPARE(curve.parts.size(), 2); // before and behind the gap
            QCOMPARE(curve.parts[0].size() + curve.parts[1].size(), 60 - 4);
        }
        for (const char* word :
             {"Loss", "Step", "mean", "ranks", "32 records lost, hatched: emitter queue full"}) {
            QVERIFY2(svg.words().contains(word), word);
        }
        QCOMPARE(svg.fonts().size(), 2);
        QCOMPARE(svg.images, 0);
    }

    void numbersAreThoseOfMetrics() {
        QVERIFY(figure({path("run.rankscope"), "--panel", "loss", "--steps", "10:35", "--out",
                        path("part.svg")})
                    .code == 0);
        const Outcome metrics =
            test::rankscope({"metrics", path("run.rankscope"), "--steps", "10:35"});
        QCOMPARE(metrics.code, 0);
        QCOMPARE(test::csvRows(metrics.out).size(), 21); // 25 steps, 4 of them lost
        QCOMPARE(contents(path("part.csv")), metrics.out);
        const auto curves = Svg(contents(path("part.svg"))).pathsIn("curves");
        QVERIFY(curves[0].parts[0].size() >= 10); // steps 10 to 19

        QVERIFY(figure({path("run.rankscope"), "--panel", "direction", "--per-rank", "--out",
                        path("ranks.svg")})
                    .code == 0);
        QCOMPARE(contents(path("ranks.csv")),
                 test::rankscope({"metrics", path("run.rankscope"), "--per-rank"}).out);
    }

    void numbersOfTheMapAreThoseOfCosine() {
        QVERIFY(figure({path("run.rankscope"), "--panel", "cosine", "--step", "30", "--out",
                        path("map.pdf")})
                    .code == 0);
        QCOMPARE(contents(path("map.csv")),
                 test::rankscope({"cosine", path("run.rankscope"), "--step", "30"}).out);
        QVERIFY(figure({path("run.rankscope"), "--panel", "layers", "--step", "30", "--out",
                        path("layers.svg")})
                    .code == 0);
        const auto rows = test::csvRows(contents(path("layers.csv")));
        QCOMPARE(rows.size(), 12);
        QCOMPARE(rows[2]["layer"], QString("h0.attn"));
        QVERIFY(!rows[2]["7"].isEmpty());
    }

    void pdfHasTextAndItsFontsAndNoPictures() {
        QVERIFY(figure({path("run.rankscope"), "--panel", "loss,direction", "--columns", "2",
                        "--out", path("two.pdf"), "--no-csv"})
                    .code == 0);
        QVERIFY(!QFileInfo::exists(path("two.csv")));
        const QString text = said("pdftotext", {"-layout", path("two.pdf"), "-"});
        for (const char* word : {"Loss", "Cosine", "Step", "mean", "ranks"}) {
            QVERIFY2(text.contains(word), qPrintable(text));
        }
        const QStringList fonts =
            said("pdffonts", {path("two.pdf")}).split('\n', Qt::SkipEmptyParts).mid(2);
        QCOMPARE(fonts.size(), 2);
        for (const QString& font : fonts) {
            QVERIFY2(font.startsWith("Roboto"), qPrintable(font));
            QVERIFY2(font.contains(QRegularExpression("TrueType.* yes (yes|no) +yes")),
                     qPrintable(font)); // embedded, and its letters can be read
        }
        QCOMPARE(
            said("pdfimages", {"-list", path("two.pdf")}).split('\n', Qt::SkipEmptyParts).size(),
            2); // the heading only
        QVERIFY(said("pdfinfo", {path("two.pdf")}).contains("Page size:       510 x"));
    }

    void sizesAreKept() {
        QVERIFY(figure({path("run.rankscope"), "--out", path("size.png"), "--width-mm", "50.8",
                        "--height-mm", "30.48", "--dpi", "250"})
                    .code == 0);
        const QImage image(path("size.png"));
        QCOMPARE(image.size(), QSize(500, 300));
        QCOMPARE(image.dotsPerMeterX(), 9843);
    }

    void allPanelsAreFilesOfTheirOwn() {
        const Outcome done =
            figure({path("run.rankscope"), "--panel", "all", "--out", path("all.svg"), "--no-csv"});
        QVERIFY2(done.code == 0, done.err);
        QStringList names;
        for (const QByteArray& line : done.out.trimmed().split('\n')) {
            names << QFileInfo(QString::fromUtf8(line)).fileName();
            QVERIFY(QFileInfo::exists(path(names.last())));
        }
        for (const char* panel :
             {"loss", "dispersion", "direction", "norms", "norm-dispersion", "cosine", "layers"}) {
            QVERIFY2(names.contains(QString("all-%1.svg").arg(panel)), panel);
        }
    }

    void oneRankHasFewerPanels() {
        const Outcome done = figure(
            {path("alone.rankscope"), "--panel", "all", "--out", path("alone.svg"), "--no-csv"});
        QVERIFY2(done.code == 0, done.err);
        QVERIFY(done.out.contains("alone-loss.svg"));
        QVERIFY(!done.out.contains("alone-cosine.svg"));
        wentWrong(
            figure({path("alone.rankscope"), "--panel", "cosine", "--out", path("alone.svg")}), 1,
            "there is nothing to compare");
        wentWrong(
            figure({path("alone.rankscope"), "--panel", "dispersion", "--out", path("alone.svg")}),
            1, "needs the losses of two ranks");
    }

    void runsStandSideBySide() {
        const Outcome done = figure({path("run.rankscope"), path("other.rankscope"), "--out",
                                     path("seeds.svg"), "--columns", "2"});
        QVERIFY2(done.code == 0, done.err);
        const Svg svg(contents(path("seeds.svg")));
        QVERIFY(svg.words().contains("byte-gpt-s13"));
        QVERIFY(svg.words().contains("other-seed"));
        QCOMPARE(svg.words().count("Loss"), 1); // one axis for both
        QCOMPARE(svg.pathsIn("curves").size(), 18);
        QCOMPARE(contents(path("seeds-b.csv")),
                 test::rankscope({"metrics", path("other.rankscope")}).out);
    }

    void runsShareOnePlot() {
        const QStringList both{path("run.rankscope"), path("other.rankscope"), "--overlay"};
        const Outcome done =
            figure(both + QStringList{"--panel", "loss,difference", "--out", path("overlay.svg")});
        QVERIFY2(done.code == 0, done.err);
        const Svg svg(contents(path("overlay.svg")));
        for (const char* word : {"A", "B", "Step", "a", "b"}) {
            QVERIFY2(svg.words().contains(word), word);
        }
        QVERIFY(svg.words().filter("A byte-gpt-s13, B other-seed").size() == 1);
        const auto curves = svg.pathsIn("curves");
        QCOMPARE(curves.size(), 3);              // two runs and their difference
        QCOMPARE(curves[0].parts[0].size(), 40); // the second run has fewer steps, and no gap
        QCOMPARE(contents(path("overlay-a.csv")),
                 test::rankscope({"metrics", path("run.rankscope")}).out);

        const Outcome compared =
            test::rankscope({"compare", path("run.rankscope"), path("other.rankscope"), "--steps",
                             "5:30", "--out", path("compare.svg")},
                            bareNode());
        QVERIFY2(compared.code == 0, compared.err);
        QCOMPARE(Svg(contents(path("compare.svg"))).words().count("Step"), 1);
        QCOMPARE(Svg(contents(path("compare.svg"))).pathsIn("curves").size(), 7);
        QCOMPARE(test::csvRows(contents(path("compare-b.csv"))).size(), 25);

        wentWrong(figure(both + QStringList{"--panel", "cosine", "--out", path("x.svg")}), 1,
                  "is of single runs");
        wentWrong(figure({path("run.rankscope"), "--overlay", "--out", path("x.svg")}), 2,
                  "two session files or more");
        wentWrong(figure({path("run.rankscope"), "--panel", "difference", "--out", path("x.svg")}),
                  1, "--overlay");
    }

    void notesAreThoseOfTheWindow() {
        engine::Notes notes;
        notes.notes = {{30, "lr halved"}};
        notes.references = {{"loss", 2.1, "target"}};
        const auto file = engine::notesFile(path("other.rankscope").toStdString());
        QVERIFY(engine::writeNotes(file, notes));
        QVERIFY(figure({path("other.rankscope"), "--out", path("noted.svg")}).code == 0);
        const QStringList words = Svg(contents(path("noted.svg"))).words();
        QVERIFY(words.contains("lr halved"));
        QVERIFY(words.contains("target"));
        QVERIFY(figure({path("other.rankscope"), "--no-notes", "--out", path("bare.svg")}).code ==
                0);
        QVERIFY(!Svg(contents(path("bare.svg"))).words().contains("lr halved"));

        QFile broken(QString::fromStdString(file.string()));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("{") == 1);
        broken.close();
        const Outcome done = figure({path("other.rankscope"), "--out", path("noted.svg")});
        QCOMPARE(done.code, 0);
        QVERIFY2(done.err.startsWith("rankscope figure: without notes: "), done.err);
        QVERIFY(broken.remove());
    }

    void screenThemesAreThereToo() {
        QVERIFY(
            figure({path("run.rankscope"), "--theme", "dark", "--out", path("dark.svg")}).code ==
            0);
        QVERIFY(contents(path("dark.svg")).contains("#1a1e24"));
        QVERIFY(!contents(path("loss.svg")).contains("#1a1e24"));
    }

    void sayWhatIsWrong_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const QString run = path("run.rankscope"), out = path("x.svg");
        QTest::newRow("no file") << QStringList{"--out", out} << 2 << QByteArray("file is missing");
        QTest::newRow("no out") << QStringList{run} << 2 << QByteArray("--out is missing");
        QTest::newRow("panel") << QStringList{run, "--panel", "lass", "--out", out} << 2
                               << QByteArray("there is no panel \"lass\"");
        QTest::newRow("ending") << QStringList{run, "--out", path("x.jpg")} << 2
                                << QByteArray(".svg, .pdf or .png");
        QTest::newRow("steps") << QStringList{run, "--steps", "7", "--out", out} << 2
                               << QByteArray("--steps wants A:B");
        QTest::newRow("none of the steps") << QStringList{run, "--steps", "70:80", "--out", out}
                                           << 1 << QByteArray("only 0 to 59");
        QTest::newRow("empty range") << QStringList{run, "--steps", "7:7", "--out", out} << 1
                                     << QByteArray("none of the chosen steps");
        QTest::newRow("lost steps") << QStringList{run, "--steps", "20:23", "--out", out} << 1
                                    << QByteArray("nothing to show in the panel loss");
        QTest::newRow("dpi") << QStringList{run, "--dpi", "lots", "--out", out} << 2
                             << QByteArray("--dpi takes a number");
        QTest::newRow("theme") << QStringList{run, "--theme", "pink", "--out", out} << 2
                               << QByteArray("print, light or dark");
        QTest::newRow("option") << QStringList{run, "--frob"} << 2 << QByteArray("frob");
        QTest::newRow("session") << QStringList{path("none.rankscope"), "--out", out} << 1
                                 << QByteArray("none.rankscope");
        QTest::newRow("folder") << QStringList{run, "--out", path("none/x.svg")} << 1
                                << QByteArray("cannot write");
    }
    void sayWhatIsWrong() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        wentWrong(figure(arguments), code, words);
        QVERIFY(!QFileInfo::exists(path("x.svg")));
    }

    void helpNeedsNothing() {
        const Outcome help = figure({"--help"});
        QCOMPARE(help.code, 0);
        QVERIFY(help.out.contains("rankscope figure"));
        QVERIFY(help.out.contains("--width-mm"));
        QCOMPARE(figure({"--version"}).code, 0);
    }

    void withoutTheDesktopProgramItSaysHowToGetIt() {
        QVERIFY(
            QFile::copy(qEnvironmentVariable("RANKSCOPE_BIN") + "/rankscope", path("rankscope")));
        QProcessEnvironment environment = bareNode();
        environment.insert("PATH", m_dir.path());
        for (const char* command : {"figure", "open", "live"}) {
            QProcess process;
            process.setProcessEnvironment(environment);
            QStringList arguments{command};
            if (QByteArray(command) != "live") {
                arguments << path("run.rankscope");
            }
            process.start(path("rankscope"), arguments);
            QVERIFY(process.waitForFinished());
            QCOMPARE(process.exitCode(), 1);
            const QByteArray err = process.readAllStandardError();
            QVERIFY2(err.contains("rankscope-gui is not installed here. Install"), err);
        }
    }
};

QTEST_GUILESS_MAIN(TestFigureCommand)
#include "TestFigureCommand.moc"
