// SPDX-License-Identifier: Apache-2.0
// A rank's side of the protocol, turn by turn, against a collector played by hand.
#include "emitter/src/Delivery.h"
#include "transport/link/Router.h"
#include "transport/wire/Codec.h"

#include <QTest>

#include <functional>

using namespace rankscope;
using namespace rankscope::emitter;
using namespace std::chrono_literals;

namespace {

constexpr IncarnationId kIncarnation{77};
constexpr std::size_t kCapacity = 1U << 16U;
constexpr int kTurns = 2000; // of up to 10 ms

wire::Hello hello() {
    wire::Hello hello;
    hello.incarnation = kIncarnation;
    return hello;
}

std::unique_ptr<link::Router> bind(const std::string& endpoint) {
    auto bound = link::Router::bind(endpoint);
    if (!bound) {
        qFatal("%s", bound.error().what.c_str());
    }
    return std::move(*bound);
}

/// A rank, and the collector that it talks to. No time passes for the rank.
class Exchange {
  public:
    void makeRecord() {
        wire::StepRecord record;
        record.incarnation = kIncarnation;
        record.seq = Seq{channel.lastSeq + 1};
        const std::vector<std::byte> bytes = wire::encode(record);
        const std::span<std::byte> room = channel.ring.reserve(bytes.size());
        std::copy(bytes.begin(), bytes.end(), room.begin());
        channel.ring.publish(record.seq, bytes.size());
        channel.lastSeq = record.seq.value();
    }

    /// Turns until `condition` holds. Returns whether it did.
    bool turnUntil(const std::function<bool()>& condition) {
        for (int i = 0; i < kTurns; ++i) {
            delivery.turn(m_start);
            if (condition()) {
                return true;
            }
            m_dealer->wait(10);
        }
        return false;
    }

    /// The next message of type T that the collector gets.
    template <class T>
    std::optional<T> hear() {
        std::optional<T> out;
        turnUntil([&] {
            link::Router::Incoming incoming;
            while (!out && router->receive(incoming)) {
                m_route = incoming.route;
                if (incoming.payload.empty()) {
                    router->send(m_route, {}); // asks for a hello
                } else if (auto message = wire::decode(incoming.payload)) {
                    if (const T* one = std::get_if<T>(&*message)) {
                        out = *one;
                    }
                }
            }
            return out.has_value();
        });
        return out;
    }

    void say(const wire::Message& message) { router->send(m_route, wire::encode(message)); }
    void sayWelcome(std::uint64_t committed) {
        wire::Welcome welcome;
        welcome.incarnation = kIncarnation;
        welcome.committed = Seq{committed};
        say(welcome);
    }
    /// Seq of the next record heard; 0 when none comes.
    std::uint64_t hearRecord() {
        const auto record = hear<wire::StepRecord>();
        return record ? record->seq.value() : 0;
    }

    std::unique_ptr<link::Router> router = bind("tcp://127.0.0.1:*");
    std::shared_ptr<Channel> shared =
        *Channel::make({{router->endpoint(), {}}, hello()}, kCapacity, false);
    Channel& channel = *shared;

  private:
    std::unique_ptr<link::Dealer> m_dealer = *link::Dealer::connect(router->endpoint());
    std::string m_route;
    const Clock::time_point m_start = Clock::now();

  public:
    Delivery delivery{channel, *m_dealer, hello()};
};

class TestDeliveryTurns : public QObject {
    Q_OBJECT

  private slots:
    void onlyTheByesOwnAckEndsIt();
    void acksBeyondTheLastRecordAreNotBelieved();
    void nextCollectorGetsWhatTheLastDidNotStore_data();
    void nextCollectorGetsWhatTheLastDidNotStore();
};

void TestDeliveryTurns::onlyTheByesOwnAckEndsIt() {
    Exchange exchange;
    exchange.makeRecord();
    QVERIFY(exchange.hear<wire::Hello>());
    exchange.sayWelcome(0);
    QCOMPARE(exchange.hearRecord(), 1U);
    QVERIFY(!exchange.delivery.finished());
    exchange.say(wire::Ack{kIncarnation, Seq{1}});
    QVERIFY(exchange.turnUntil([&] { return exchange.channel.acknowledged == 1; }));
    QVERIFY(!exchange.delivery.finished()); // says bye
    QVERIFY(exchange.hear<wire::Bye>());
    exchange.say(wire::Ack{kIncarnation, Seq{1}}); // whether the connection still lives
    int turns = 0;
    exchange.turnUntil([&] { return exchange.delivery.finished() || ++turns == 20; });
    QVERIFY(!exchange.delivery.finished());
    exchange.say(wire::Ack{kIncarnation, Seq{1}, true});
    QVERIFY(exchange.turnUntil([&] { return exchange.delivery.finished(); }));
}

void TestDeliveryTurns::acksBeyondTheLastRecordAreNotBelieved() {
    Exchange exchange;
    exchange.makeRecord();
    QVERIFY(exchange.hear<wire::Hello>());
    exchange.sayWelcome(0);
    QCOMPARE(exchange.hearRecord(), 1U);
    exchange.say(wire::Ack{kIncarnation, Seq{9}});
    QVERIFY(exchange.turnUntil([&] { return exchange.channel.acknowledged > 0; }));
    QCOMPARE(exchange.channel.acknowledged.load(), 1U);
    exchange.makeRecord();
    QCOMPARE(exchange.hearRecord(), 2U);
}

void TestDeliveryTurns::nextCollectorGetsWhatTheLastDidNotStore_data() {
    QTest::addColumn<quint64>("stored");
    QTest::newRow("nothing") << quint64{0};
    QTest::newRow("one, and its ack was lost") << quint64{1};
    QTest::newRow("all") << quint64{3};
}

void TestDeliveryTurns::nextCollectorGetsWhatTheLastDidNotStore() {
    QFETCH(quint64, stored);
    Exchange exchange;
    for (int i = 0; i < 3; ++i) {
        exchange.makeRecord();
    }
    QVERIFY(exchange.hear<wire::Hello>());
    exchange.sayWelcome(0);
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        QCOMPARE(exchange.hearRecord(), seq);
    }
    const std::string endpoint = exchange.router->endpoint();
    exchange.router.reset();
    exchange.router = bind(endpoint);
    QVERIFY(exchange.hear<wire::Hello>());
    exchange.sayWelcome(stored);
    exchange.makeRecord();
    for (std::uint64_t seq = stored + 1; seq <= 4; ++seq) {
        QCOMPARE(exchange.hearRecord(), seq);
    }
    exchange.say(wire::Ack{kIncarnation, Seq{4}});
    QVERIFY(exchange.turnUntil([&] { return exchange.channel.acknowledged == 4; }));
}

} // namespace

QTEST_APPLESS_MAIN(TestDeliveryTurns)
#include "TestDeliveryTurns.moc"
