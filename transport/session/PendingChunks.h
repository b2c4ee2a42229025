// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"

#include <cstdint>
#include <map>
#include <vector>

namespace rankscope::session {

/// Messages one behind the other, on their way into one row of a session file.
struct Chunk {
    std::int64_t firstStep = -1; ///< lowest step of the records in it, -1 when there is none
    std::int64_t lastStep = -1;
    std::int64_t count = 0; ///< messages
    std::vector<std::byte> data;

    /// Puts the messages of `next` behind those that are here.
    void append(const Chunk& next);
};

/// What was appended and not yet committed, already in the form of the file's rows.
class PendingChunks {
  public:
    /// Without sketches those of the records are left out.
    explicit PendingChunks(bool sketches) : m_takesSketches(sketches) {}

    /// A step record's sketch goes into a chunk of its own, so that reading the scalars of a run
    /// does not read past its sketches.
    void add(const wire::Event& event);
    void clear();

    [[nodiscard]] bool isEmpty() const { return m_events.empty() && m_sketches.empty(); }
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }
    [[nodiscard]] std::int64_t messages() const { return m_messages; }

    [[nodiscard]] const std::vector<Chunk>& events() const { return m_events; }
    /// By step: a chunk of sketches has only one.
    [[nodiscard]] const std::map<std::int64_t, std::vector<Chunk>>& sketches() const {
        return m_sketches;
    }

  private:
    void addStep(const wire::StepRecord& step);
    void addSketch(const wire::StepRecord& step);

    bool m_takesSketches;
    std::vector<Chunk> m_events;
    std::map<std::int64_t, std::vector<Chunk>> m_sketches;
    std::size_t m_bytes = 0;
    std::int64_t m_messages = 0;
};

} // namespace rankscope::session
