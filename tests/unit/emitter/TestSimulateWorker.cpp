// SPDX-License-Identifier: Apache-2.0
// A worker of the simulation whose collector stores nothing any more.
#include "emitter/simulate/Worker.h"
#include "transport/link/Collector.h"

#include <QTest>

#include <csignal>
#include <future>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace rankscope;
using namespace rankscope::simulate;
using namespace std::chrono_literals;

namespace {

/// Takes ranks in, and never comes back from its first commit until told so.
class StuckSink : public link::EventSink {
  public:
    Result<link::Admission> admit(const wire::Hello&) override {
        return link::Admission{"run", Seq{0}, {}, false};
    }
    Result<void> commit(std::span<const wire::Event>) override {
        m_wait.wait();
        return fail(ErrorCode::Io, "stuck");
    }
    void release() { m_released.set_value(); }

  private:
    std::promise<void> m_released;
    std::shared_future<void> m_wait = m_released.get_future();
};

std::unique_ptr<link::Collector> collect(const std::string& endpoint, link::EventSink& sink) {
    link::Collector::Options options;
    options.endpoint = endpoint;
    auto bound = link::Collector::bind(options, sink);
    if (!bound) {
        qFatal("%s", bound.error().what.c_str());
    }
    return std::move(*bound);
}

class TestSimulateWorker : public QObject {
    Q_OBJECT

  private slots:
    void stopsAlthoughItsRingIsFull();
};

void TestSimulateWorker::stopsAlthoughItsRingIsFull() {
    StuckSink sink;
    const auto board = Board::make();
    Options options;
    options.endpoint = collect("tcp://127.0.0.1:0", sink)->endpoint();
    options.ranks = 1;
    options.sketch = 32768; // fills the ring soon
    options.steps = UINT64_MAX;
    options.timeout = 10min;
    const pid_t child = fork(); // before there is any other thread
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(Worker(options, 0, *board).run() ? 0 : 1);
    }
    const auto collector = collect(options.endpoint, sink);
    std::uint64_t before = 0, same = 0;
    const auto full = [&] { // it makes hundreds of steps per second as long as it can
        const std::uint64_t now = board->of(0).steps;
        same = now == before ? same + 1 : 0;
        before = now;
        return now > 0 && same >= 20;
    };
    QTRY_VERIFY_WITH_TIMEOUT(full(), 60'000);
    board->stop = true;
    int status = -1;
    bool ended = false;
    for (int i = 0; i < 3000 && !ended; ++i) {
        ended = waitpid(child, &status, WNOHANG) == child;
        QTest::qSleep(ended ? 0 : 10);
    }
    if (!ended) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
    }
    sink.release();
    QVERIFY(ended);
    QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

} // namespace

QTEST_GUILESS_MAIN(TestSimulateWorker)
#include "TestSimulateWorker.moc"
