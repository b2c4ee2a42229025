// SPDX-License-Identifier: Apache-2.0
// Emitters against real collectors: in this process, and in one that is stopped and killed.
#include "FileSink.h"
#include "emitter/src/SketchHash.h"
#include "transport/wire/Codec.h"

#include <rankscope/Emitter.h>

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <limits>
#include <mutex>
#include <sys/prctl.h>

using namespace rankscope;
using namespace rankscope::emitter;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// Keeps everything; refuses to take anybody in when told so.
class MemorySink : public link::EventSink {
  public:
    bool turnAway = false;

    Result<link::Admission> admit(const wire::Hello&) override {
        if (turnAway) {
            return fail(ErrorCode::Conflict, "another run");
        }
        return link::Admission{"run", Seq{0}, {}, false};
    }
    Result<void> commit(std::span<const wire::Event> events) override {
        const std::scoped_lock lock(m_mutex);
        m_events.insert(m_events.end(), events.begin(), events.end());
        return {};
    }
    template <class T>
    [[nodiscard]] std::vector<T> all() const {
        const std::scoped_lock lock(m_mutex);
        std::vector<T> out;
        for (const wire::Event& event : m_events) {
            if (const T* one = std::get_if<T>(&event)) {
                out.push_back(*one);
            }
        }
        return out;
    }

  private:
    mutable std::mutex m_mutex;
    std::vector<wire::Event> m_events;
};

std::unique_ptr<link::Collector> collect(link::EventSink& sink,
                                         const std::string& endpoint = "tcp://127.0.0.1:0") {
    link::Collector::Options options;
    options.endpoint = endpoint;
    options.commitEvery = 5ms;
    auto bound = link::Collector::bind(options, sink);
    if (!bound) {
        qFatal("%s", bound.error().what.c_str());
    }
    return std::move(*bound);
}

/// A port that is free now.
std::string freeEndpoint() {
    MemorySink sink;
    return collect(sink)->endpoint();
}

std::unique_ptr<Emitter> emitterTo(const std::string& endpoint,
                                   const std::function<void(Options&)>& change = {}) {
    QFETCH_GLOBAL(bool, inProcess);
    Options options;
    options.endpoint = endpoint;
    options.ringBytes = 1U << 20U;
    options.inProcess = inProcess;
    if (change) {
        change(options);
    }
    auto opened = Emitter::open(options);
    if (!opened) {
        qFatal("%s", opened.error().what.c_str());
    }
    if ((*opened)->statistics().isolated == inProcess) {
        qFatal("the sender is not where it should be");
    }
    return std::move(*opened);
}

void steps(Emitter& emitter, int count) {
    Sample sample;
    for (int i = 0; i < count; ++i) {
        sample.loss = i;
        emitter.step(sample);
    }
}

/// A collector in a process of its own, writing to a file.
class Process {
  public:
    Process(const QString& file, const std::string& endpoint) {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("--collect"), file, QString::fromStdString(endpoint)});
        if (!m_process.waitForReadyRead()) { // says so when it listens
            qFatal("the collector did not start");
        }
    }
    ~Process() {
        signal(SIGCONT);
        m_process.kill();
        m_process.waitForFinished();
    }
    void signal(int number) const { ::kill(static_cast<pid_t>(m_process.processId()), number); }

  private:
    QProcess m_process;
};

class TestDelivery : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase_data();
    void init();
    void recordsArriveAsTheyWereMade();
    void nonFiniteGradientsHaveNoSketch();
    void marksPartialGradients();
    void declaresWhatTheRingDropped();
    void declaresWhatWasDroppedLast();
    void leavesOutSketchesBeforeRecords();
    void byeComesWithoutAnySteps();
    void refusedRankDoesNotWait();
    void blocksOnlyWhenAsked();
    void stoppedCollectorCostsNothing();
    void doesNotWaitToSayByeToTheDead();
    void killedCollectorsLoseNothing();

  private:
    [[nodiscard]] std::string path() const { return file().toStdString(); }
    [[nodiscard]] QString file() const { return m_directory->filePath(QStringLiteral("events")); }
    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestDelivery::initTestCase_data() {
    QTest::addColumn<bool>("inProcess");
    QTest::newRow("sender process") << false;
    QTest::newRow("sender thread") << true;
}

void TestDelivery::init() {
    m_directory = std::make_unique<QTemporaryDir>();
}

void TestDelivery::recordsArriveAsTheyWereMade() {
    MemorySink sink;
    const auto collector = collect(sink);
    auto emitter = emitterTo(collector->endpoint(), [](Options& o) {
        o.rank = 3;
        o.world = 4;
        o.name = "test";
        o.sketchSize = 64;
        o.groups = {"body", "head"};
        o.groupSizes = {3, 2};
    });
    const std::vector<float> local{1, 2, 3, 4, 5}, mean{1, 1, 1, 2, 2};
    const Segment segments[2] = {{10, 0, 3, 0, 0}, {11, 3, 2, 1, 0}};
    const double micro[2] = {1.5, 2.5};
    Sample sample;
    sample.loss = std::numeric_limits<double>::quiet_NaN();
    sample.weight = 32;
    sample.microNorms = micro;
    sample.dataHash = 7;
    sample.lossScale = wire::LossScale::LocalMean;
    const std::uint64_t seed = emitter->sketchSeed();
    emitter->gradient(local.data(), ElementType::Float32, segments);
    emitter->reduced(local.data(), mean.data(), ElementType::Float32, segments);
    emitter->step(sample);
    sample.step = Step{100};
    emitter->step(sample);
    emitter->step({});
    QTRY_VERIFY(emitter->statistics().connected);
    emitter->close(20s);

    const auto hellos = sink.all<wire::Hello>();
    QCOMPARE(hellos.size(), std::size_t{1});
    QCOMPARE(hellos[0].name, "test");
    QCOMPARE(hellos[0].rank, RankId{3});
    QCOMPARE(hellos[0].groupSizes, (std::vector<std::uint64_t>{3, 2}));
    const auto records = sink.all<wire::StepRecord>();
    QCOMPARE(records.size(), std::size_t{3});
    const wire::StepRecord& first = records[0];
    QCOMPARE(first.seq, Seq{1});
    QCOMPARE(first.step, Step{0});
    QVERIFY(std::isnan(*first.loss));
    QCOMPARE(first.weight, std::optional(32.0));
    QCOMPARE(first.gradSq, std::optional(55.0));
    QCOMPARE(first.meanSq, std::optional(11.0));
    QCOMPARE(first.dot, std::optional(24.0));
    QCOMPARE(first.nonFinite, std::optional<std::uint64_t>(0));
    QCOMPARE(first.flags, 0U);
    QCOMPARE(first.groups, (std::vector<wire::GradSums>{{14, 3, 6}, {41, 8, 18}}));
    QCOMPARE(first.extras.microNorms, (std::vector<double>{1.5, 2.5}));
    QCOMPARE(first.extras.dataHash, std::optional<std::uint64_t>(7));
    QVERIFY(!first.extras.parameterHash && !first.extras.gradScale && !first.extras.stepSeconds);
    QVERIFY(*first.extras.reduceSeconds >= 0);
    QVERIFY(first.sketch);
    QCOMPARE(first.sketch->seed, seed);
    double squares = 0;
    for (const std::uint16_t bits : first.sketch->values) {
        squares += std::pow(wire::fromHalf(bits) * first.sketch->scale, 2);
    }
    // Five elements of which some may have met in 64 numbers.
    QVERIFY(squares > 20 && squares < 120);

    QCOMPARE(records[1].step, Step{100});
    QVERIFY(!records[1].gradSq && !records[1].sketch && !records[1].nonFinite);
    QVERIFY(*records[1].extras.stepSeconds >= 0);
    QCOMPARE(records[2].step, Step{101});
    QVERIFY(!records[2].loss);
    QCOMPARE(sink.all<wire::Bye>().size(), std::size_t{1});
    QCOMPARE(sink.all<wire::Bye>()[0].lastSeq, Seq{3});
    QVERIFY(sink.all<wire::Gap>().empty());
}

void TestDelivery::nonFiniteGradientsHaveNoSketch() {
    MemorySink sink;
    const auto collector = collect(sink);
    auto emitter = emitterTo(collector->endpoint(), [](Options& o) { o.sketchSize = 64; });
    const std::vector<float> local{1, std::numeric_limits<float>::quiet_NaN(), 3};
    const Segment segment{1, 0, 3, 0, 0};
    emitter->gradient(local.data(), ElementType::Float32, {&segment, 1});
    steps(*emitter, 1);
    const std::vector<float> zero(3, 0.0F); // nothing to point anywhere
    emitter->gradient(zero.data(), ElementType::Float32, {&segment, 1});
    steps(*emitter, 1);
    const std::vector<float> sound{1, 2, 3}; // the NaN has left nothing behind
    emitter->gradient(sound.data(), ElementType::Float32, {&segment, 1});
    steps(*emitter, 1);
    QTRY_VERIFY(emitter->statistics().connected);
    emitter->close(20s);
    const auto records = sink.all<wire::StepRecord>();
    QCOMPARE(records.size(), std::size_t{3});
    QCOMPARE(records[0].nonFinite, std::optional<std::uint64_t>(1));
    QVERIFY(std::isnan(*records[0].gradSq));
    QVERIFY(!records[0].sketch && !records[1].sketch && records[2].sketch);
    QCOMPARE(records[1].gradSq, std::optional(0.0));
    QCOMPARE(records[2].gradSq, std::optional(14.0));
}

void TestDelivery::marksPartialGradients() {
    MemorySink sink;
    const auto collector = collect(sink);
    auto emitter = emitterTo(collector->endpoint(), [](Options& o) {
        o.groups = {"all"};
        o.groupSizes = {5};
    });
    const std::vector<float> data(5, 1.0F);
    const Segment part{1, 0, 3, 0, 0}, rest{2, 3, 2, 0, 0};
    emitter->gradient(data.data(), ElementType::Float32, {&part, 1});
    steps(*emitter, 1);
    emitter->gradient(data.data(), ElementType::Float32, {&rest, 1});
    emitter->gradient(data.data(), ElementType::Float32, {&part, 1});
    steps(*emitter, 1);
    emitter->gradient(data.data(), ElementType::Float32, {&part, 1});
    emitter->restartSums();
    steps(*emitter, 1); // none seen at all: nothing was measured
    QTRY_VERIFY(emitter->statistics().connected);
    emitter->close(20s);
    const auto records = sink.all<wire::StepRecord>();
    QCOMPARE(records.size(), std::size_t{3});
    QCOMPARE(records[0].flags, wire::flags::kPartialGradient);
    QCOMPARE(records[1].flags, 0U);
    QCOMPARE(records[2].flags, 0U);
    QVERIFY(!records[2].gradSq);
}

void TestDelivery::declaresWhatTheRingDropped() {
    const std::string endpoint = freeEndpoint();
    auto emitter = emitterTo(endpoint, [](Options& o) { o.ringBytes = 1; });
    steps(*emitter, 20'000);
    const std::uint64_t lost = emitter->statistics().lost;
    QVERIFY(lost > 0);
    FileSink sink(path());
    const auto collector = collect(sink, endpoint);
    QTRY_VERIFY_WITH_TIMEOUT(emitter->statistics().acknowledged > 0, 20'000);
    steps(*emitter, 1); // finds room again, and shows the hole
    QTRY_COMPARE_WITH_TIMEOUT(emitter->statistics().acknowledged, 20'001U, 20'000);
    emitter->close(20s);
    const auto books = FileSink::read(path());
    QCOMPARE(books.size(), std::size_t{1});
    QVERIFY(books.begin()->second.balanced());
    QCOMPARE(books.begin()->second.declared(), lost);
    QCOMPARE(books.begin()->second.gaps.size(), std::size_t{1});
}

void TestDelivery::declaresWhatWasDroppedLast() {
    const std::string endpoint = freeEndpoint();
    auto emitter = emitterTo(endpoint, [](Options& o) { o.ringBytes = 1; });
    steps(*emitter, 20'000);
    FileSink sink(path());
    const auto collector = collect(sink, endpoint);
    QTRY_VERIFY_WITH_TIMEOUT(emitter->statistics().connected, 20'000);
    emitter->close(20s);
    const auto books = FileSink::read(path());
    QVERIFY(books.begin()->second.balanced());
    QCOMPARE(*books.begin()->second.bye, 20'000U);
}

void TestDelivery::leavesOutSketchesBeforeRecords() {
    const std::string endpoint = freeEndpoint();
    auto emitter = emitterTo(endpoint, [](Options& o) { o.sketchSize = 4096; });
    const std::vector<float> data(64, 1.0F);
    const Segment segment{1, 0, 64, 0, 0};
    for (int i = 0; i < 500; ++i) {
        emitter->gradient(data.data(), ElementType::Float32, {&segment, 1});
        steps(*emitter, 1);
    }
    QCOMPARE(emitter->statistics().lost, 0U); // 4 MiB of sketches would not fit
    MemorySink sink;
    const auto collector = collect(sink, endpoint);
    QTRY_COMPARE_WITH_TIMEOUT(emitter->statistics().acknowledged, 500U, 20'000);
    const auto records = sink.all<wire::StepRecord>();
    const auto sketches = std::count_if(records.begin(), records.end(),
                                        [](const auto& one) { return one.sketch.has_value(); });
    QVERIFY(sketches > 10 && sketches < 200);
    emitter->close(20s);
}

void TestDelivery::byeComesWithoutAnySteps() {
    MemorySink sink;
    const auto collector = collect(sink);
    auto emitter = emitterTo(collector->endpoint());
    QTRY_VERIFY(emitter->statistics().connected);
    emitter->close(20s);
    QCOMPARE(sink.all<wire::Bye>().size(), std::size_t{1});
    QCOMPARE(sink.all<wire::Bye>()[0].lastSeq, Seq{0});
}

void TestDelivery::refusedRankDoesNotWait() {
    MemorySink sink;
    sink.turnAway = true;
    const auto collector = collect(sink);
    auto emitter = emitterTo(collector->endpoint());
    steps(*emitter, 3);
    QTRY_VERIFY(collector->statistics().refused > 0);
    const auto start = Clock::now();
    emitter->close(60s);
    QVERIFY(Clock::now() - start < 10s);
    QVERIFY(sink.all<wire::StepRecord>().empty());
}

void TestDelivery::blocksOnlyWhenAsked() {
    MemorySink sink;
    const auto collector = collect(sink);
    auto emitter = emitterTo(collector->endpoint(), [](Options& o) {
        o.ringBytes = 1;
        o.blockWhenFull = true;
    });
    steps(*emitter, 20'000);
    QCOMPARE(emitter->statistics().lost, 0U);
    emitter->close(20s);
    QCOMPARE(sink.all<wire::StepRecord>().size(), std::size_t{20'000});
}

void TestDelivery::stoppedCollectorCostsNothing() {
    const std::string endpoint = freeEndpoint();
    const Process collector(file(), endpoint);
    auto emitter = emitterTo(endpoint);
    steps(*emitter, 10);
    QTRY_COMPARE_WITH_TIMEOUT(emitter->statistics().acknowledged, 10U, 20'000);
    collector.signal(SIGSTOP);
    steps(*emitter, 2000);
    auto other = emitterTo(endpoint); // that has not been welcomed
    steps(*other, 10);
    auto start = Clock::now();
    other->close(60s);
    QVERIFY(Clock::now() - start < 10s);
    collector.signal(SIGCONT);
    QTRY_COMPARE_WITH_TIMEOUT(emitter->statistics().acknowledged, 2010U, 30'000);
    collector.signal(SIGSTOP);
    steps(*emitter, 1);
    start = Clock::now();
    emitter->close(300ms); // a collector that once answered is waited for, but not longer
    QVERIFY(Clock::now() - start >= 300ms);
    QVERIFY(Clock::now() - start < 10s);
}

void TestDelivery::doesNotWaitToSayByeToTheDead() {
    const std::string endpoint = freeEndpoint();
    const Process collector(file(), endpoint);
    auto emitter = emitterTo(endpoint);
    steps(*emitter, 10);
    QTRY_COMPARE_WITH_TIMEOUT(emitter->statistics().acknowledged, 10U, 20'000);
    collector.signal(SIGKILL);
    const auto start = Clock::now();
    emitter->close(60s); // every record is stored: there is nothing to wait for
    QVERIFY(Clock::now() - start < 20s);
}

void TestDelivery::killedCollectorsLoseNothing() {
    const std::string endpoint = freeEndpoint();
    auto emitter = emitterTo(endpoint, [](Options& o) { o.ringBytes = 16U << 20U; });
    std::uint64_t made = 0;
    for (int life = 0; life < 5; ++life) {
        const Process collector(file(), endpoint);
        const std::uint64_t before = emitter->statistics().acknowledged;
        QTRY_VERIFY_WITH_TIMEOUT(
            (steps(*emitter, 50), made += 50, emitter->statistics().acknowledged > before), 30'000);
        collector.signal(SIGKILL); // with records on their way
    }
    const Process collector(file(), endpoint);
    QTRY_COMPARE_WITH_TIMEOUT(emitter->statistics().acknowledged, made, 30'000);
    emitter->close(20s);
    const auto books = FileSink::read(path());
    QCOMPARE(books.size(), std::size_t{1});
    QVERIFY(books.begin()->second.balanced());
    QCOMPARE(books.begin()->second.received.size(), made);
}

int collectForever(const char* file, const char* endpoint) {
    prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that is killed leaves nothing behind
    FileSink sink(file);
    const auto collector = collect(sink, endpoint);
    std::puts("listening");
    std::fflush(stdout);
    for (;;) {
        pause();
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 4 && std::string(argv[1]) == "--collect") {
        return collectForever(argv[2], argv[3]);
    }
    QCoreApplication app(argc, argv);
    TestDelivery test;
    return QTest::qExec(&test, argc, argv);
}
#include "TestDelivery.moc"
