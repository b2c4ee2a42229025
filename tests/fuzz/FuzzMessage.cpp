// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/Fuzz.h"
#include "transport/wire/Codec.h"

#include <cstdlib>

namespace rankscope::fuzz {
namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check(const wire::Hello& hello) {
    require(hello.run.size() <= wire::limits::kTextBytes);
    require(hello.config.size() <= wire::limits::kConfigBytes);
    require(hello.groups.size() <= wire::limits::kGroups);
    require(hello.groupSizes.size() <= wire::limits::kGroups);
    require(hello.coordinates.size() <= wire::limits::kCoordinates);
    require(hello.world <= wire::limits::kWorld && hello.rank.value() < hello.world);
}

void check(const wire::StepRecord& step) {
    require(step.seq.value() >= 1 && step.seq.value() <= wire::limits::kCount);
    require(step.step.value() <= wire::limits::kCount);
    require(step.rank.value() < wire::limits::kWorld);
    require(step.groups.size() <= wire::limits::kGroups);
    require(step.extras.microNorms.size() <= wire::limits::kMicroBatches);
    require(!step.sketch || (!step.sketch->values.empty() &&
                             step.sketch->values.size() <= wire::limits::kSketchSize));
}

void check(const wire::Gap& gap) {
    require(gap.first.value() >= 1 && gap.first <= gap.last &&
            gap.last.value() <= wire::limits::kCount);
}

template <class Other>
void check(const Other&) {}

} // namespace

void message(std::span<const std::byte> bytes) {
    const Result<wire::Message> message = wire::decode(bytes);
    if (!message) {
        require(!message.error().what.empty());
        return;
    }
    std::visit([](const auto& value) { check(value); }, *message);
    // What was understood can be said again, and is understood the same way.
    const std::vector<std::byte> encoded = wire::encode(*message);
    const Result<wire::Message> again = wire::decode(encoded);
    require(again.has_value() && wire::encode(*again) == encoded);
}

} // namespace rankscope::fuzz
