// SPDX-License-Identifier: Apache-2.0
#include "transport/session/DerivedTable.h"

#include "transport/session/RowDecode.h"
#include "transport/session/Schema.h"

#include <cassert>

namespace rankscope::session {

void DerivedTable::keep(std::vector<Derived> rows) {
    for (Derived& row : rows) {
        assert(row.number >= 0 && row.number < kDerivedNumbers && "no such number");
        assert(row.data.size() <= 2 * kChunkBytes && "larger than a reader takes");
        m_pending[derivedId(row.kind, row.number)] = std::move(row.data);
    }
}

void DerivedTable::forgetBeyond(std::size_t bytes) {
    std::size_t all = 0;
    for (const auto& [id, data] : m_pending) {
        all += data.size();
    }
    if (all > bytes) {
        m_pending.clear();
    }
}

Result<void> DerivedTable::write(Database& database) const {
    if (m_pending.empty()) {
        return {};
    }
    Result<Statement> insert =
        database.prepare("INSERT OR REPLACE INTO derived(id, data, crc) VALUES(?, ?, ?)");
    if (!insert) {
        return tl::unexpected(insert.error());
    }
    for (const auto& [id, data] : m_pending) {
        insert->bind(1, id);
        insert->bind(2, data);
        insert->bind(3, RowCrc("derived").integers({id}).blob(data).value());
        if (Result<void> done = insert->run(); !done) {
            return done;
        }
    }
    return {};
}

} // namespace rankscope::session
