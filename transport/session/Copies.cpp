// SPDX-License-Identifier: Apache-2.0
#include "transport/session/Copies.h"

#include "transport/session/Progress.h"
#include "transport/session/ReadAccess.h"
#include "transport/session/SessionReader.h"
#include "transport/session/SessionWriter.h"
#include "transport/session/WriterLock.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <span>
#include <system_error>
#include <utility>

namespace rankscope::session {
namespace {

/// Made in a folder of its own beside its place, and put there when it is whole.
class NewFile {
  public:
    [[nodiscard]] static Result<NewFile> at(const std::filesystem::path& path, Existing existing) {
        std::error_code ignored;
        if (existing == Existing::Keep && std::filesystem::exists(path, ignored)) {
            return fail(ErrorCode::Usage, path.string() + " exists already",
                        "give the new file another name");
        }
        std::string folder = path.string() + ".part-XXXXXX";
        if (mkdtemp(folder.data()) == nullptr) {
            return fail(ErrorCode::Io, path.string() + ": " + std::strerror(errno),
                        "choose a folder that you may write to");
        }
        return NewFile(path, folder, existing);
    }
    NewFile(NewFile&& other) noexcept
        : m_path(std::move(other.m_path)),
          m_folder(std::exchange(other.m_folder, {})),
          m_existing(other.m_existing) {}
    NewFile& operator=(NewFile&&) = delete;

    ~NewFile() {
        if (!m_folder.empty()) {
            std::error_code ignored;
            std::filesystem::remove_all(m_folder, ignored);
        }
    }

    [[nodiscard]] std::filesystem::path part() const { return m_folder / m_path.filename(); }

    [[nodiscard]] Result<void> publish() const {
        return m_existing == Existing::Replace ? replace() : add();
    }

  private:
    NewFile(std::filesystem::path path, std::filesystem::path folder, Existing existing)
        : m_path(std::move(path)),
          m_folder(std::move(folder)),
          m_existing(existing) {}

    [[nodiscard]] Result<void> add() const {
        std::error_code error;
        // A link, not rename(): it fails when somebody has made the file meanwhile.
        std::filesystem::create_hard_link(part(), m_path, error);
        if (error && !std::filesystem::exists(m_path)) {
            error.clear(); // a file system without links
            std::filesystem::rename(part(), m_path, error);
        }
        return outcome(error);
    }

    [[nodiscard]] Result<void> replace() const {
        const Result<WriterLock> lock = WriterLock::take(m_path); // not while it is recorded
        if (!lock) {
            return tl::unexpected(lock.error());
        }
        std::error_code error;
        for (const char* suffix : {"-wal", "-shm", "-journal"}) { // of the old file
            std::filesystem::remove(m_path.string() + suffix, error);
            if (error) {
                return outcome(error);
            }
        }
        std::filesystem::rename(part(), m_path, error);
        return outcome(error);
    }

    [[nodiscard]] Result<void> outcome(std::error_code error) const {
        if (error) {
            return fail(ErrorCode::Io, m_path.string() + ": " + error.message());
        }
        return {};
    }

    std::filesystem::path m_path, m_folder;
    Existing m_existing;
};

/// A session cannot take its own place: its log belongs to the old file.
Result<void> checkDistinct(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code ignored;
    if (std::filesystem::equivalent(from, to, ignored)) {
        return fail(ErrorCode::Usage, to.string() + " is the session itself",
                    "give the new file another name");
    }
    return {};
}

/// Reads a damaged session and writes what it gets.
class Rescue {
  public:
    Rescue(SessionReader& reader, SessionWriter& writer, std::vector<Progress> books,
           std::function<void(std::uint64_t)> progress)
        : m_reader(reader),
          m_writer(writer),
          m_report(std::move(progress)) {
        for (Progress& book : books) {
            m_books.emplace(book.hello.incarnation, std::move(book));
        }
    }

    [[nodiscard]] Result<void> run() {
        std::vector<wire::Event> events;
        for (;;) {
            events.clear();
            const Result<bool> any = m_reader.read(events, kEventsPerCommit);
            if (!any) {
                return tl::unexpected(any.error());
            }
            if (!*any) {
                return finish();
            }
            for (std::span<wire::Event> rest(events); !rest.empty();) {
                const auto part = rest.first(ofFewSteps(rest));
                rest = rest.subspan(part.size());
                Result<void> saved = addSketches(part).and_then([&] { return save(part); });
                if (!saved) {
                    return saved;
                }
                m_done += part.size();
                if (m_report) {
                    m_report(m_done);
                }
            }
        }
    }

  private:
    static constexpr std::size_t kEventsPerCommit = 8192;
    /// What a rank sent in a row is a record of every step, and each costs the sketches of all
    /// ranks: more often, then, it is heard how far this has come.
    static constexpr std::size_t kStepsPerCommit = 512;

    /// How many of the events, from the first on, are of few steps.
    static std::size_t ofFewSteps(std::span<const wire::Event> events) {
        std::set<Step> steps;
        const auto tooMany = [&steps](const wire::Event& event) {
            const auto* step = std::get_if<wire::StepRecord>(&event);
            return step != nullptr && steps.insert(step->step).second &&
                   steps.size() > kStepsPerCommit;
        };
        return static_cast<std::size_t>(std::find_if(events.begin(), events.end(), tooMany) -
                                        events.begin());
    }

    /// Puts the sketches of these records back into them. Those of other records are not kept: a
    /// rank's records in a row would bring the sketches of all ranks.
    Result<void> addSketches(std::span<wire::Event> events) {
        std::map<Step, std::map<std::pair<IncarnationId, Seq>, wire::StepRecord*>> byStep;
        for (wire::Event& event : events) {
            if (auto* step = std::get_if<wire::StepRecord>(&event)) {
                byStep[step->step][{step->incarnation, step->seq}] = step;
            }
        }
        for (auto& [step, records] : byStep) {
            Result<std::vector<SessionReader::StoredSketch>> stored = m_reader.sketches(step);
            if (!stored) {
                return tl::unexpected(stored.error());
            }
            for (SessionReader::StoredSketch& one : *stored) {
                if (const auto record = records.find({one.incarnation, one.seq});
                    record != records.end()) {
                    record->second->sketch = std::move(one.sketch);
                }
            }
        }
        return {};
    }

    Result<void> save(std::span<const wire::Event> events) {
        for (const wire::Event& event : events) {
            greet(std::visit([](const auto& message) { return message.incarnation; }, event),
                  std::holds_alternative<wire::Hello>(event));
            m_writer.append({&event, 1});
        }
        return m_writer.commit();
    }

    /// When an incarnation's hello was lost with a chunk, the table of hellos still has it.
    void greet(IncarnationId incarnation, bool isHello) {
        if (!m_greeted.insert(incarnation).second || isHello) {
            return;
        }
        if (const auto book = m_books.find(incarnation); book != m_books.end()) {
            const wire::Event hello(book->second.hello);
            m_writer.append({&hello, 1});
        }
    }

    /// The end of a stream may have been lost: the books say how far it went.
    Result<void> finish() {
        for (const auto& [incarnation, book] : m_books) {
            if (book.last.value() > 0) {
                greet(incarnation, false);
                const wire::Event rest(wire::Gap{incarnation, book.hello.rank, Seq(1), book.last,
                                                 wire::GapCause::Undeclared});
                m_writer.append({&rest, 1});
            }
        }
        return m_writer.close();
    }

    SessionReader& m_reader;
    SessionWriter& m_writer;
    std::function<void(std::uint64_t)> m_report;
    std::uint64_t m_done = 0;
    std::map<IncarnationId, Progress> m_books;
    std::set<IncarnationId> m_greeted;
};

} // namespace

Result<void> snapshot(const std::filesystem::path& from, const std::filesystem::path& to,
                      Existing existing) {
    const Result<NewFile> file =
        checkDistinct(from, to).and_then([&] { return NewFile::at(to, existing); });
    if (!file) {
        return tl::unexpected(file.error());
    }
    const Result<std::unique_ptr<Database>> source = openForReading(from);
    if (!source) {
        return tl::unexpected(source.error());
    }
    {
        const Result<std::unique_ptr<Database>> copy =
            Database::open(file->part(), Database::Access::Write);
        if (!copy) {
            return tl::unexpected(copy.error());
        }
        Result<void> done = (*source)->copyTo(**copy).and_then(
            [&copy] { return (*copy)->run("PRAGMA journal_mode = DELETE"); });
        if (!done) {
            return done;
        }
    }
    return file->publish();
}

namespace {

Result<Recovered> write(SessionReader& reader, const NewFile& file, std::vector<Progress> books,
                        const RecoverOptions& options) {
    const auto head = reader.head();
    {
        const auto writer =
            SessionWriter::open(file.part(), head ? head->runId : std::string(), {});
        if (!writer) {
            return tl::unexpected(writer.error());
        }
        Rescue rescue(reader, **writer, std::move(books), options.progress);
        if (Result<void> done = rescue.run(); !done) {
            return tl::unexpected(done.error());
        }
    }
    return verify(file.part()).and_then([&](const Verdict& verdict) {
        return file.publish().map([&] {
            return Recovered{verdict.records, verdict.declaredLost, reader.damagedChunks()};
        });
    });
}

} // namespace

Result<Recovered> save(SessionReader& reader, const std::filesystem::path& to,
                       const RecoverOptions& options) {
    const Result<NewFile> file = NewFile::at(to, options.existing);
    if (!file) {
        return tl::unexpected(file.error());
    }
    return write(reader, *file, {}, options);
}

Result<Recovered> recover(const std::filesystem::path& from, const std::filesystem::path& to,
                          const RecoverOptions& options) {
    const Result<NewFile> file =
        checkDistinct(from, to).and_then([&] { return NewFile::at(to, options.existing); });
    if (!file) {
        return tl::unexpected(file.error());
    }
    const Result<std::unique_ptr<SessionReader>> reader = SessionReader::open(from);
    if (!reader) {
        return tl::unexpected(reader.error());
    }
    // What is not there cannot help: damaged books leave the holes that the events themselves show.
    auto books = openForReading(from).and_then(
        [](const std::unique_ptr<Database>& database) { return readProgress(*database); });
    const bool known = books.has_value();
    return write(**reader, *file, std::move(books).value_or(std::vector<Progress>()), options)
        .map([known](Recovered done) {
            done.allKnown = known;
            return done;
        });
}

} // namespace rankscope::session
