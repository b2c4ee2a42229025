// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Rank.h"
#include "tests/support/RecordProcess.h"
#include "tests/unit/view/FakeRows.h"
#include "transport/link/Collector.h"
#include "transport/link/Router.h"
#include "transport/view/RemoteRows.h"

#include <QtTest>

#include <thread>

using namespace rankscope;
using namespace std::chrono_literals;
using session::SessionRows;
using test::FakeSession;
using view::RemoteRows;

namespace {

constexpr std::size_t kMuch = 1U << 30U;

std::unique_ptr<RemoteRows> attach(const std::string& address,
                                   std::chrono::milliseconds patience = 5000ms) {
    auto rows = RemoteRows::open(address, {{}, patience});
    if (!rows) {
        qWarning("%s", rows.error().what.c_str());
        return nullptr;
    }
    return std::move(*rows);
}

/// Whether a change is told within 10 s. (Telling it once is enough: QTRY_VERIFY asks again.)
bool comes(SessionRows& rows) {
    return QTest::qWaitFor([&] { return rows.changed().value_or(false); }, 10'000);
}

/// Everything from the first message on, as a reader gets it.
Result<std::vector<session::EventRow>> all(SessionRows& rows) {
    std::vector<session::EventRow> found;
    for (std::int64_t next = 0;;) {
        auto events = rows.events(next, kMuch);
        if (!events) {
            return tl::unexpected(events.error());
        }
        if (events->rows.empty()) {
            return found;
        }
        for (session::EventRow& row : events->rows) {
            next = row.first + row.count;
            found.push_back(std::move(row));
        }
    }
}

} // namespace

/// A server and those who ask it, over real sockets.
class TestViewLink : public QObject {
    Q_OBJECT

    std::shared_ptr<FakeSession> m_session;

    void verifyAll(SessionRows& rows) {
        const auto found = all(rows);
        QVERIFY2(found, found ? "" : found.error().what.c_str());
        QCOMPARE(found->size(), m_session->events.size());
        for (std::size_t i = 0; i < found->size(); ++i) {
            QCOMPARE((*found)[i].first, m_session->events[i].first);
            QVERIFY((*found)[i].data == m_session->events[i].data);
            QCOMPARE((*found)[i].crc, m_session->events[i].crc);
        }
    }

  private slots:
    void init() { m_session = std::make_shared<FakeSession>(); }

    void rowsComeAsTheyAreStored() {
        for (int i = 0; i < 40; ++i) {
            m_session->commit(10, i % 7 == 0 ? 0 : 100'000);
        }
        m_session->commit(16384, 2U << 20U); // the largest chunk there is
        m_session->commit(1, 1);
        m_session->sketches = {{1, 5, 2, session::Bytes(9), 4}, {2, 5, 1, {}, 5}, {3, 6, 1, {}, 6}};
        for (const std::int64_t number : {0, 3}) {
            session::DerivedRow row;
            row.kind = session::DerivedKind::Curves;
            row.number = number;
            row.data.resize(50);
            m_session->derived.push_back(row);
        }
        const auto server = test::serve(m_session);
        QVERIFY(server);
        const auto rows = attach(server->endpoint());
        QVERIFY(rows);
        verifyAll(*rows);
        const auto head = rows->head();
        QVERIFY(head);
        QCOMPARE(head->runId, std::string("run"));
        QCOMPARE(head->createdUnixNs, m_session->head.createdUnixNs);
        QVERIFY(head->beingWritten);
        QCOMPARE(rows->sketches(Step{5}, 0, kMuch)->size(), std::size_t{2});
        QCOMPARE(rows->sketches(Step{5}, 1, kMuch)->at(0).id, 2);
        QCOMPARE(rows->derived(session::DerivedKind::Curves, 1, 99, kMuch)->at(0).number, 3);
        QVERIFY(rows->derived(session::DerivedKind::Digest, 0, 1, kMuch)->empty());
        const auto some = rows->eventsOfSteps(Step{25}, Step{45}, 0, kMuch);
        QVERIFY(some);
        QCOMPARE(some->rows.front().first, 20);
        QCOMPARE(some->rows.back().first, 40);
        QVERIFY(!some->resume);
    }

    void anAnswerIsBounded() {
        for (int i = 0; i < 100; ++i) {
            m_session->commit(1, 100'000);
        }
        for (std::size_t i = 0; i < view::limits::kRows + 100; ++i) {
            m_session->commit(1, 0);
        }
        const auto server = test::serve(m_session);
        const auto rows = attach(server->endpoint());
        for (int i = 0; i < 10; ++i) { // whatever has become of the window
            const auto events = rows->events(0, kMuch);
            QVERIFY(events);
            QVERIFY(events->rows.size() * 100'000 <= view::limits::kAskedBytes);
        }
        const auto many = rows->events(100, kMuch);
        QCOMPARE(many->rows.size(), view::limits::kRows);
        const auto ofSteps = rows->eventsOfSteps(Step{100}, Step{1U << 20U}, 0, kMuch);
        QCOMPARE(ofSteps->resume, std::optional<std::int64_t>(100 + view::limits::kRows));
        verifyAll(*rows);
    }

    void aCommitIsNoticed() {
        const auto server = test::serve(m_session);
        const auto rows = attach(server->endpoint());
        QVERIFY(comes(*rows)); // of what is there nothing is known yet
        for (int i = 0; i < 50; ++i) {
            QVERIFY(!rows->changed().value());
            QTest::qWait(1);
        }
        m_session->commit(1, 1);
        QVERIFY(comes(*rows));
        QCOMPARE(rows->events(0, kMuch)->rows.size(), std::size_t{1});
    }

    void aSessionThatCannotBeReadSaysSo() {
        m_session->problem = Error{ErrorCode::Io, "the disk is gone", "mount it"};
        const auto server = test::serve(m_session);
        const auto rows = RemoteRows::open(server->endpoint());
        QVERIFY(!rows);
        QCOMPARE(rows.error().code, ErrorCode::Io);
        QCOMPARE(rows.error().what, std::string("the disk is gone"));
        QCOMPARE(rows.error().advice, std::string("mount it"));
    }

    void nobodyThereIsSaidInTime() {
        QElapsedTimer timer;
        timer.start();
        const auto rows = RemoteRows::open(test::freeEndpoint(), {{}, 300ms});
        QVERIFY(!rows);
        QCOMPARE(rows.error().code, ErrorCode::Unavailable);
        QVERIFY(rows.error().what.starts_with("no recorder answers at tcp://"));
        QVERIFY(timer.elapsed() < 2000);
    }

    void closingEndsAWait() {
        std::stop_source closing;
        const std::jthread closer([&] {
            std::this_thread::sleep_for(100ms);
            closing.request_stop();
        });
        QElapsedTimer timer;
        timer.start();
        const auto rows = RemoteRows::open(test::freeEndpoint(), {closing.get_token(), 20s});
        QVERIFY(!rows && timer.elapsed() < 5000);
    }

    void aRankAtTheWrongPortIsTold() {
        const auto server = test::serve(m_session);
        test::Rank rank(server->endpoint(), test::Rank::hello(1, 0, 1));
        QVERIFY(test::pumpUntil({&rank}, [&] { return !rank.refusal().empty(); }));
        QVERIFY(rank.refusal().find("port for viewers") != std::string::npos);
        QVERIFY(!rank.welcomed());
    }

    void aViewerAtTheRanksPortIsTold() {
        class NoSink final : public link::EventSink {
            Result<link::Admission> admit(const wire::Hello&) override { return link::Admission{}; }
            Result<void> commit(std::span<const wire::Event>) override { return {}; }
        } sink;
        link::Collector::Options options;
        options.endpoint = "tcp://127.0.0.1:0";
        const auto collector = link::Collector::bind(options, sink);
        QVERIFY(collector);
        QElapsedTimer timer;
        timer.start();
        const auto rows = RemoteRows::open((*collector)->endpoint());
        QVERIFY(!rows && timer.elapsed() < 4000); // not only when patience is at its end
        QCOMPARE(rows.error().code, ErrorCode::Unavailable);
        QVERIFY(rows.error().what.ends_with("is no view port"));
        QTRY_COMPARE((*collector)->statistics().refused, 1U);
        QVERIFY((*collector)->statistics().lastRefusal.starts_with("a viewer's question"));
    }

    /// Somebody who is there and says nothing may be slow, and is not told to be something else.
    void aSilentPortIsNotCalledAnother() {
        auto router = link::Router::bind("tcp://127.0.0.1:0", {});
        QVERIFY(router);
        const std::jthread greets([&](const std::stop_token& stop) {
            link::Router::Incoming incoming;
            while (!stop.stop_requested()) {
                while ((*router)->receive(incoming)) {
                    if (incoming.payload.empty()) {
                        (*router)->send(incoming.route, {});
                    }
                }
                std::this_thread::sleep_for(5ms);
            }
        });
        const auto rows = RemoteRows::open((*router)->endpoint(), {{}, 1500ms});
        QVERIFY(!rows);
        QCOMPARE(rows.error().code, ErrorCode::Unavailable);
        QVERIFY2(rows.error().what.starts_with("somebody is at tcp://"), rows.error().what.c_str());
        QVERIFY(rows.error().advice.starts_with("try again"));
    }

    void aRestartedRecorderIsFoundAgain() {
        const std::string endpoint = test::freeEndpoint();
        m_session->commit(5, 50);
        auto server = test::serve(m_session, endpoint);
        const auto rows = attach(endpoint, 500ms);
        verifyAll(*rows);
        server.reset();
        QTRY_VERIFY(!rows->changed()); // noticed
        const auto lost = rows->events(5, kMuch);
        QCOMPARE(lost.error().code, ErrorCode::Unavailable);
        QVERIFY(lost.error().what.ends_with("does not answer"));
        QVERIFY(!lost.error().advice.empty());
        m_session->commit(3, 30);
        server = test::serve(m_session, endpoint);
        QVERIFY(comes(*rows)); // and healed
        QCOMPARE(rows->events(5, kMuch)->rows.at(0).first, 5);
        verifyAll(*rows);
    }

    void anotherSessionIsNotMixedIn() {
        const std::string endpoint = test::freeEndpoint();
        auto server = test::serve(m_session, endpoint);
        const auto rows = attach(endpoint, 500ms);
        server.reset();
        const auto other = std::make_shared<FakeSession>();
        other->head.createdUnixNs += 1;
        server = test::serve(other, endpoint);
        QTRY_VERIFY(!rows->changed() && rows->changed().error().code == ErrorCode::Conflict);
        QCOMPARE(rows->events(0, kMuch).error().code, ErrorCode::Conflict);
    }

    void theEndIsHandedOut() {
        auto server = test::serve(m_session);
        const auto rows = attach(server->endpoint());
        std::size_t messages = 0;
        std::atomic<bool> stopped = false;
        std::jthread stopping;
        QElapsedTimer timer;
        timer.start();
        while (!stopped && timer.elapsed() < 10'000) {
            if (!stopping.joinable()) {
                m_session->commit(1, 10); // in the very moment in which the recorder ends
                stopping = std::jthread([&] {
                    server->stop();
                    stopped = true;
                });
            }
            if (rows->changed().value_or(false)) {
                messages = rows->events(0, kMuch)->rows.size();
            }
            QTest::qWait(20);
        }
        QCOMPARE(messages, std::size_t{1});
        QVERIFY(timer.elapsed() < 2500);
    }

    void manyViewersAtOnce() {
        for (int i = 0; i < 20; ++i) {
            m_session->commit(10, 100'000);
        }
        const auto server = test::serve(m_session);
        std::vector<std::jthread> threads;
        std::atomic<int> whole = 0;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                const auto rows = RemoteRows::open(server->endpoint());
                whole += rows && all(**rows).value_or(std::vector<session::EventRow>{}).size() == 20
                             ? 1
                             : 0;
            });
        }
        threads.clear();
        QCOMPARE(whole.load(), 8);
        QCOMPARE(server->statistics().unread, 0U);
        QVERIFY(server->statistics().bytes >= 8 * 2'000'000U);
    }
};

QTEST_GUILESS_MAIN(TestViewLink)
#include "TestViewLink.moc"
