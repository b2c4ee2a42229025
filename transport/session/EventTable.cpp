// SPDX-License-Identifier: Apache-2.0
#include "transport/session/EventTable.h"

#include "transport/session/Schema.h"

#include <algorithm>

namespace rankscope::session {
namespace {

/// Rows are merged when there are so many, or when they hold so much. Every small row is written
/// twice then; the more, the longer the transaction that merges them.
constexpr int kRowsToMerge = 64;
constexpr std::size_t kMergedBytes = 256U << 10U;

bool isSmall(const Chunk& chunk) {
    return chunk.data.size() < kMergedBytes / 4;
}

Result<void> writeRow(Statement& insert, std::int64_t first, const Chunk& chunk) {
    RowCrc crc("events");
    crc.integers({first, chunk.firstStep, chunk.lastStep, chunk.count}).blob(chunk.data);
    insert.bind(1, first);
    insert.bind(2, chunk.firstStep);
    insert.bind(3, chunk.lastStep);
    insert.bind(4, chunk.count);
    insert.bind(5, chunk.data);
    insert.bind(6, crc.value());
    return insert.run();
}

Result<Statement> prepareInsert(const Database& database) {
    return database.prepare("INSERT OR REPLACE INTO events(first, first_step, last_step, count, "
                            "data, crc) VALUES(?, ?, ?, ?, ?, ?)");
}

} // namespace

Result<void> EventTable::write(Database& database, const std::vector<Chunk>& chunks) {
    Result<Statement> insert = prepareInsert(database);
    if (!insert) {
        return tl::unexpected(insert.error());
    }
    for (const Chunk& chunk : chunks) {
        const bool fits = isSmall(chunk) && m_next.rows < kRowsToMerge &&
                          m_next.merged.data.size() + chunk.data.size() <= kMergedBytes &&
                          m_next.merged.count + chunk.count <= kChunkMessages;
        if (!fits) {
            if (Result<void> merged = merge(database); !merged) {
                return merged;
            }
        }
        if (Result<void> written = writeRow(*insert, m_next.messages, chunk); !written) {
            return written;
        }
        if (isSmall(chunk)) {
            if (m_next.rows == 0) {
                m_next.first = m_next.messages;
            }
            ++m_next.rows;
            m_next.merged.append(chunk);
        }
        m_next.messages += chunk.count;
    }
    return {};
}

Result<void> EventTable::mergeRest(Database& database) {
    return merge(database);
}

Result<void> EventTable::merge(Database& database) {
    if (m_next.rows > 1) {
        Result<Statement> remove = database.prepare("DELETE FROM events WHERE first > ?");
        Result<Statement> insert = prepareInsert(database);
        if (!remove || !insert) {
            return tl::unexpected(remove ? insert.error() : remove.error());
        }
        remove->bind(1, m_next.first);
        Result<void> done =
            remove->run().and_then([&] { return writeRow(*insert, m_next.first, m_next.merged); });
        if (!done) {
            return done;
        }
    }
    m_next.rows = 0;
    m_next.merged = {};
    return {};
}

} // namespace rankscope::session
