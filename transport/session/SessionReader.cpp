// SPDX-License-Identifier: Apache-2.0
#include "transport/session/SessionReader.h"

#include "transport/session/ReadAccess.h"
#include "transport/session/WriterLock.h"

#include <algorithm>
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
    Impl(std::filesystem::path file, std::unique_ptr<Database> connection, Statement covering,
         Statement ofStep)
        : path(std::move(file)),
          database(std::move(connection)),
          eventsFrom(std::move(covering)),
          sketchesOf(std::move(ofStep)) {}

    Result<bool> read(std::vector<wire::Event>& out, std::size_t maxEvents);
    Result<void> readFollowing(std::vector<wire::Event>& out, std::size_t full);
    void take(const Statement& row, std::vector<wire::Event>& out);
    bool canSeek(std::int64_t message);
    void passBrokenPages();
    void noteEnd();
    void noteDamage();
    Result<std::vector<StoredSketch>> sketches(Step step);

    std::filesystem::path path;
    std::unique_ptr<Database> database; ///< outlives the statements
    Statement eventsFrom, sketchesOf;
    std::int64_t next = 0; ///< messages before this one have been read or passed over
    std::uint64_t damagedEvents = 0;
    bool inDamage = false; ///< what is missing before the next good chunk has been counted
    bool totalsDamaged = false;
    std::set<std::int64_t> damagedSketches; ///< ids: a step may be asked for again
    std::int64_t dataVersion = 0;
};

/// A damaged chunk, and the hole that it leaves, count once.
void SessionReader::Impl::noteDamage() {
    damagedEvents += inDamage ? 0 : 1;
    inDamage = true;
}

/// Takes what is new in a chunk: a recorder merges small chunks into one that begins with messages
/// which have been read.
void SessionReader::Impl::take(const Statement& row, std::vector<wire::Event>& out) {
    const std::int64_t first = row.integer(0);
    const std::int64_t count = row.integer(3);
    if (first > next) { // messages are numbered without holes
        noteDamage();
        next = first;
    }
    if (count > 0 && count <= kChunkMessages && first + count <= next) {
        return; // read already; whether it is sound is of no interest any more
    }
    const std::size_t before = out.size();
    if (!readEvents(row, out)) {
        noteDamage();
        next = std::max(next, first + 1);
        return;
    }
    const auto known = static_cast<std::ptrdiff_t>(next - first);
    const auto begin = out.begin() + static_cast<std::ptrdiff_t>(before);
    out.erase(begin, begin + known);
    next = first + count;
    inDamage = false;
}

Result<void> SessionReader::Impl::readFollowing(std::vector<wire::Event>& out, std::size_t full) {
    std::int64_t last = -1;
    eventsFrom.bind(1, next);
    while (out.size() < full) {
        const Result<bool> row = eventsFrom.step();
        if (!row) {
            const Error error = row.error();
            eventsFrom.reset();
            if (error.code != ErrorCode::Damaged) {
                return tl::unexpected(error);
            }
            passBrokenPages();
            return {};
        }
        // Rows ascend, unless a broken page leads back: then nothing true follows.
        if (!*row || eventsFrom.integer(0) <= last || eventsFrom.integer(0) > kMostMessages) {
            noteEnd();
            break;
        }
        last = eventsFrom.integer(0);
        take(eventsFrom, out);
    }
    eventsFrom.reset();
    return {};
}

/// Whether SQLite gets to the chunks from this message on.
bool SessionReader::Impl::canSeek(std::int64_t message) {
    eventsFrom.bind(1, message);
    const bool found = eventsFrom.step().has_value();
    eventsFrom.reset();
    return found;
}

/// Pages of the file are broken from `next` on: finds where they end. The further away, the more
/// the steps grow; then the first message that can be got at is searched in between.
void SessionReader::Impl::passBrokenPages() {
    noteDamage();
    const std::optional<Totals> totals = plausibleTotals(*database);
    totalsDamaged = !totals;
    const std::int64_t end = totals ? totals->events : kMostMessages;
    std::int64_t broken = next;
    std::int64_t step = 1;
    while (broken + step < end && !canSeek(broken + step)) {
        broken += step;
        step *= 2;
    }
    std::int64_t good = std::min(broken + step, end);
    while (good - broken > 1) {
        const std::int64_t middle = broken + (good - broken) / 2;
        (canSeek(middle) ? good : broken) = middle;
    }
    next = good;
}

/// The file has no further rows; it may have lost some.
void SessionReader::Impl::noteEnd() {
    const std::optional<Totals> totals = plausibleTotals(*database);
    totalsDamaged = !totals;
    if (totals && totals->events > next) {
        noteDamage();
        next = totals->events;
    }
}

Result<bool> SessionReader::Impl::read(std::vector<wire::Event>& out, std::size_t maxEvents) {
    const std::size_t before = out.size();
    // One transaction, so that the end of the rows and the totals are of the same moment.
    return database->run("BEGIN")
        .and_then([&]() -> Result<void> {
            std::int64_t from = -1;
            while (out.size() - before < maxEvents && from != next) {
                from = next;
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
    // From the chunk on that holds message ?1: its number may be lower.
    Result<Statement> from = (*database)->prepare(
        "SELECT first, first_step, last_step, count, data, crc FROM events WHERE first >= "
        "coalesce((SELECT max(first) FROM events WHERE first <= ?1), ?1) ORDER BY first");
    Result<Statement> ofStep = (*database)->prepare(
        "SELECT id, step, count, data, crc FROM sketches WHERE step = ? ORDER BY id");
    if (!from || !ofStep) {
        return tl::unexpected(from ? ofStep.error() : from.error());
    }
    auto impl =
        std::make_unique<Impl>(path, std::move(*database), std::move(*from), std::move(*ofStep));
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
    m_impl->next = 0;
    m_impl->damagedEvents = 0;
    m_impl->inDamage = false;
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
