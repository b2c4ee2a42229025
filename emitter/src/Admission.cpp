// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Admission.h"

#include "emitter/src/Sketch.h"
#include "transport/wire/Codec.h"

#include <sys/random.h>
#include <unistd.h>

#include <bit>
#include <chrono>

namespace rankscope::emitter {

namespace {

constexpr std::size_t kMaxRing = std::size_t{1} << 32U;

tl::unexpected<Error> refuse(std::string what) {
    return fail(ErrorCode::Usage, std::move(what));
}

std::string hostName() {
    char name[256] = {};
    return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

IncarnationId drawIncarnation() {
    std::uint64_t bits = 0;
    if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) != sizeof bits) { // early in a machine's boot
        const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
        bits = static_cast<std::uint64_t>(now) ^ (static_cast<std::uint64_t>(getpid()) << 40U);
    }
    return IncarnationId{bits | 1U}; // never 0
}

Result<void> check(const Options& options) {
    using namespace wire;
    if (options.world == 0 || options.world > limits::kWorld || options.rank >= options.world) {
        return refuse("rank " + std::to_string(options.rank) + " of " +
                      std::to_string(options.world) + " cannot be");
    }
    const std::uint32_t k = options.sketchSize;
    if (k != 0 && (!std::has_single_bit(k) || k < kMinSketch || k > kMaxSketch)) {
        return refuse("the sketch size is " + std::to_string(k) +
                      ", but must be 0 or a power of two from 64 to 32768");
    }
    if (options.groups.size() > limits::kGroups ||
        options.groups.size() != options.groupSizes.size()) {
        return refuse("there can be 256 layer groups at most, each with a name and a size");
    }
    if (options.ringBytes > kMaxRing) {
        return refuse("the ring can have 4 GiB at most");
    }
    return {};
}

wire::Hello makeHello(const Options& options) {
    wire::Hello hello;
    hello.incarnation = drawIncarnation();
    hello.run = options.run;
    hello.rank = RankId{options.rank};
    hello.world = options.world;
    hello.generation = options.generation;
    hello.name = options.name;
    hello.host = hostName();
    hello.pid = static_cast<std::uint32_t>(getpid());
    hello.device = options.device;
    hello.software =
        options.software + (options.software.empty() ? "" : ", ") + "rankscope " RANKSCOPE_VERSION;
    hello.config = options.config;
    hello.startedUnixNs = std::chrono::duration_cast<std::chrono::nanoseconds>(
                              std::chrono::system_clock::now().time_since_epoch())
                              .count();
    hello.groups = options.groups;
    hello.groupSizes = options.groupSizes;
    hello.sketchSize = options.sketchSize;
    return hello;
}

} // namespace

Result<wire::Hello> admit(const Options& options) {
    if (auto sound = check(options); !sound) {
        return tl::unexpected(sound.error());
    }
    wire::Hello hello = makeHello(options);
    // A collector reads it like this: what it would refuse is better refused here.
    if (const auto read = wire::decode(wire::encode(hello)); !read) {
        return refuse("this rank could not introduce itself: " + read.error().what);
    }
    return hello;
}

} // namespace rankscope::emitter
