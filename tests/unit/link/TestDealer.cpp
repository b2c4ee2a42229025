// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Dealer.h"
#include "transport/link/HeadRoom.h"

#include <QtTest>

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

using namespace rankscope;
using link::Dealer;

namespace {

constexpr int kPatienceMs = 10000;

std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// The other end as bare ZeroMQ: what a Dealer really puts on the wire.
class Router {
  public:
    explicit Router(const std::string& endpoint = "tcp://127.0.0.1:*")
        : m_context(zmq_ctx_new()),
          m_socket(zmq_socket(m_context, ZMQ_ROUTER)) {
        const int linger = 0;
        zmq_setsockopt(m_socket, ZMQ_LINGER, &linger, sizeof linger);
        m_bound = zmq_bind(m_socket, endpoint.c_str()) == 0;
        char name[256];
        std::size_t size = sizeof name;
        zmq_getsockopt(m_socket, ZMQ_LAST_ENDPOINT, name, &size);
        m_endpoint = name;
    }
    ~Router() {
        zmq_close(m_socket);
        zmq_ctx_term(m_context);
    }
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    [[nodiscard]] bool bound() const { return m_bound; }
    [[nodiscard]] const std::string& endpoint() const { return m_endpoint; }

    /// Next message, waiting for it; remembers where it came from. "(nothing)" after the wait.
    /// The dealer lives meanwhile: ZeroMQ attaches new connections when its socket is used.
    std::string receive(Dealer& dealer) {
        QDeadlineTimer deadline(kPatienceMs);
        zmq_pollitem_t item{m_socket, 0, ZMQ_POLLIN, 0};
        while (zmq_poll(&item, 1, 10) <= 0) {
            if (deadline.hasExpired()) {
                return "(nothing)";
            }
            static_cast<void>(dealer.connections());
        }
        char buffer[256];
        m_route.assign(buffer, static_cast<std::size_t>(zmq_recv(m_socket, buffer, 256, 0)));
        return {buffer, static_cast<std::size_t>(zmq_recv(m_socket, buffer, 256, 0))};
    }

    void answer(std::string_view text) {
        zmq_send(m_socket, m_route.data(), m_route.size(), ZMQ_SNDMORE);
        zmq_send(m_socket, text.data(), text.size(), 0);
    }

  private:
    void* m_context;
    void* m_socket;
    bool m_bound = false;
    std::string m_endpoint;
    std::string m_route;
};

std::string receive(Dealer& dealer) {
    std::vector<std::byte> message;
    QDeadlineTimer deadline(kPatienceMs);
    while (!dealer.receive(message)) {
        if (deadline.hasExpired()) {
            return "(nothing)";
        }
        dealer.wait(10);
    }
    return {reinterpret_cast<const char*>(message.data()), message.size()};
}

} // namespace

class TestDealer : public QObject {
    Q_OBJECT

  private slots:
    void asksOnEveryConnectionWhetherACollectorIsThere();
    void countsQuestionsApartFromMessages();
    void sendsAndReceivesWhole();
    void neverQueuesForNobody();
    void refusesWhatIsNoEndpoint();
    void refusesPolitelyWithoutDescriptors();
    void survivesAForkAndWorksInTheChild();
    void leavesSignalsToTheProgram();
};

void TestDealer::asksOnEveryConnectionWhetherACollectorIsThere() {
    auto first = std::make_unique<Router>();
    const std::string endpoint = first->endpoint();
    auto dealer = Dealer::connect(endpoint);
    QVERIFY(dealer);
    QCOMPARE(first->receive(**dealer), std::string());
    QCOMPARE((*dealer)->connections(), std::uint64_t{0}); // nobody answered yet
    first->answer("");
    QTRY_COMPARE_WITH_TIMEOUT((*dealer)->connections(), std::uint64_t{1}, kPatienceMs);

    first.reset();
    Router second(endpoint);
    QVERIFY(second.bound());
    QCOMPARE(second.receive(**dealer), std::string());
    second.answer("");
    QTRY_COMPARE_WITH_TIMEOUT((*dealer)->connections(), std::uint64_t{2}, kPatienceMs);
}

void TestDealer::countsQuestionsApartFromMessages() {
    Router router;
    auto dealer = Dealer::connect(router.endpoint());
    QVERIFY(dealer);
    QCOMPARE(router.receive(**dealer), std::string());
    router.answer("");
    router.answer("one");
    router.answer("");
    router.answer("two");
    QCOMPARE(receive(**dealer), std::string("one"));
    QCOMPARE(receive(**dealer), std::string("two"));
    QCOMPARE((*dealer)->connections(), std::uint64_t{2});
}

void TestDealer::sendsAndReceivesWhole() {
    Router router;
    auto dealer = Dealer::connect(router.endpoint());
    QVERIFY(dealer);
    QCOMPARE(router.receive(**dealer), std::string());
    const std::string text("a\0b", 3);
    QTRY_VERIFY((*dealer)->send(bytes(text)) == Dealer::Sent::Yes);
    QCOMPARE(router.receive(**dealer), text);
    router.answer(text);
    QCOMPARE(receive(**dealer), text);
}

void TestDealer::neverQueuesForNobody() {
    std::string endpoint;
    {
        const Router gone;
        endpoint = gone.endpoint();
    }
    auto dealer = Dealer::connect(endpoint);
    QVERIFY(dealer);
    QVERIFY((*dealer)->send(bytes("lost?")) == Dealer::Sent::WouldBlock);
    QCOMPARE((*dealer)->connections(), std::uint64_t{0});
}

void TestDealer::refusesWhatIsNoEndpoint() {
    for (const char* const wrong :
         {"", "5757", "tcp://", "tcp://127.0.0.1", "carrier-pigeon://x"}) {
        const auto dealer = Dealer::connect(wrong);
        QVERIFY2(!dealer, wrong);
        QCOMPARE(dealer.error().code, ErrorCode::Usage);
    }
}

void TestDealer::refusesPolitelyWithoutDescriptors() {
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(lowest);
    for (rlim_t left = 0; left <= 24; ++left) {
        const rlimit tight{static_cast<rlim_t>(lowest) + left, before.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &tight), 0);
        const auto dealer = Dealer::connect("tcp://127.0.0.1:1");
        setrlimit(RLIMIT_NOFILE, &before);
        if (left < 4) {
            QVERIFY(!dealer);
            QCOMPARE(dealer.error().code, ErrorCode::Io);
            QVERIFY(!dealer.error().advice.empty());
        }
    }
}

void TestDealer::survivesAForkAndWorksInTheChild() {
    Router router;
    auto dealer = Dealer::connect(router.endpoint());
    QVERIFY(dealer);
    QCOMPARE(router.receive(**dealer), std::string());
    const pid_t child = fork();
    if (child == 0) {
        dealer->reset(); // must not touch the parent's socket
        auto own = Dealer::connect(router.endpoint());
        bool sent = false;
        for (int i = 0; own && i < 1000 && !sent; ++i) {
            sent = (*own)->send(bytes("child")) == Dealer::Sent::Yes;
            (*own)->wait(10);
        }
        // Stays until the parent has it and says so: no linger.
        const bool answered = sent && receive(**own) == "seen";
        _exit(answered ? 0 : 1);
    }
    QCOMPARE(router.receive(**dealer), std::string());
    QCOMPARE(router.receive(**dealer), std::string("child"));
    router.answer("seen");
    int status = -1;
    waitpid(child, &status, 0);
    QCOMPARE(status, 0);
    QTRY_VERIFY((*dealer)->send(bytes("parent")) == Dealer::Sent::Yes);
    QCOMPARE(router.receive(**dealer), std::string("parent"));
}

void TestDealer::leavesSignalsToTheProgram() {
    sigset_t before;
    sigset_t after;
    pthread_sigmask(SIG_SETMASK, nullptr, &before);
    QVERIFY(Dealer::connect("tcp://127.0.0.1:1"));
    pthread_sigmask(SIG_SETMASK, nullptr, &after);
    for (int signal = 1; signal < SIGRTMAX; ++signal) {
        QCOMPARE(sigismember(&after, signal), sigismember(&before, signal));
    }
}

QTEST_GUILESS_MAIN(TestDealer)
#include "TestDealer.moc"
