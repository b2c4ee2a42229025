// SPDX-License-Identifier: Apache-2.0
#include "transport/session/SessionWriter.h"

#include "transport/session/Books.h"
#include "transport/session/DerivedTable.h"
#include "transport/session/EventTable.h"
#include "transport/session/FileSystem.h"
#include "transport/session/PendingChunks.h"
#include "transport/session/Progress.h"
#include "transport/session/Schema.h"
#include "transport/session/SketchTable.h"
#include "transport/session/WriterLock.h"
#include "transport/wire/Codec.h"

#include <cassert>
#include <chrono>
#include <optional>
#include <system_error>

namespace rankscope::session {
namespace {

/// Commits survive a power failure (FULL); the log is folded back every 8 MiB or so and not kept
/// longer than 64 MiB.
constexpr const char* kRecording = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                                   "PRAGMA wal_autocheckpoint = 1000; "
                                   "PRAGMA journal_size_limit = 67108864;";
constexpr const char* kRecordingOnNetwork =
    "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;";

/// Bytes of derived rows that wait for room on the disk.
constexpr std::size_t kMostDerivedWaiting = 32U << 20U;

std::int64_t nowUnixNs() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Result<void> removeOld(const std::filesystem::path& path) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::error_code error;
        std::filesystem::remove(path.string() + suffix, error);
        if (error) {
            return fail(ErrorCode::Io, path.string() + suffix + ": " + error.message(),
                        "remove it by hand, or choose another file");
        }
    }
    return {};
}

} // namespace

struct SessionWriter::Impl {
    Impl(std::filesystem::path file, WriterLock writerLock, std::unique_ptr<Database> connection,
         Options wanted)
        : path(std::move(file)),
          lock(std::move(writerLock)),
          database(std::move(connection)),
          options(wanted),
          pending(wanted.sketchBytes > 0) {}

    Result<void> prepare();
    Result<void> openTables();
    Result<void> beginRecording();
    Result<void> takeRun(const std::string& wanted);
    Result<void> setRun(const std::string& wanted);
    Result<void> commit();
    enum class With { Derived, RecordsAlone };
    Result<void> write(With what);
    Result<void> mergeRest();
    template <class Write>
    Result<void> transact(Write write);
    Result<void> writeAccounts();
    Result<void> close();

    std::filesystem::path path;
    std::optional<WriterLock> lock; ///< outlives the connection
    std::unique_ptr<Database> database;
    Options options;
    std::string run;
    std::string warning;
    std::vector<Progress> progress;
    EventTable events{0};
    std::optional<SketchTable> sketches; ///< there once prepared
    Books books;
    PendingChunks pending;
    DerivedTable derived;
};

Result<void> SessionWriter::Impl::prepare() {
    // SQLite reads nothing before the first statement: here it turns out what kind of file it is.
    const Result<bool> empty = isEmpty(*database);
    if (!empty) {
        return tl::unexpected(empty.error());
    }
    if (*empty) {
        return database->run("PRAGMA page_size = 8192;")
            .and_then([this] { return beginRecording(); })
            .and_then([this] {
                return createSchema(*database, "rankscope " RANKSCOPE_VERSION, nowUnixNs());
            })
            .and_then([this] { return openTables(); });
    }
    const Result<std::int64_t> version = checkSchema(*database, path);
    if (!version) {
        return tl::unexpected(version.error());
    }
    if (Result<void> set = beginRecording(); !set) {
        return set;
    }
    if (*version < kFormatVersion) {
        if (Result<void> done = upgradeSchema(*database, *version); !done) {
            return done;
        }
    }
    Result<std::vector<Progress>> known = readProgress(*database);
    if (!known) {
        return tl::unexpected(known.error());
    }
    progress = std::move(*known);
    for (const Progress& one : progress) {
        books.restore(one);
    }
    return openTables();
}

Result<void> SessionWriter::Impl::openTables() {
    const Result<Totals> stored = readTotals(*database);
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    events = EventTable(stored->events);
    return SketchTable::open(*database, stored->sketches, options.sketchBytes)
        .map([this](SketchTable&& table) { sketches = std::move(table); });
}

Result<void> SessionWriter::Impl::beginRecording() {
    if (!options.onNetwork && isOnNetwork(path)) {
        options.onNetwork = true;
        warning = path.string() + " lies on a network file system: recording is slower there, and "
                                  "less safe when a machine fails; a local disk is better";
    }
    return database->run(options.onNetwork ? kRecordingOnNetwork : kRecording);
}

Result<void> SessionWriter::Impl::takeRun(const std::string& wanted) {
    const Result<std::string> stored = metaValue(*database, "run");
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    run = *stored;
    if (wanted.empty() || wanted == run) {
        return {};
    }
    return setRun(wanted);
}

Result<void> SessionWriter::Impl::setRun(const std::string& wanted) {
    if (!run.empty() && run != wanted) {
        return fail(ErrorCode::Conflict,
                    path.string() + " holds the run '" + run + "', not '" + wanted + "'",
                    "record to another file");
    }
    return setMetaValue(*database, "run", wanted).map([&] { run = wanted; });
}

Result<void> SessionWriter::Impl::writeAccounts() {
    Result<ProgressTable> table = ProgressTable::open(*database);
    if (!table) {
        return tl::unexpected(table.error());
    }
    for (const IncarnationId incarnation : books.changed()) {
        const Books::Account& account = books.account(incarnation);
        if (!account.helloStored) {
            if (Result<void> done = table->write(account.hello); !done) {
                return done;
            }
        }
        Progress row;
        row.hello.incarnation = incarnation;
        row.last = Seq(account.last);
        row.received = account.received;
        row.declared = account.declared;
        row.bye = account.bye ? std::optional(Seq(*account.bye)) : std::nullopt;
        if (Result<void> done = table->write(row); !done) {
            return done;
        }
    }
    return {};
}

/// One transaction; on an error the file is as before.
template <class Write>
Result<void> SessionWriter::Impl::transact(Write write) {
    Result<void> done = database->run("BEGIN IMMEDIATE").and_then(write).and_then([this] {
        return database->run("COMMIT");
    });
    if (!done && database->inTransaction()) {
        // SQLite has undone what it could by itself: a failing ROLLBACK says nothing new.
        [[maybe_unused]] const Result<void> undone = database->run("ROLLBACK");
    }
    return done;
}

Result<void> SessionWriter::Impl::commit() {
    assert(database && "the session is closed");
    if (write(With::Derived)) {
        return {};
    }
    // Perhaps the disk is full. What is derived can wait, and be made anew; and when the log has
    // been folded back, as far as that goes, its own space is written over.
    derived.forgetBeyond(kMostDerivedWaiting);
    [[maybe_unused]] const Result<void> folded = database->run("PRAGMA wal_checkpoint(PASSIVE)");
    return write(With::RecordsAlone);
}

Result<void> SessionWriter::Impl::write(With what) {
    const bool withDerived = what == With::Derived && !derived.isEmpty();
    if (pending.isEmpty() && books.changed().empty() && !withDerived) {
        return {};
    }
    events.begin();
    sketches->begin();
    return transact([&] {
               return events.write(*database, pending.events())
                   .and_then([&] { return sketches->write(*database, pending.sketches()); })
                   .and_then([&] { return writeAccounts(); })
                   .and_then(
                       [&] { return withDerived ? derived.write(*database) : Result<void>(); })
                   .and_then([&] {
                       return writeTotals(*database, {events.messages(), sketches->rows()});
                   });
           })
        .map([&] {
            events.settle();
            sketches->settle();
            pending.clear();
            books.settle();
            if (withDerived) {
                derived.clear();
            }
        });
}

Result<void> SessionWriter::Impl::mergeRest() {
    if (!events.hasRest()) {
        return {};
    }
    events.begin();
    return transact([this] { return events.mergeRest(*database); }).map([this] {
        events.settle();
    });
}

Result<void> SessionWriter::Impl::close() {
    if (!database) {
        return {};
    }
    if (Result<void> done = commit().and_then([this] { return mergeRest(); }); !done) {
        return done; // still open: the caller may make room and try again
    }
    Result<void> folded = database->run("PRAGMA wal_checkpoint(TRUNCATE)").and_then([this] {
        return database->run("PRAGMA busy_timeout = 200; PRAGMA journal_mode = DELETE");
    });
    if (!folded && folded.error().code == ErrorCode::Busy) {
        // A viewer that has the file open keeps SQLite from leaving WAL mode; nothing is missing
        // in the file or its log.
        folded = {};
    }
    database.reset();
    lock.reset();
    return folded;
}

SessionWriter::SessionWriter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

SessionWriter::~SessionWriter() {
    [[maybe_unused]] const Result<void> done = m_impl->close(); // nobody is left to hear of it
}

Result<std::unique_ptr<SessionWriter>>
SessionWriter::open(const std::filesystem::path& path, const std::string& runId, Options options) {
    Result<WriterLock> lock = WriterLock::take(path);
    if (!lock) {
        return tl::unexpected(lock.error());
    }
    if (options.overwrite) {
        if (Result<void> removed = removeOld(path); !removed) {
            return tl::unexpected(removed.error());
        }
    }
    Result<std::unique_ptr<Database>> database = Database::open(path, Database::Access::Write);
    if (!database) {
        return tl::unexpected(database.error());
    }
    if (Result<void> set = (*database)->distrust(); !set) {
        return tl::unexpected(set.error());
    }
    auto impl = std::make_unique<Impl>(path, std::move(*lock), std::move(*database), options);
    return impl->prepare().and_then([&] { return impl->takeRun(runId); }).map([&] {
        return std::unique_ptr<SessionWriter>(new SessionWriter(std::move(impl)));
    });
}

const std::string& SessionWriter::warning() const {
    return m_impl->warning;
}

const std::string& SessionWriter::runId() const {
    return m_impl->run;
}

Result<void> SessionWriter::setRunId(const std::string& runId) {
    return m_impl->setRun(runId);
}

const std::vector<Progress>& SessionWriter::progress() const {
    return m_impl->progress;
}

SessionWriter::Standing SessionWriter::standing(const wire::Hello& hello) const {
    return m_impl->books.standing(hello);
}

void SessionWriter::append(std::span<const wire::Event> events) {
    for (const wire::Event& event : events) {
        const Books::Entry entry = m_impl->books.enter(event);
        if (entry.gap) {
            m_impl->pending.add(*entry.gap);
        }
        if (entry.keep) {
            m_impl->pending.add(event);
        }
    }
}

std::int64_t SessionWriter::messages() const {
    return m_impl->events.stored() + m_impl->pending.messages();
}

void SessionWriter::keep(std::vector<Derived> rows) {
    m_impl->derived.keep(std::move(rows));
}

std::size_t SessionWriter::pendingBytes() const {
    return m_impl->pending.bytes();
}

Result<void> SessionWriter::commit() {
    return m_impl->commit();
}

Result<void> SessionWriter::close() {
    return m_impl->close();
}

} // namespace rankscope::session
