// SPDX-License-Identifier: Apache-2.0
// The shared library as a training process meets it, with no collector anywhere.
#include <rankscope/rankscope.h>

#include <QProcess>
#include <QTest>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <functional>
#include <malloc.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

rs_options options() {
    rs_options out{};
    out.struct_size = sizeof out;
    out.endpoint = "tcp://127.0.0.1:9"; // nobody listens
    out.world = 2;
    out.rank = 1;
    out.sketch_size = 256;
    out.ring_bytes = 1U << 20U;
    QFETCH_GLOBAL(bool, inProcess);
    out.in_process = inProcess ? 1 : 0;
    return out;
}

rs_sample sample() {
    rs_sample out{};
    out.struct_size = sizeof out;
    out.step = -1;
    out.loss = 1;
    out.weight = rs_absent();
    out.grad_scale = rs_absent();
    return out;
}

rs_statistics statistics(const rs_emitter* emitter) {
    rs_statistics out{};
    std::memset(&out, 0xFF, sizeof out);
    rs_get_statistics(emitter, &out);
    return out;
}

/// Every function once.
void useAll(rs_emitter* e) {
    const std::vector<float> data(1000, 0.5F);
    const rs_segment segment{1, 0, data.size(), 0, 0};
    const double sums[3] = {1, rs_absent(), rs_absent()};
    const rs_sample now = sample();
    rs_gradient(e, data.data(), RS_FLOAT32, &segment, 1, nullptr);
    rs_gradient(e, data.data(), 17, &segment, 1, nullptr);
    rs_reduced(e, data.data(), data.data(), RS_FLOAT32, &segment, 1);
    rs_restart_sums(e);
    rs_add_sums(e, sums, 0, nullptr);
    static_cast<void>(rs_sketch_seed(e));
    rs_step(e, &now);
    rs_step(e, nullptr);
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

std::size_t residentKiB() {
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    unsigned long total = 0, resident = 0;
    const int fields = std::fscanf(file, "%lu %lu", &total, &resident);
    std::fclose(file);
    return fields == 2 ? resident * 4 : 0;
}

/// Exit status of a child that runs `work`; 1000 + signal when one killed it.
int inChild(const std::function<int()>& work) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(work());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

class TestCApi : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase_data();
    void exportsNothingElse();
    void nullIsANoOp();
    void refusesWhatCannotBe();
    void olderStructsAreTaken();
    void countsWhatTheRingDropped();
    void seedFollowsTheSteps();
    void absentIsANanOfItsOwn();
    void closeDoesNotWaitForNobody();
    void childOfForkIsSilent();
    void childOfForkCanOpenItsOwn();
    void exitsUnderARunningSender();
    void thousandCyclesLeakNothing();
    void survivesAnyHeadRoomOfDescriptors();
};

void TestCApi::initTestCase_data() {
    QTest::addColumn<bool>("inProcess");
    QTest::newRow("sender process") << false;
    QTest::newRow("sender thread") << true;
}

void TestCApi::exportsNothingElse() {
    QProcess nm;
    nm.start(QStringLiteral(RANKSCOPE_NM), {QStringLiteral("-D"), QStringLiteral("--defined-only"),
                                            QStringLiteral(RANKSCOPE_LIBRARY)});
    QVERIFY(nm.waitForFinished());
    const QByteArrayList lines = nm.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(lines.size(), 12); // the functions of rankscope.h
    for (const QByteArray& line : lines) {
        QVERIFY2(line.contains(" T rs_"), line.constData());
    }
}

void TestCApi::nullIsANoOp() {
    useAll(nullptr);
    QCOMPARE(rs_begin_close(nullptr, 1000), 1);
    rs_close(nullptr, 1000);
    QCOMPARE(statistics(nullptr).last_seq, 0U);
    rs_get_statistics(nullptr, nullptr);
}

void TestCApi::refusesWhatCannotBe() {
    QVERIFY(rs_open(nullptr) == nullptr);
    const auto refused = [](const std::function<void(rs_options&)>& spoil, const char* why) {
        rs_options bad = options();
        spoil(bad);
        return rs_open(&bad) == nullptr && std::strstr(rs_last_error(), why) != nullptr;
    };
    QVERIFY(refused([](rs_options& o) { o.struct_size = 0; }, "struct_size"));
    QVERIFY(refused([](rs_options& o) { o.rank = 2; }, "rank 2 of 2"));
    QVERIFY(refused([](rs_options& o) { o.world = 0; }, "of 0"));
    QVERIFY(refused([](rs_options& o) { o.sketch_size = 100; }, "power of two"));
    QVERIFY(refused([](rs_options& o) { o.sketch_size = 65536; }, "power of two"));
    QVERIFY(refused([](rs_options& o) { o.group_count = 4'000'000'000U; }, "256"));
    QVERIFY(refused([](rs_options& o) { o.endpoint = "nonsense"; }, "nonsense"));
    QVERIFY(refused([](rs_options& o) { o.ring_bytes = std::uint64_t{1} << 60U; }, "4 GiB"));
    const std::string tooLong(5000, 'x');
    QVERIFY(refused([&](rs_options& o) { o.run = tooLong.c_str(); }, "too long"));
    // Each name may be as long as that, but a hello as a whole may not have 1 MiB.
    const std::string longest(4096, 'x');
    const std::vector<const char*> names(256, longest.c_str());
    const std::vector<std::uint64_t> sizes(256, 1);
    QVERIFY(refused(
        [&](rs_options& o) {
            o.group_count = 256;
            o.group_names = names.data();
            o.group_sizes = sizes.data();
        },
        "1048576"));
    rs_options good = options();
    rs_emitter* const e = rs_open(&good);
    QVERIFY(e != nullptr);
    QCOMPARE(rs_last_error(), "");
    rs_close(e, 0);
}

void TestCApi::olderStructsAreTaken() {
    rs_options shorter = options();
    shorter.struct_size = offsetof(rs_options, ring_bytes);
    rs_emitter* const e = rs_open(&shorter);
    QVERIFY(e != nullptr);
    rs_sample now = sample();
    now.struct_size = offsetof(rs_sample, micro_count);
    rs_step(e, &now);
    QCOMPARE(statistics(e).last_seq, 1U);
    rs_close(e, 0);
}

void TestCApi::countsWhatTheRingDropped() {
    rs_options small = options();
    small.ring_bytes = 1; // the least that holds a few records
    rs_emitter* const e = rs_open(&small);
    QVERIFY(e != nullptr);
    const rs_sample now = sample();
    for (int i = 0; i < 100'000; ++i) {
        rs_step(e, &now);
    }
    const rs_statistics after = statistics(e);
    QCOMPARE(after.last_seq, 100'000U);
    QVERIFY(after.lost > 0 && after.lost < 100'000);
    QCOMPARE(after.acknowledged, 0U);
    QCOMPARE(after.connected, 0U);
    rs_close(e, 0);
}

void TestCApi::seedFollowsTheSteps() {
    rs_options o = options();
    rs_emitter* const a = rs_open(&o);
    rs_emitter* const b = rs_open(&o);
    QVERIFY(a != nullptr && b != nullptr);
    QCOMPARE(rs_sketch_seed(a), rs_sketch_seed(b));
    const std::uint64_t first = rs_sketch_seed(a);
    rs_sample now = sample();
    now.step = 1000; // the user's numbering has no say
    rs_step(a, &now);
    QVERIFY(rs_sketch_seed(a) != first);
    now.step = 5;
    rs_step(b, &now);
    QCOMPARE(rs_sketch_seed(a), rs_sketch_seed(b));
    rs_close(a, 0);
    rs_close(b, 0);
}

void TestCApi::absentIsANanOfItsOwn() {
    const double absent = rs_absent(), nan = std::nan("");
    QVERIFY(std::isnan(absent));
    QVERIFY(std::memcmp(&absent, &nan, sizeof nan) != 0);
}

void TestCApi::closeDoesNotWaitForNobody() {
    rs_options o = options();
    rs_emitter* const e = rs_open(&o);
    useAll(e);
    const auto start = std::chrono::steady_clock::now();
    QCOMPARE(rs_begin_close(e, 60'000), 1);
    rs_close(e, 60'000);
    QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

void TestCApi::childOfForkIsSilent() {
    rs_options o = options();
    rs_emitter* const e = rs_open(&o);
    QVERIFY(e != nullptr);
    useAll(e);
    const std::size_t threads = entries("/proc/self/task");
    const int status = inChild([&] {
        useAll(e);
        const bool silent = statistics(e).last_seq == 0 && entries("/proc/self/task") < threads;
        rs_close(e, 60'000);
        return silent ? 0 : 1;
    });
    QCOMPARE(status, 0);
    QCOMPARE(statistics(e).last_seq, 2U); // untouched
    useAll(e);
    QCOMPARE(statistics(e).last_seq, 4U);
    rs_close(e, 0);
}

void TestCApi::childOfForkCanOpenItsOwn() {
    rs_options o = options();
    rs_emitter* const parents = rs_open(&o);
    QVERIFY(parents != nullptr);
    const int status = inChild([&] {
        rs_options mine = options();
        rs_emitter* const e = rs_open(&mine);
        if (e == nullptr) {
            return 1;
        }
        useAll(e);
        const bool counted = statistics(e).last_seq == 2;
        rs_close(e, 0);
        return counted ? 0 : 2;
    });
    QCOMPARE(status, 0);
    rs_close(parents, 0);
}

void TestCApi::exitsUnderARunningSender() {
    // Runs the exit handlers and static destructors of everything, with the thread in mid-flight.
    for (int i = 0; i < 20; ++i) {
        const int status = inChild([] {
            rs_options o = options();
            useAll(rs_open(&o));
            std::exit(7);
            return 0;
        });
        QCOMPARE(status, 7);
    }
}

void TestCApi::thousandCyclesLeakNothing() {
    const auto cycle = [] {
        rs_options o = options();
        rs_emitter* const e = rs_open(&o);
        QVERIFY2(e != nullptr, rs_last_error());
        useAll(e);
        rs_close(e, 0);
    };
    for (int i = 0; i < 50; ++i) { // the process's context, the allocator's arenas
        cycle();
    }
    const std::size_t files = entries("/proc/self/fd"), threads = entries("/proc/self/task");
    malloc_trim(0);
    [[maybe_unused]] const std::size_t memory = residentKiB();
    for (int i = 0; i < 1000 && !QTest::currentTestFailed(); ++i) {
        cycle();
    }
    // Sockets and threads end in the background: soon, but not yet.
    QTRY_VERIFY(entries("/proc/self/fd") <= files + 4);
    QTRY_VERIFY(entries("/proc/self/task") <= threads + 1);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // which keep what was freed
    // What was freed counts no more: only what is held can be a leak.
    QTRY_VERIFY2((malloc_trim(0), residentKiB() < memory + 4096),
                 qPrintable(QString::number(residentKiB() - memory)));
#endif
}

void TestCApi::survivesAnyHeadRoomOfDescriptors() {
    int opened = 0;
    for (rlim_t room = 0; room <= 64; ++room) {
        const int status = inChild([room] {
            const rlimit limit{entries("/proc/self/fd") - 3 + room, 4096};
            setrlimit(RLIMIT_NOFILE, &limit);
            rs_options o = options();
            rs_emitter* const e = rs_open(&o);
            useAll(e);
            usleep(2000); // the sender at work
            rs_close(e, 0);
            return e == nullptr ? 3 : 4;
        });
        QVERIFY2(status == 3 || status == 4, qPrintable(QString::number(status)));
        opened += status == 4 ? 1 : 0;
    }
    QVERIFY(opened > 0 && opened < 65);
}

} // namespace

QTEST_GUILESS_MAIN(TestCApi)
#include "TestCApi.moc"
