// SPDX-License-Identifier: Apache-2.0
#include "tests/support/AllFaults.h"
#include "tests/support/FaultProxy.h"
#include "tests/support/Rank.h"
#include "transport/link/Collector.h"

#include <QtTest>

#include <atomic>

using namespace rankscope;
using namespace std::chrono_literals;
using test::Fault;
using test::Rank;
using Clock = std::chrono::steady_clock;

namespace {

/// Keeps the numbers of what was committed.
class Numbers : public link::EventSink {
  public:
    Result<link::Admission> admit(const wire::Hello&) override {
        return link::Admission{"run", Seq{last.load()}, {}, false};
    }
    Result<void> commit(std::span<const wire::Event> batch) override {
        for (const wire::Event& event : batch) {
            if (const auto* record = std::get_if<wire::StepRecord>(&event)) {
                wrong += record->seq.value() == last + 1 ? 0 : 1;
                last = record->seq.value();
            }
        }
        return {};
    }
    std::atomic<std::uint64_t> last = 0;
    std::atomic<int> wrong = 0; ///< a hole or a double
};

struct Outcome {
    std::string trouble; ///< empty: all is well
    double healed = 0;   ///< seconds
};

/// A rank goes on while the fault lasts; then everything comes, once.
Outcome suffer(Fault fault) {
    Numbers sink;
    link::Collector::Options options;
    options.endpoint = "tcp://127.0.0.1:0";
    auto collector = link::Collector::bind(options, sink);
    if (!collector) {
        return {collector.error().what};
    }
    test::FaultProxy proxy((*collector)->endpoint());
    Rank rank(proxy.endpoint(), Rank::hello(1, 0, 1));
    rank.step();
    if (!test::pumpUntil({&rank}, [&] { return rank.allCommitted(); })) {
        return {"did not connect"};
    }
    proxy.set(fault);
    for (const auto end = Clock::now() + 8s; Clock::now() < end;) {
        rank.step();
        for (int i = 0; i < 20; ++i) {
            rank.pump(1);
        }
    }
    proxy.set(Fault::None);
    const auto begun = Clock::now();
    if (!test::pumpUntil({&rank}, [&] { return rank.allCommitted(); }) ||
        Clock::now() - begun > 15s) {
        return {"did not heal in time"};
    }
    const double healed = std::chrono::duration<double>(Clock::now() - begun).count();
    return {sink.wrong == 0 && sink.last == rank.last() ? "" : "left a gap or a double", healed};
}

} // namespace

/// What networks do to a rank's link: it heals within 15 s of the network's coming back, and every
/// record has come, once.
class TestLinkFaults : public QObject {
    Q_OBJECT

  private slots:
    void everythingComesOnce() {
        const std::vector<std::pair<const char*, Fault>> faults{{"delay", Fault::Delay},
                                                                {"reset", Fault::Reset},
                                                                {"black hole", Fault::BlackHole},
                                                                {"half-close", Fault::HalfClose},
                                                                {"slow drip", Fault::Drip}};
        test::sufferAll(faults, suffer, [](const char* fault, const Outcome& outcome) {
            qInfo("%s: healed after %.1f s", fault, outcome.healed);
        });
    }
};

QTEST_GUILESS_MAIN(TestLinkFaults)
#include "TestLinkFaults.moc"
