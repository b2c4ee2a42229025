// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/Fuzz.h"
#include "transport/session/SessionReader.h"

#include <cstdlib>
#include <fstream>
#include <limits>
#include <unistd.h>

namespace rankscope::fuzz {
namespace {

/// A place for one file, in memory where there is one, gone with the process.
class Scratch {
  public:
    Scratch() {
        std::string name = (std::filesystem::is_directory("/dev/shm")
                                ? std::string("/dev/shm")
                                : std::filesystem::temp_directory_path().string()) +
                           "/rankscope-fuzz-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) {
            std::abort();
        }
        m_folder = name;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(m_folder, ignored);
    }

    std::filesystem::path write(std::span<const std::byte> bytes) const {
        const std::filesystem::path path = m_folder / "session";
        // Log and shared memory of the previous input would be taken for this one's.
        std::filesystem::remove(path.string() + "-wal");
        std::filesystem::remove(path.string() + "-shm");
        std::ofstream(path, std::ios::binary | std::ios::trunc)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        return path;
    }

  private:
    std::filesystem::path m_folder;
};

} // namespace

void session(std::span<const std::byte> bytes) {
    static const Scratch scratch;
    const std::filesystem::path path = scratch.write(bytes);
    const auto verdict = rankscope::session::verify(path);
    const auto reader = rankscope::session::SessionReader::open(path);
    if (!reader) {
        return;
    }
    std::vector<wire::Event> events;
    // Every call but the last gives events, so that a small file cannot keep a reader busy for
    // ever.
    std::size_t calls = 0;
    while ((*reader)->read(events, 1024).value_or(false)) {
        if (++calls > bytes.size()) {
            std::abort();
        }
    }
    if ((*reader)->position() < 0) {
        std::abort();
    }
    const std::size_t all = events.size();
    (void)(*reader)->eventsOfSteps(Step(0), Step(~0ULL), (*reader)->position(), events);
    (void)(*reader)->eventsOfSteps(Step(1), Step(2), 5, events);
    (*reader)->seek(1);
    (void)(*reader)->read(events, all + 1);
    for (const auto kind :
         {rankscope::session::DerivedKind::Digest, rankscope::session::DerivedKind::Overview,
          rankscope::session::DerivedKind::Curves}) {
        (void)(*reader)->derived(kind, -1, std::numeric_limits<std::int64_t>::max());
    }
    (void)(*reader)->head();
    (void)(*reader)->changed();
    for (std::uint64_t step = 0; step < 4; ++step) {
        (void)(*reader)->sketches(Step(step));
    }
    if (verdict && verdict->damage.empty() && (*reader)->damagedChunks() > 0) {
        std::abort(); // verify() sees at least what a reader sees
    }
}

} // namespace rankscope::fuzz
