// SPDX-License-Identifier: Apache-2.0
#include "transport/link/RollCall.h"

#include <QtTest>

#include <vector>

using namespace rankscope;
using namespace std::chrono_literals;
using link::Attendance;
using link::callRoll;
using link::Presence;

namespace {

constexpr auto kSilent = 15000ms;
const link::TimePoint kStart{std::chrono::hours(1)};

Presence heardAt(std::uint32_t rank, std::uint32_t world, std::chrono::milliseconds heard) {
    Presence one;
    one.rank = RankId{rank};
    one.world = world;
    one.joined = kStart;
    one.heard = kStart + heard;
    return one;
}

Presence leftAt(std::uint32_t rank, std::uint32_t world, std::chrono::milliseconds heard) {
    Presence one = heardAt(rank, world, heard);
    one.left = true;
    return one;
}

Attendance attendance(const std::vector<Presence>& all, std::chrono::milliseconds at) {
    return callRoll(all, kStart + at, kSilent).attendance;
}

std::uint32_t live(const std::vector<Presence>& all, std::chrono::milliseconds at) {
    return callRoll(all, kStart + at, kSilent).live;
}

} // namespace

class TestRollCall : public QObject {
    Q_OBJECT

  private slots:
    void nothingHasNotEnded() { QCOMPARE(attendance({}, 1h), Attendance::NobodyYet); }

    void endsWhenAllHaveLeft() {
        QCOMPARE(attendance({leftAt(0, 2, 0ms), leftAt(1, 2, 0ms)}, 1ms), Attendance::AllLeft);
        QCOMPARE(attendance({leftAt(0, 2, 0ms), heardAt(1, 2, 0ms)}, 1ms), Attendance::Present);
    }

    void endsWhenTheRestIsSilent() {
        const std::vector<Presence> all{leftAt(0, 2, 0ms), heardAt(1, 2, 100ms)};
        QCOMPARE(attendance(all, 15099ms), Attendance::Present);
        QCOMPARE(attendance(all, 15100ms), Attendance::Silent);
    }

    void waitsForRanksThatHaveNotComeYet() {
        const std::vector<Presence> all{leftAt(0, 2, 100ms)};
        QCOMPARE(attendance(all, 14999ms), Attendance::Present);
        QCOMPARE(attendance(all, 15000ms), Attendance::Silent);
    }

    void countsBothThatClaimOneRank() {
        const std::vector<Presence> all{leftAt(0, 1, 0ms), heardAt(0, 1, 0ms)};
        QCOMPARE(attendance(all, 1ms), Attendance::Present);
        QCOMPARE(live(all, 1ms), 1U);
    }

    void onlyTheNewestGenerationMatters() {
        std::vector<Presence> all{heardAt(0, 2, 0ms), heardAt(1, 2, 0ms)};
        all.push_back(leftAt(0, 1, 0ms));
        all.back().generation = 1;
        QCOMPARE(attendance(all, 1ms), Attendance::AllLeft);
        QCOMPARE(live(all, 1ms), 2U);
    }

    void countsWhoIsLive() {
        const std::vector<Presence> all{leftAt(0, 3, 0ms), heardAt(1, 3, 0ms),
                                        heardAt(2, 3, 10000ms)};
        QCOMPARE(live(all, 14999ms), 2U);
        QCOMPARE(live(all, 15000ms), 1U);
        QCOMPARE(live(all, 25000ms), 0U);
    }
};

QTEST_APPLESS_MAIN(TestRollCall)
#include "TestRollCall.moc"
