// SPDX-License-Identifier: Apache-2.0
#include "tests/support/AllFaults.h"
#include "tests/support/FaultProxy.h"
#include "tests/unit/view/FakeRows.h"
#include "tests/unit/view/Follower.h"

#include <QtTest>

using namespace rankscope;
using namespace std::chrono_literals;
using test::FakeSession;
using test::Fault;
using test::FaultProxy;
using test::Follower;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto kNoticed = 10s; // promised
constexpr auto kHealed = 15s;

struct Outcome {
    std::string trouble; ///< empty: all is well
    double noticed = 0, healed = 0;
};

double seconds(Clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

/// The fault comes while the viewer follows, and goes again.
Outcome suffer(Fault fault) {
    const auto session = std::make_shared<FakeSession>();
    session->commit(10, 100'000);
    const auto server = test::serve(session);
    FaultProxy proxy(server->endpoint());
    Follower viewer(proxy.endpoint());
    if (!viewer.attached() || !viewer.until([&](bool) { return viewer.next() == 10; })) {
        return {"did not attach"};
    }
    proxy.set(fault);
    session->commit(10, 100'000);
    const auto noticed = viewer.until([](bool up) { return !up; });
    if (!noticed || *noticed > kNoticed) {
        return {"was not noticed in time"};
    }
    session->commit(10, 100'000);
    proxy.set(Fault::None);
    const auto healed = viewer.until([&](bool up) { return up && viewer.next() == 30; });
    if (!healed || *healed > kHealed) {
        return {"did not heal in time"};
    }
    return {viewer.inOrder() ? "" : "left a gap or a double", seconds(*noticed), seconds(*healed)};
}

} // namespace

/// What networks do to a viewer's link. Silence is noticed within 10 s, and a link that can live
/// again does so within 15 s, without a gap or a double.
class TestViewFaults : public QObject {
    Q_OBJECT

  private slots:
    void deadLinksAreNoticedAndHeal() {
        const std::vector<std::pair<const char*, Fault>> faults{{"reset", Fault::Reset},
                                                                {"black hole", Fault::BlackHole},
                                                                {"half-close", Fault::HalfClose},
                                                                {"slow drip", Fault::Drip}};
        test::sufferAll(faults, suffer, [](const char* fault, const Outcome& outcome) {
            qInfo("%s: noticed after %.1f s, healed after %.1f s", fault, outcome.noticed,
                  outcome.healed);
        });
    }

    void aLongWayIsNoLoss_data() {
        QTest::addColumn<int>("late");
        QTest::newRow("an answer in .6 s") << 300;
        QTest::newRow("an answer in 1.3 s") << 650; // another Attach goes out before it is there
    }

    void aLongWayIsNoLoss() {
        QFETCH(const int, late);
        const auto session = std::make_shared<FakeSession>();
        const auto server = test::serve(session);
        FaultProxy proxy(server->endpoint());
        proxy.late(std::chrono::milliseconds(late));
        proxy.set(Fault::Delay);
        Follower viewer(proxy.endpoint());
        QVERIFY(viewer.attached());
        session->commit(10, 200'000);
        bool everDown = false;
        QVERIFY(viewer.until([&](bool up) {
            everDown = everDown || !up;
            return viewer.next() == 10;
        }));
        QVERIFY(!everDown && viewer.inOrder());
    }

    /// A chunk that takes longer to arrive than the patience lasts.
    void aSlowLinkIsNoLoss() {
        const auto session = std::make_shared<FakeSession>();
        session->commit(10, 3U << 19U);
        const auto server = test::serve(session);
        FaultProxy proxy(server->endpoint());
        proxy.slow(240'000);
        Follower viewer(proxy.endpoint());
        QVERIFY(viewer.attached());
        bool everDown = false;
        const auto took = viewer.until([&](bool up) {
            everDown = everDown || !up;
            return viewer.next() == 10;
        });
        QVERIFY(took && *took > 5s);
        QVERIFY(!everDown && viewer.inOrder());
    }
};

QTEST_GUILESS_MAIN(TestViewFaults)
#include "TestViewFaults.moc"
