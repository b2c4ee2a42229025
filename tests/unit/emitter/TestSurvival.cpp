// SPDX-License-Identifier: Apache-2.0
// Training jobs in trouble of every kind, each in a process of its own: they end as they would have
// ended without us, with exit code 7. Nobody collects.
#include "tests/support/ForbiddenCalls.h"

#include <rankscope/rankscope.h>

#include <QTest>

#include <atomic>
#include <climits>
#include <cstddef>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);

static std::atomic<long> g_allocations{0}, g_failFrom{-1}, g_failTo{-1};

static bool fails() {
    const long number = g_allocations.fetch_add(1);
    return number >= g_failFrom.load() && number < g_failTo.load();
}
void* malloc(std::size_t bytes) {
    return fails() ? nullptr : __libc_malloc(bytes);
}
void* calloc(std::size_t n, std::size_t bytes) {
    return fails() ? nullptr : __libc_calloc(n, bytes);
}
void* realloc(void* old, std::size_t bytes) {
    return fails() ? nullptr : __libc_realloc(old, bytes);
}
}

namespace {

constexpr int kExitCode = 7;

rs_emitter* open(bool inProcess) {
    static const char* const names[1] = {"all"};
    static const std::uint64_t sizes[1] = {1000};
    rs_options options{};
    options.struct_size = sizeof options;
    options.endpoint = "tcp://127.0.0.1:9"; // nobody listens
    options.world = 1;
    options.sketch_size = 256;
    options.group_count = 1;
    options.group_names = names;
    options.group_sizes = sizes;
    options.ring_bytes = 1U << 16U;
    options.in_process = inProcess ? 1 : 0;
    return rs_open(&options);
}

void train(rs_emitter* emitter, int steps) {
    static float gradient[1000] = {1, 2, 3};
    const rs_segment segment{1, 0, 1000, 0, 0};
    rs_sample sample{};
    sample.struct_size = sizeof sample;
    sample.step = -1;
    for (int i = 0; i < steps; ++i) {
        rs_gradient(emitter, gradient, RS_FLOAT32, &segment, 1, nullptr);
        rs_reduced(emitter, gradient, gradient, RS_FLOAT32, &segment, 1);
        rs_step(emitter, &sample);
    }
}

void wholeJob(bool inProcess) {
    rs_emitter* const emitter = open(inProcess);
    train(emitter, 300);
    rs_close(emitter, 2000);
}

/// Exit code of a job; 1000 + signal when one killed it.
int codeOf(const std::function<void()>& job) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(20); // a job that hangs is killed
        job();
        std::exit(kExitCode); // with all that runs at an exit
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/// From here on no thread and no process can be started, as at the limit of processes (which root
/// has none of).
void forbidThreads() {
    rankscope::test::forbidCalls({SYS_clone, SYS_clone3}, EAGAIN);
}

class TestSurvival : public QObject {
    Q_OBJECT

  private slots:
    void noThreads_data() { bothSenders(); }
    void noThreads();
    void descriptorsClosedUnderIt();
    void noMemoryFromSomeAllocationOn_data();
    void noMemoryFromSomeAllocationOn();
    void forksAllTheTime_data() { bothSenders(); }
    void forksAllTheTime();

  private:
    static void bothSenders() {
        QTest::addColumn<bool>("inProcess");
        QTest::newRow("sender process") << false;
        QTest::newRow("sender thread") << true;
    }
};

void TestSurvival::noThreads() {
    QFETCH(bool, inProcess);
    const int code = codeOf([inProcess] {
        forbidThreads();
        wholeJob(inProcess);
    });
    QCOMPARE(code, kExitCode);
}

/// As programs do that turn into servers: they own their descriptors, and reuse the numbers.
void TestSurvival::descriptorsClosedUnderIt() {
    const int code = codeOf([] {
        rs_emitter* const emitter = open(false);
        rs_statistics statistics{};
        rs_get_statistics(emitter, &statistics);
        if (statistics.isolated == 0) {
            std::_Exit(1);
        }
        for (int round = 0; round < 20; ++round) {
            train(emitter, 100);
            for (int fd = 3; fd < 100; ++fd) {
                close(fd);
            }
            for (int fd = 3; fd < 20; ++fd) {
                static_cast<void>(::open("/dev/null", O_RDONLY));
            }
            usleep(5000);
        }
        rs_close(emitter, 2000);
    });
    QCOMPARE(code, kExitCode);
}

void TestSurvival::noMemoryFromSomeAllocationOn_data() {
    QTest::addColumn<bool>("once");
    QTest::newRow("one allocation fails") << true;
    QTest::newRow("all from there on fail") << false;
}

void TestSurvival::noMemoryFromSomeAllocationOn() {
    QFETCH(bool, once);
    long count = 0;
    g_allocations = 0;
    QCOMPARE(codeOf([] { wholeJob(false); }), kExitCode); // whatever is made once
    {
        const long before = g_allocations;
        wholeJob(false);
        count = g_allocations - before;
    }
    QVERIFY(count > 10 && count < 5000);
    for (long k = 0; k < count; ++k) {
        const int code = codeOf([k, once] {
            g_allocations = 0;
            g_failFrom = k;
            g_failTo = once ? k + 1 : LONG_MAX;
            wholeJob(false);
            g_failTo = -1; // the job's own end has nothing to do with us
        });
        QVERIFY2(
            code == kExitCode,
            qPrintable(QStringLiteral("allocation %1 of %2: code %3").arg(k).arg(count).arg(code)));
    }
}

/// A data loader that starts its workers anew all the time, from another thread than the
/// training's.
void TestSurvival::forksAllTheTime() {
    QFETCH(bool, inProcess);
    const int code = codeOf([inProcess] {
        rs_emitter* const emitter = open(inProcess);
        std::atomic<bool> done{false};
        std::thread training([&] {
            while (!done) {
                train(emitter, 10);
            }
        });
        for (int i = 0; i < 200; ++i) {
            const pid_t worker = fork();
            if (worker == 0) {
                train(emitter, 1);
                rs_close(emitter, 2000);
                std::_Exit(0);
            }
            int status = -1;
            if (waitpid(worker, &status, 0) != worker || status != 0) {
                std::_Exit(1);
            }
        }
        done = true;
        training.join();
        rs_close(emitter, 2000);
    });
    QCOMPARE(code, kExitCode);
}

} // namespace

QTEST_APPLESS_MAIN(TestSurvival)
#include "TestSurvival.moc"
