// SPDX-License-Identifier: Apache-2.0
// Promise 1: what a step costs the training's thread while nobody takes its records: the collector
// is absent, stopped, or a black hole. Beside it the same for copying as much as a record with its
// sketch is: what this machine's interruptions cost any code.
#include "tests/stress/Report.h"
#include "tests/support/BlackHole.h"
#include "tests/support/RecordProcess.h"

#include <rankscope/rankscope.h>

#include <QTemporaryDir>

#include <chrono>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

using namespace rankscope;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kMostSteps = 20'000'000;
constexpr std::size_t kSketchRecord = 2200;
constexpr std::uint64_t kRingBytes = 512U << 20U; // a million records, most of them without sketch

class Times {
  public:
    Times() { m_ns.reserve(kMostSteps); }
    [[nodiscard]] bool full() const { return m_ns.size() == m_ns.capacity(); }
    void add(Clock::duration time) {
        m_ns.push_back(static_cast<float>(std::chrono::duration<double, std::nano>(time).count()));
    }
    [[nodiscard]] std::size_t count() const { return m_ns.size(); }
    [[nodiscard]] double microseconds(double quantile) {
        std::sort(m_ns.begin(), m_ns.end());
        return 1e-3 * m_ns[static_cast<std::size_t>(quantile * static_cast<double>(count() - 1))];
    }

  private:
    std::vector<float> m_ns;
};

void step(rs_emitter* emitter) {
    rs_sample sample{};
    sample.struct_size = sizeof sample;
    sample.step = -1;
    sample.loss = 1;
    sample.weight = 32;
    sample.grad_scale = rs_absent();
    rs_step(emitter, &sample);
}

void measure(stress::Report& report, const char* name, const std::string& endpoint,
             const std::function<void(rs_emitter*)>& trouble) {
    rs_options options{};
    options.struct_size = sizeof options;
    options.endpoint = endpoint.c_str();
    options.world = 1;
    options.sketch_size = 1024;
    options.ring_bytes = kRingBytes;
    rs_emitter* const emitter = rs_open(&options);
    if (emitter == nullptr) {
        std::fprintf(stderr, "%s\n", rs_last_error());
        std::exit(1);
    }
    trouble(emitter);
    const std::vector<float> gradient(4096, 0.5F);
    const rs_segment segment{1, 0, gradient.size(), 0, 0};
    const std::vector<std::byte> from(kSketchRecord);
    std::vector<std::byte> to(kSketchRecord);
    Times steps, full, copies; // full: the ring, so that the step's record is dropped
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                        std::chrono::duration<double>(20 * report.minutes()));
    while (Clock::now() < end && !steps.full() && !full.full()) {
        rs_gradient(emitter, gradient.data(), RS_FLOAT32, &segment, 1, nullptr);
        const auto a = Clock::now();
        step(emitter);
        const auto b = Clock::now();
        std::memcpy(to.data(), from.data(), from.size());
        asm volatile("" : : "r"(to.data()) : "memory");
        copies.add(Clock::now() - b);
        rs_statistics now{};
        rs_get_statistics(emitter, &now);
        (now.lost == 0 ? steps : full).add(b - a);
    }
    const std::string what = std::string(", collector ") + name;
    report.figure(1, ("steps" + what).c_str(), static_cast<double>(steps.count()), "");
    report.figure(1, ("step() p50" + what).c_str(), steps.microseconds(0.5), "us");
    report.figure(1, ("step() p99" + what).c_str(), steps.microseconds(0.99), "us");
    report.figure(1, ("memcpy of a record p99.99" + what).c_str(), copies.microseconds(0.9999),
                  "us");
    report.atMost(1, ("step() p99.99" + what).c_str(), steps.microseconds(0.9999), 5, "us");
    if (full.count() > 0) {
        report.atMost(1, ("step() p99.99, ring full" + what).c_str(), full.microseconds(0.9999), 5,
                      "us");
    }
    rs_close(emitter, 0);
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    stress::Report report(argc, argv);
    const QTemporaryDir folder;
    test::RecordProcess recorder;
    const std::string endpoint =
        recorder.record(folder.filePath(QStringLiteral("run.rankscope")), "tcp://127.0.0.1:0");
    measure(report, "absent", "tcp://127.0.0.1:9", [](rs_emitter*) {});
    measure(report, "stopped", endpoint, [&](rs_emitter* emitter) {
        rs_statistics now{};
        for (int i = 0; i < 10'000 && now.connected == 0; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            rs_get_statistics(emitter, &now);
        }
        recorder.signal(SIGSTOP);
    });
    const test::BlackHole hole;
    measure(report, "a black hole", hole.endpoint(), [](rs_emitter*) {});
    return report.exitCode();
}
