// SPDX-License-Identifier: Apache-2.0
// The process that sends a rank's records: the rank notices nothing of it, it notices when the rank
// is gone, and whoever kills it loses nothing.
#include "FileSink.h"
#include "tests/support/ForbiddenCalls.h"
#include "tests/support/ProcessUse.h"
#include "tests/support/Senders.h"

#include <rankscope/Emitter.h>

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace rankscope;
using namespace std::chrono_literals;
using emitter::Emitter;
using test::Senders;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kPatienceMs = 20'000;

std::unique_ptr<link::Collector> collect(link::EventSink& sink) {
    link::Collector::Options options;
    options.endpoint = "tcp://127.0.0.1:0";
    options.commitEvery = 5ms;
    auto bound = link::Collector::bind(options, sink);
    if (!bound) {
        qFatal("%s", bound.error().what.c_str());
    }
    return std::move(*bound);
}

std::unique_ptr<Emitter> open(const std::string& endpoint, std::size_t ringBytes = 1U << 20U) {
    emitter::Options options;
    options.endpoint = endpoint;
    options.ringBytes = ringBytes;
    return Emitter::open(options).value_or(nullptr);
}

void steps(Emitter& emitter, int count) {
    emitter::Sample sample;
    for (int i = 0; i < count; ++i) {
        sample.loss = i;
        emitter.step(sample);
    }
}

std::size_t entries(const char* directory) {
    std::size_t count = 0;
    DIR* const all = opendir(directory);
    while (readdir(all) != nullptr) {
        ++count;
    }
    closedir(all);
    return count;
}

/// A rank in a process of its own, which this one can kill.
class RankProcess {
  public:
    template <class Work>
    explicit RankProcess(Work work) : m_pid(fork()) {
        if (m_pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that is killed leaves nothing behind
            signal(SIGTERM, SIG_DFL);         // Qt Test would draw a stack trace
            setpgid(0, 0);
            work();
            for (;;) {
                pause();
            }
        }
    }
    /// With all that it has started.
    ~RankProcess() {
        ::kill(-m_pid, SIGKILL);
        kill(SIGKILL);
    }
    RankProcess(const RankProcess&) = delete;
    RankProcess& operator=(const RankProcess&) = delete;

    [[nodiscard]] pid_t pid() const { return m_pid; }
    void kill(int signal) {
        if (!m_ended) {
            ::kill(m_pid, signal);
            waitpid(m_pid, nullptr, 0);
            m_ended = true;
        }
    }

  private:
    pid_t m_pid;
    bool m_ended = false;
};

/// Those of a rank, once both are there.
Senders completeSenders(pid_t rank) {
    static_cast<void>(
        QTest::qWaitFor([rank] { return Senders::of(rank).complete(); }, kPatienceMs));
    return Senders::of(rank);
}

/// Whether both are there, not the same two as `before`. In one look: one that was killed is still
/// seen for a moment.
bool begunAnew(pid_t rank, const Senders& before) {
    const Senders now = Senders::of(rank);
    return now.complete() && now.all != before.all;
}

class TestSenderProcess : public QObject {
    Q_OBJECT

  private slots:
    void init();
    void ranksNoticeNothingOfIt();
    void holdsNothingOfTheJob();
    void ignoresWhatEndsTheJob();
    void killedRanksAreDeliveredWithoutABye();
    void isGoneSoonAfterTheRank_data();
    void isGoneSoonAfterTheRank();
    void leavesARankThatBecomesAnotherProgram();
    void takesLittleMemory();
    void killedSendersLoseNothing();
    void beginsAnewForAJobThatIgnoresItsChildren();
    void stepsGoOnWithoutAny();
    void needsNoDescriptorsOfTheRank();
    void threadTakesOver_data();
    void threadTakesOver();

  private:
    [[nodiscard]] std::string path() const {
        return m_directory->filePath(QStringLiteral("events")).toStdString();
    }
    /// Waits until the rank has ended as it wanted to, and looks whether all that it made has come.
    void verifyDelivered(pid_t rank) const;
    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestSenderProcess::verifyDelivered(pid_t rank) const {
    int status = 0;
    QVERIFY(QTest::qWaitFor([&] { return waitpid(rank, &status, WNOHANG) == rank; }, kPatienceMs));
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 7);
    QVERIFY(FileSink::read(path()).begin()->second.balanced());
}

void TestSenderProcess::init() {
    // Those of the rank before.
    QTRY_VERIFY_WITH_TIMEOUT(Senders::of(getpid()).all.empty(), kPatienceMs);
    m_directory = std::make_unique<QTemporaryDir>();
}

void TestSenderProcess::ranksNoticeNothingOfIt() {
    static std::atomic<int> s_signals{0};
    signal(SIGCHLD, [](int) { ++s_signals; });
    const std::size_t threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
    const auto rank = open("tcp://127.0.0.1:9");
    QVERIFY(rank->statistics().isolated);
    QCOMPARE(entries("/proc/self/task"), threads);
    QCOMPARE(entries("/proc/self/fd"), files);
    QTRY_VERIFY(Senders::of(getpid()).complete());
    errno = 0;
    QVERIFY(waitpid(-1, nullptr, WNOHANG | __WALL) < 0 && errno == ECHILD);
    Senders::of(getpid()).kill();
    QTRY_VERIFY(Senders::of(getpid()).all.empty());
    QCOMPARE(s_signals.load(), 0);
    signal(SIGCHLD, SIG_DFL);
}

void TestSenderProcess::holdsNothingOfTheJob() {
    int ends[2];
    QCOMPARE(pipe(ends), 0); // as the job's output goes: inherited by every child
    const RankProcess rank([&] {
        dup2(ends[1], STDOUT_FILENO);
        setenv("SECRET", "x", 1);
        static_cast<void>(open("tcp://127.0.0.1:9").release());
    });
    const Senders senders = completeSenders(rank.pid());
    const auto thing = [](pid_t process, const char* what) {
        return "/proc/" + std::to_string(process) + "/" + what;
    };
    const auto pipe =
        std::filesystem::read_symlink(thing(getpid(), "fd") + "/" + std::to_string(ends[1]));
    for (const pid_t one : senders.all) {
        for (const auto& file : std::filesystem::directory_iterator(thing(one, "fd"))) {
            QVERIFY(std::filesystem::read_symlink(file.path()) != pipe);
        }
        QVERIFY(Senders::read(thing(one, "environ")).find("SECRET") == std::string::npos);
        QCOMPARE(std::filesystem::read_symlink(thing(one, "cwd")).string(), "/");
        QVERIFY(getsid(one) != getsid(0) && getpgid(one) != getpgid(0));
    }
    close(ends[0]);
    close(ends[1]);
}

void TestSenderProcess::ignoresWhatEndsTheJob() {
    FileSink sink(path());
    const auto collector = collect(sink);
    const auto rank = open(collector->endpoint());
    QTRY_VERIFY(Senders::of(getpid()).complete());
    QTRY_VERIFY_WITH_TIMEOUT(rank->statistics().connected, kPatienceMs);
    const Senders before = Senders::of(getpid());
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1}) {
        for (const pid_t one : before.all) {
            ::kill(one, number);
        }
    }
    steps(*rank, 10);
    QTRY_COMPARE_WITH_TIMEOUT(rank->statistics().acknowledged, 10U, kPatienceMs);
    QCOMPARE(Senders::of(getpid()).worker, before.worker);
    rank->close(20s);
    QVERIFY(FileSink::read(path()).begin()->second.balanced());
    QTRY_VERIFY(Senders::of(getpid()).all.empty());
}

void TestSenderProcess::killedRanksAreDeliveredWithoutABye() {
    FileSink sink(path());
    const auto collector = collect(sink);
    int ends[2];
    QCOMPARE(pipe(ends), 0);
    RankProcess rank([&] {
        const auto emitter = open(collector->endpoint()).release();
        while (!emitter->statistics().connected) {
            usleep(1000);
        }
        steps(*emitter, 5000); // the last ones are still in the ring when it dies
        static_cast<void>(write(ends[1], "x", 1) == 1);
    });
    char done = 0;
    QCOMPARE(read(ends[0], &done, 1), ssize_t{1});
    rank.kill(SIGKILL);
    close(ends[0]);
    close(ends[1]);
    QTRY_VERIFY_WITH_TIMEOUT(Senders::of(rank.pid()).all.empty(), 5000);
    const auto books = FileSink::read(path());
    QCOMPARE(books.size(), std::size_t{1});
    QCOMPARE(books.begin()->second.received.size(), std::size_t{5000});
    QVERIFY(!books.begin()->second.bye);
}

void TestSenderProcess::isGoneSoonAfterTheRank_data() {
    QTest::addColumn<QString>("ending");
    for (const char* const ending : {"killed", "killed, a child of fork() lives on",
                                     "killed, records left, nobody to take them", "exits"}) {
        QTest::newRow(ending) << QString::fromLatin1(ending);
    }
}

void TestSenderProcess::isGoneSoonAfterTheRank() {
    QFETCH(QString, ending);
    const bool forks = ending.contains(QLatin1String("fork")),
               leaves = ending.contains(QLatin1String("left"));
    FileSink sink(path());
    auto collector = collect(sink);
    RankProcess rank([&] {
        const auto emitter = open(collector->endpoint()).release();
        while (!emitter->statistics().connected) {
            usleep(1000);
        }
        if (forks && fork() == 0) { // as a data loader's worker that nobody stops
            for (;;) {
                pause();
            }
        }
        for (steps(*emitter, 10); leaves; steps(*emitter, 1)) {
            usleep(1000);
        }
    });
    QTRY_VERIFY(Senders::of(rank.pid()).complete());
    QTRY_VERIFY_WITH_TIMEOUT(!FileSink::read(path()).empty() &&
                                 FileSink::read(path()).begin()->second.last >= 10,
                             kPatienceMs);
    if (leaves) {
        collector.reset();
    }
    rank.kill(ending == QLatin1String("exits") ? SIGTERM : SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(Senders::of(rank.pid()).all.empty(), 5000);
}

void TestSenderProcess::leavesARankThatBecomesAnotherProgram() {
    FileSink sink(path());
    const auto collector = collect(sink);
    int go[2];
    QCOMPARE(pipe(go), 0);
    const RankProcess rank([&] {
        const auto emitter = open(collector->endpoint()).release();
        steps(*emitter, 10);
        char one = 0;
        static_cast<void>(read(go[0], &one, 1) == 1);
        execl("/bin/sleep", "sleep", "100", nullptr);
    });
    QVERIFY(completeSenders(rank.pid()).complete());
    QTRY_VERIFY_WITH_TIMEOUT(!FileSink::read(path()).empty() &&
                                 FileSink::read(path()).begin()->second.last == 10,
                             kPatienceMs);
    QCOMPARE(write(go[1], "x", 1), ssize_t{1});
    QTRY_VERIFY_WITH_TIMEOUT(Senders::of(rank.pid()).all.empty(), 5000);
    QCOMPARE(::kill(rank.pid(), 0), 0);
    close(go[0]);
    close(go[1]);
}

void TestSenderProcess::takesLittleMemory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer takes memory of its own");
#endif
    FileSink sink(path());
    const auto collector = collect(sink);
    constexpr double kRingKiB = 16 * 1024, kMost = 4 * 1024;
    const double before = test::memoryKiB(getpid(), "Pss");
    const auto rank = open(collector->endpoint(), std::size_t{16} << 20U);
    steps(*rank, 1000);
    QTRY_COMPARE_WITH_TIMEOUT(rank->statistics().acknowledged, 1000U, kPatienceMs);
    double taken = test::memoryKiB(getpid(), "Pss") - before;
    for (const pid_t one : completeSenders(getpid()).all) {
        taken += test::memoryKiB(one, "Pss");
    }
    QVERIFY2(taken < kRingKiB + kMost, qPrintable(QString::number(taken)));
}

void TestSenderProcess::killedSendersLoseNothing() {
    constexpr int kKills = 12;
    FileSink sink(path());
    const auto collector = collect(sink);
    const auto rank = open(collector->endpoint());
    std::uint64_t made = 0;
    for (int i = 0; i < kKills; ++i) {
        const std::uint64_t before = rank->statistics().acknowledged;
        QTRY_VERIFY_WITH_TIMEOUT(
            (steps(*rank, 50), made += 50, rank->statistics().acknowledged > before), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(Senders::of(getpid()).complete(), kPatienceMs);
        const Senders now = Senders::of(getpid());
        ::kill(i % 3 == 2 ? now.guardian : now.worker, SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(begunAnew(getpid(), now), kPatienceMs);
    }
    QTRY_COMPARE_WITH_TIMEOUT(rank->statistics().acknowledged, made, kPatienceMs);
    rank->close(20s);
    const auto books = FileSink::read(path());
    QCOMPARE(books.size(), std::size_t{1});
    QVERIFY(books.begin()->second.balanced());
    QCOMPARE(books.begin()->second.received.size(), made);
}

/// What is ignored stays so in a new program, also SIGCHLD.
void TestSenderProcess::beginsAnewForAJobThatIgnoresItsChildren() {
    const RankProcess rank([] {
        signal(SIGCHLD, SIG_IGN);
        static_cast<void>(open("tcp://127.0.0.1:9").release());
    });
    const Senders first = completeSenders(rank.pid());
    QVERIFY(first.complete());
    ::kill(first.worker, SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(begunAnew(rank.pid(), first), kPatienceMs);
    QCOMPARE(Senders::of(rank.pid()).guardian, first.guardian);
}

void TestSenderProcess::stepsGoOnWithoutAny() {
    const auto rank = open("tcp://127.0.0.1:9", 1);
    QTRY_VERIFY(Senders::of(getpid()).complete());
    kill(Senders::of(getpid()).guardian, SIGSTOP); // so that neither begins anew
    Senders::of(getpid()).kill();
    QTRY_VERIFY(Senders::of(getpid()).all.empty());
    steps(*rank, 10'000);
    QCOMPARE(rank->statistics().lastSeq, 10'000U);
    QVERIFY(rank->statistics().lost > 0);
    const auto start = Clock::now();
    rank->close(60s);
    QVERIFY(Clock::now() - start < 10s);
}

/// Where ZeroMQ would have no room, and abort.
void TestSenderProcess::needsNoDescriptorsOfTheRank() {
    FileSink sink(path());
    const auto collector = collect(sink);
    const pid_t child = fork();
    if (child == 0) {
        // Two for a moment; counting them takes one, "." and ".." are none.
        const rlimit limit{entries("/proc/self/fd") - 3 + 2, 4096};
        setrlimit(RLIMIT_NOFILE, &limit);
        const auto rank = open(collector->endpoint());
        if (rank == nullptr || !rank->statistics().isolated) {
            _exit(3);
        }
        while (!rank->statistics().connected) {
            usleep(1000);
        }
        steps(*rank, 100);
        rank->close(20s);
        _exit(7);
    }
    verifyDelivered(child);
}

void TestSenderProcess::threadTakesOver_data() {
    QTest::addColumn<int>("call"); // that is forbidden; below 0: another reason
    QTest::newRow("no memory without a name") << int{SYS_memfd_create};
    QTest::newRow("no descriptor of a process") << int{SYS_pidfd_open};
    QTest::newRow("no process") << int{SYS_clone}; // threads are made by clone3
    QTest::newRow("no program to be started") << int{SYS_execve};
    QTest::newRow("files may not grow") << -1;
    QTest::newRow("a rank that adopts orphans") << -2;
}

void TestSenderProcess::threadTakesOver() {
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer allows no threads in a child of a process that has some");
#endif
    QFETCH(int, call);
    FileSink sink(path());
    const auto collector = collect(sink);
    const pid_t child = fork();
    if (child == 0) {
        if (call >= 0) {
            test::forbidCalls({call}, EPERM);
        } else if (call == -1) {
            const rlimit limit{1U << 16U, 1U << 16U};
            setrlimit(RLIMIT_FSIZE, &limit); // beyond it, a deadly signal
        } else {
            prctl(PR_SET_CHILD_SUBREAPER, 1);
        }
        const auto rank = open(collector->endpoint());
        if (rank == nullptr || rank->statistics().isolated) {
            _exit(3);
        }
        steps(*rank, 100);
        while (!rank->statistics().connected) {
            usleep(1000);
        }
        rank->close(20s);
        _exit(7);
    }
    verifyDelivered(child);
}

} // namespace

QTEST_GUILESS_MAIN(TestSenderProcess)
#include "TestSenderProcess.moc"
