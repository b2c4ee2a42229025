// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Mapping.h"
#include "emitter/src/Ring.h"

#include <QTest>

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace rankscope;
using namespace rankscope::emitter;

namespace {

struct Memory {
    Mapping pages;
    Ring ring;
    explicit Memory(std::size_t capacity)
        : pages(Ring::bytesFor(capacity), Mapping::InChild::Missing),
          ring(pages.data(), capacity) {}
};

/// A record's content follows from its seq, so that the reader can tell whether it is whole.
std::size_t sizeOf(std::uint64_t seq) {
    return seq * 7919 % 200;
}
std::byte byteOf(std::uint64_t seq, std::size_t i) {
    return static_cast<std::byte>(seq * 31 + i);
}

bool push(Ring& ring, std::uint64_t seq) {
    const std::span<std::byte> room = ring.reserve(200);
    if (room.empty()) {
        return false;
    }
    for (std::size_t i = 0; i < sizeOf(seq); ++i) {
        room[i] = byteOf(seq, i);
    }
    ring.publish(Seq{seq}, sizeOf(seq));
    return true;
}

bool whole(const Ring::Record& record) {
    const std::uint64_t seq = record.seq.value();
    bool equal = record.bytes.size() == sizeOf(seq);
    for (std::size_t i = 0; equal && i < record.bytes.size(); ++i) {
        equal = record.bytes[i] == byteOf(seq, i);
    }
    return equal;
}

class TestRing : public QObject {
    Q_OBJECT

  private slots:
    void keepsUntilAcknowledged();
    void fullRefusesAndRecovers();
    void followsAModel();
    void acknowledgingUnsentSkipsThem();
    void twoThreads();
    void survivesWhateverStandsInTheMemory();
    void successorOfAConsumerGoesOn();
    void childOfForkDoesNotHaveIt();
};

void TestRing::keepsUntilAcknowledged() {
    Memory memory(4096);
    Ring& ring = memory.ring;
    QVERIFY(!ring.next());
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        QVERIFY(push(ring, seq));
    }
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        QCOMPARE(ring.next()->seq, Seq{seq});
        ring.advance();
    }
    QVERIFY(!ring.next());
    ring.rewind();
    QCOMPARE(ring.next()->seq, Seq{1});
    ring.acknowledge(Seq{2});
    ring.rewind();
    QCOMPARE(ring.next()->seq, Seq{3});
}

void TestRing::fullRefusesAndRecovers() {
    Memory memory(1024);
    Ring& ring = memory.ring;
    std::uint64_t seq = 1;
    while (push(ring, seq)) {
        ++seq;
    }
    QVERIFY(!ring.fits(200));
    QVERIFY(seq > 4);
    ring.acknowledge(Seq{seq - 1}); // everything
    QCOMPARE(ring.freeBytes(), std::size_t{1024});
    QVERIFY(ring.fits(200));
    QVERIFY(push(ring, seq));
    QVERIFY(whole(*ring.next()));
}

void TestRing::followsAModel() {
    std::mt19937 random(1);
    Memory memory(2048);
    Ring& ring = memory.ring;
    std::deque<std::uint64_t> held; // not acknowledged
    std::size_t sent = 0;           // of them
    std::uint64_t seq = 0;
    for (int i = 0; i < 200'000; ++i) {
        switch (random() % 8) {
        case 0:
        case 1:
        case 2: // seqs may have holes
            seq += 1 + random() % 2;
            if (push(ring, seq)) {
                held.push_back(seq);
            } else {
                QVERIFY(!held.empty());
            }
            break;
        case 3:
        case 4:
        case 5: {
            const auto record = ring.next();
            QCOMPARE(record.has_value(), sent < held.size());
            if (record) {
                QCOMPARE(record->seq.value(), held[sent]);
                QVERIFY(whole(*record));
                ring.advance();
                ++sent;
            }
            break;
        }
        case 6:
            if (!held.empty()) {
                const std::size_t count = random() % (held.size() + 1);
                ring.acknowledge(Seq{count == 0 ? held.front() - 1 : held[count - 1]});
                held.erase(held.begin(), held.begin() + static_cast<long>(count));
                sent -= std::min(sent, count);
            }
            break;
        default:
            if (random() % 10 == 0) {
                ring.rewind();
                sent = 0;
            }
        }
    }
}

void TestRing::acknowledgingUnsentSkipsThem() {
    Memory memory(4096);
    Ring& ring = memory.ring;
    for (std::uint64_t seq = 1; seq <= 5; ++seq) {
        QVERIFY(push(ring, seq));
    }
    ring.acknowledge(Seq{3});
    QCOMPARE(ring.next()->seq, Seq{4});
}

void TestRing::twoThreads() {
    constexpr std::uint64_t kRecords = 300'000;
    Memory memory(8192);
    Ring& ring = memory.ring;
    std::thread producer([&] {
        for (std::uint64_t seq = 1; seq <= kRecords; ++seq) {
            while (!push(ring, seq)) {
                std::this_thread::yield();
            }
        }
    });
    std::uint64_t expected = 1;
    bool sound = true;
    while (expected <= kRecords && sound) {
        const auto record = ring.next();
        if (!record) {
            std::this_thread::yield();
            continue;
        }
        sound = record->seq == Seq{expected} && whole(*record);
        ring.advance();
        if (expected % 16 == 0 || expected == kRecords) {
            ring.acknowledge(Seq{expected});
        }
        ++expected;
    }
    if (!sound) {
        ring.acknowledge(Seq{kRecords}); // lets the producer end
    }
    producer.join();
    QVERIFY(sound);
}

/// Either side scribbles over everything, at random and with numbers that are nearly right, while
/// the other goes on: within the pages of the ring, and to an end.
void TestRing::survivesWhateverStandsInTheMemory() {
    constexpr std::size_t kPages = 3 * 4096;
    std::mt19937_64 random(1);
    // It ends where memory ends; before it, something is left of its page.
    auto* const pages = static_cast<std::byte*>(
        mmap(nullptr, kPages, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    QVERIFY(pages != MAP_FAILED);
    const std::size_t capacity = 2048, bytes = Ring::bytesFor(capacity);
    std::byte* const memory = pages + 2 * 4096 - bytes;
    QCOMPARE(mprotect(pages + 4096, 4096, PROT_READ | PROT_WRITE), 0);
    for (int round = 0; round < 20'000; ++round) {
        std::memset(memory, 0, bytes);
        Ring producer(memory, capacity), consumer(memory, capacity);
        std::uint64_t seq = 1;
        for (int i = 0; i < 20; ++i) {
            for (std::uint64_t n = random() % 20; n != 0 && push(producer, seq); --n) {
                ++seq;
            }
            const std::size_t at = random() % (bytes / 8) * 8;
            const std::uint64_t near = random() % (2 * capacity), far = random();
            std::memcpy(memory + (random() % 2 == 0 ? at % 128 : at),
                        random() % 2 == 0 ? &near : &far, 8);
            while (const auto record = consumer.next()) {
                QVERIFY(record->bytes.data() > memory);
                QVERIFY(record->bytes.data() + record->bytes.size() <= memory + bytes);
                consumer.advance();
            }
            consumer.acknowledge(Seq{random() % 2 == 0 ? seq / 2 : random()});
            if (random() % 4 == 0) {
                consumer.rewind();
            }
        }
    }
    munmap(pages, kPages);
}

void TestRing::successorOfAConsumerGoesOn() {
    Memory memory(4096);
    for (std::uint64_t seq = 1; seq <= 5; ++seq) {
        QVERIFY(push(memory.ring, seq));
    }
    {
        Ring first(memory.pages.data(), 4096);
        first.advance();
        first.advance();
        first.acknowledge(Seq{1});
    }
    Ring second(memory.pages.data(), 4096);
    for (std::uint64_t seq = 2; seq <= 5; ++seq) {
        QCOMPARE(second.next()->seq, Seq{seq});
        QVERIFY(whole(*second.next()));
        second.advance();
    }
    second.acknowledge(Seq{5});
    QCOMPARE(memory.ring.freeBytes(), std::size_t{4096});
}

void TestRing::childOfForkDoesNotHaveIt() {
    Mapping zeroed(4096, Mapping::InChild::Zeroed), missing(4096, Mapping::InChild::Missing);
    QVERIFY(zeroed && missing);
    zeroed.data()[0] = missing.data()[0] = std::byte{1};
    const pid_t child = fork();
    if (child == 0) {
        // write() reports a missing page as EFAULT instead of dying of it.
        int ends[2];
        const bool piped = pipe(ends) == 0;
        const bool gone = write(ends[1], missing.data(), 1) < 0;
        _exit(piped && gone && zeroed.data()[0] == std::byte{0} ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
}

} // namespace

QTEST_APPLESS_MAIN(TestRing)
#include "TestRing.moc"
