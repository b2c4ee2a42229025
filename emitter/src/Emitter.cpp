// SPDX-License-Identifier: Apache-2.0
#include <rankscope/Emitter.h>

#include "emitter/src/Admission.h"
#include "emitter/src/Channel.h"
#include "emitter/src/SenderProcess.h"
#include "emitter/src/SenderThread.h"
#include "emitter/src/SketchHash.h"
#include "emitter/src/StepGradient.h"
#include "transport/wire/Codec.h"

#include <time.h>

#include <algorithm>
#include <bit>
#include <numeric>

namespace rankscope::emitter {

namespace {

constexpr std::size_t kPage = 4096;

/// Read through the vDSO: no system call.
std::uint64_t monotonicNs() noexcept {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

double secondsBetween(std::uint64_t from, std::uint64_t to) noexcept {
    return static_cast<double>(to - from) * 1e-9;
}

} // namespace

struct Emitter::Impl {
    Impl(const Options& options, std::shared_ptr<Channel> shared, Mapping page);

    void makeRecord(const Sample& sample, Seq seq, std::uint64_t now) noexcept;
    [[nodiscard]] bool push(const Sample& sample, Seq seq) noexcept;
    [[nodiscard]] bool roomForSketch() const noexcept;

    std::shared_ptr<Channel> channel;
    Mapping alive; ///< first byte 1 here, 0 in a child of fork()
    bool isolated = false;
    StepGradient gradient;
    wire::StepRecord record; ///< its vectors stay empty: see wire::StepView
    const std::uint64_t startedNs = monotonicNs();
    const std::size_t largestRecord;
    const bool blockWhenFull;
    std::uint64_t stepCount = 0; ///< steps ended: fixes the sketch's seed
    std::uint64_t nextStep = 0;  ///< number of a step that brings none
    std::uint64_t lastStepNs = 0, firstLocalNs = 0, lastReducedNs = 0; ///< 0 = not yet
};

Emitter::Impl::Impl(const Options& options, std::shared_ptr<Channel> shared, Mapping page)
    : channel(std::move(shared)),
      alive(std::move(page)),
      gradient(
          options.groups.size(), options.sketchSize,
          std::accumulate(options.groupSizes.begin(), options.groupSizes.end(), std::uint64_t{0})),
      largestRecord(wire::maxStepBytes(options.groups.size(), options.sketchSize,
                                       wire::limits::kMicroBatches)),
      blockWhenFull(options.blockWhenFull) {
    record.incarnation = channel->incarnation;
    record.rank = channel->rank;
    alive.data()[0] = std::byte{1};
}

Emitter::Emitter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

namespace {

/// Starts whatever carries the records away: a process when one can be had, or else a thread.
/// Returns whether it is a process.
Result<bool> startSender(const std::shared_ptr<Channel>& channel, const Letter& letter) {
    const bool started = channel->descriptor() >= 0 && startSenderProcess(*channel);
    if (started || !channel->claim(Carrier::Thread)) { // a process that came at the last moment
        return true;
    }
    return startSenderThread(channel, letter).map([] { return false; });
}

} // namespace

Result<std::unique_ptr<Emitter>> Emitter::open(const Options& options) {
    auto hello = admit(options);
    if (!hello) {
        return tl::unexpected(hello.error());
    }
    auto destination = link::readDestination(options.endpoint);
    if (!destination) {
        return tl::unexpected(destination.error());
    }
    const Letter letter{std::move(*destination), std::move(*hello)};
    const std::size_t largest =
        wire::maxStepBytes(options.groups.size(), options.sketchSize, wire::limits::kMicroBatches);
    const std::size_t ringBytes =
        std::bit_ceil(std::max(options.ringBytes / 2 + 1, 4 * (largest + kPage)));
    const auto channel = Channel::make(letter, ringBytes, !options.inProcess);
    if (!channel) {
        return tl::unexpected(channel.error());
    }
    Mapping alive(kPage, Mapping::InChild::Zeroed);
    if (!alive) {
        return fail(ErrorCode::Io, "no memory for a page that tells a child of fork()");
    }
    auto impl = std::make_unique<Impl>(options, *channel, std::move(alive));
    if (!impl->gradient.sketchReady()) {
        return fail(ErrorCode::Io, "no memory for the sketch");
    }
    const auto isolated = startSender(*channel, letter);
    if (!isolated) {
        return tl::unexpected(isolated.error());
    }
    impl->isolated = *isolated;
    return std::unique_ptr<Emitter>(new Emitter(std::move(impl)));
}

Emitter::~Emitter() {
    if (m_impl != nullptr && !usable()) {
        // In a child of fork() the ring's pages are missing and the thread is not there: whatever
        // the destructors did would be wrong.
        static_cast<void>(m_impl.release());
        return;
    }
    close({});
}

bool Emitter::usable() const noexcept {
    return m_impl != nullptr && m_impl->alive.data()[0] == std::byte{1};
}

void Emitter::gradient(const void* data, ElementType type, std::span<const Segment> segments,
                       void* copy) noexcept {
    if (!usable()) {
        return;
    }
    if (m_impl->firstLocalNs == 0) {
        m_impl->firstLocalNs = monotonicNs();
    }
    m_impl->gradient.add(data, type, segments, sketchSeed(), copy);
}

void Emitter::reduced(const void* local, const void* mean, ElementType type,
                      std::span<const Segment> segments) noexcept {
    if (usable()) {
        m_impl->gradient.addReduced(local, mean, type, segments);
        m_impl->lastReducedNs = monotonicNs();
    }
}

void Emitter::addSums(std::span<const wire::GradSums> groups, std::uint64_t nonFinite,
                      const float* sketch) noexcept {
    if (usable()) {
        m_impl->gradient.addSums(groups, nonFinite, sketch);
    }
}

std::uint64_t Emitter::sketchSeed() const noexcept {
    return usable() ? seedOfStep(m_impl->stepCount) : 0;
}

void Emitter::restartSums() noexcept {
    if (usable()) {
        m_impl->gradient.clear();
        m_impl->firstLocalNs = m_impl->lastReducedNs = 0;
    }
}

bool Emitter::hasRoom() const noexcept {
    return !usable() || m_impl->channel->ring.fits(m_impl->largestRecord);
}

void Emitter::Impl::makeRecord(const Sample& sample, Seq seq, std::uint64_t now) noexcept {
    record.seq = seq;
    record.step = sample.step.value_or(Step{nextStep});
    record.timeNs = now - startedNs;
    record.flags = sample.flags | (gradient.isPartial() ? wire::flags::kPartialGradient : 0);
    record.lossScale = sample.lossScale;
    record.loss = sample.loss;
    record.weight = sample.weight;
    record.gradSq = record.meanSq = record.dot = std::nullopt;
    record.nonFinite = std::nullopt;
    record.extras.reduceSeconds = std::nullopt;
    if (gradient.hasLocal()) {
        record.gradSq = gradient.total().local;
        record.nonFinite = gradient.nonFinite();
    }
    if (gradient.hasReduced()) {
        record.meanSq = gradient.total().mean;
        record.dot = gradient.total().dot;
    }
    if (firstLocalNs != 0 && lastReducedNs != 0) {
        record.extras.reduceSeconds = secondsBetween(firstLocalNs, lastReducedNs);
    }
    record.extras.stepSeconds =
        lastStepNs == 0 ? std::nullopt : std::optional(secondsBetween(lastStepNs, now));
    record.extras.dataHash = sample.dataHash;
    record.extras.parameterHash = sample.parameterHash;
    record.extras.bufferHash = sample.bufferHash;
    record.extras.reducedHash = sample.reducedHash;
    record.extras.gradScale = sample.gradScale;
}

bool Emitter::Impl::roomForSketch() const noexcept {
    return blockWhenFull || channel->ring.freeBytes() >= channel->ringBytes / 2;
}

bool Emitter::Impl::push(const Sample& sample, Seq seq) noexcept {
    const auto sketch = roomForSketch() ? gradient.sketch() : StepGradient::Quantised{};
    const auto groups = gradient.hasLocal() && gradient.hasReduced()
                            ? gradient.groups()
                            : std::span<const wire::GradSums>();
    const auto micro =
        sample.microNorms.first(std::min(sample.microNorms.size(), wire::limits::kMicroBatches));
    const std::span<std::byte> room = channel->ring.reserve(
        wire::maxStepBytes(groups.size(), sketch.values.size(), micro.size()));
    const std::size_t bytes = room.empty()
                                  ? 0
                                  : wire::encodeStep({record, groups, seedOfStep(stepCount),
                                                      sketch.scale, sketch.values, micro},
                                                     room);
    if (bytes == 0) {
        return false;
    }
    channel->ring.publish(seq, bytes);
    return true;
}

void Emitter::step(const Sample& sample) noexcept {
    if (!usable()) {
        return;
    }
    Impl& self = *m_impl;
    while (self.blockWhenFull && !hasRoom()) {
        constexpr timespec kPause{0, 200'000};
        nanosleep(&kPause, nullptr);
    }
    const Seq seq{self.channel->lastSeq.load(std::memory_order_relaxed) + 1};
    const std::uint64_t now = monotonicNs();
    self.makeRecord(sample, seq, now);
    if (!self.push(sample, seq)) {
        self.channel->lost.fetch_add(1, std::memory_order_relaxed);
    }
    self.channel->lastSeq.store(seq.value(), std::memory_order_release);
    self.nextStep = self.record.step.value() + 1;
    self.lastStepNs = now;
    self.firstLocalNs = self.lastReducedNs = 0;
    self.gradient.clear();
    ++self.stepCount;
}

Statistics Emitter::statistics() const noexcept {
    if (!usable()) {
        return {};
    }
    const Channel& channel = *m_impl->channel;
    return {channel.lastSeq.load(std::memory_order_relaxed),
            channel.acknowledged.load(std::memory_order_acquire),
            channel.lost.load(std::memory_order_relaxed),
            channel.connected.load(std::memory_order_acquire) != 0, m_impl->isolated};
}

bool Emitter::beginClose(std::chrono::milliseconds patience) noexcept {
    if (!usable()) {
        return true;
    }
    Channel& channel = *m_impl->channel;
    channel.askToEnd(patience);
    return channel.connected.load(std::memory_order_acquire) == 0 || channel.isOver();
}

void Emitter::close(std::chrono::milliseconds patience) noexcept {
    if (usable()) {
        Channel& channel = *m_impl->channel;
        channel.askToEnd(patience);
        if (channel.connected.load(std::memory_order_acquire) != 0) {
            channel.awaitEnd();
        }
        m_impl.reset();
    }
}

} // namespace rankscope::emitter
