// SPDX-License-Identifier: Apache-2.0
#include "transport/session/SessionReader.h"

#include "transport/session/ReadAccess.h"
#include "transport/session/WriterLock.h"

#include <charconv>
#include <set>
#include <system_error>

namespace rankscope::session {
namespace {

/// Most bytes of sketches handed out for a step: 4,096 ranks with the largest sketch.
constexpr std::size_t kMostSketchBytes = 256U << 20U;

std::uint64_t sizeOf(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : size;
}

} // namespace

struct SessionReader::Impl {
    Impl(std::filesystem::path file, std::unique_ptr<Database> connection, Statement following,
         Statement one, Statement ofStep)
        : path(std::move(file)),
          database(std::move(connection)),
          eventsAfter(std::move(following)),
          eventsAt(std::move(one)),
          sketchesOf(std::move(ofStep)) {}

    Result<bool> read(std::vector<wire::Event>& out, std::size_t maxEvents);
    Result<void> readFollowing(std::vector<wire::Event>& out, std::size_t full);
    Result<void> passBrokenPart(std::vector<wire::Event>& out);
    void take(const Statement& row, std::vector<wire::Event>& out);
    void noteEnd();
    Result<std::vector<StoredSketch>> sketches(Step step);

    std::filesystem::path path;
    std::unique_ptr<Database> database; ///< outlives the statements
    Statement eventsAfter, eventsAt, sketchesOf;
    std::int64_t lastId = 0; ///< chunks up to here have been read or passed over
    std::uint64_t damagedEvents = 0;
    bool totalsDamaged = false;
    std::set<std::int64_t> damagedSketches; ///< ids: a step may be asked for again
    std::int64_t dataVersion = 0;
};

void SessionReader::Impl::take(const Statement& row, std::vector<wire::Event>& out) {
    const std::int64_t id = row.integer(0);
    damagedEvents += static_cast<std::uint64_t>(id - lastId - 1); // chunks are numbered in a row
    if (!readEvents(row, out)) {
        ++damagedEvents;
    }
    lastId = id;
}

Result<void> SessionReader::Impl::readFollowing(std::vector<wire::Event>& out, std::size_t full) {
    eventsAfter.bind(1, lastId);
    while (out.size() < full) {
        const Result<bool> row = eventsAfter.step();
        if (!row) {
            const Error error = row.error();
            eventsAfter.reset();
            if (error.code != ErrorCode::Damaged) {
                return tl::unexpected(error);
            }
            return passBrokenPart(out);
        }
        if (!*row) {
            noteEnd();
            break;
        }
        if (eventsAfter.integer(0) <= lastId) { // a page that leads back: nothing true follows
            noteEnd();
            break;
        }
        take(eventsAfter, out);
    }
    eventsAfter.reset();
    return {};
}

/// Pages of the file are broken behind lastId: tries the chunks one by one until one can be read.
Result<void> SessionReader::Impl::passBrokenPart(std::vector<wire::Event>& out) {
    const std::optional<Totals> totals = plausibleTotals(*database);
    totalsDamaged = !totals;
    const std::int64_t end = totals ? totals->events : lastId;
    const std::size_t before = out.size();
    for (std::int64_t id = lastId + 1; id <= end && out.size() == before; ++id) {
        eventsAt.bind(1, id);
        const Result<bool> row = eventsAt.step();
        if (row && *row && eventsAt.integer(0) == id) {
            take(eventsAt, out);
        }
        eventsAt.reset();
    }
    if (out.size() == before) {
        damagedEvents += static_cast<std::uint64_t>(end - lastId);
        lastId = end;
    }
    return {};
}

/// The file has no further rows; it may have lost some.
void SessionReader::Impl::noteEnd() {
    const std::optional<Totals> totals = plausibleTotals(*database);
    totalsDamaged = !totals;
    if (totals && totals->events > lastId) {
        damagedEvents += static_cast<std::uint64_t>(totals->events - lastId);
        lastId = totals->events;
    }
}

Result<bool> SessionReader::Impl::read(std::vector<wire::Event>& out, std::size_t maxEvents) {
    const std::size_t before = out.size();
    // One transaction, so that the end of the rows and the totals are of the same moment.
    return database->run("BEGIN")
        .and_then([&]() -> Result<void> {
            std::int64_t from = -1;
            while (out.size() - before < maxEvents && from != lastId) {
                from = lastId;
                if (Result<void> done = readFollowing(out, before + maxEvents); !done) {
                    return done;
                }
            }
            return {};
        })
        .map([&] { return out.size() > before; })
        .map([&](bool any) {
            [[maybe_unused]] const Result<void> done = database->run("COMMIT"); // nothing to lose
            return any;
        })
        .map_error([&](const Error& error) {
            if (database->inTransaction()) {
                [[maybe_unused]] const Result<void> done = database->run("ROLLBACK");
            }
            return error;
        });
}

Result<std::vector<SessionReader::StoredSketch>> SessionReader::Impl::sketches(Step step) {
    std::vector<StoredSketch> found;
    std::vector<wire::StepRecord> records;
    std::size_t bytes = 0;
    sketchesOf.bind(1, static_cast<std::int64_t>(step.value()));
    for (std::int64_t last = 0;;) {
        const Result<bool> row = sketchesOf.step();
        if (!row || !*row || sketchesOf.integer(0) <= last) {
            const Result<bool> result = row;
            sketchesOf.reset();
            if (!result && result.error().code != ErrorCode::Damaged) {
                return tl::unexpected(result.error());
            }
            if (!result) {
                damagedSketches.insert(last + 1);
            }
            return found;
        }
        last = sketchesOf.integer(0);
        records.clear();
        if (!readSketches(sketchesOf, records)) {
            damagedSketches.insert(last);
            continue;
        }
        for (wire::StepRecord& record : records) {
            bytes += record.sketch->values.size() * sizeof(std::uint16_t);
            found.push_back(
                {record.incarnation, record.seq, record.rank, std::move(*record.sketch)});
        }
        if (bytes > kMostSketchBytes) {
            sketchesOf.reset();
            return fail(ErrorCode::Damaged, path.string() + ": step " +
                                                std::to_string(step.value()) +
                                                " has more sketches than any run makes");
        }
    }
}

SessionReader::SessionReader(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
SessionReader::~SessionReader() = default;

Result<std::unique_ptr<SessionReader>> SessionReader::open(const std::filesystem::path& path) {
    Result<std::unique_ptr<Database>> database = openForReading(path);
    if (!database) {
        return tl::unexpected(database.error());
    }
    constexpr std::string_view kEvents =
        "SELECT id, first_step, last_step, count, data, crc FROM events ";
    Result<Statement> after =
        (*database)->prepare(std::string(kEvents) + "WHERE id > ? ORDER BY id");
    Result<Statement> at = (*database)->prepare(std::string(kEvents) + "WHERE id = ?");
    Result<Statement> ofStep = (*database)->prepare(
        "SELECT id, step, count, data, crc FROM sketches WHERE step = ? ORDER BY id");
    for (const Result<Statement>* statement : {&after, &at, &ofStep}) {
        if (!*statement) {
            return tl::unexpected(statement->error());
        }
    }
    auto impl = std::make_unique<Impl>(path, std::move(*database), std::move(*after),
                                       std::move(*at), std::move(*ofStep));
    std::unique_ptr<SessionReader> reader(new SessionReader(std::move(impl)));
    return reader->changed().map([&reader](bool) { return std::move(reader); });
}

Result<SessionReader::Info> SessionReader::info() const {
    const Database& database = *m_impl->database;
    const Result<std::string> run = metaValue(database, "run");
    const Result<std::string> createdBy = metaValue(database, "created_by");
    const Result<std::string> created = metaValue(database, "created_unix_ns");
    const Result<std::int64_t> version = database.integer("PRAGMA user_version");
    for (const auto* text : {&run, &createdBy, &created}) {
        if (!*text) {
            return tl::unexpected(text->error());
        }
    }
    if (!version) {
        return tl::unexpected(version.error());
    }
    Info info;
    info.runId = *run;
    info.createdBy = *createdBy;
    std::from_chars(created->data(), created->data() + created->size(), info.createdUnixNs);
    info.formatVersion = static_cast<int>(*version);
    info.beingWritten = WriterLock::isHeld(m_impl->path);
    info.bytes = sizeOf(m_impl->path) + sizeOf(m_impl->path.string() + "-wal");
    return info;
}

Result<bool> SessionReader::read(std::vector<wire::Event>& out, std::size_t maxEvents) {
    return m_impl->read(out, maxEvents);
}

void SessionReader::rewind() {
    m_impl->lastId = 0;
    m_impl->damagedEvents = 0;
}

std::uint64_t SessionReader::damagedChunks() const {
    return m_impl->damagedEvents + m_impl->damagedSketches.size() + (m_impl->totalsDamaged ? 1 : 0);
}

Result<std::vector<SessionReader::StoredSketch>> SessionReader::sketches(Step step) const {
    return m_impl->sketches(step);
}

Result<bool> SessionReader::changed() {
    const Result<std::int64_t> version = m_impl->database->integer("PRAGMA data_version");
    if (!version) {
        return tl::unexpected(version.error());
    }
    const bool changed = *version != m_impl->dataVersion;
    m_impl->dataVersion = *version;
    return changed;
}

} // namespace rankscope::session
