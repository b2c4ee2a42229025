// SPDX-License-Identifier: Apache-2.0
#include "emitter/simulate/Worker.h"

#include <algorithm>
#include <thread>

namespace rankscope::simulate {

namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 1ms;
constexpr auto kPatienceOnceStopped = 1000ms;
// Thousands of ranks fit on one machine.
constexpr std::size_t kRingBytes = 1U << 20U, kLeastRingBytes = 1U << 17U, kAllRings = 1U << 29U;

std::string configOf(const Options& options) {
    return "{\"simulated\":true,\"seed\":" + std::to_string(options.seed) +
           ",\"ranks\":" + std::to_string(options.ranks) +
           ",\"batch\":" + std::to_string(Training::kMicroBatches * Training::kMicroBatch) + "}";
}

tl::unexpected<Error> silent(const Options& options) {
    return fail(ErrorCode::Unavailable, "no collector answers at " + options.endpoint,
                "start one with `rankscope record --listen " + options.endpoint + " --out FILE`");
}

} // namespace

Worker::Worker(const Options& options, std::uint32_t process, Board& board)
    : m_options(options),
      m_process(process),
      m_board(board),
      m_training(options.seed, options.ranks, Faults(options.faults)) {}

Result<void> Worker::run() {
    auto done = open();
    if (done) {
        done = awaitCollector();
    }
    if (done) {
        done = train();
    }
    if (done) {
        done = awaitAcks();
    }
    m_board.of(m_process).steps.store(UINT64_MAX, std::memory_order_release);
    leave();
    return done;
}

Result<void> Worker::open() {
    emitter::Options options;
    options.endpoint = m_options.endpoint;
    options.run = m_options.run;
    options.name = "simulation";
    options.config = configOf(m_options);
    options.device = "simulated";
    options.software = "rankscope-simulate";
    options.world = m_options.ranks;
    options.sketchSize = m_options.sketch;
    options.groups = Network::groupNames();
    options.groupSizes = Network::groupSizes();
    options.ringBytes = std::clamp(kAllRings / m_options.ranks, kLeastRingBytes, kRingBytes);
    options.blockWhenFull = m_options.rate == 0;
    options.inProcess = true; // one thread for all: they would be thousands of processes
    for (std::uint32_t rank = m_process; rank < m_options.ranks; rank += m_options.processes) {
        options.rank = rank;
        auto opened = emitter::Emitter::open(options);
        if (!opened) {
            return tl::unexpected(opened.error());
        }
        m_emitters.push_back(std::move(*opened));
    }
    return {};
}

Result<void> Worker::awaitCollector() {
    const auto deadline = Clock::now() + m_options.timeout;
    const auto connected = [](const auto& one) { return one->statistics().connected; };
    while (!stopped() && !std::all_of(m_emitters.begin(), m_emitters.end(), connected)) {
        if (Clock::now() > deadline) {
            return silent(m_options);
        }
        std::this_thread::sleep_for(kLook);
    }
    return {};
}

Result<void> Worker::train() {
    const auto start = Clock::now();
    for (std::uint64_t step = 0; step < m_options.steps && !stopped(); ++step) {
        awaitTurn(step, start);
        m_training.step();
        for (std::size_t i = 0; i < m_emitters.size(); ++i) {
            if (m_options.rate == 0) {
                if (auto room = awaitRoom(*m_emitters[i]); !room || stopped()) {
                    return room;
                }
            }
            emit(*m_emitters[i], m_process + static_cast<std::uint32_t>(i) * m_options.processes);
        }
        report();
        m_board.of(m_process).steps.store(step + 1, std::memory_order_release);
    }
    return {};
}

/// Real ranks wait for each other in every all-reduce, and so do these.
void Worker::awaitTurn(std::uint64_t step, Clock::time_point start) const {
    if (m_options.rate > 0) {
        std::this_thread::sleep_until(
            start + std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double>(static_cast<double>(step) / m_options.rate)));
    }
    while (m_board.stepsOfAll(m_options.processes) < step && !stopped()) {
        std::this_thread::sleep_for(50us);
    }
}

Result<void> Worker::awaitRoom(const emitter::Emitter& emitter) {
    auto deadline = Clock::now() + m_options.timeout;
    std::uint64_t acknowledged = emitter.statistics().acknowledged;
    while (!emitter.hasRoom() && !stopped()) {
        if (const auto now = emitter.statistics().acknowledged; now != acknowledged) {
            acknowledged = now;
            deadline = Clock::now() + m_options.timeout;
        }
        if (Clock::now() > deadline) {
            return fail(ErrorCode::Unavailable,
                        "the collector at " + m_options.endpoint + " stores nothing any more",
                        "see whether it is still running and has room on its disk");
        }
        std::this_thread::sleep_for(kLook);
    }
    return {};
}

void Worker::emit(emitter::Emitter& emitter, std::uint32_t rank) {
    const Training::RankStep& now = m_training.rank(rank);
    emitter.gradient(now.gradient.data(), emitter::ElementType::Float32, m_segments);
    emitter.reduced(now.gradient.data(), m_training.meanGradient().data(),
                    emitter::ElementType::Float32, m_segments);
    emitter::Sample sample;
    sample.flags = (now.evalMode ? wire::flags::kEvalMode : 0) |
                   (m_training.skipped() ? wire::flags::kStepSkipped : 0);
    sample.loss = now.loss;
    sample.weight = now.samples;
    sample.gradScale = 1.0;
    sample.lossScale = wire::LossScale::LocalMean;
    sample.microNorms = now.microNorms;
    sample.dataHash = now.dataHash;
    sample.parameterHash = now.parameterHash;
    sample.bufferHash = m_training.bufferHash();
    sample.reducedHash = m_training.reducedHash();
    emitter.step(sample);
}

Result<void> Worker::awaitAcks() {
    auto progressAt = Clock::now();
    std::uint64_t before = 0;
    for (;;) {
        std::uint64_t made = 0, acknowledged = 0;
        for (const auto& one : m_emitters) {
            const emitter::Statistics now = one->statistics();
            // Drops behind the last record are declared, and acknowledged, when saying bye.
            made += now.lastSeq - now.lost;
            acknowledged += std::min(now.acknowledged, now.lastSeq - now.lost);
        }
        if (acknowledged != before) {
            before = acknowledged;
            progressAt = Clock::now();
        }
        if (acknowledged == made || Clock::now() > progressAt + patience()) {
            return {}; // the final account says what is missing
        }
        std::this_thread::sleep_for(kLook);
    }
}

std::chrono::milliseconds Worker::patience() const {
    return stopped() ? std::min(m_options.timeout, kPatienceOnceStopped) : m_options.timeout;
}

void Worker::leave() {
    report();
    for (const auto& one : m_emitters) {
        one->beginClose(patience());
    }
    for (const auto& one : m_emitters) {
        one->close(patience());
    }
}

void Worker::report() {
    std::uint64_t made = 0, acknowledged = 0, lost = 0;
    for (const auto& one : m_emitters) {
        const emitter::Statistics now = one->statistics();
        made += now.lastSeq;
        acknowledged += std::min(now.acknowledged, now.lastSeq - now.lost);
        lost += now.lost;
    }
    Board::Entry& entry = m_board.of(m_process);
    entry.made = made;
    entry.acknowledged = acknowledged;
    entry.lost = lost;
}

} // namespace rankscope::simulate
