// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <rankscope/ElementType.h>
#include <rankscope/rankscope.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The emitter for C++ programs that link it statically; rankscope.h is the same thing for
/// everybody else, and gives the rules that hold for both.
namespace rankscope::emitter {

struct Options {
    std::string endpoint = "tcp://127.0.0.1:5757";
    std::string run;      ///< run id; empty: the recorder's own run
    std::string name;     ///< display name
    std::string config;   ///< JSON object as text
    std::string device;   ///< "cpu", "cuda:0"
    std::string software; ///< "torch 2.13.0"
    std::uint32_t rank = 0;
    std::uint32_t world = 1;
    std::uint32_t generation = 0;          ///< elastic restart count
    std::uint32_t sketchSize = 0;          ///< power of two, 64..32768; 0: no sketch
    std::vector<std::string> groups;       ///< names of layer groups, at most 256
    std::vector<std::uint64_t> groupSizes; ///< parameters in each group
    std::size_t ringBytes = 16U << 20U;    ///< rounded to a power of two
    bool blockWhenFull = false; ///< step() waits for room: for simulators, never in training
    bool inProcess = false;     ///< the sender is to be a thread of this process
};

/// One parameter's stretch of a flat gradient buffer.
using Segment = ::rs_segment;

/// Everything about a step that isn't gathered from gradients; absent = not measured.
struct Sample {
    std::optional<Step> step; ///< absent: one after the last
    std::uint32_t flags = 0;  ///< bits of wire::flags
    std::optional<double> loss, weight, gradScale;
    wire::LossScale lossScale = wire::LossScale::Unknown;
    std::span<const double> microNorms; ///< |running mean gradient| after each micro-batch
    std::optional<std::uint64_t> dataHash, parameterHash, bufferHash, reducedHash;
};

struct Statistics {
    std::uint64_t lastSeq = 0;      ///< records made
    std::uint64_t acknowledged = 0; ///< highest record known to be stored
    std::uint64_t lost = 0;         ///< records dropped because the ring was full
    bool connected = false;         ///< a collector has taken this rank in
    bool isolated = false;          ///< the sender is a process of its own
};

/// What runs inside a training rank. Apart from open() and close() nothing here allocates, locks,
/// makes a system call or fails. One thread at a time; a child of fork() holds a silent dummy.
///
/// When the ring is full the newest record is dropped: older ones may be on their way already, and
/// freeing them would need a lock between the rank and its sender. Its sequence number is used up,
/// so that the sender sees the hole and declares it. Before that, while less than half of the ring
/// is free, records go without their sketch: scalars outlast an absent collector ten times longer.
class Emitter {
  public:
    /// Makes the ring (its pages are touched now, not later) and starts the sender: a process of
    /// its own, rankscope-sender, or a thread where the system doesn't let us. The process needs
    /// neither thread nor descriptor in this one, and leaves at most 5 s after it.
    /// Errors: Usage (an option out of bounds), Io (memory, threads or file descriptors).
    [[nodiscard]] static Result<std::unique_ptr<Emitter>> open(const Options& options);
    Emitter(const Emitter&) = delete;
    Emitter& operator=(const Emitter&) = delete;
    ~Emitter(); ///< as close(0 ms)

    /// Reads a local gradient, and copies it to `copy` unless that is null.
    void gradient(const void* data, ElementType type, std::span<const Segment> segments,
                  void* copy = nullptr) noexcept;

    /// Reads the reduced mean gradient beside the kept local one.
    void reduced(const void* local, const void* mean, ElementType type,
                 std::span<const Segment> segments) noexcept;

    /// Adds sums gathered elsewhere, one per group (a single one when there are no groups), and a
    /// sketch of Options::sketchSize numbers, or null. A NaN marked rs_absent() = not measured.
    void addSums(std::span<const wire::GradSums> groups, std::uint64_t nonFinite,
                 const float* sketch) noexcept;

    /// Seed of the sketch of the step that is being gathered.
    [[nodiscard]] std::uint64_t sketchSeed() const noexcept;

    /// Forgets what was gathered since the last step().
    void restartSums() noexcept;

    /// Whether a record of any size would find room now.
    [[nodiscard]] bool hasRoom() const noexcept;

    void step(const Sample& sample) noexcept;

    [[nodiscard]] Statistics statistics() const noexcept;

    /// First half of close(): starts to say bye and returns at once, so that many emitters of one
    /// process can leave together. No steps may follow. Whether close() would not wait any more;
    /// called again, only that is new.
    bool beginClose(std::chrono::milliseconds patience) noexcept;

    /// Says bye. Waits for acks, at most `patience`, when a collector has taken this rank in; else
    /// not at all. Everything is a no-op afterwards. (A sender process goes on delivering for
    /// another 4 s.)
    void close(std::chrono::milliseconds patience) noexcept;

  private:
    struct Impl;
    explicit Emitter(std::unique_ptr<Impl> impl);
    [[nodiscard]] bool usable() const noexcept;
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::emitter
