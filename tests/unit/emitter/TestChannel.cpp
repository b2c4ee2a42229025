// SPDX-License-Identifier: Apache-2.0
// What a rank leaves for its sender, and what a sender makes of memory that is not as it should be.
#include "emitter/src/Channel.h"
#include "transport/link/ConnectionFile.h"

#include <QTest>

#include <random>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

using namespace rankscope;
using namespace rankscope::emitter;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kRing = 4096;

Letter letterFor(link::Destination destination) {
    wire::Hello hello;
    hello.incarnation = IncarnationId{77};
    hello.rank = RankId{3};
    hello.world = 4;
    hello.config = std::string(5000, ' '); // more than a page
    return {std::move(destination), hello};
}

Letter letter() {
    return letterFor({"tcp://127.0.0.1:9", {}});
}

class TestChannel : public QObject {
    Q_OBJECT

  private slots:
    void theLetterArrives();
    void bothSeeTheSame();
    void oneKindCarries();
    void refusesOtherVersions();
    void survivesWhateverStandsInTheMemory();
    void refusesFilesThatAreNone();
};

void TestChannel::theLetterArrives() {
    const link::Connection keys = [] {
        auto made = *link::newConnection();
        made.endpoint = "tcp://host:5757";
        return made;
    }();
    for (const auto& destination : {letter().destination, *link::destinationOf(keys)}) {
        const auto rank = *Channel::make(letterFor(destination), kRing, true);
        const auto sender = *Channel::attach(rank->descriptor());
        const auto read = sender->letter();
        QVERIFY(read);
        QCOMPARE(read->hello, letter().hello);
        QCOMPARE(read->destination.endpoint, destination.endpoint);
        QVERIFY(read->destination.keys == destination.keys);
        QCOMPARE(sender->incarnation, IncarnationId{77});
        QCOMPARE(sender->rank, RankId{3});
    }
}

void TestChannel::bothSeeTheSame() {
    const auto rank = *Channel::make(letter(), kRing, true);
    const auto sender = *Channel::attach(rank->descriptor());
    rank->closeFile();
    QCOMPARE(rank->descriptor(), -1);
    rank->lastSeq = 5;
    sender->acknowledged = 4;
    sender->connected = 1;
    QCOMPARE(sender->lastSeq.load(), 5U);
    QCOMPARE(rank->acknowledged.load(), 4U);
    const auto room = rank->ring.reserve(3);
    rank->ring.publish(Seq{6}, 3);
    QVERIFY(!room.empty());
    QCOMPARE(sender->ring.next()->seq, Seq{6});
    QVERIFY(!sender->endBy());
    const auto before = Clock::now();
    rank->askToEnd(2000ms);
    rank->askToEnd(9000ms); // the first counts
    QVERIFY(*sender->endBy() >= before + 2s && *sender->endBy() < before + 9s);
    sender->sayEnded();
    rank->awaitEnd();
    QVERIFY(Clock::now() < before + 2s);
}

/// The rank's thread and a process that comes late: whoever is first, with all that follow it.
void TestChannel::oneKindCarries() {
    for (const auto& [first, second] : {std::pair(Carrier::Process, Carrier::Thread),
                                        std::pair(Carrier::Thread, Carrier::Process)}) {
        const auto rank = *Channel::make(letter(), kRing, true);
        const auto sender = *Channel::attach(rank->descriptor());
        QCOMPARE(rank->carrier(), Carrier::Nobody);
        QVERIFY(sender->claim(first));
        QVERIFY(!rank->claim(second));
        QVERIFY(!sender->claim(second));
        QVERIFY((*Channel::attach(rank->descriptor()))->claim(first)); // a worker begun anew
        QCOMPARE(rank->carrier(), first);
    }
}

void TestChannel::refusesOtherVersions() {
    const auto rank = *Channel::make(letter(), kRing, true);
    const std::uint32_t newer = 1000;
    QCOMPARE(pwrite(rank->descriptor(), &newer, sizeof newer, 8), ssize_t{4});
    QCOMPARE(Channel::attach(rank->descriptor()).error().code, ErrorCode::Unsupported);
}

void TestChannel::survivesWhateverStandsInTheMemory() {
    std::mt19937_64 random(1);
    int read = 0;
    for (int round = 0; round < 3000; ++round) {
        const auto rank = *Channel::make(letter(), kRing, true);
        for (int i = 0; i < 3; ++i) {
            const std::uint64_t value = random() % 2 == 0 ? random() : random() % 20'000;
            const auto at = static_cast<off_t>(random() % (random() % 2 == 0 ? 320 : 12'000));
            QCOMPARE(pwrite(rank->descriptor(), &value, 8, at), ssize_t{8});
        }
        if (const auto sender = Channel::attach(rank->descriptor())) {
            read += (*sender)->letter() ? 1 : 0;
            static_cast<void>((*sender)->ring.next());
            static_cast<void>((*sender)->endBy());
        }
    }
    QVERIFY(read > 0 && read < 3000);
}

void TestChannel::refusesFilesThatAreNone() {
    QVERIFY(!Channel::attach(-1));
    const int empty = memfd_create("empty", MFD_CLOEXEC);
    QCOMPARE(Channel::attach(empty).error().code, ErrorCode::Malformed);
    QCOMPARE(ftruncate(empty, 1 << 20), 0);
    QCOMPARE(Channel::attach(empty).error().code, ErrorCode::Malformed);
    close(empty);
}

} // namespace

QTEST_APPLESS_MAIN(TestChannel)
#include "TestChannel.moc"
