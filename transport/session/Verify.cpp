// SPDX-License-Identifier: Apache-2.0
#include "transport/session/Progress.h"
#include "transport/session/ReadAccess.h"
#include "transport/session/RowDecode.h"
#include "transport/session/SessionReader.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace rankscope::session {
namespace {

/// A broken file gives the same sentence many times: enough to see what happened.
constexpr std::size_t kMostSentences = 100;
constexpr std::size_t kMostOfStructure = 5;

/// What the events themselves say of an incarnation, to be compared with the file's books.
struct Counted {
    std::uint64_t last = 0, received = 0, declared = 0;
    std::optional<std::uint64_t> bye;
};

class Verifier {
  public:
    Verifier(const Database& database, std::int64_t version)
        : m_database(database),
          m_version(version) {}

    Verdict run() {
        checkStructure();
        checkMeta();
        const Result<Totals> totals = readTotals(m_database);
        if (!totals) {
            note(totals.error().what);
        }
        checkEvents(totals ? std::optional(totals->events) : std::nullopt);
        checkSketches(totals ? std::optional(totals->sketches) : std::nullopt);
        checkBooks();
        checkDerived();
        return std::move(m_verdict);
    }

  private:
    void note(const std::string& sentence) {
        std::vector<std::string>& damage = m_verdict.damage;
        if (damage.size() < kMostSentences &&
            std::find(damage.begin(), damage.end(), sentence) == damage.end()) {
            damage.push_back(sentence);
        }
    }

    /// Calls `take` with every row of a query of our own.
    template <class Take>
    void forEachRow(std::string_view sql, Take take) {
        Result<Statement> query = m_database.prepare(sql);
        if (!query) {
            note(query.error().what);
            return;
        }
        for (;;) {
            const Result<bool> row = query->step();
            if (!row) {
                note(row.error().what);
                return;
            }
            if (!*row || !take(*query)) {
                return;
            }
        }
    }

    /// SQLite gives up to a hundred findings, several in a row's text, line by line, and many of
    /// them more than once.
    void checkStructure() {
        std::set<std::string> told;
        forEachRow("PRAGMA integrity_check(100)", [&](const Statement& row) {
            std::istringstream lines(row.text(0));
            for (std::string line; std::getline(lines, line);) {
                if (!line.empty() && line != "ok" && told.insert(line).second &&
                    told.size() <= kMostOfStructure) {
                    note(line);
                }
            }
            return true;
        });
        if (told.size() > kMostOfStructure) {
            note("... and " + std::to_string(told.size() - kMostOfStructure) + " more of the kind");
        }
    }

    void checkMeta() {
        forEachRow("SELECT key, value, crc FROM meta", [this](const Statement& row) {
            const std::string key = row.text(0);
            if (RowCrc("meta").text(key).text(row.text(1)).value() != row.integer(2)) {
                note("row '" + key + "' of the table 'meta': its checksum is wrong");
            }
            return true;
        });
    }

    void noteMissing(const char* what, std::int64_t first, std::int64_t last) {
        note(std::string(what) + ' ' + std::to_string(first) + " to " + std::to_string(last) +
             " are missing");
    }

    /// A row stands at `at` and ought to stand at `expected`: true as long as rows ascend.
    bool checkPlace(const char* what, std::int64_t at, std::int64_t expected) {
        if (at < expected || at > kMostMessages) {
            note(std::string(what) + ' ' + std::to_string(at) + " is out of place");
            return false;
        }
        if (at > expected) {
            noteMissing(what, expected, at - 1);
        }
        return true;
    }

    void checkEvents(std::optional<std::int64_t> total) {
        std::int64_t next = 0;
        std::vector<wire::Event> events;
        forEachRow("SELECT first, first_step, last_step, count, data, crc FROM events "
                   "ORDER BY first",
                   [&](const Statement& row) {
                       if (!checkPlace("messages", row.integer(0), next)) {
                           return false;
                       }
                       ++m_verdict.chunks;
                       events.clear();
                       if (const Result<void> read = decodeEvents(eventRow(row), events); !read) {
                           note(read.error().what);
                       }
                       for (const wire::Event& event : events) {
                           std::visit([this](const auto& message) { count(message); }, event);
                       }
                       next = row.integer(0) +
                              std::clamp<std::int64_t>(row.integer(3), 1, kChunkMessages);
                       return true;
                   });
        if (total && *total != next) {
            noteMissing("messages", next, *total - 1);
        }
    }

    /// Rows that were thinned out are there, and empty.
    void checkThinned(const SketchRow& row) {
        if (row.count != 0) {
            return;
        }
        ++m_verdict.thinned;
        if (row.step % m_verdict.sketchStride == 0) {
            note("row " + std::to_string(row.id) +
                 " of the table 'sketches' is empty, although the sketches of its step are kept");
        }
    }

    void readStride() {
        if (m_version < 2) {
            return;
        }
        const Result<std::optional<Retention>> retention = readRetention(m_database);
        if (!retention) {
            note(retention.error().what);
        } else if (*retention) {
            m_verdict.sketchStride = (*retention)->stride;
        }
    }

    void checkSketches(std::optional<std::int64_t> total) {
        readStride();
        std::int64_t next = 1;
        std::vector<wire::StepRecord> records;
        forEachRow("SELECT id, step, count, data, crc FROM sketches ORDER BY id",
                   [&](const Statement& row) {
                       if (!checkPlace("rows of sketches", row.integer(0), next)) {
                           return false;
                       }
                       ++m_verdict.chunks;
                       records.clear();
                       const SketchRow found = sketchRow(row);
                       if (const Result<void> read = decodeSketches(found, records); !read) {
                           note(read.error().what);
                       } else {
                           checkThinned(found);
                       }
                       next = row.integer(0) + 1;
                       return true;
                   });
        if (total && *total != next - 1) {
            noteMissing("rows of sketches", next, *total);
        }
    }

    /// Without a number of rows to compare with: what is missing there is missed by nobody.
    void checkDerived() {
        if (m_version < 2) {
            return;
        }
        forEachRow("SELECT id, data, crc FROM derived ORDER BY id", [this](const Statement& query) {
            const DerivedRow row = derivedRow(query);
            if (!isSound(row) || derivedId(row.kind, row.number) != query.integer(0)) {
                note("row " + std::to_string(query.integer(0)) +
                     " of the table 'derived': its checksum is wrong (no record is lost with it)");
            }
            return true;
        });
    }

    void count(const wire::Hello& hello) { m_counted.try_emplace(hello.incarnation); }

    void count(const wire::StepRecord& step) {
        ++m_verdict.records;
        Counted& counted = m_counted[step.incarnation];
        ++counted.received;
        expect(counted, step.incarnation, step.seq, step.seq);
    }

    void count(const wire::Gap& gap) {
        const std::uint64_t lost = gap.last.value() - gap.first.value() + 1;
        m_verdict.declaredLost += lost;
        Counted& counted = m_counted[gap.incarnation];
        counted.declared += lost;
        expect(counted, gap.incarnation, gap.first, gap.last);
    }

    void count(const wire::Bye& bye) { m_counted[bye.incarnation].bye = bye.lastSeq.value(); }

    void expect(Counted& counted, IncarnationId incarnation, Seq first, Seq last) {
        if (first.value() != counted.last + 1) {
            note(nameOf(incarnation) + ": record " + std::to_string(first.value()) +
                 " comes after record " + std::to_string(counted.last));
        }
        counted.last = last.value();
    }

    void checkBooks() {
        const Result<std::vector<Progress>> books = readProgress(m_database);
        if (!books) {
            note(books.error().what);
            return;
        }
        for (const Progress& book : *books) {
            const IncarnationId incarnation = book.hello.incarnation;
            if (book.received + book.declared != book.last.value()) {
                note(nameOf(incarnation) + ": " + std::to_string(book.received) + " received and " +
                     std::to_string(book.declared) + " declared lost do not make " +
                     std::to_string(book.last.value()));
            }
            const Counted counted = m_counted[incarnation];
            m_counted.erase(incarnation);
            const bool sameBye = counted.bye.has_value() == book.bye.has_value() &&
                                 (!counted.bye || *counted.bye == book.bye->value());
            if (counted.received != book.received || counted.declared != book.declared ||
                counted.last != book.last.value() || !sameBye) {
                note(nameOf(incarnation) + ": the books have " + std::to_string(book.received) +
                     " records, the file " + std::to_string(counted.received));
            }
        }
        for (const auto& [incarnation, counted] : m_counted) {
            note(nameOf(incarnation) + " is missing in the books");
        }
    }

    static std::string nameOf(IncarnationId incarnation) {
        return "incarnation " + std::to_string(incarnation.value());
    }

    const Database& m_database;
    const std::int64_t m_version;
    Verdict m_verdict;
    std::map<IncarnationId, Counted> m_counted;
};

} // namespace

Result<Verdict> verify(const std::filesystem::path& path) {
    Result<std::unique_ptr<Database>> database = openForReading(path);
    if (!database) {
        if (database.error().code != ErrorCode::Damaged) {
            return tl::unexpected(database.error());
        }
        Verdict verdict;
        verdict.damage.push_back(database.error().what);
        return verdict;
    }
    // One transaction: what a recorder commits meanwhile is not looked at.
    return (*database)->reading([&] {
        return (*database)->integer("PRAGMA user_version").map([&](std::int64_t version) {
            return Verifier(**database, version).run();
        });
    });
}

} // namespace rankscope::session
