// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/Codec.h"
#include "transport/wire/Kinds.h"
#include "transport/wire/Writer.h"

#include <cstring>
#include <type_traits>

namespace rankscope::wire {
namespace {

/// Output of fixed size: what does not fit is dropped and remembered.
class FixedSink {
  public:
    explicit FixedSink(std::span<std::byte> out)
        : m_begin(out.data()),
          m_at(m_begin),
          m_end(m_begin + out.size()) {}

    void write(const char* data, std::size_t size) noexcept {
        if (size > static_cast<std::size_t>(m_end - m_at)) {
            m_at = m_end;
            m_full = true;
            return;
        }
        std::memcpy(m_at, data, size);
        m_at += size;
    }

    [[nodiscard]] std::size_t written() const noexcept {
        return m_full ? 0 : static_cast<std::size_t>(m_at - m_begin);
    }

  private:
    std::byte* m_begin;
    std::byte* m_at;
    std::byte* m_end;
    bool m_full = false;
};

template <class Sink>
void writeExtras(Writer<Sink>& out, const Extras& extras, std::span<const double> microNorms) {
    const std::size_t count = static_cast<std::size_t>(!microNorms.empty()) +
                              extras.dataHash.has_value() + extras.parameterHash.has_value() +
                              extras.bufferHash.has_value() + extras.reducedHash.has_value() +
                              extras.gradScale.has_value() + extras.stepSeconds.has_value() +
                              extras.reduceSeconds.has_value();
    if (count == 0) {
        out.nil();
        return;
    }
    const auto hash = [&out](std::uint8_t key, const std::optional<std::uint64_t>& value) {
        if (value) {
            out.number(key);
            out.number(*value);
        }
    };
    const auto real = [&out](std::uint8_t key, const std::optional<double>& value) {
        if (value) {
            out.number(key);
            out.real(*value);
        }
    };
    out.map(count);
    if (!microNorms.empty()) {
        out.number(extra::kMicroNorms);
        out.binary(microNorms);
    }
    hash(extra::kDataHash, extras.dataHash);
    hash(extra::kParameterHash, extras.parameterHash);
    hash(extra::kBufferHash, extras.bufferHash);
    hash(extra::kReducedHash, extras.reducedHash);
    real(extra::kGradScale, extras.gradScale);
    real(extra::kStepSeconds, extras.stepSeconds);
    real(extra::kReduceSeconds, extras.reduceSeconds);
}

template <class Sink>
void writeStep(Writer<Sink>& out, const StepView& view) {
    const StepRecord& step = view.base;
    out.header(Kind::Step, fields::kStep);
    out.number(step.incarnation.value());
    out.number(step.seq.value());
    out.number(step.rank.value());
    out.number(step.step.value());
    out.number(step.flags);
    out.number(step.timeNs);
    out.number(static_cast<std::uint8_t>(step.lossScale));
    out.real(step.loss);
    out.real(step.weight);
    out.real(step.gradSq);
    out.real(step.meanSq);
    out.real(step.dot);
    out.number(step.nonFinite);
    if (view.groups.empty()) {
        out.nil();
    } else {
        out.binary(view.groups);
    }
    if (view.sketch.empty()) {
        out.nil();
    } else {
        out.array(fields::kSketch);
        out.number(view.sketchSeed);
        out.number(view.sketch.size());
        out.real32(view.sketchScale);
        out.binary(view.sketch);
    }
    writeExtras(out, step.extras, view.microNorms);
}

template <class Sink>
void write(Writer<Sink>& out, const Hello& hello) {
    out.header(Kind::Hello, fields::kHello);
    out.number(hello.minor);
    out.number(hello.incarnation.value());
    out.text(hello.run);
    out.number(hello.rank.value());
    out.number(hello.world);
    out.number(hello.generation);
    out.text(hello.name);
    out.text(hello.host);
    out.number(hello.pid);
    out.text(hello.device);
    out.text(hello.software);
    out.text(hello.config);
    out.signedNumber(hello.startedUnixNs);
    out.array(hello.groups.size());
    for (const std::string& group : hello.groups) {
        out.text(group);
    }
    out.array(hello.groupSizes.size());
    for (const std::uint64_t size : hello.groupSizes) {
        out.number(size);
    }
    out.number(hello.sketchSize);
    out.array(hello.coordinates.size());
    for (const std::uint32_t coordinate : hello.coordinates) {
        out.number(coordinate);
    }
}

template <class Sink>
void write(Writer<Sink>& out, const Gap& gap) {
    out.header(Kind::Gap, fields::kGap);
    out.number(gap.incarnation.value());
    out.number(gap.rank.value());
    out.number(gap.first.value());
    out.number(gap.last.value());
    out.number(static_cast<std::uint8_t>(gap.cause));
}

template <class Sink>
void write(Writer<Sink>& out, const Bye& bye) {
    out.header(Kind::Bye, fields::kBye);
    out.number(bye.incarnation.value());
    out.number(bye.rank.value());
    out.number(bye.lastSeq.value());
}

template <class Sink>
void write(Writer<Sink>& out, const Welcome& welcome) {
    out.header(Kind::Welcome, fields::kWelcome);
    out.number(welcome.minor);
    out.number(welcome.incarnation.value());
    out.boolean(welcome.accepted);
    out.number(welcome.committed.value());
    out.text(welcome.run);
    out.text(welcome.reason);
}

template <class Sink>
void write(Writer<Sink>& out, const Ack& ack) {
    out.header(Kind::Ack, ack.left ? fields::kAckOfBye : fields::kAck);
    out.number(ack.incarnation.value());
    out.number(ack.committed.value());
    if (ack.left) {
        out.boolean(true);
    }
}

StepView viewOf(const StepRecord& step) {
    StepView view{step, step.groups, 0, 0, {}, step.extras.microNorms};
    if (step.sketch) {
        view.sketchSeed = step.sketch->seed;
        view.sketchScale = step.sketch->scale;
        view.sketch = step.sketch->values;
    }
    return view;
}

} // namespace

std::size_t maxStepBytes(std::size_t groups, std::size_t sketchSize,
                         std::size_t microBatches) noexcept {
    // Every scalar at its widest (9 bytes), four array and map heads, the keys of the extras and
    // three heads of binary (5 bytes).
    constexpr std::size_t kScalars = 2 + 13 + 3 + 7;
    constexpr std::size_t kRest = 4 * 5 + 8 + 3 * 5;
    return kScalars * 9 + kRest + groups * sizeof(GradSums) + sketchSize * 2 +
           microBatches * sizeof(double);
}

std::size_t encodeStep(const StepView& step, std::span<std::byte> out) noexcept {
    FixedSink sink(out);
    Writer writer(sink);
    writeStep(writer, step);
    return sink.written();
}

std::vector<std::byte> encode(const Message& message) {
    std::vector<std::byte> bytes;
    std::visit(
        [&bytes](const auto& value) {
            GrowingSink sink(bytes);
            Writer writer(sink);
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, StepRecord>) {
                const StepView view = viewOf(value);
                bytes.reserve(
                    maxStepBytes(view.groups.size(), view.sketch.size(), view.microNorms.size()));
                writeStep(writer, view);
            } else {
                write(writer, value);
            }
        },
        message);
    return bytes;
}

} // namespace rankscope::wire
