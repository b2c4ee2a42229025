// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Channel.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace rankscope::emitter {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMagic = 0x6c656e6e61686372; // "rchannel"
constexpr std::uint32_t kLayout = 2; // of all that two processes share, ring and letter included
constexpr std::size_t kPage = 4096;
constexpr std::size_t kLeastRing = 64, kLargestRing = std::size_t{1} << 33U;
constexpr auto kGrace = 100ms; // for a sender that was told to end

std::size_t upToPage(std::size_t bytes) {
    return (bytes + kPage - 1) / kPage * kPage;
}

bool mayHave(std::size_t bytes) {
    rlimit limit{}; // growing a file beyond it is answered with a deadly signal
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && bytes <= limit.rlim_cur;
}

/// A file without a name, in memory, that nobody can shrink under those who map it. None when the
/// system has none to give.
Descriptor memoryFile(std::size_t bytes) {
#ifndef MFD_NOEXEC_SEAL
    constexpr unsigned MFD_NOEXEC_SEAL = 8; // Linux 6.3 asks for a word on it
#endif
    if (!mayHave(bytes)) {
        return {};
    }
    constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    Descriptor file(memfd_create("rankscope", kFlags | MFD_NOEXEC_SEAL));
    if (!file) {
        file = Descriptor(memfd_create("rankscope", kFlags));
    }
    // All pages at once: one that could not be had later would be a deadly signal, too.
    const auto size = static_cast<off_t>(bytes);
    if (!file || fallocate(file.number(), 0, 0, size) != 0 ||
        fcntl(file.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return {};
    }
    return file;
}

tl::unexpected<Error> noMemory(std::size_t ringBytes) {
    return fail(ErrorCode::Io,
                "no memory for a ring of " + std::to_string(ringBytes >> 10U) + " KiB",
                "ask for a smaller ring");
}

tl::unexpected<Error> malformed() {
    return fail(ErrorCode::Malformed, "this is not what a rank shares with its sender");
}

} // namespace

/// At the memory's beginning; the letter follows, then, on a page of its own, the ring.
struct Channel::Head {
    std::uint64_t magic;
    std::uint32_t layout, rank;
    std::uint64_t incarnation, letterBytes, ringBytes;
    alignas(64) std::atomic<std::uint64_t> lastSeq;
    std::atomic<std::uint64_t> lost;
    std::atomic<std::int64_t> endBy; ///< ns of Clock; 0: not yet
    alignas(64) std::atomic<std::uint64_t> acknowledged;
    std::atomic<std::uint32_t> connected;
    std::atomic<std::uint32_t> ended;
    std::atomic<Carrier> carrier;
};

Channel::Head& Channel::head() const noexcept {
    return *std::launder(reinterpret_cast<Head*>(m_memory.data()));
}

Channel::Channel(Mapping memory, Descriptor file, std::size_t ringAt, std::size_t bytes) noexcept
    : m_memory(std::move(memory)),
      m_file(std::move(file)),
      ringBytes(bytes),
      ring(m_memory.data() + ringAt, bytes),
      incarnation(head().incarnation),
      rank(head().rank),
      lastSeq(head().lastSeq),
      lost(head().lost),
      acknowledged(head().acknowledged),
      connected(head().connected) {}

Result<std::shared_ptr<Channel>> Channel::make(const Letter& letter, std::size_t ringBytes,
                                               bool shareable) {
    const std::vector<std::byte> text = encodeLetter(letter);
    const std::size_t ringAt = upToPage(sizeof(Head) + text.size());
    const std::size_t bytes = ringAt + upToPage(Ring::bytesFor(ringBytes));
    Descriptor file = shareable ? memoryFile(bytes) : Descriptor();
    Mapping memory = file ? Mapping::ofFile(file.number(), bytes, true)
                          : Mapping(bytes, Mapping::InChild::Missing);
    if (!memory) {
        return noMemory(ringBytes);
    }
    new (memory.data()) Head{kMagic,
                             kLayout,
                             letter.hello.rank.value(),
                             letter.hello.incarnation.value(),
                             text.size(),
                             ringBytes,
                             {},
                             {},
                             {},
                             {},
                             {},
                             {},
                             {}};
    std::memcpy(memory.data() + sizeof(Head), text.data(), text.size());
    return std::shared_ptr<Channel>(
        new Channel(std::move(memory), std::move(file), ringAt, ringBytes));
}

Result<std::shared_ptr<Channel>> Channel::attach(int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0 || status.st_size < static_cast<off_t>(kPage)) {
        return malformed();
    }
    const auto bytes = static_cast<std::size_t>(status.st_size);
    Mapping memory = Mapping::ofFile(descriptor, bytes, false);
    if (!memory) {
        return noMemory(bytes);
    }
    const Head& head = *reinterpret_cast<const Head*>(memory.data());
    const std::uint64_t letterBytes = head.letterBytes, ringBytes = head.ringBytes; // read once
    if (head.magic != kMagic) {
        return malformed();
    }
    if (head.layout != kLayout) {
        return fail(ErrorCode::Unsupported, "the rank's library is of another version");
    }
    if (letterBytes > bytes || !std::has_single_bit(ringBytes) || ringBytes < kLeastRing ||
        ringBytes > kLargestRing) {
        return malformed();
    }
    const std::size_t ringAt = upToPage(sizeof(Head) + letterBytes);
    if (ringAt + Ring::bytesFor(ringBytes) > bytes) {
        return malformed();
    }
    return std::shared_ptr<Channel>(new Channel(std::move(memory), {}, ringAt, ringBytes));
}

bool Channel::claim(Carrier kind) noexcept {
    Carrier before = Carrier::Nobody;
    return head().carrier.compare_exchange_strong(before, kind, std::memory_order_acq_rel) ||
           before == kind;
}

Carrier Channel::carrier() const noexcept {
    return head().carrier.load(std::memory_order_acquire);
}

Result<Letter> Channel::letter() const {
    const std::size_t most = m_memory.size() - sizeof(Head);
    return decodeLetter(std::span<const std::byte>(
        m_memory.data() + sizeof(Head), std::min<std::size_t>(head().letterBytes, most)));
}

void Channel::askToEnd(std::chrono::milliseconds patience) noexcept {
    if (!m_askedUntil) {
        m_askedUntil = Clock::now() + patience;
        const std::chrono::nanoseconds until = m_askedUntil->time_since_epoch();
        head().endBy.store(until.count(), std::memory_order_release);
    }
}

std::optional<Clock::time_point> Channel::endBy() const noexcept {
    constexpr std::int64_t kLatest = INT64_MAX / 2; // with room for whatever is added to it
    const std::int64_t until = std::min(head().endBy.load(std::memory_order_acquire), kLatest);
    return until == 0 ? std::nullopt
                      : std::optional(Clock::time_point(std::chrono::nanoseconds(until)));
}

void Channel::sayEnded() noexcept {
    head().ended.store(1, std::memory_order_release);
}

bool Channel::isOver() const noexcept {
    return head().ended.load(std::memory_order_acquire) != 0 ||
           (m_askedUntil && Clock::now() >= *m_askedUntil + kGrace);
}

void Channel::awaitEnd() const noexcept {
    constexpr timespec kLook{0, 500'000};
    while (!isOver()) {
        nanosleep(&kLook, nullptr);
    }
}

} // namespace rankscope::emitter
