// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Rank.h"
#include "transport/link/Collector.h"
#include "transport/link/Dealer.h"
#include "transport/wire/Codec.h"

#include <QtTest>

#include <atomic>
#include <map>
#include <mutex>
#include <set>

using namespace rankscope;
using namespace std::chrono_literals;
using link::Collector;
using test::pumpUntil;
using test::Rank;

namespace {

/// A disk in memory: what was committed outlives the collector, as a session file does.
class Disk : public link::EventSink {
  public:
    Result<link::Admission> admit(const wire::Hello& hello) override {
        const std::scoped_lock lock(m_mutex);
        if (refused == hello.rank.value()) {
            return fail(ErrorCode::Conflict, "not this one");
        }
        if (m_full) {
            return fail(ErrorCode::Io, "the disk is full");
        }
        const auto known = m_streams.find(hello.incarnation);
        if (known == m_streams.end()) {
            return link::Admission{"run", Seq{0}, {}, false};
        }
        return link::Admission{"run", known->second.last, known->second.bye, true};
    }

    Result<void> commit(std::span<const wire::Event> events) override {
        const std::scoped_lock lock(m_mutex);
        ++m_attempts;
        if (m_full) {
            return fail(ErrorCode::Io, "the disk is full");
        }
        for (const wire::Event& event : events) {
            std::visit([this](const auto& one) { store(one); }, event);
        }
        return {};
    }

    void setFull(bool full) {
        const std::scoped_lock lock(m_mutex);
        m_full = full;
    }
    int attempts() {
        const std::scoped_lock lock(m_mutex);
        return m_attempts;
    }

    struct Stream {
        std::uint64_t hellos = 0, received = 0, declared = 0, undeclared = 0, paused = 0, wrong = 0;
        Seq last;
        std::optional<Seq> bye;
    };
    Stream stream(IncarnationId incarnation) {
        const std::scoped_lock lock(m_mutex);
        return m_streams[incarnation];
    }
    std::size_t streams() {
        const std::scoped_lock lock(m_mutex);
        return m_streams.size();
    }

    std::optional<std::uint32_t> refused; ///< rank that is not let in; set before the start

  private:
    void store(const wire::Hello& hello) { ++m_streams[hello.incarnation].hellos; }
    void store(const wire::StepRecord& record) {
        Stream& stream = m_streams[record.incarnation];
        stream.wrong += record.seq.value() != stream.last.value() + 1 ? 1 : 0;
        stream.wrong += record.loss != 1.0 / static_cast<double>(record.seq.value()) ? 1 : 0;
        stream.last = record.seq;
        ++stream.received;
    }
    void store(const wire::Gap& gap) {
        Stream& stream = m_streams[gap.incarnation];
        stream.wrong += gap.first.value() != stream.last.value() + 1 ? 1 : 0;
        stream.last = gap.last;
        const auto count = gap.last.value() - gap.first.value() + 1;
        (gap.cause == wire::GapCause::Undeclared ? stream.undeclared : stream.declared) += count;
        stream.paused += gap.cause == wire::GapCause::RecorderPaused ? count : 0;
    }
    void store(const wire::Bye& bye) {
        Stream& stream = m_streams[bye.incarnation];
        stream.wrong += stream.bye ? 1 : 0;
        stream.bye = bye.lastSeq;
    }

    std::mutex m_mutex;
    std::map<IncarnationId, Stream> m_streams;
    bool m_full = false;
    int m_attempts = 0;
};

Collector::Options options(const std::string& endpoint = "tcp://127.0.0.1:0") {
    Collector::Options made;
    made.endpoint = endpoint;
    made.commitEvery = 5ms;
    return made;
}

std::unique_ptr<Collector> collect(Disk& disk, const Collector::Options& with = options()) {
    auto made = Collector::bind(with, disk);
    return made ? std::move(*made) : nullptr;
}

std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

} // namespace

class TestCollector : public QObject {
    Q_OBJECT

  private slots:
    void storesThenAcknowledges();
    void storesDeclaredAndUndeclaredLosses();
    void asksForAHelloOnEveryConnection();
    void takesRecordsOverTheNewestConnectionOnly();
    void losesNothingOverRestarts();
    void tellsARefusedRankWhy();
    void keepsTwoThatClaimOneRank();
    void waitsForAFullDisk();
    void knowsItsOwnPausesFromFullRings();
    void asksAgainWhenTheDiskCouldNotTakeAHello();
    void stopsReadingWhenTooMuchIsWaiting();
    void countsTheMemoryThatSmallMessagesTake();
    void boundsWhatRanksSayOfThemselves();
    void forgetsWhoLeftToTakeInMore_data();
    void forgetsWhoLeftToTakeInMore();
    void forgetsWhoIsSilentToTakeInMore();
    void aForgottenRankGoesOnWhereItWas();
    void aFullCollectorSaysSo();
    void refusesWhatItCannotUse();
    void endsWhenEverybodyLeft();
    void endsWhenTheRestIsDead();
    void aConnectionWithNothingToSayIsAlive();
    void aBusyPortIsSaidSo_data();
    void aBusyPortIsSaidSo();
    void commitsWhatHasComeWhenItStops();
};

void TestCollector::storesThenAcknowledges() {
    Disk disk;
    const auto collector = collect(disk);
    QVERIFY(collector);
    Rank rank(collector->endpoint(), Rank::hello(1, 0, 1));
    for (int i = 0; i < 100; ++i) {
        rank.step();
    }
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    const auto stream = disk.stream(IncarnationId{1});
    QCOMPARE(stream.hellos, 1U);
    QCOMPARE(stream.received, 100U);
    QCOMPARE(stream.wrong, 0U);
    QCOMPARE(rank.run(), std::string("run"));
    QTRY_COMPARE(collector->statistics().records, 100U);
    QCOMPARE(collector->statistics().refused, 0U);
    QTRY_COMPARE(collector->statistics().live, 1U);
}

void TestCollector::storesDeclaredAndUndeclaredLosses() {
    Disk disk;
    const auto collector = collect(disk);
    Rank rank(collector->endpoint(), Rank::hello(1, 0, 1));
    rank.step();
    rank.lose(3);
    rank.step();
    rank.swallow(2);
    rank.step();
    rank.swallow(1);
    rank.leave(); // says 9, of which it sent 8
    QVERIFY(pumpUntil({&rank}, [&] { return disk.stream(IncarnationId{1}).last == Seq{8}; }));
    const auto before = disk.stream(IncarnationId{1});
    QCOMPARE(before.received, 3U);
    QCOMPARE(before.declared, 3U);
    QCOMPARE(before.undeclared, 2U);
    QCOMPARE(before.wrong, 0U);
    const wire::Bye bye{IncarnationId{1}, RankId{0}, Seq{9}};
    QVERIFY(rank.dealer().send(wire::encode(bye)) == link::Dealer::Sent::Yes);
    QVERIFY(pumpUntil({&rank}, [&] { return disk.stream(IncarnationId{1}).bye.has_value(); }));
    QCOMPARE(disk.stream(IncarnationId{1}).undeclared, 3U);
    QTRY_COMPARE(collector->statistics().declaredLost, 6U);
}

void TestCollector::asksForAHelloOnEveryConnection() {
    Disk disk;
    const auto collector = collect(disk);
    auto dealer = link::Dealer::connect(collector->endpoint());
    QVERIFY(dealer);
    QTRY_COMPARE((*dealer)->connections(), 1U);
    wire::StepRecord record;
    record.incarnation = IncarnationId{9};
    record.seq = Seq{1};
    QVERIFY((*dealer)->send(wire::encode(record)) == link::Dealer::Sent::Yes);
    QTRY_COMPARE(collector->statistics().refused, 1U);
    QVERIFY(!collector->statistics().lastRefusal.empty());
    QCOMPARE(disk.streams(), std::size_t{0});
    // The question had been asked just before; it is repeated for those who go on regardless.
    QTRY_VERIFY((*dealer)->send(wire::encode(record)) == link::Dealer::Sent::Yes &&
                (*dealer)->connections() >= 2);
}

void TestCollector::takesRecordsOverTheNewestConnectionOnly() {
    Disk disk;
    const auto collector = collect(disk);
    auto old = link::Dealer::connect(collector->endpoint());
    auto newer = link::Dealer::connect(collector->endpoint());
    QVERIFY(old && newer);
    const auto hello = wire::encode(Rank::hello(1, 0, 1));
    std::vector<std::byte> answer;
    for (const auto* const dealer : {&*old, &*newer}) {
        QTRY_COMPARE((*dealer)->connections(), 1U);
        QVERIFY((*dealer)->send(hello) == link::Dealer::Sent::Yes);
        QVERIFY(QTest::qWaitFor([&] { return (*dealer)->receive(answer); }));
    }
    wire::StepRecord record;
    record.incarnation = IncarnationId{1};
    record.seq = Seq{1};
    record.loss = 1;
    // Sent until it is asked again: the question of before may be too fresh to be repeated.
    QVERIFY(QTest::qWaitFor([&] {
        static_cast<void>((*old)->receive(answer)); // acks lie before the question
        static_cast<void>((*old)->send(wire::encode(record)));
        return (*old)->connections() == 2;
    }));
    QVERIFY(collector->statistics().refused > 0);
    QCOMPARE(collector->statistics().records, 0U);
    QVERIFY((*newer)->send(wire::encode(record)) == link::Dealer::Sent::Yes);
    QTRY_COMPARE(disk.stream(IncarnationId{1}).received, 1U);
}

void TestCollector::losesNothingOverRestarts() {
    Disk disk;
    auto collector = collect(disk);
    const auto again = options(collector->endpoint());
    Rank one(collector->endpoint(), Rank::hello(1, 0, 2));
    Rank two(collector->endpoint(), Rank::hello(2, 1, 2));
    for (int restart = 0; restart < 5; ++restart) {
        const auto goal = one.last() + 200;
        QVERIFY(pumpUntil({&one, &two}, [&] {
            one.step();
            two.step();
            return one.committed() >= goal;
        }));
        collector.reset();
        collector = collect(disk, again);
        QVERIFY(collector);
    }
    one.leave();
    two.leave();
    QVERIFY(pumpUntil({&one, &two}, [&] { return one.gone() && two.gone(); }));
    for (const Rank* const rank : {&one, &two}) {
        const auto stream = disk.stream(rank->incarnation());
        QCOMPARE(stream.received, rank->last());
        QCOMPARE(stream.declared + stream.undeclared, 0U);
        QCOMPARE(stream.wrong, 0U);
        QCOMPARE(stream.hellos, 1U);
        QVERIFY(stream.bye == Seq{rank->last()});
        QVERIFY(rank->welcomes() >= 2);
    }
}

void TestCollector::tellsARefusedRankWhy() {
    Disk disk;
    disk.refused = 1;
    const auto collector = collect(disk);
    Rank good(collector->endpoint(), Rank::hello(1, 0, 2));
    Rank bad(collector->endpoint(), Rank::hello(2, 1, 2));
    good.step();
    bad.step();
    QVERIFY(
        pumpUntil({&good, &bad}, [&] { return good.allCommitted() && !bad.refusal().empty(); }));
    QCOMPARE(bad.refusal(), std::string("not this one"));
    QCOMPARE(disk.streams(), std::size_t{1});
    QTRY_COMPARE(collector->statistics().refused, 1U);
}

void TestCollector::keepsTwoThatClaimOneRank() {
    Disk disk;
    const auto collector = collect(disk);
    Rank one(collector->endpoint(), Rank::hello(1, 0, 1));
    Rank two(collector->endpoint(), Rank::hello(2, 0, 1));
    one.step();
    two.step();
    two.step();
    QVERIFY(pumpUntil({&one, &two}, [&] { return one.allCommitted() && two.allCommitted(); }));
    QCOMPARE(disk.stream(IncarnationId{1}).received, 1U);
    QCOMPARE(disk.stream(IncarnationId{2}).received, 2U);
}

void TestCollector::waitsForAFullDisk() {
    Disk disk;
    const auto collector = collect(disk);
    Rank rank(collector->endpoint(), Rank::hello(1, 0, 1));
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    disk.setFull(true);
    rank.step();
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return !collector->statistics().problem.empty(); }));
    QCOMPARE(rank.committed(), 1U);
    disk.setFull(false);
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    QCOMPARE(disk.stream(IncarnationId{1}).received, 4U);
    QCOMPARE(disk.stream(IncarnationId{1}).wrong, 0U);
    QTRY_VERIFY(collector->statistics().problem.empty());
}

/// A rank cannot know why its ring was not emptied; the recorder does.
void TestCollector::knowsItsOwnPausesFromFullRings() {
    Disk disk;
    const auto collector = collect(disk);
    Rank rank(collector->endpoint(), Rank::hello(1, 0, 1));
    rank.step();
    rank.lose(2); // its own
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    disk.setFull(true);
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return !collector->statistics().problem.empty(); }));
    rank.step(); // waits in the ring, and 5 after it find no place
    rank.lose(5);
    disk.setFull(false);
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    rank.lose(3); // its own again
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    const auto stream = disk.stream(IncarnationId{1});
    QCOMPARE(stream.received + stream.declared, rank.last());
    QCOMPARE(stream.declared, 10U);
    QCOMPARE(stream.paused, 5U);
}

void TestCollector::asksAgainWhenTheDiskCouldNotTakeAHello() {
    Disk disk;
    disk.setFull(true);
    const auto collector = collect(disk);
    Rank rank(collector->endpoint(), Rank::hello(1, 0, 1));
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return !collector->statistics().problem.empty(); }));
    disk.setFull(false);
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    QTRY_VERIFY(collector->statistics().problem.empty());
}

void TestCollector::stopsReadingWhenTooMuchIsWaiting() {
    Disk disk;
    auto small = options();
    small.commitBytes = 1000;
    const auto collector = collect(disk, small);
    Rank rank(collector->endpoint(), Rank::hello(1, 0, 1));
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    disk.setFull(true);
    for (int i = 0; i < 50000; ++i) {
        rank.step();
    }
    // Several attempts have failed by then, a second apart, while the rank kept pushing.
    const int attempts = disk.attempts();
    QVERIFY(pumpUntil({&rank}, [&] { return disk.attempts() >= attempts + 3; }));
    QVERIFY(collector->statistics().bytes < 16 * 1000 + 1000);
    disk.setFull(false);
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    QCOMPARE(disk.stream(IncarnationId{1}).received, 50001U);
    QCOMPARE(disk.stream(IncarnationId{1}).wrong, 0U);
}

void TestCollector::countsTheMemoryThatSmallMessagesTake() {
    Disk disk;
    auto small = options();
    small.commitBytes = 1000;
    const auto collector = collect(disk, small);
    Rank rank(collector->endpoint(), Rank::hello(1, 0, 1));
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    disk.setFull(true);
    const auto before = collector->statistics().records;
    for (int i = 0; i < 5000; ++i) {
        rank.step();
    }
    const int attempts = disk.attempts();
    QVERIFY(pumpUntil({&rank}, [&] { return disk.attempts() >= attempts + 2; }));
    const auto waiting = collector->statistics().records - before;
    QVERIFY(waiting > 0 && waiting * sizeof(wire::Event) < 16 * 1000 + sizeof(wire::Event));
    disk.setFull(false);
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
}

void TestCollector::boundsWhatRanksSayOfThemselves() {
    Disk disk;
    auto tight = options();
    tight.helloBytes = 20000;
    const auto collector = collect(disk, tight);
    auto wordy = Rank::hello(1, 0, 3);
    wordy.config = '{' + std::string(10000, ' ') + '}';
    Rank first(collector->endpoint(), wordy);
    QVERIFY(pumpUntil({&first}, [&] { return first.welcomed(); }));
    wordy.incarnation = IncarnationId{2};
    Rank second(collector->endpoint(), wordy);
    QVERIFY(pumpUntil({&second}, [&] { return !second.refusal().empty(); }));
    wordy.incarnation = IncarnationId{1};
    wordy.config += ' ';
    Rank changed(collector->endpoint(), wordy);
    QVERIFY(pumpUntil({&changed}, [&] { return !changed.refusal().empty(); }));
    Rank third(collector->endpoint(), Rank::hello(3, 2, 3));
    third.step();
    QVERIFY(pumpUntil({&third}, [&] { return third.allCommitted(); }));
    QCOMPARE(disk.stream(IncarnationId{1}).hellos, 1U);
    QCOMPARE(disk.stream(IncarnationId{2}).hellos, 0U);
}

void TestCollector::forgetsWhoLeftToTakeInMore_data() {
    QTest::addColumn<int>("peers");
    QTest::addColumn<int>("helloBytes");
    QTest::newRow("processes") << 8 << (1 << 20);
    QTest::newRow("memory of hellos") << 1000 << 40'000;
}

/// Launches of four ranks, many more than there is room for at a time.
void TestCollector::forgetsWhoLeftToTakeInMore() {
    QFETCH(const int, peers);
    QFETCH(const int, helloBytes);
    Disk disk;
    auto tight = options();
    tight.peers = static_cast<std::size_t>(peers);
    tight.helloBytes = static_cast<std::size_t>(helloBytes);
    const auto collector = collect(disk, tight);
    constexpr std::uint32_t kLaunches = 10, kWorld = 4;
    for (std::uint32_t launch = 0; launch < kLaunches; ++launch) {
        std::vector<std::unique_ptr<Rank>> ranks;
        for (std::uint32_t rank = 0; rank < kWorld; ++rank) {
            auto hello = Rank::hello(1 + launch * kWorld + rank, rank, kWorld);
            hello.config = '{' + std::string(4000, ' ') + '}';
            ranks.push_back(std::make_unique<Rank>(collector->endpoint(), hello));
            ranks.back()->step();
            ranks.back()->leave();
        }
        QVERIFY(pumpUntil({ranks[0].get(), ranks[1].get(), ranks[2].get(), ranks[3].get()}, [&] {
            return std::all_of(ranks.begin(), ranks.end(), [](auto& one) { return one->gone(); });
        }));
    }
    QCOMPARE(disk.streams(), std::size_t{kLaunches * kWorld});
    QCOMPARE(collector->statistics().refused, 0U);
    QTRY_VERIFY(collector->runEnded()); // all four of the newest are known to have left
}

/// Killed ones don't say goodbye.
void TestCollector::forgetsWhoIsSilentToTakeInMore() {
    Disk disk;
    auto tight = options();
    tight.peers = 3;
    tight.silent = 300ms;
    const auto collector = collect(disk, tight);
    for (std::uint64_t launch = 0; launch < 6; ++launch) {
        Rank rank(collector->endpoint(), Rank::hello(1 + launch, 0, 1));
        rank.step();
        QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
        QTest::qWait(200); // killed
    }
    QCOMPARE(disk.streams(), std::size_t{6});
    QCOMPARE(collector->statistics().notAdmitted, 0U);
}

void TestCollector::aForgottenRankGoesOnWhereItWas() {
    Disk disk;
    auto tight = options();
    tight.peers = 2;
    const auto collector = collect(disk, tight);
    for (std::uint64_t incarnation = 1; incarnation <= 6; ++incarnation) {
        Rank rank(collector->endpoint(), Rank::hello(incarnation, 0, 1));
        rank.step();
        rank.leave();
        QVERIFY(pumpUntil({&rank}, [&] { return rank.gone(); }));
    }
    Rank again(collector->endpoint(), Rank::hello(1, 0, 1)); // sees to it that its bye was heard
    again.step();
    again.leave();
    QVERIFY(pumpUntil({&again}, [&] { return again.gone(); }));
    const auto stream = disk.stream(IncarnationId{1});
    QCOMPARE(stream.received, 1U);
    QCOMPARE(stream.hellos, 1U);
    QCOMPARE(stream.wrong, 0U);
    QCOMPARE(stream.declared + stream.undeclared, 0U);
}

void TestCollector::aFullCollectorSaysSo() {
    Disk disk;
    auto tight = options();
    tight.peers = 2;
    const auto collector = collect(disk, tight);
    Rank one(collector->endpoint(), Rank::hello(1, 0, 3));
    Rank two(collector->endpoint(), Rank::hello(2, 1, 3));
    QVERIFY(pumpUntil({&one, &two}, [&] { return one.welcomed() && two.welcomed(); }));
    Rank three(collector->endpoint(), Rank::hello(3, 2, 3));
    QVERIFY(pumpUntil({&one, &two, &three}, [&] { return !three.refusal().empty(); }));
    QVERIFY(three.refusal().find("start a recorder of its own") != std::string::npos);
    const wire::Bye unknown{IncarnationId{77}, RankId{0}, Seq{1}};
    QVERIFY(three.dealer().send(wire::encode(unknown)) == link::Dealer::Sent::Yes);
    // What else is refused does not hide it.
    QTRY_COMPARE(collector->statistics().refused, 2U);
    QCOMPARE(collector->statistics().notAdmitted, 1U);
    QCOMPARE(collector->statistics().lastNotAdmitted, three.refusal());
    QVERIFY(!collector->statistics().lastRefusal.empty());
    two.leave();
    QVERIFY(pumpUntil({&one, &two}, [&] { return two.gone(); }));
    Rank four(collector->endpoint(), Rank::hello(4, 2, 3));
    QVERIFY(pumpUntil({&one, &four}, [&] { return four.welcomed(); }));
}

void TestCollector::refusesWhatItCannotUse() {
    Disk disk;
    const auto collector = collect(disk);
    Rank good(collector->endpoint(), Rank::hello(1, 0, 2));
    auto hostile = link::Dealer::connect(collector->endpoint());
    QVERIFY(hostile);
    QTRY_COMPARE((*hostile)->connections(), 1U);

    wire::StepRecord otherRank;
    otherRank.incarnation = IncarnationId{1};
    otherRank.rank = RankId{1};
    otherRank.seq = Seq{1};
    const std::vector<std::vector<std::byte>> messages = {
        {bytes("\xdd\xff\xff\xff\xff").begin(), bytes("\xdd\xff\xff\xff\xff").end()},
        std::vector<std::byte>(100000, std::byte{0x91}),
        std::vector<std::byte>(wire::limits::kMessageBytes + 1, std::byte{0xc4}),
        wire::encode(wire::Ack{IncarnationId{1}, Seq{1}}),
        wire::encode(wire::Welcome{}),
        wire::encode(otherRank),
        wire::encode(wire::Bye{IncarnationId{77}, RankId{0}, Seq{1}}),
    };
    std::uint64_t sent = 0;
    for (const auto& message : messages) {
        good.step();
        QVERIFY(pumpUntil({&good},
                          [&] { return (*hostile)->send(message) == link::Dealer::Sent::Yes; }));
        ++sent;
        QVERIFY(pumpUntil({&good}, [&] { return collector->statistics().refused == sent; }));
        QVERIFY(!collector->statistics().lastRefusal.empty());
    }
    QCOMPARE(collector->statistics().notAdmitted, 0U);
    QVERIFY(pumpUntil({&good}, [&] { return good.allCommitted(); }));
    QCOMPARE(disk.stream(IncarnationId{1}).received, messages.size());
    QCOMPARE(good.welcomes(), 1U);
}

void TestCollector::endsWhenEverybodyLeft() {
    Disk disk;
    const auto collector = collect(disk);
    QVERIFY(!collector->runEnded());
    Rank one(collector->endpoint(), Rank::hello(1, 0, 2));
    Rank two(collector->endpoint(), Rank::hello(2, 1, 2));
    one.step();
    one.leave();
    QVERIFY(pumpUntil({&one, &two}, [&] { return one.gone() && two.welcomed(); }));
    QVERIFY(pumpUntil({&one, &two}, [&] { return collector->statistics().live == 1; }));
    QVERIFY(!collector->runEnded());
    two.leave();
    QVERIFY(pumpUntil({&one, &two}, [&] { return collector->runEnded(); }));
    QCOMPARE(collector->statistics().live, 0U);
}

void TestCollector::endsWhenTheRestIsDead() {
    Disk disk;
    auto quick = options();
    quick.silent = 300ms;
    const auto collector = collect(disk, quick);
    auto rank = std::make_unique<Rank>(collector->endpoint(), Rank::hello(1, 0, 1));
    rank->step();
    QVERIFY(pumpUntil({rank.get()}, [&] { return rank->allCommitted(); }));
    rank.reset(); // no bye
    QTRY_VERIFY(collector->runEnded());
    QVERIFY(!disk.stream(IncarnationId{1}).bye);
}

void TestCollector::aConnectionWithNothingToSayIsAlive() {
    Disk disk;
    auto quick = options();
    quick.silent = 300ms;
    const auto collector = collect(disk, quick);
    Rank rank(collector->endpoint(), Rank::hello(1, 0, 1));
    QVERIFY(pumpUntil({&rank}, [&] { return rank.welcomed(); }));
    QElapsedTimer clock;
    clock.start();
    bool ended = false;
    QVERIFY(pumpUntil({&rank}, [&] {
        ended = ended || collector->runEnded();
        return clock.hasExpired(1500); // five times what makes a dead one
    }));
    QVERIFY(!ended);
    QCOMPARE(collector->statistics().live, 1U);
}

void TestCollector::aBusyPortIsSaidSo_data() {
    QTest::addColumn<QString>("endpoint");
    QTest::newRow("tcp") << "tcp://127.0.0.1:0";
    QTest::newRow("ipc")
        << "ipc://" + QDir::tempPath() +
               QString("/rankscope-test-%1").arg(QCoreApplication::applicationPid());
}

void TestCollector::aBusyPortIsSaidSo() {
    QFETCH(QString, endpoint);
    Disk disk;
    auto first = collect(disk, options(endpoint.toStdString()));
    QVERIFY(first);
    const auto taken = options(first->endpoint());
    const auto second = Collector::bind(taken, disk);
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Busy);
    QVERIFY(!second.error().advice.empty());
    Rank rank(taken.endpoint, Rank::hello(1, 0, 1)); // the first is none the worse for it
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    first.reset();
    QVERIFY(collect(disk, taken));
}

void TestCollector::commitsWhatHasComeWhenItStops() {
    Disk disk;
    auto slow = options();
    slow.commitEvery = 1h;
    auto collector = collect(disk, slow);
    Rank rank(collector->endpoint(), Rank::hello(1, 0, 1));
    for (int i = 0; i < 10; ++i) {
        rank.step();
    }
    QVERIFY(pumpUntil({&rank}, [&] { return collector->statistics().records == 10; }));
    QCOMPARE(rank.committed(), 0U);
    collector.reset();
    QCOMPARE(disk.stream(IncarnationId{1}).received, 10U);
}

QTEST_GUILESS_MAIN(TestCollector)
#include "TestCollector.moc"
