// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/FrameBuilder.h"

#include "tests/support/Streams.h"
#include "tests/unit/engine/ReadBack.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace rankscope;
using engine::FrameBuilder;
using engine::RunFrame;
using engine::RunPulse;
using engine::RunState;
using engine::View;
using std::chrono::seconds;

namespace {

struct Loaded {
    std::unique_ptr<engine::RunReader> reader;
    RunPulse pulse;
    std::unique_ptr<FrameBuilder> frames;
};

} // namespace

class TestFrameBuilder : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    const RunPulse::Clock::time_point m_now = RunPulse::Clock::now();

    Loaded load(const std::vector<wire::Event>& events, bool follow = false) {
        Loaded loaded;
        loaded.reader = support::readBack(m_dir, events);
        loaded.pulse.hear(events, m_now);
        loaded.frames = std::make_unique<FrameBuilder>(*loaded.reader, follow);
        loaded.frames->update();
        return loaded;
    }

    RunFrame frameOf(Loaded& loaded, const View& view = {}) {
        return loaded.frames->build(view, loaded.pulse, m_now);
    }

  private slots:
    void panelsShowTheMetrics() {
        Loaded run = load(support::streamOf({}));
        const RunFrame frame = frameOf(run);
        QVERIFY(!frame.empty);
        QCOMPARE(frame.firstStep, 0.0);
        QCOMPARE(frame.lastStep, 19.0);
        QCOMPARE(frame.loss.mean.x.size(), std::size_t{20});
        QCOMPARE(frame.loss.ranks.size(), std::size_t{4});
        QCOMPARE(frame.direction.ranks.size(), std::size_t{4});
        QVERIFY(frame.lossDispersion.ranks.empty() && frame.lossDispersion.range.x.empty());
        const auto m = run.reader->measures(Step{7});
        QCOMPARE(frame.loss.mean.y[7], m.step.lossMean);
        QCOMPARE(frame.loss.spread.low[7], m.step.lossMean - m.step.lossStd);
        QCOMPARE(frame.loss.range.high[7], m.step.lossMax);
        QCOMPARE(frame.lossDispersion.mean.y[7], m.step.lossStd);
        QCOMPARE(frame.direction.mean.y[7], m.step.cosineMean);
        QCOMPARE(frame.normDispersion.mean.y[7], m.step.gradNormCv);
        QCOMPARE(frame.direction.ranks[2].line.y[7],
                 static_cast<double>(static_cast<float>(m.ranks[2].cosineLoo)));
        QCOMPARE(frame.overview.y, frame.loss.mean.y);
        QCOMPARE(frame.status.state, RunState::Replay);
        QCOMPARE(frame.status.world, 4U);
        QCOMPARE(frame.status.records, std::uint64_t{80});
        QVERIFY(std::abs(frame.status.stepsPerSecond - 10) < 1e-6);
        QCOMPARE(frame.status.hosts, 2U);
        QCOMPARE(frame.status.config, std::string(R"({"lr": 0.1})"));
        QVERIFY(frame.status.measuredGradients);
    }

    void aRunWithoutGradientsSaysSo() {
        auto events = support::streamOf({});
        for (wire::Event& event : events) {
            if (auto* r = std::get_if<wire::StepRecord>(&event)) {
                r->gradSq = r->meanSq = r->dot = std::nullopt;
                r->nonFinite.reset();
            }
        }
        Loaded run = load(events);
        QVERIFY(!frameOf(run).status.measuredGradients);
    }

    void theCursorHasEverything() {
        Loaded run = load(support::streamOf({}));
        View view;
        view.cursor = Step{7};
        const RunFrame frame = frameOf(run, view);
        QCOMPARE(frame.cursor.step, Step{7});
        QCOMPARE(frame.cursor.workers.size(), std::size_t{4});
        QCOMPARE(frame.cursor.workers[3].host, std::string("node1"));
        QVERIFY(frame.cursor.workers[3].left && !frame.cursor.workers[3].live);
        QVERIFY(frame.cursor.cosine != nullptr);
        QCOMPARE(frame.cursor.cosine->step, Step{7});
        QCOMPARE(frameOf(run, view).cursor.cosine, frame.cursor.cosine); // not computed again
        QVERIFY(frame.cursor.metrics.final);
        view.cursor = Step{5000}; // behind the end: the newest
        QCOMPARE(frameOf(run, view).cursor.step, Step{19});
    }

    void theCursorsStepIsComputedAgainWhenItIsAmended() {
        support::StreamOptions options;
        options.bye = false;
        options.steps = 3;
        const auto events = support::streamOf(options);
        const auto file = m_dir.filePath("amended").toStdString();
        auto writer = session::SessionWriter::open(file, "run-1", {});
        QVERIFY(writer.has_value());
        const auto half = events.size() - 2; // ranks 2 and 3 have not reported step 2
        (*writer)->append(std::span(events).first(half));
        QVERIFY((*writer)->commit().has_value());
        auto reader = engine::RunReader::open(file);
        QVERIFY(reader.has_value() && (*reader)->readAll().has_value());
        FrameBuilder frames(**reader, true);
        frames.update();
        View view;
        view.cursor = Step{2};
        QCOMPARE(frames.build(view, {}, m_now).cursor.cosine->ranks.size(), std::size_t{2});
        (*writer)->append(std::span(events).subspan(half));
        QVERIFY((*writer)->commit().has_value());
        QVERIFY((*reader)->readAll().has_value());
        frames.update();
        const RunFrame frame = frames.build(view, {}, m_now);
        QCOMPARE(frame.cursor.cosine->ranks.size(), std::size_t{4});
        QCOMPARE(frame.cursor.metrics.workers, 4U);
        QVERIFY(frame.cursor.metrics.final);
    }

    void withoutCursorTheNewestCompleteStep() {
        auto events = support::streamOf({});
        events.resize(events.size() - 4); // no byes
        support::StreamOptions options;
        auto next = support::recordsOf(options, 20);
        events.emplace_back(next[0]); // one rank of four
        Loaded run = load(events);
        const RunFrame frame = frameOf(run);
        QCOMPARE(frame.lastStep, 20.0);
        QCOMPARE(frame.cursor.step, Step{19});
    }

    void aMissingRankHasARow() {
        auto events = support::streamOf({});
        std::erase_if(events, [](const wire::Event& e) {
            const auto* r = std::get_if<wire::StepRecord>(&e);
            return r != nullptr && r->rank == RankId{1} && r->step == Step{7};
        });
        Loaded run = load(events);
        View view;
        view.cursor = Step{7};
        const RunFrame frame = frameOf(run, view);
        QCOMPARE(frame.cursor.workers.size(), std::size_t{4});
        QVERIFY(!frame.cursor.workers[1].metrics.received);
        QVERIFY(frame.cursor.workers[2].metrics.received);
        QVERIFY(std::isnan(frame.loss.ranks[1].line.y[7]));
        QVERIFY(std::isfinite(frame.loss.ranks[2].line.y[7]));
    }

    void theCosineWindowFillsUp() {
        Loaded run = load(support::streamOf({}));
        View view;
        view.cursor = Step{10};
        view.cosineWindow = 6;
        const RunFrame first = frameOf(run, view);
        QVERIFY(first.refining);
        QCOMPARE(first.cursor.cosine->step, Step{10}); // few ranks: at once
        QCOMPARE(first.cursor.cosine->steps, 1U);
        while (run.frames->refine().more) {
            frameOf(run, view);
        }
        const RunFrame last = frameOf(run, view);
        QVERIFY(!last.refining);
        QCOMPARE(last.cursor.cosine->steps, 6U);
        QVERIFY(!run.frames->refine().more);
        view.cursor = Step{2};
        frameOf(run, view);
        while (run.frames->refine().more) {
            frameOf(run, view);
        }
        QCOMPARE(frameOf(run, view).cursor.cosine->steps, 3U); // there are no more
    }

    void theWindowEndsWhereALaunchBegins() {
        support::StreamOptions options;
        options.bye = false;
        auto events = support::streamOf(options);
        options.generation = 1;
        options.firstStep = 15;
        options.firstIncarnation = 500;
        const auto more = support::streamOf(options);
        events.insert(events.end(), more.begin(), more.end());
        Loaded run = load(events);
        View view;
        view.cosineWindow = 10;
        for (const auto& [step, steps] : {std::pair{20, 6U}, {15, 1U}, {14, 10U}}) {
            view.cursor = Step{static_cast<std::uint64_t>(step)};
            frameOf(run, view);
            while (run.frames->refine().more) {
                frameOf(run, view);
            }
            QCOMPARE(frameOf(run, view).cursor.cosine->steps, steps);
        }
    }

    void thePairIsThereWhenAskedFor() {
        Loaded run = load(support::streamOf({}));
        QVERIFY(!frameOf(run).pair.has_value());
        View view;
        view.pair = {RankId{0}, RankId{2}};
        const RunFrame first = frameOf(run, view);
        QVERIFY(first.pair.has_value() && !first.pair->complete && first.refining);
        while (run.frames->refine().more) {
            frameOf(run, view);
        }
        const RunFrame last = frameOf(run, view);
        QVERIFY(last.pair->complete && !last.refining);
        QCOMPARE(last.pair->cosine.x.size(), std::size_t{20});
    }

    void theImageIsThereWhenAskedFor() {
        Loaded run = load(support::streamOf({}));
        QVERIFY(frameOf(run).image == nullptr);
        View view;
        view.image = engine::RankSignal::GradNorm;
        view.only = {RankId{1}, RankId{3}};
        view.playhead = Step{8};
        const auto image = frameOf(run, view).image;
        QVERIFY(image != nullptr);
        QCOMPARE(image->ranks, (std::vector<RankId>{RankId{1}, RankId{3}}));
        QCOMPARE(image->first.size(), std::size_t{9});
        QCOMPARE(frameOf(run, view).image, image); // the same object while nothing is different
    }

    void anyViewHasAFrame() {
        support::StreamOptions options;
        options.world = 20;
        options.steps = 60;
        Loaded run = load(support::streamOf(options));
        std::mt19937_64 random{4};
        const double inf = std::numeric_limits<double>::infinity();
        const std::vector<double> places{0, 1, 7.5, 30, 59, 60, 1e9, -5, inf, -inf, std::nan("")};
        const auto any = [&] { return places[random() % places.size()]; };
        const auto rank = [&] { return RankId{static_cast<std::uint32_t>(random() % 25)}; };
        for (int i = 0; i < 2000; ++i) {
            View view;
            view.follow = random() % 2 == 0;
            view.first = any();
            view.last = any();
            view.span = any();
            view.columns = static_cast<int>(random() % 40) - 3;
            view.smoothing = any();
            view.maxLines = random() % 30;
            view.outliers = random() % 5;
            view.wanted = {rank(), rank()};
            view.cosineWindow = static_cast<std::uint32_t>(random() % 100);
            if (random() % 2 == 0) {
                view.cursor = Step{random() % 70};
                view.only = {rank(), rank(), rank()};
                view.pair = {rank(), rank()};
            }
            if (random() % 2 == 0) {
                view.playhead = Step{random() % 70};
                view.image = static_cast<engine::RankSignal>(random() % 3);
            }
            const RunFrame frame = frameOf(run, view);
            run.frames->refine();
            QVERIFY(!frame.empty);
            for (const auto& line : frame.loss.ranks) {
                QCOMPARE(line.line.x.size(), line.line.y.size());
                QVERIFY(std::is_sorted(line.line.x.begin(), line.line.x.end()));
            }
            if (frame.image) {
                QCOMPARE(frame.image->distance.size(),
                         frame.image->ranks.size() * frame.image->first.size());
            }
        }
    }

    void thePlayheadHidesTheFuture() {
        Loaded run = load(support::streamOf({}));
        View view;
        view.playhead = Step{8};
        const RunFrame frame = frameOf(run, view);
        QCOMPARE(frame.lastStep, 8.0);
        QCOMPARE(frame.viewLast, 8.0);
        QCOMPARE(frame.loss.mean.x.back(), 8.0);
        QCOMPARE(frame.overview.x.back(), 8.0);
        QCOMPARE(frame.cursor.step, Step{8});
        view.cursor = Step{15};
        QCOMPARE(frameOf(run, view).cursor.step, Step{8});
    }

    void followingKeepsTheSpan() {
        Loaded run = load(support::streamOf({}));
        View view;
        view.span = 5;
        const RunFrame frame = frameOf(run, view);
        QCOMPARE(frame.viewFirst, 14.0);
        QCOMPARE(frame.viewLast, 19.0);
        QCOMPARE(frame.loss.mean.x.front(), 13.0); // the line reaches the edge
        view.follow = false;
        view.first = 3;
        view.last = 6;
        QCOMPARE(frameOf(run, view).viewFirst, 3.0);
        QCOMPARE(frameOf(run, view).viewLast, 6.0);
    }

    void gapsAreNeverBridged() {
        std::vector<wire::Event> events;
        for (const wire::Event& event : support::streamOf({})) {
            const auto* r = std::get_if<wire::StepRecord>(&event);
            if (r == nullptr || r->step < Step{7} || r->step > Step{9}) {
                events.push_back(event);
            } else if (r->step == Step{9}) {
                events.emplace_back(
                    wire::Gap{r->incarnation, r->rank, Seq{8}, Seq{10}, wire::GapCause::RingFull});
            }
        }
        Loaded run = load(events);
        const RunFrame frame = frameOf(run);
        QCOMPARE(frame.gaps.size(), std::size_t{1}); // the same loss of all ranks
        QCOMPARE(frame.gaps[0].first, 7.0);
        QCOMPARE(frame.gaps[0].last, 9.0);
        QCOMPARE(frame.gaps[0].cause, std::string("emitter queue full"));
        QCOMPARE(frame.status.lost, std::uint64_t{12});
        QCOMPARE(frame.loss.mean.x[6], 6.0);
        QCOMPARE(frame.loss.mean.x[7], 10.0);
        QVERIFY(analysis::isUndefined(frame.loss.mean.y[7])); // broken before step 10
        QCOMPARE(frame.loss.mean.x[8], 10.0);
        QVERIFY(std::isfinite(frame.loss.mean.y[8]));
    }

    void whatIsLostAtTheEndsIsInTheSpan() {
        std::vector<wire::Event> events;
        for (const wire::Event& event : support::streamOf({})) {
            const auto* r = std::get_if<wire::StepRecord>(&event);
            if (r == nullptr || (r->step >= Step{3} && r->step <= Step{14})) {
                events.push_back(event);
            } else if (r->step == Step{2}) {
                events.emplace_back(
                    wire::Gap{r->incarnation, r->rank, Seq{1}, Seq{3}, wire::GapCause::RingFull});
            } else if (r->step == Step{19}) {
                events.emplace_back(wire::Gap{r->incarnation, r->rank, Seq{16}, Seq{20},
                                              wire::GapCause::RecorderPaused});
            }
        }
        Loaded run = load(events);
        const RunFrame frame = frameOf(run);
        QCOMPARE(frame.gaps.size(), std::size_t{2});
        QCOMPARE(frame.firstStep, 3.0);
        QCOMPARE(frame.lastStep, 14.0);
        QCOMPARE(std::pair(frame.spanFirst, frame.spanLast), std::pair(0.0, 19.0));
        QCOMPARE(std::pair(frame.viewFirst, frame.viewLast), std::pair(0.0, 19.0));
        QCOMPARE(std::pair(frame.gaps[1].first, frame.gaps[1].last), std::pair(15.0, 19.0));
        QCOMPARE(frame.status.lost, std::uint64_t{32});
        QCOMPARE(frame.status.lostBehind, std::uint64_t{20});
        QCOMPARE(frame.status.lostCauses.size(), std::size_t{2});
        View view;
        view.span = 3; // the newest step that came stays in sight
        QCOMPARE(frameOf(run, view).viewFirst, 14.0);
        QCOMPARE(frameOf(run, view).viewLast, 17.0);
        view.playhead = Step{10};
        QCOMPARE(frameOf(run, view).spanLast, 10.0);
        QCOMPARE(frameOf(run, view).gaps.size(), std::size_t{1});
    }

    void whatAnEarlierLaunchLostDoesNotCount() {
        support::StreamOptions options;
        options.bye = false;
        auto events = support::streamOf(options);
        for (std::uint32_t rank = 0; rank < options.world; ++rank) {
            events.emplace_back(wire::Gap{support::helloOf(options, rank).incarnation, RankId{rank},
                                          Seq{21}, Seq{60}, wire::GapCause::RingFull});
        }
        Loaded before = load(events);
        QCOMPARE(frameOf(before).spanLast, 59.0);
        options.generation = 1;
        options.firstStep = 15;
        options.firstIncarnation = 500;
        options.steps = 10;
        const auto more = support::streamOf(options);
        events.insert(events.end(), more.begin(), more.end());
        Loaded run = load(events);
        const RunFrame frame = frameOf(run);
        QCOMPARE(frame.lastStep, 24.0);
        QCOMPARE(frame.spanLast, 24.0);
        QVERIFY(frame.gaps.empty());
        QCOMPARE(frame.status.lostBehind, std::uint64_t{0});
        QCOMPARE(frame.status.lost, std::uint64_t{160});
    }

    /// Whatever launch the cursor is in.
    void silentRanksAreOfTheNewestLaunch() {
        support::StreamOptions options;
        options.bye = false;
        auto events = support::streamOf(options);
        options.world = 3;
        options.generation = 1;
        options.firstStep = 15;
        options.firstIncarnation = 500;
        options.steps = 10;
        for (const wire::Event& event : support::streamOf(options)) {
            const auto* r = std::get_if<wire::StepRecord>(&event);
            if (r == nullptr || r->rank != RankId{1} || r->step < Step{20}) {
                events.push_back(event);
            }
        }
        for (const bool follow : {false, true}) {
            Loaded run = load(events, follow);
            for (const std::uint64_t cursor : {5, 22}) {
                View view;
                view.cursor = Step{cursor};
                const RunFrame frame =
                    run.frames->build(view, run.pulse, m_now + seconds(follow ? 60 : 0));
                QCOMPARE(frame.status.silent, std::vector{RankId{1}});
                QCOMPARE(frame.status.silentAfter, Step{19});
            }
        }
    }

    void aRestartIsMarkedAndReplacesItsSteps() {
        support::StreamOptions options;
        options.bye = false;
        auto events = support::streamOf(options);
        options.world = 3;
        options.generation = 1;
        options.firstStep = 15;
        options.firstIncarnation = 500;
        options.steps = 10;
        options.bye = true;
        const auto more = support::streamOf(options);
        events.insert(events.end(), more.begin(), more.end());
        Loaded run = load(events);
        const RunFrame frame = frameOf(run);
        QCOMPARE(frame.restarts.size(), std::size_t{1});
        QCOMPARE(frame.restarts[0].step, 15.0);
        QCOMPARE(frame.restarts[0].world, 3U);
        QCOMPARE(frame.status.world, 3U);
        QCOMPARE(frame.lastStep, 24.0);
        QCOMPARE(run.reader->measures(Step{15}).step.workers, 3U);
        QCOMPARE(run.reader->measures(Step{14}).step.workers, 4U);
        const engine::Line& gone = frame.loss.ranks[3].line; // its steps 15 to 19 were done again
        QVERIFY(std::none_of(gone.x.begin(), gone.x.end(), [&](const double& x) {
            return x >= 15 && std::isfinite(gone.y[static_cast<std::size_t>(&x - gone.x.data())]);
        }));
    }

    void nonFiniteStepsAreMarked() {
        Loaded run = load(support::streamOf({}, [](std::uint64_t step, auto& g, auto& records) {
            if (step == 5) {
                g[2][0] = std::numeric_limits<double>::quiet_NaN();
            }
            if (step == 6) {
                records[1].loss = std::numeric_limits<double>::quiet_NaN();
            }
        }));
        const RunFrame frame = frameOf(run);
        QCOMPARE(frame.loss.nonFinite, std::vector<double>{6});
        QCOMPARE(frame.direction.nonFinite, std::vector<double>{5});
        QVERIFY(std::isfinite(frame.loss.mean.y[6])); // of the others
    }

    void states() {
        Loaded waiting = load({support::helloOf({}, 0)}, true);
        QCOMPARE(frameOf(waiting).status.state, RunState::Waiting);
        QVERIFY(frameOf(waiting).empty);
        support::StreamOptions options;
        options.bye = false;
        Loaded live = load(support::streamOf(options), true);
        QCOMPARE(frameOf(live).status.state, RunState::Live);
        QCOMPARE(frameOf(live).status.reporting, 4U);
        const RunFrame later = live.frames->build({}, live.pulse, m_now + seconds(60));
        QCOMPARE(later.status.state, RunState::Stale);
        QCOMPARE(later.status.lagSeconds, 60.0);
        QCOMPARE(later.status.reporting, 0U);
        Loaded ended = load(support::streamOf({}), true);
        QCOMPARE(frameOf(ended).status.state, RunState::Ended);
        QCOMPARE(frameOf(ended).status.reporting, 4U); // what it recorded
    }

    void stepsInTheMiddleFindTheirPlace() {
        support::StreamOptions options;
        options.world = 2;
        options.bye = false;
        std::vector<wire::Event> early;
        std::vector<wire::Event> late; // rank 1, which alone has the steps 5 to 7
        std::uint64_t seq = 0;
        for (wire::Event event : support::streamOf(options)) {
            auto* r = std::get_if<wire::StepRecord>(&event);
            if (r == nullptr) {
                early.push_back(event);
            } else if (r->rank == RankId{1}) {
                late.push_back(event);
            } else if (r->step < Step{5} || r->step > Step{7}) {
                r->seq = Seq{++seq};
                early.push_back(event);
            }
        }
        const auto file = m_dir.filePath("late").toStdString();
        auto writer = session::SessionWriter::open(file, "run-1", {});
        QVERIFY(writer.has_value());
        (*writer)->append(early);
        QVERIFY((*writer)->commit().has_value());
        auto reader = engine::RunReader::open(file);
        QVERIFY(reader.has_value() && (*reader)->readAll().has_value());
        FrameBuilder frames(**reader, true);
        frames.update();
        QCOMPARE(frames.build({}, {}, m_now).loss.mean.x.size(), std::size_t{17});
        (*writer)->append(late);
        QVERIFY((*writer)->commit().has_value());
        QVERIFY((*reader)->readAll().has_value());
        frames.update();
        const RunFrame frame = frames.build({}, {}, m_now);

        auto fresh = engine::RunReader::open(file);
        QVERIFY(fresh.has_value() && (*fresh)->readAll().has_value());
        FrameBuilder atOnce(**fresh, true);
        atOnce.update();
        const RunFrame expected = atOnce.build({}, {}, m_now);
        QCOMPARE(frame.loss.mean.x.size(), std::size_t{20});
        QCOMPARE(frame.loss.mean.y, expected.loss.mean.y);
        QCOMPARE(frame.loss.range.low, expected.loss.range.low);
        QCOMPARE(frame.loss.ranks[1].line.y, expected.loss.ranks[1].line.y);
        QVERIFY(std::isnan(frame.loss.ranks[0].line.y[5]) &&
                std::isfinite(frame.loss.ranks[0].line.y[8]));
    }
};

QTEST_APPLESS_MAIN(TestFrameBuilder)
#include "TestFrameBuilder.moc"
