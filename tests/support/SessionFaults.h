// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/FaultyDisk.h"
#include "transport/session/SessionReader.h"
#include "transport/session/SessionWriter.h"

#include <algorithm>
#include <optional>
#include <string>

namespace rankscope::support {

/// Writes a session on a disk that fails at some write, and looks at what is left of it.
class FaultyRecording {
  public:
    FaultyRecording(std::filesystem::path path, std::vector<wire::Event> events)
        : m_path(std::move(path)),
          m_events(std::move(events)) {}

    /// `lasting`: from the fault on nothing can be written until the recorder is gone (as if the
    /// machine went down with it); else only that one write fails, and the recorder tries again.
    /// Returns what is wrong; nothing when all that was committed is there and sound. Sets
    /// hasFailed() to whether the run was long enough to meet the fault.
    std::optional<std::string> run(DiskFault fault, std::int64_t at, bool lasting) {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
            std::filesystem::remove(m_path.string() + suffix);
        }
        m_committed = 0;
        bool tried = true;
        {
            FaultyDisk disk;
            disk.failAt(fault, at, lasting ? std::int64_t(1) << 40 : 1);
            tried = write();
            m_failed = disk.hasFailed();
            m_operations = disk.operations();
        }
        if (!lasting && tried && m_committed != m_events.size()) {
            return "a recorder gave up after one failed write";
        }
        return check();
    }

    [[nodiscard]] bool hasFailed() const { return m_failed; }
    [[nodiscard]] std::int64_t operations() const { return m_operations; }

  private:
    static constexpr std::size_t kPerCommit = 20;
    static constexpr int kTries = 3;

    /// False when the session could not even be begun.
    bool write() {
        auto writer = session::SessionWriter::open(m_path, "run", {.sketchBytes = 100'000});
        if (!writer) {
            return false;
        }
        for (std::size_t at = 0; at < m_events.size(); at += kPerCommit) {
            const std::size_t size = std::min(kPerCommit, m_events.size() - at);
            (*writer)->append(std::span(m_events).subspan(at, size));
            bool done = false;
            for (int i = 0; i < kTries && !done; ++i) {
                done = (*writer)->commit().has_value();
            }
            if (!done) {
                return true;
            }
            m_committed = at + size;
        }
        for (int i = 0; i < kTries && !(*writer)->close(); ++i) {
        }
        return true;
    }

    [[nodiscard]] std::optional<std::string> check() const {
        auto reader = session::SessionReader::open(m_path);
        if (!reader) {
            return m_committed == 0 ? std::nullopt : std::optional(reader.error().what);
        }
        std::vector<wire::Event> stored;
        while ((*reader)->read(stored).value_or(false)) {
        }
        if (stored.size() < m_committed) {
            return std::to_string(m_committed - stored.size()) + " committed messages are lost";
        }
        if (stored.size() > m_events.size() ||
            !std::equal(stored.begin(), stored.end(), m_events.begin(), sameButSketch)) {
            return "what is stored is not what was recorded";
        }
        const auto verdict = session::verify(m_path);
        if (!verdict) {
            return verdict.error().what;
        }
        return verdict->damage.empty() ? std::nullopt : std::optional(verdict->damage.front());
    }

    static bool sameButSketch(const wire::Event& stored, const wire::Event& recorded) {
        wire::Event bare = recorded;
        if (auto* step = std::get_if<wire::StepRecord>(&bare)) {
            step->sketch.reset();
        }
        return stored == bare;
    }

    std::filesystem::path m_path;
    std::vector<wire::Event> m_events;
    std::size_t m_committed = 0;
    bool m_failed = false;
    std::int64_t m_operations = 0;
};

} // namespace rankscope::support
