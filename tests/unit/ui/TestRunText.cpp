// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/RunText.h"
#include "app/ui/models/WorkerModel.h"
#include "tests/unit/ui/Frames.h"

#include <QTest>

using namespace rankscope;
using namespace rankscope::ui;
using support::frameOf;

class TestRunText : public QObject {
    Q_OBJECT

  private slots:
    void calmRunSaysWhoReports() {
        auto frame = frameOf(8);
        QCOMPARE(verdict(frame).headline, std::string("8 of 8 ranks recorded"));
        QCOMPARE(verdict(frame).kind, Verdict::Kind::Calm);
        frame.status.state = engine::RunState::Live;
        frame.status.reporting = 6;
        QCOMPARE(verdict(frame).headline, std::string("6 of 8 ranks reporting"));
    }

    void silentRanksAreNamed() {
        auto frame = frameOf(8);
        frame.status.silent = {RankId{3}, RankId{5}};
        frame.status.silentAfter = Step{4};
        QCOMPARE(verdict(frame).detail, std::string("nothing from ranks 3 and 5 after step 4"));
        frame.status.silent = {RankId{5}};
        frame.status.silentAfter = Step{6};
        QCOMPARE(verdict(frame).detail, std::string("nothing from rank 5 after step 6"));
        frame.status.silent.clear();
        frame.status.conflicts = {RankId{2}};
        frame.cursor.workers[2].conflict = true;
        QCOMPARE(
            verdict(frame).detail,
            std::string("rank 2 is claimed by two processes; the one that called last is shown"));
        QCOMPARE(workerTexts(frame, {}, {})[2].cells[7], std::string("claimed twice"));
        frame.status.conflicts.clear();
        QCOMPARE(verdict(frame).detail, std::string("No NaN or Inf, no record lost."));
    }

    void withoutGradientsNothingIsSaidOfThem() {
        auto frame = frameOf(8);
        frame.status.measuredGradients = false;
        QCOMPARE(verdict(frame).detail,
                 std::string("No NaN or Inf in the losses, no record lost."));
    }

    void nonFiniteIsAnExactFact() {
        auto frame = frameOf(8);
        frame.nonFiniteRanks = {{RankId{5}, Step{60}, 3, true}, {RankId{1}, Step{61}, 1, false}};
        const Verdict shown = verdict(frame);
        QCOMPARE(shown.kind, Verdict::Kind::Exact);
        QCOMPARE(shown.headline, std::string("Rank 5: NaN or Inf in its gradient at step 60"));
        QCOMPARE(shown.detail, std::string("on 3 steps \u00B7 later also rank 1"));
        frame.nonFiniteRanks = {{RankId{1}, Step{4081}, 1, false}};
        QCOMPARE(verdict(frame).headline,
                 std::string("Rank 1: NaN or Inf in its loss at step 4,081"));
    }

    void lossAndDamageAreSaid() {
        auto frame = frameOf(8);
        frame.status.lost = 24;
        frame.status.lostCauses = {"emitter queue full", "lost on the way"};
        QCOMPARE(verdict(frame).detail,
                 std::string("24 records lost (emitter queue full, lost on the way), hatched where "
                             "a step is incomplete"));
        frame.status.lostBehind = 20;
        QVERIFY(verdict(frame).detail.find(", 20 of them behind step 10, the last that came,") !=
                std::string::npos);
        frame.status.lostBehind = 24;
        QVERIFY(verdict(frame).detail.find("way), behind step 10, the last that came,") !=
                std::string::npos);
        frame.status.problem = "the file went away";
        QCOMPARE(verdict(frame).headline, std::string("The file went away."));
    }

    void adviceIsForTheWindow() {
        const auto detail = [](ErrorCode code, const char* advice) {
            return verdict(Error{code, "x", advice}).detail;
        };
        QCOMPARE(detail(ErrorCode::Damaged, "rankscope recover saves what can be read"),
                 std::string("Recover saves what can be read into a new file."));
        QVERIFY(detail(ErrorCode::Conflict, "record to another file (--out)").find("--out") ==
                std::string::npos);
        for (const ErrorCode code : {ErrorCode::Io, ErrorCode::Malformed, ErrorCode::Damaged})
            QVERIFY(!detail(code, "").empty()); // something can be done about each
        QCOMPARE(detail(ErrorCode::Io, "free some space"), std::string("Free some space."));
    }

    void aLostFileIsAState() {
        engine::RunStatus status;
        status.state = engine::RunState::Live;
        status.problem = "the file is gone";
        QCOMPARE(pillText(status, false).text, std::string("LOST"));
        QVERIFY(pillText(status, true).pill == ui::Pill::Lost);
    }

    void whatToDoAboutAProblemIsSaid() {
        auto frame = frameOf(8);
        frame.status.problem = "the recorder at tcp://node:1 does not answer";
        frame.status.advice = "it goes on by itself";
        QCOMPARE(verdict(frame).kind, Verdict::Kind::Failure);
        QCOMPARE(verdict(frame).headline,
                 std::string("The recorder at tcp://node:1 does not answer."));
        QCOMPARE(verdict(frame).detail, std::string("It goes on by itself."));
        QCOMPARE(verdict(frame).aside, std::string("What was read before is shown."));
        frame.empty = true;
        QVERIFY(verdict(frame).aside.empty());
    }

    void anAttachedRunNamesItsRecorder() {
        const ui::Source source{{}, "tcp://10.0.0.7:5758", true, true, {}};
        QVERIFY(statusLeft(source, nullptr, {}).starts_with("Attached to tcp://10.0.0.7:5758"));
        engine::RunStatus status;
        status.file = source.file;
        QCOMPARE(runName(status), source.file);
    }

    void damageIsTheHeadline() {
        auto frame = frameOf(8);
        frame.status.damagedChunks = 1;
        QCOMPARE(verdict(frame).kind, Verdict::Kind::Failure);
        QCOMPARE(verdict(frame).headline,
                 std::string("The file is damaged: steps 0 to 10 could be read"));
        QCOMPARE(verdict(frame).detail,
                 std::string("Recover saves them in a new file; `rankscope verify` says what is "
                             "missing"));
        frame.nonFiniteRanks = {{RankId{5}, Step{6}, 1, true}};
        QVERIFY(verdict(frame).headline.starts_with("The file is damaged"));
        QVERIFY(verdict(frame).detail.ends_with("Rank 5: NaN or Inf in its gradient at step 6"));
        frame.empty = true;
        QCOMPARE(verdict(frame).headline,
                 std::string("The file is damaged: no step could be read"));
    }

    void sessionWithoutAStepSaysWhy() {
        engine::RunFrame frame;
        frame.status.state = engine::RunState::Waiting;
        QVERIFY(verdict(frame).headline.empty()); // one may still come
        frame.status.state = engine::RunState::Replay;
        QCOMPARE(verdict(frame).headline,
                 std::string("This session holds no step: no rank called while it was recorded."));
        frame.status.world = 8;
        QVERIFY(verdict(frame).headline.ends_with("no rank that called sent one."));
        frame.status.loading = true;
        QVERIFY(verdict(frame).headline.empty());
    }

    void aSessionOfLossesOnlySaysSo() {
        engine::RunFrame frame;
        frame.status.state = engine::RunState::Replay;
        frame.status.world = 2;
        frame.status.lost = 1000;
        frame.status.lostCauses = {"emitter queue full"};
        QCOMPARE(verdict(frame).headline,
                 std::string("This session holds no step: all 1,000 records were lost: emitter "
                             "queue full."));
        QCOMPARE(statusLeft({"", "/data/run.rankscope"}, &frame, {}),
                 std::string("run.rankscope \u00B7 1,000 lost"));
        frame.status.state = engine::RunState::Waiting;
        QVERIFY(verdict(frame).headline.starts_with("No step yet: all records so far, 1,000,"));
    }

    void oneRankHasNothingToCompare() {
        QCOMPARE(verdict(frameOf(1)).detail,
                 std::string("One rank only: there is nothing to compare."));
    }

    void errorsSayWhatToDo() {
        const Verdict shown =
            verdict(Error{ErrorCode::Busy, "Port 5757 is in use", "Choose another"});
        QCOMPARE(shown.headline, std::string("Port 5757 is in use."));
        QCOMPARE(shown.detail, std::string("Choose another."));
        QCOMPARE(shown.kind, Verdict::Kind::Failure);
        const Verdict files = verdict(
            Error{ErrorCode::Io, "run.rankscope exists already", "choose another; or move it"});
        QCOMPARE(files.headline, std::string("run.rankscope exists already.")); // its name
        QCOMPARE(files.detail, std::string("Choose another; or move it."));
        QCOMPARE(verdict(Error{ErrorCode::Io, "run", "`rankscope info` knows"}).detail,
                 std::string("`rankscope info` knows."));
    }

    void stateIsAWord() {
        engine::RunStatus status;
        QCOMPARE(pillText(status, false).text, std::string("WAITING"));
        status.state = engine::RunState::Live;
        QCOMPARE(pillText(status, false).text, std::string("LIVE"));
        QCOMPARE(pillText(status, true).text, std::string("PAUSED"));
        status.state = engine::RunState::Stale;
        status.lagSeconds = 14.2;
        QCOMPARE(pillText(status, false).text, std::string("STALE 14 s"));
    }

    void oldValuesAreSaid() {
        auto frame = frameOf(8);
        frame.status.state = engine::RunState::Stale;
        frame.status.lagSeconds = 14.2;
        const Verdict said = verdict(frame);
        QCOMPARE(said.headline, std::string("Nothing received for 14 s"));
        QVERIFY(said.aside.empty()); // none of them is known to be there
    }

    void summaryAndStatus() {
        auto frame = frameOf(8);
        QCOMPARE(runSummary(frame), std::string("8 ranks \u00B7 steps 0 to 10"));
        frame.status.state = engine::RunState::Live;
        frame.status.stepsPerSecond = 1.04;
        frame.status.lagSeconds = 0.21;
        frame.status.fileBytes = 1'200'000;
        QCOMPARE(runSummary(frame),
                 std::string("8 ranks \u00B7 step 10 \u00B7 1.0 steps/s \u00B7 0.2 s behind"));
        QCOMPARE(
            statusLeft({"tcp://127.0.0.1:5757", "/data/run.rankscope", true}, &frame, {}),
            std::string("Listening on tcp://127.0.0.1:5757 \u00B7 8 of 8 ranks \u00B7 recording "
                        "run.rankscope, 1.2 MB \u00B7 0 lost"));
        QCOMPARE(statusRight(&frame), std::string("Loss: plain mean \u00B7 std: sample, ddof 1"));
        frame.status.name.clear();
        frame.status.file = "/data/run.rankscope";
        QCOMPARE(runName(frame.status), std::string("run"));
    }
};

QTEST_APPLESS_MAIN(TestRunText)
#include "TestRunText.moc"
