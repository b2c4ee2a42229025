// SPDX-License-Identifier: Apache-2.0
#include "tests/support/FaultProxy.h"
#include "tests/unit/view/FakeRows.h"
#include "transport/view/RemoteRows.h"

#include <QtTest>

#include <future>

using namespace rankscope;
using namespace std::chrono_literals;
using test::FakeSession;
using test::Fault;
using test::FaultProxy;
using view::RemoteRows;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto kNoticed = 10s; // promised
constexpr auto kHealed = 15s;

/// A viewer that follows a session, as a run does: news, then everything behind what it has.
class Follower {
  public:
    explicit Follower(const std::string& endpoint) : m_rows(RemoteRows::open(endpoint)) {}

    [[nodiscard]] bool attached() const { return m_rows.has_value(); }

    /// Whether the link was up.
    bool turn() {
        const auto news = (*m_rows)->changed();
        if (!news) {
            m_behind = true;
            return false;
        }
        m_behind = m_behind || *news;
        while (m_behind) {
            auto events = (*m_rows)->events(m_next, 1U << 20U);
            if (!events) {
                return false;
            }
            m_behind = !events->rows.empty();
            for (const session::EventRow& row : events->rows) {
                m_inOrder = m_inOrder && row.first == m_next && row.crc == 77 + row.first;
                m_next = row.first + row.count;
            }
        }
        return true;
    }

    /// Time until the condition holds; nothing when it did not within 30 s.
    template <class Condition>
    std::optional<Clock::duration> until(Condition condition) {
        const auto begun = Clock::now();
        while (Clock::now() - begun < 30s) {
            const bool up = turn();
            if (condition(up)) {
                return Clock::now() - begun;
            }
            std::this_thread::sleep_for(20ms);
        }
        return {};
    }

    [[nodiscard]] std::int64_t next() const { return m_next; }
    [[nodiscard]] bool inOrder() const { return m_inOrder; } ///< neither gap nor double

  private:
    Result<std::unique_ptr<RemoteRows>> m_rows;
    bool m_behind = true;
    bool m_inOrder = true;
    std::int64_t m_next = 0;
};

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
    /// All at the same time, since they wait most of theirs.
    void deadLinksAreNoticedAndHeal() {
        const std::vector<std::pair<const char*, Fault>> faults{{"reset", Fault::Reset},
                                                                {"black hole", Fault::BlackHole},
                                                                {"half-close", Fault::HalfClose},
                                                                {"slow drip", Fault::Drip}};
        std::vector<std::future<Outcome>> outcomes;
        for (const auto& [name, fault] : faults) {
            outcomes.push_back(std::async(std::launch::async, suffer, fault));
        }
        for (std::size_t i = 0; i < faults.size(); ++i) {
            const Outcome outcome = outcomes[i].get();
            QVERIFY2(outcome.trouble.empty(),
                     (std::string(faults[i].first) + ' ' + outcome.trouble).c_str());
            qInfo("%s: noticed after %.1f s, healed after %.1f s", faults[i].first, outcome.noticed,
                  outcome.healed);
        }
    }

    void aLongWayIsNoLoss() {
        const auto session = std::make_shared<FakeSession>();
        const auto server = test::serve(session);
        FaultProxy proxy(server->endpoint());
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
