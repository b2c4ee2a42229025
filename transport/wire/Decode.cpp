// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/Codec.h"
#include "transport/wire/Fields.h"
#include "transport/wire/Kinds.h"

#include <algorithm>

namespace rankscope::wire {
namespace {

/// Most keys of the extras: a bit each in a word, which is how a repeated key is noticed.
constexpr std::uint32_t kMostExtras = 64;

IncarnationId readIncarnation(Fields& in) {
    return IncarnationId(in.number64("incarnation"));
}
RankId readRank(Fields& in) {
    return RankId(in.number32("rank", limits::kWorld - 1));
}
Seq readSeq(Fields& in, const char* name) {
    return Seq(in.number(name, limits::kCount));
}

Seq readSeqFromOne(Fields& in, const char* name) {
    const Seq seq = readSeq(in, name);
    if (!in.failed() && seq.value() == 0) {
        in.refuse(name, "is 0");
    }
    return seq;
}

/// A value that a newer minor version may have added counts as unknown.
template <class Enum>
Enum readEnum(Fields& in, const char* name, Enum last) {
    const std::uint64_t value = in.number(name, 0xff);
    return value <= static_cast<std::uint64_t>(last) ? static_cast<Enum>(value) : Enum::Unknown;
}

void read(Fields& in, Sketch& sketch) {
    const std::uint32_t size = in.array("sketch", fields::kSketch);
    sketch.seed = in.number64("sketch seed");
    const std::uint32_t count = in.number32("sketch size", limits::kSketchSize);
    sketch.scale = in.real32("sketch scale");
    in.binary("sketch", count, sketch.values);
    if (!in.failed() && (count == 0 || sketch.values.size() != count)) {
        in.refuse("sketch", "has a wrong length");
    }
    in.skip(size - fields::kSketch);
}

void readExtra(Fields& in, std::uint32_t key, Extras& extras) {
    switch (key) {
    case extra::kMicroNorms:
        in.binary("micro-batch norms", limits::kMicroBatches, extras.microNorms);
        break;
    case extra::kDataHash:
        extras.dataHash = in.number64("data hash");
        break;
    case extra::kParameterHash:
        extras.parameterHash = in.number64("parameter hash");
        break;
    case extra::kBufferHash:
        extras.bufferHash = in.number64("buffer hash");
        break;
    case extra::kReducedHash:
        extras.reducedHash = in.number64("reduced gradient's hash");
        break;
    case extra::kGradScale:
        extras.gradScale = in.real("gradient scale");
        break;
    case extra::kStepSeconds:
        extras.stepSeconds = in.real("step time");
        break;
    case extra::kReduceSeconds:
        extras.reduceSeconds = in.real("reduce time");
        break;
    default: // of a newer minor version
        in.skip(1);
    }
}

void read(Fields& in, Extras& extras) {
    std::uint64_t seen = 0;
    const std::uint32_t count = in.map("extras", kMostExtras);
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
        const std::uint32_t key = in.number32("key of the extras", kMostExtras - 1);
        if ((seen >> key & 1U) != 0) {
            in.refuse("key of the extras", "is there twice");
            break;
        }
        seen |= 1ULL << key;
        readExtra(in, key, extras);
    }
}

void read(Fields& in, StepRecord& step) {
    step.incarnation = readIncarnation(in);
    step.seq = readSeqFromOne(in, "seq");
    step.rank = readRank(in);
    step.step = Step(in.number("step", limits::kCount));
    step.flags = in.number32("flags");
    step.timeNs = in.number64("time");
    step.lossScale = readEnum(in, "loss scale", LossScale::GlobalTokens);
    step.loss = in.optionalReal("loss");
    step.weight = in.optionalReal("weight");
    step.gradSq = in.optionalReal("squared gradient norm");
    step.meanSq = in.optionalReal("squared norm of the mean gradient");
    step.dot = in.optionalReal("dot with the mean gradient");
    step.nonFinite = in.optionalNumber("non-finite count");
    if (!in.nil()) {
        in.binary("group sums", limits::kGroups, step.groups);
    }
    if (!in.nil()) {
        read(in, step.sketch.emplace());
    }
    if (!in.nil()) {
        read(in, step.extras);
    }
}

void read(Fields& in, Hello& hello) {
    hello.minor = in.number32("minor version");
    hello.incarnation = readIncarnation(in);
    hello.run = in.text("run id", limits::kTextBytes);
    hello.rank = readRank(in);
    hello.world = in.number32("world size", limits::kWorld);
    hello.generation = in.number32("generation");
    hello.name = in.text("name", limits::kTextBytes);
    hello.host = in.text("host", limits::kTextBytes);
    hello.pid = in.number32("process id");
    hello.device = in.text("device", limits::kTextBytes);
    hello.software = in.text("software", limits::kTextBytes);
    hello.config = in.text("config", limits::kConfigBytes);
    hello.startedUnixNs = in.signedNumber("start time");
    const std::uint32_t groups = in.list("groups", limits::kGroups);
    for (std::uint32_t i = 0; i < groups && !in.failed(); ++i) {
        hello.groups.push_back(in.text("group name", limits::kTextBytes));
    }
    const std::uint32_t sizes = in.list("group sizes", limits::kGroups);
    for (std::uint32_t i = 0; i < sizes && !in.failed(); ++i) {
        hello.groupSizes.push_back(in.number64("group size"));
    }
    hello.sketchSize = in.number32("sketch size", limits::kSketchSize);
    const std::uint32_t coordinates = in.list("coordinates", limits::kCoordinates);
    for (std::uint32_t i = 0; i < coordinates && !in.failed(); ++i) {
        hello.coordinates.push_back(in.number32("coordinate"));
    }
    if (!in.failed() && hello.rank.value() >= hello.world) {
        in.refuse("rank", "is not below the world size");
    }
}

void read(Fields& in, Gap& gap) {
    gap.incarnation = readIncarnation(in);
    gap.rank = readRank(in);
    gap.first = readSeqFromOne(in, "first seq");
    gap.last = readSeq(in, "last seq");
    gap.cause = readEnum(in, "cause", GapCause::RecorderPaused);
    if (!in.failed() && gap.last < gap.first) {
        in.refuse("last seq", "is before the first");
    }
}

void read(Fields& in, Bye& bye) {
    bye.incarnation = readIncarnation(in);
    bye.rank = readRank(in);
    bye.lastSeq = readSeq(in, "last seq");
}

void read(Fields& in, Welcome& welcome) {
    welcome.minor = in.number32("minor version");
    welcome.incarnation = readIncarnation(in);
    welcome.accepted = in.boolean("accepted");
    welcome.committed = readSeq(in, "committed seq");
    welcome.run = in.text("run id", limits::kTextBytes);
    welcome.reason = in.text("reason", limits::kTextBytes);
}

void read(Fields& in, Ack& ack) {
    ack.incarnation = readIncarnation(in);
    ack.committed = readSeq(in, "committed seq");
}

/// Reads what a message may have behind its least elements, of which `more` are there. Returns how
/// many it read.
template <class T>
std::uint32_t readOptional(Fields&, T&, std::uint32_t) {
    return 0;
}

std::uint32_t readOptional(Fields& in, Ack& ack, std::uint32_t more) {
    ack.left = more > 0 && in.boolean("left");
    return more > 0 ? 1 : 0;
}

/// Reads the fields behind the header. Elements behind those that this version knows are a newer
/// minor version's and are passed over.
template <class T>
Result<Message> readAs(Fields& in, const char* what, std::uint32_t size, std::uint32_t known) {
    Result<Message> message(tl::in_place, std::in_place_type<T>);
    if (size < known) {
        in.refuse("array", "has too few elements");
    }
    T& content = std::get<T>(*message);
    read(in, content);
    const std::uint32_t more = size < known ? 0 : size - known;
    in.skip(more - readOptional(in, content, more));
    if (in.failed()) { // a single return statement spares a move of the message
        message =
            fail(ErrorCode::Malformed,
                 std::string("a ") + what + " message was refused because its " + in.problem());
    }
    return message;
}

tl::unexpected<Error> unsupported(const char* what, std::uint64_t number) {
    return fail(ErrorCode::Unsupported,
                std::string("a message has the unknown ") + what + ' ' + std::to_string(number),
                "use the same release of rankscope on both ends");
}

Result<Message> readMessage(Fields& in) {
    const std::uint32_t size = in.array("outer value", fields::kHeader);
    const std::uint64_t major = in.number64("protocol version");
    if (!in.failed() && major != kProtocolMajor) {
        return unsupported("protocol version", major);
    }
    const std::uint64_t kind = in.number64("kind");
    if (in.failed()) {
        return fail(ErrorCode::Malformed, "a message was refused because its " + in.problem());
    }
    switch (kind) {
    case static_cast<std::uint64_t>(Kind::Hello):
        return readAs<Hello>(in, "hello", size, fields::kHello);
    case static_cast<std::uint64_t>(Kind::Step):
        return readAs<StepRecord>(in, "step", size, fields::kStep);
    case static_cast<std::uint64_t>(Kind::Gap):
        return readAs<Gap>(in, "gap", size, fields::kGap);
    case static_cast<std::uint64_t>(Kind::Bye):
        return readAs<Bye>(in, "bye", size, fields::kBye);
    case static_cast<std::uint64_t>(Kind::Welcome):
        return readAs<Welcome>(in, "welcome", size, fields::kWelcome);
    case static_cast<std::uint64_t>(Kind::Ack):
        return readAs<Ack>(in, "ack", size, fields::kAck);
    default:
        return unsupported("kind", kind);
    }
}

} // namespace

Result<Message> decode(std::span<const std::byte> bytes) {
    const bool tooLong = bytes.size() > limits::kMessageBytes;
    Result<Message> message = decodeFirst(bytes);
    if (tooLong) {
        message = fail(ErrorCode::Malformed, "a message was refused because it is longer than " +
                                                 std::to_string(limits::kMessageBytes) + " bytes");
    } else if (message && !bytes.empty()) {
        message =
            fail(ErrorCode::Malformed, "a message was refused because " +
                                           std::to_string(bytes.size()) + " bytes follow its end");
    }
    return message;
}

Result<Message> decodeFirst(std::span<const std::byte>& bytes) {
    Fields in(bytes.first(std::min(bytes.size(), limits::kMessageBytes)));
    Result<Message> message = readMessage(in);
    if (message) {
        bytes = bytes.subspan(static_cast<std::size_t>(in.position() - bytes.data()));
    }
    return message;
}

bool isViewRequest(std::span<const std::byte> bytes) {
    Fields in(bytes.first(std::min(bytes.size(), limits::kMessageBytes)));
    in.array("outer value", fields::kHeader);
    in.number64("protocol version");
    const std::uint64_t kind = in.number64("kind");
    return !in.failed() && kind >= kFirstViewRequest && kind <= kLastViewRequest;
}

} // namespace rankscope::wire
