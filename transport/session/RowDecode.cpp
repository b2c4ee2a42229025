// SPDX-License-Identifier: Apache-2.0
#include "transport/session/RowDecode.h"

#include "transport/session/Schema.h"
#include "transport/wire/Codec.h"

namespace rankscope::session {
namespace {

tl::unexpected<Error> damaged(const char* table, std::int64_t id, const std::string& why) {
    return fail(ErrorCode::Damaged,
                "row " + std::to_string(id) + " of the table '" + table + "': " + why);
}

/// Calls `take` with each message of a chunk; it says whether the message belongs there.
template <class Take>
Result<void> readChunk(const char* table, std::int64_t id, std::int64_t count,
                       std::span<const std::byte> data, Take take) {
    if (!isCount(count)) {
        return damaged(table, id, "it claims " + std::to_string(count) + " messages");
    }
    for (std::int64_t i = 0; i < count; ++i) {
        Result<wire::Message> message = wire::decodeFirst(data);
        if (!message) {
            return damaged(table, id, message.error().what);
        }
        if (!take(std::move(*message))) {
            return damaged(table, id, "a message in it does not belong there");
        }
    }
    if (!data.empty()) {
        return damaged(table, id, "it has more messages than it claims");
    }
    return {};
}

} // namespace

bool isCount(std::int64_t count) {
    return count >= 1 && count <= kChunkMessages;
}

std::int64_t derivedId(DerivedKind kind, std::int64_t number) {
    return static_cast<std::int64_t>(kind) << kDerivedKindShift | number;
}

Result<void> decodeEvents(const EventRow& row, std::vector<wire::Event>& out) {
    RowCrc crc("events");
    crc.integers({row.first, row.firstStep, row.lastStep, row.count}).blob(row.data);
    if (crc.value() != row.crc) {
        return damaged("events", row.first, "its checksum is wrong");
    }
    const std::size_t before = out.size();
    Result<void> read =
        readChunk("events", row.first, row.count, row.data, [&out](wire::Message&& message) {
            return std::visit(
                [&out](auto&& value) {
                    using Value = std::decay_t<decltype(value)>;
                    if constexpr (std::is_constructible_v<wire::Event, Value>) {
                        out.emplace_back(std::in_place_type<Value>, std::move(value));
                        return true;
                    } else {
                        return false;
                    }
                },
                std::move(message));
        });
    if (!read) {
        out.resize(before);
    }
    return read;
}

Result<void> decodeSketches(const SketchRow& row, std::vector<wire::StepRecord>& out) {
    RowCrc crc("sketches");
    crc.integers({row.id, row.step, row.count}).blob(row.data);
    if (crc.value() != row.crc) {
        return damaged("sketches", row.id, "its checksum is wrong");
    }
    if (row.count == 0 && row.data.empty()) {
        return {}; // thinned out
    }
    const std::size_t before = out.size();
    Result<void> read =
        readChunk("sketches", row.id, row.count, row.data, [&](wire::Message&& message) {
            auto* record = std::get_if<wire::StepRecord>(&message);
            if (record == nullptr || !record->sketch ||
                static_cast<std::int64_t>(record->step.value()) != row.step) {
                return false;
            }
            out.push_back(std::move(*record));
            return true;
        });
    if (!read) {
        out.resize(before);
    }
    return read;
}

bool isSound(const DerivedRow& row) {
    return RowCrc("derived").integers({derivedId(row.kind, row.number)}).blob(row.data).value() ==
           row.crc;
}

} // namespace rankscope::session
