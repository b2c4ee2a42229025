// SPDX-License-Identifier: Apache-2.0
// A restart goes back to a checkpoint: what is drawn of the steps that were given up.
#include "app/engine/run/FrameBuilder.h"

#include "tests/support/Streams.h"
#include "tests/unit/engine/ReadBack.h"

#include <QtTest>

#include <cmath>

using namespace rankscope;
using engine::Line;
using engine::RunFrame;

namespace {

/// Finite points of a line as "step:value", with | where it is broken.
QString textOf(const Line& line) {
    QStringList text;
    for (std::size_t i = 0; i < line.x.size(); ++i) {
        text += std::isfinite(line.y[i]) ? QString("%1:%2").arg(line.x[i]).arg(line.y[i], 0, 'f', 6)
                                         : QString("|");
    }
    return text.join(' ');
}

double lossMean(const support::StreamOptions& options, std::uint64_t step) {
    double weighted = 0, weights = 0;
    for (const wire::StepRecord& record : support::recordsOf(options, step)) {
        weighted += *record.loss * *record.weight;
        weights += *record.weight;
    }
    return weighted / weights;
}

QString expected(const support::StreamOptions& options, std::uint64_t first, std::uint64_t last) {
    QStringList text;
    for (std::uint64_t step = first; step <= last; ++step) {
        text += QString("%1:%2").arg(step).arg(lossMean(options, step), 0, 'f', 6);
    }
    return text.join(' ');
}

} // namespace

class TestEarlierAttempts : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    support::StreamOptions m_first, m_second, m_third;

    std::vector<wire::Event> launches() const {
        std::vector<wire::Event> events;
        for (const support::StreamOptions* options : {&m_first, &m_second, &m_third}) {
            const auto stream = support::streamOf(*options);
            events.insert(events.end(), stream.begin(), stream.end());
        }
        return events;
    }

    static RunFrame frameOf(engine::FrameBuilder& frames, const engine::View& view = {}) {
        RunFrame frame = frames.build(view, {}, engine::RunPulse::Clock::now());
        while (frame.refining) {
            frames.refine();
            frame = frames.build(view, {}, engine::RunPulse::Clock::now());
        }
        return frame;
    }

  private slots:
    /// 4 ranks do steps 0 to 29; 3 ranks go on from step 20 and get to 24; 3 from step 22, to 25.
    void initTestCase() {
        m_first.steps = 30;
        m_first.bye = false;
        m_second = m_first;
        m_second.firstStep = 20;
        m_second.steps = 5;
        m_second.world = 3;
        m_second.generation = 1;
        m_second.firstIncarnation = 200;
        m_second.seed = 2;
        m_third = m_second;
        m_third.firstStep = 22;
        m_third.steps = 4;
        m_third.generation = 2;
        m_third.firstIncarnation = 300;
        m_third.seed = 3;
    }

    void linesAreSegments() {
        const auto reader = support::readBack(m_dir, launches());
        engine::FrameBuilder frames(*reader, false);
        frames.update();
        const RunFrame first =
            frames.build({}, {}, engine::RunPulse::Clock::now()); // does not wait for the file
        QVERIFY(first.refining && first.loss.earlier.empty());
        const RunFrame frame = frameOf(frames);
        QCOMPARE(textOf(frame.loss.mean), expected(m_first, 0, 19) + " | " +
                                              expected(m_second, 20, 21) + " | " +
                                              expected(m_third, 22, 25) + " |");
        QCOMPARE(frame.loss.earlier.size(), std::size_t{2});
        QCOMPARE(frame.loss.earlier[0].generation, 0U);
        QCOMPARE(frame.loss.earlier[0].world, 4U);
        QCOMPARE(textOf(frame.loss.earlier[0].line),
                 expected(m_first, 20, 21) + " | " + expected(m_first, 22, 29));
        QCOMPARE(textOf(frame.loss.earlier[1].line), expected(m_second, 22, 24) + " |");
        QCOMPARE(frame.direction.earlier.size(), std::size_t{2});
        QCOMPARE(frame.cursor.step, Step{25});
        QCOMPARE(frame.restarts.size(), std::size_t{2});
        QCOMPARE(frame.restarts[0].worldBefore, 4U);
        QCOMPARE(frame.restarts[1].worldBefore, 3U);
        QCOMPARE(frame.restarts[0].givenUp, std::uint64_t{10}); // 20 to 29
        QCOMPARE(frame.restarts[1].givenUp, std::uint64_t{8});  // 22 to 29
    }

    /// The newest launch went back behind where the one before it had begun.
    void aLaunchThatWasGivenUpAltogetherHasNoMark() {
        m_third.firstStep = 15;
        const auto reader = support::readBack(m_dir, launches());
        engine::FrameBuilder frames(*reader, false);
        frames.update();
        const RunFrame frame = frameOf(frames);
        QVERIFY(textOf(frame.loss.mean)
                    .startsWith(expected(m_first, 0, 14) + " | " + expected(m_third, 15, 18)));
        QCOMPARE(frame.restarts.size(), std::size_t{1});
        QCOMPARE(frame.restarts[0].step, 15.0);
        QCOMPARE(textOf(frame.loss.earlier[0].line), expected(m_first, 15, 29));
        QCOMPARE(textOf(frame.loss.earlier[1].line), expected(m_second, 20, 24) + " |");
        m_third.firstStep = 22;
    }

    void aRunWithoutRestartsHasNone() {
        m_second.firstStep = 30; // goes on exactly where the first one ended
        m_third.firstStep = 35;
        const auto reader = support::readBack(m_dir, launches());
        engine::FrameBuilder frames(*reader, false);
        frames.update();
        QVERIFY(frameOf(frames).loss.earlier.empty());
        m_second.firstStep = 20;
        m_third.firstStep = 22;
    }
};

QTEST_GUILESS_MAIN(TestEarlierAttempts)
#include "TestEarlierAttempts.moc"
