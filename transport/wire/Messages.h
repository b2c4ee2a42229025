// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What ranks and collector say to each other. PROTOCOL.md gives the bytes.
///
/// An absent optional means "not measured"; a NaN means "measured, and it was NaN". The two are
/// never mixed up, on the wire, in a file or in a chart.
namespace rankscope::wire {

inline constexpr std::uint32_t kProtocolMajor = 1;
inline constexpr std::uint32_t kProtocolMinor = 0;

/// Bounds on everything that comes in. A message beyond one of them is refused as a whole.
namespace limits {
inline constexpr std::size_t kMessageBytes = 1U << 20U;
inline constexpr std::size_t kTextBytes = 4096;         ///< run id, host, names
inline constexpr std::size_t kConfigBytes = 64U << 10U; ///< JSON text of Hello::config
inline constexpr std::size_t kGroups = 256;             ///< layer groups
inline constexpr std::uint32_t kSketchSize = 32768;     ///< numbers in a sketch
inline constexpr std::uint32_t kWorld = 1U << 20U;      ///< ranks in a generation
inline constexpr std::size_t kMicroBatches = 1024;
inline constexpr std::size_t kCoordinates = 16;
inline constexpr std::uint64_t kCount = 1ULL << 53U; ///< steps, seqs: exact in a double
inline constexpr std::size_t kNesting = 4;
} // namespace limits

/// How the loss of a record is normalised: trainers that scale it by the global token count make
/// ranks with few tokens look low, and it must not be weighted again.
enum class LossScale : std::uint8_t {
    Unknown = 0,
    LocalMean = 1,   ///< mean over this rank's own tokens or samples
    GlobalTokens = 2 ///< sum over this rank's tokens / global tokens * world size
};

/// Who is calling. Sent first, and again after every reconnect; carries no sequence number.
struct Hello {
    std::uint32_t minor = kProtocolMinor;
    IncarnationId incarnation;
    std::string run; ///< run id; empty: the collector takes the rank into its own run
    RankId rank;
    std::uint32_t world = 1;      ///< ranks in this generation
    std::uint32_t generation = 0; ///< launch or elastic restart count
    std::string name;             ///< display name of the run
    std::string host;
    std::uint32_t pid = 0;
    std::string device;                     ///< "cpu", "cuda:0"
    std::string software;                   ///< "torch 2.13.0, rankscope 0.1.0"
    std::string config;                     ///< JSON object as text, or empty
    std::int64_t startedUnixNs = 0;         ///< for display only: never used to order anything
    std::vector<std::string> groups;        ///< names of the layer groups, in the order of
                                            ///< StepRecord::groups
    std::vector<std::uint64_t> groupSizes;  ///< parameters in each group
    std::uint32_t sketchSize = 0;           ///< numbers per sketch, 0 = none
    std::vector<std::uint32_t> coordinates; ///< optional: data-parallel coordinates of the rank

    bool operator==(const Hello&) const = default;
};

/// The three exact sums for one gradient, or one layer group of it (metrics.md, section 2).
struct GradSums {
    double local = 0; ///< n = |g_i|^2
    double mean = 0;  ///< N = |m|^2, m the all-reduced mean gradient
    double dot = 0;   ///< a = g_i . m

    bool operator==(const GradSums&) const = default;
};

/// Linear sketch of one rank's gradient: k numbers in half precision, all divided by `scale`.
/// Comparable only between records with the same seed and size.
struct Sketch {
    std::uint64_t seed = 0;
    float scale = 0;
    std::vector<std::uint16_t> values; ///< IEEE binary16 bit patterns

    bool operator==(const Sketch&) const = default;
};

/// Things that are not sent by every emitter at every step.
struct Extras {
    std::vector<double> microNorms; ///< |running mean gradient| after each micro-batch
    std::optional<std::uint64_t> dataHash, parameterHash, bufferHash, reducedHash;
    std::optional<double> gradScale;     ///< common factor on gradients (AMP); absent = unknown
    std::optional<double> stepSeconds;   ///< wall time since the previous step()
    std::optional<double> reduceSeconds; ///< from the first local gradient to the end of the reduce

    bool operator==(const Extras&) const = default;
};

/// Bits of StepRecord::flags.
namespace flags {
inline constexpr std::uint32_t kLossyReduce = 1;      ///< a wrapped hook changed the mean gradient
inline constexpr std::uint32_t kManyReductions = 2;   ///< reduced more than once in this step
inline constexpr std::uint32_t kStepSkipped = 4;      ///< the optimizer skipped the step (AMP)
inline constexpr std::uint32_t kEvalMode = 8;         ///< the model was in eval mode
inline constexpr std::uint32_t kPartialGradient = 16; ///< not every parameter was seen
} // namespace flags

/// One optimizer step as one rank saw it.
struct StepRecord {
    IncarnationId incarnation;
    Seq seq;
    RankId rank;
    Step step;
    std::uint32_t flags = 0;
    std::uint64_t timeNs = 0; ///< monotonic, since the incarnation's hello
    LossScale lossScale = LossScale::Unknown;
    std::optional<double> loss;
    std::optional<double> weight;           ///< tokens or samples behind the loss
    std::optional<double> gradSq;           ///< n, over all parameters
    std::optional<double> meanSq;           ///< N
    std::optional<double> dot;              ///< a
    std::optional<std::uint64_t> nonFinite; ///< NaN or Inf elements of the local gradient
    std::vector<GradSums> groups;           ///< empty, or one per Hello::groups
    std::optional<Sketch> sketch;
    Extras extras;

    bool operator==(const StepRecord&) const = default;
};

enum class GapCause : std::uint8_t {
    Unknown = 0,
    RingFull = 1,      ///< the emitter's ring had no room; nothing was waited for
    TooLarge = 2,      ///< the record was over a limit
    Undeclared = 3,    ///< the collector saw a hole that nobody declared
    RecorderPaused = 4 ///< the recorder could not write (disk full)
};

/// Records first..last (inclusive) of an incarnation will never come.
struct Gap {
    IncarnationId incarnation;
    RankId rank;
    Seq first, last;
    GapCause cause = GapCause::Unknown;

    bool operator==(const Gap&) const = default;
};

/// The emitter leaves. Everything up to lastSeq was sent or declared lost.
struct Bye {
    IncarnationId incarnation;
    RankId rank;
    Seq lastSeq;

    bool operator==(const Bye&) const = default;
};

/// Collector to emitter: a hello was taken (or why not), and what is already safe.
struct Welcome {
    std::uint32_t minor = kProtocolMinor;
    IncarnationId incarnation;
    bool accepted = true;
    Seq committed;      ///< highest seq of this incarnation that is safely stored
    std::string run;    ///< run id that the rank was taken into
    std::string reason; ///< why it was refused

    bool operator==(const Welcome&) const = default;
};

/// Collector to emitter: everything up to `committed` is in a committed transaction.
struct Ack {
    IncarnationId incarnation;
    Seq committed;
    bool left = false; ///< the bye is in one, too

    bool operator==(const Ack&) const = default;
};

/// What an emitter says and a session file keeps.
using Event = std::variant<Hello, StepRecord, Gap, Bye>;

/// Everything that can be on the wire.
using Message = std::variant<Hello, StepRecord, Gap, Bye, Welcome, Ack>;

} // namespace rankscope::wire
