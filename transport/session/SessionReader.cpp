// SPDX-License-Identifier: Apache-2.0
#include "transport/session/SessionReader.h"

#include "transport/session/RowDecode.h"
#include "transport/session/Schema.h"
#include "transport/session/SqliteRows.h"

#include <algorithm>
#include <cassert>
#include <set>

namespace rankscope::session {
namespace {

/// Rows asked for at a time: a few chunks.
constexpr std::size_t kFetchBytes = 1U << 20U;
/// Most bytes of sketches handed out for a step: 4,096 ranks with the largest sketch.
constexpr std::size_t kMostSketchBytes = 256U << 20U;

} // namespace

struct SessionReader::Impl {
    explicit Impl(std::unique_ptr<SessionRows> source) : rows(std::move(source)) {}

    Result<bool> read(std::vector<wire::Event>& out, std::size_t maxEvents);
    void takeFetched(std::vector<wire::Event>& out, std::size_t full);
    void take(const EventRow& row, std::vector<wire::Event>& out);
    void noteEnd();
    void noteDamage();
    void takeOfSteps(const EventRow& row, std::int64_t before, std::vector<wire::Event>& out);
    Result<std::vector<StoredSketch>> sketches(Step step);

    std::unique_ptr<SessionRows> rows;
    SessionRows::Events fetched;
    std::size_t taken = 0;  ///< of the fetched rows
    std::int64_t begin = 0; ///< where reading began
    std::int64_t next = 0;  ///< messages before this one have been read or passed over
    std::uint64_t damagedEvents = 0;
    bool inDamage = false; ///< what is missing before the next good chunk has been counted
    bool totalsDamaged = false;
    std::set<std::int64_t> damagedAside;    ///< chunks that eventsOfSteps() met and read() did not
    std::set<std::int64_t> damagedSketches; ///< ids: a step may be asked for again
};

/// A damaged chunk, and the hole that it leaves, count once.
void SessionReader::Impl::noteDamage() {
    damagedEvents += inDamage ? 0 : 1;
    inDamage = true;
}

/// Takes what is new in a chunk: a recorder merges small chunks into one that begins with messages
/// which have been read.
void SessionReader::Impl::take(const EventRow& row, std::vector<wire::Event>& out) {
    if (row.first < 0 || row.first > kMostMessages) {
        return;
    }
    if (row.first > next) { // messages are numbered without holes
        noteDamage();
        next = row.first;
    }
    if (isCount(row.count) && row.first + row.count <= next) {
        return; // read already; whether it is sound is of no interest any more
    }
    const std::size_t before = out.size();
    if (!decodeEvents(row, out)) {
        noteDamage();
        next = std::max(next, row.first + 1);
        return;
    }
    const auto known = static_cast<std::ptrdiff_t>(next - row.first);
    const auto added = out.begin() + static_cast<std::ptrdiff_t>(before);
    out.erase(added, added + known);
    next = row.first + row.count;
    inDamage = false;
}

void SessionReader::Impl::takeFetched(std::vector<wire::Event>& out, std::size_t full) {
    while (taken < fetched.rows.size() && out.size() < full) {
        take(fetched.rows[taken++], out);
    }
    if (taken == fetched.rows.size() && fetched.resume) { // behind broken pages
        noteDamage();
        next = std::clamp(*fetched.resume, next, kMostMessages);
        fetched.resume.reset();
    }
}

/// There are no further rows; some may have been lost.
void SessionReader::Impl::noteEnd() {
    if (fetched.total && *fetched.total > next && *fetched.total <= kMostMessages) {
        noteDamage();
        next = *fetched.total;
    }
}

Result<bool> SessionReader::Impl::read(std::vector<wire::Event>& out, std::size_t maxEvents) {
    const std::size_t before = out.size();
    const std::size_t full = before + maxEvents;
    takeFetched(out, full);
    while (out.size() < full) {
        const std::int64_t from = next;
        Result<SessionRows::Events> more = rows->events(from, kFetchBytes);
        if (!more && out.size() == before) {
            return tl::unexpected(more.error());
        }
        if (!more) {
            break; // the next call meets it again
        }
        fetched = std::move(*more);
        taken = 0;
        totalsDamaged = !fetched.total;
        takeFetched(out, full);
        if (next == from) {
            noteEnd();
        }
        if (next == from) {
            break;
        }
    }
    return out.size() > before;
}

void SessionReader::Impl::takeOfSteps(const EventRow& row, std::int64_t before,
                                      std::vector<wire::Event>& out) {
    const std::size_t had = out.size();
    if (row.first < 0 || row.first >= before) {
        return;
    }
    if (!decodeEvents(row, out)) {
        if (row.first < begin || row.first >= next) { // else read() has counted it
            damagedAside.insert(row.first);
        }
        return;
    }
    const std::int64_t kept = std::clamp<std::int64_t>(before - row.first, 0, row.count);
    out.resize(had + static_cast<std::size_t>(kept));
}

Result<std::vector<SessionReader::StoredSketch>> SessionReader::Impl::sketches(Step step) {
    std::vector<StoredSketch> found;
    std::vector<wire::StepRecord> records;
    std::size_t bytes = 0;
    for (std::int64_t last = 0;;) {
        const Result<std::vector<SketchRow>> some = rows->sketches(step, last, kFetchBytes);
        if (!some && some.error().code != ErrorCode::Damaged) {
            return tl::unexpected(some.error());
        }
        if (!some) {
            damagedSketches.insert(last + 1);
            return found;
        }
        if (some->empty() || some->back().id <= last) {
            return found;
        }
        for (const SketchRow& row : *some) {
            records.clear();
            if (!decodeSketches(row, records)) {
                damagedSketches.insert(row.id);
                continue;
            }
            for (wire::StepRecord& record : records) {
                bytes += record.sketch->values.size() * sizeof(std::uint16_t);
                found.push_back(
                    {record.incarnation, record.seq, record.rank, std::move(*record.sketch)});
            }
            if (bytes > kMostSketchBytes) {
                return fail(ErrorCode::Damaged, "step " + std::to_string(step.value()) +
                                                    " has more sketches than any run makes");
            }
        }
        last = some->back().id;
    }
}

SessionReader::SessionReader(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
SessionReader::~SessionReader() = default;

std::unique_ptr<SessionReader> SessionReader::over(std::unique_ptr<SessionRows> rows) {
    assert(rows && "a reader needs rows");
    return std::unique_ptr<SessionReader>(
        new SessionReader(std::make_unique<Impl>(std::move(rows))));
}

Result<std::unique_ptr<SessionReader>> SessionReader::open(const std::filesystem::path& path) {
    return SqliteRows::open(path).map([](auto&& rows) { return over(std::move(rows)); });
}

Result<SessionHead> SessionReader::head() const {
    return m_impl->rows->head();
}

Result<bool> SessionReader::read(std::vector<wire::Event>& out, std::size_t maxEvents) {
    return m_impl->read(out, maxEvents);
}

void SessionReader::rewind() {
    seek(0);
    m_impl->damagedEvents = 0;
}

double SessionReader::share() const {
    const std::int64_t total = m_impl->fetched.total.value_or(0);
    return m_impl->next >= total ? 1
                                 : static_cast<double>(m_impl->next) / static_cast<double>(total);
}

std::int64_t SessionReader::position() const {
    return m_impl->next;
}

void SessionReader::seek(std::int64_t message) {
    m_impl->fetched = {};
    m_impl->taken = 0;
    m_impl->begin = m_impl->next = std::clamp<std::int64_t>(message, 0, kMostMessages);
    m_impl->inDamage = false;
}

Result<void> SessionReader::eventsOfSteps(Step first, Step last, std::int64_t before,
                                          std::vector<wire::Event>& out) {
    for (std::int64_t from = 0; from < before;) {
        const Result<SessionRows::Events> some =
            m_impl->rows->eventsOfSteps(first, last, from, kFetchBytes);
        if (!some) {
            return tl::unexpected(some.error());
        }
        for (const EventRow& row : some->rows) {
            m_impl->takeOfSteps(row, before, out);
        }
        if (!some->resume || *some->resume <= from) {
            return {};
        }
        from = *some->resume;
    }
    return {};
}

Result<std::vector<Derived>> SessionReader::derived(DerivedKind kind, std::int64_t first,
                                                    std::int64_t last) const {
    std::vector<Derived> found;
    while (first < last) {
        Result<std::vector<DerivedRow>> some =
            m_impl->rows->derived(kind, first, last, kFetchBytes);
        if (!some && some.error().code != ErrorCode::Damaged) {
            return tl::unexpected(some.error());
        }
        if (!some || some->empty() || some->back().number < first) {
            break;
        }
        first = some->back().number + 1;
        for (DerivedRow& row : *some) {
            if (row.kind == kind && isSound(row)) {
                found.push_back(std::move(row));
            }
        }
    }
    return found;
}

std::uint64_t SessionReader::damagedChunks() const {
    return m_impl->damagedEvents + m_impl->damagedAside.size() + m_impl->damagedSketches.size() +
           (m_impl->totalsDamaged ? 1 : 0);
}

Result<std::vector<SessionReader::StoredSketch>> SessionReader::sketches(Step step) const {
    return m_impl->sketches(step);
}

Result<bool> SessionReader::changed() {
    return m_impl->rows->changed();
}

} // namespace rankscope::session
