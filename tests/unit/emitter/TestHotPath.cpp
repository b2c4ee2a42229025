// SPDX-License-Identifier: Apache-2.0
// What the training thread calls every step allocates nothing and makes no system call, whatever
// the state of the ring and of the collector: proven by a trap in malloc and by a thread that the
// kernel kills at its first system call.
#include "tests/support/BlackHole.h"
#include "tests/support/RecordProcess.h"

#include <rankscope/rankscope.h>

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <thread>
#include <time.h>
#include <unistd.h>
#include <vector>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);

static thread_local bool t_watched = false;
static std::atomic<int> g_allocations{0};

static void count() {
    if (t_watched) {
        g_allocations.fetch_add(1);
    }
}
void* malloc(std::size_t bytes) {
    count();
    return __libc_malloc(bytes);
}
void* calloc(std::size_t n, std::size_t bytes) {
    count();
    return __libc_calloc(n, bytes);
}
void* realloc(void* old, std::size_t bytes) {
    count();
    return __libc_realloc(old, bytes);
}
}

namespace {

/// From here on the kernel ends this thread at any system call but exit. (Seccomp's strict mode
/// would also forbid the time-stamp counter, which the clock reads without a system call.)
void forbidSystemCalls() {
    sock_filter rules[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_exit},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_THREAD},
    };
    const sock_fprog program{4, rules};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/// Runs `work` in a thread that may not make system calls. False when the kernel ended it.
template <class F>
bool survivesWithoutSystemCalls(F work) {
    std::atomic<bool> done{false};
    std::atomic<long> id{0};
    std::thread([&] {
        id = syscall(SYS_gettid);
        forbidSystemCalls();
        work();
        done = true;
        syscall(SYS_exit, 0); // what glibc does at a thread's end is not allowed any more
    }).detach();
    while (id == 0) {
        std::this_thread::yield();
    }
    const std::string task = "/proc/self/task/" + std::to_string(id);
    while (access(task.c_str(), F_OK) == 0) {
        std::this_thread::yield();
    }
    return done;
}

rs_sample sample() {
    static const double micro[2] = {1.0, 2.0};
    rs_sample out{};
    out.struct_size = sizeof out;
    out.step = -1;
    out.loss = 0.5;
    out.weight = 32;
    out.grad_scale = rs_absent();
    out.micro_norms = micro;
    out.micro_count = 2;
    out.hashes[0] = 42;
    out.hash_mask = 1;
    return out;
}

class TestHotPath : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase_data();
    void init();
    void cleanup();
    void trapsWork();
    void noSystemCall();
    void noAllocation();

  private:
    void train(int steps);
    [[nodiscard]] bool isConnected() const;

    static constexpr std::size_t kElements = 10'000;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<rankscope::test::RecordProcess> m_recorder;
    std::unique_ptr<rankscope::test::BlackHole> m_hole;
    std::string m_endpoint;
    rs_emitter* m_emitter = nullptr;
    std::vector<float> m_local, m_mean, m_copy;
};

void TestHotPath::initTestCase_data() {
    QTest::addColumn<bool>("inProcess");
    QTest::addColumn<QString>("collector");
    for (const char* const collector : {"absent", "stopped", "black hole"}) {
        const QString name = QString::fromLatin1(collector);
        QTest::addRow("sender process, collector %s", collector) << false << name;
        QTest::addRow("sender thread, collector %s", collector) << true << name;
    }
}

void TestHotPath::init() {
    QFETCH_GLOBAL(bool, inProcess);
    QFETCH_GLOBAL(QString, collector);
    m_endpoint = "tcp://127.0.0.1:9"; // nobody listens
    if (collector == QStringLiteral("stopped")) {
        m_folder = std::make_unique<QTemporaryDir>();
        m_recorder = std::make_unique<rankscope::test::RecordProcess>();
        m_endpoint = m_recorder->record(m_folder->filePath(QStringLiteral("run.rankscope")),
                                        "tcp://127.0.0.1:0");
    } else if (collector == QStringLiteral("black hole")) {
        m_hole = std::make_unique<rankscope::test::BlackHole>();
        m_endpoint = m_hole->endpoint();
    }
    static const char* const names[2] = {"embedding", "head"};
    static const std::uint64_t sizes[2] = {kElements - 3, 3};
    rs_options options{};
    options.struct_size = sizeof options;
    options.endpoint = m_endpoint.c_str();
    options.world = 1;
    options.sketch_size = 1024;
    options.group_count = 2;
    options.group_names = names;
    options.group_sizes = sizes;
    options.ring_bytes = 1U << 20U;
    options.in_process = inProcess ? 1 : 0;
    m_emitter = rs_open(&options);
    QVERIFY2(m_emitter != nullptr, rs_last_error());
    if (m_recorder != nullptr) {
        QTRY_VERIFY_WITH_TIMEOUT(isConnected(), 20'000);
        m_recorder->signal(SIGSTOP);
    }
    m_local.assign(kElements, 0.25F);
    m_mean.assign(kElements, 0.125F);
    m_copy.resize(kElements);
}

void TestHotPath::cleanup() {
    rs_close(m_emitter, 0);
    m_recorder.reset();
    m_hole.reset();
}

bool TestHotPath::isConnected() const {
    rs_statistics now{};
    rs_get_statistics(m_emitter, &now);
    return now.connected != 0;
}

/// Long enough to fill the ring, so that dropping is on trial too.
void TestHotPath::train(int steps) {
    const rs_segment segments[2] = {{1, 0, kElements - 3, 0, 0}, {2, kElements - 3, 3, 1, 0}};
    const rs_sample now = sample();
    for (int i = 0; i < steps; ++i) {
        rs_gradient(m_emitter, m_local.data(), RS_FLOAT32, segments, 2, m_copy.data());
        rs_reduced(m_emitter, m_copy.data(), m_mean.data(), RS_FLOAT32, segments, 2);
        rs_step(m_emitter, &now);
    }
}

void TestHotPath::trapsWork() {
    QVERIFY(!survivesWithoutSystemCalls([] { static_cast<void>(syscall(SYS_getppid)); }));
    g_allocations = 0;
    t_watched = true;
    free(std::malloc(8));
    t_watched = false;
    QCOMPARE(g_allocations.load(), 1);
}

void TestHotPath::noSystemCall() {
    const auto readClock = [] {
        timespec now{};
        clock_gettime(CLOCK_MONOTONIC, &now);
    };
    if (!survivesWithoutSystemCalls(readClock)) {
        QSKIP("this machine's clock needs a system call");
    }
    QVERIFY(survivesWithoutSystemCalls([this] { train(5000); }));
    rs_statistics statistics{};
    rs_get_statistics(m_emitter, &statistics);
    QCOMPARE(statistics.last_seq, 5000U);
    QVERIFY(statistics.lost > 0);
}

void TestHotPath::noAllocation() {
    g_allocations = 0;
    t_watched = true;
    train(5000);
    t_watched = false;
    QCOMPARE(g_allocations.load(), 0);
}

} // namespace

QTEST_GUILESS_MAIN(TestHotPath)
#include "TestHotPath.moc"
