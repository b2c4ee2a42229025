// SPDX-License-Identifier: Apache-2.0
#include "app/engine/session/RunReader.h"

#include "app/engine/session/SessionAddress.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace rankscope::engine {

using analysis::RankSample;
using analysis::StepRow;

namespace {

constexpr std::uint64_t kThawRecords = 32768; // read at once
constexpr std::uint64_t kRowRecords = 2048;   // read for the sake of one step
constexpr std::size_t kRecent = 16;

} // namespace

RunReader::RunReader(std::unique_ptr<session::SessionReader> session)
    : m_session(std::move(session)) {}

Result<std::unique_ptr<RunReader>> RunReader::open(const std::filesystem::path& address,
                                                   const std::stop_token& stop) {
    return openSession(address, stop).map([](auto&& session) {
        return std::unique_ptr<RunReader>(new RunReader(std::forward<decltype(session)>(session)));
    });
}

Result<bool> RunReader::read(std::size_t maxEvents) {
    m_batch.clear();
    auto more = m_session->read(m_batch, maxEvents);
    for (const wire::Event& event : m_batch) {
        m_table.apply(event);
    }
    return more;
}

Result<void> RunReader::readAll() {
    while (true) {
        const auto more = read();
        if (!more) {
            return tl::unexpected(more.error());
        }
        if (!*more) {
            return {};
        }
    }
}

std::uint64_t RunReader::stepsOf(std::uint64_t records) const {
    std::uint64_t world = 1;
    for (const analysis::Launch& launch : m_table.launches()) {
        world = std::max<std::uint64_t>(world, launch.world);
    }
    return std::bit_floor(std::max<std::uint64_t>(1, records / world));
}

/// Steps may be numbered sparsely, so how many to read at once follows what came.
Result<void> RunReader::thaw(Step first, Step last) {
    m_table.thaw(first, last);
    m_recent.clear();
    std::vector<wire::Event> events;
    std::uint64_t width = stepsOf(kThawRecords);
    for (Step from = first; from <= last;) {
        const std::uint64_t left = last.value() - from.value();
        const Step to{from.value() + std::min(width - 1, left)};
        events.clear();
        const auto read =
            m_session->eventsOfSteps(from, Step{to.value() + 1}, m_session->position(), events);
        if (!read) {
            m_table.freeze(first, last);
            return read;
        }
        m_table.recall(events);
        if (to == last) {
            break;
        }
        from = Step{to.value() + 1};
        width = events.size() < kThawRecords / 4   ? std::min(width * 4, std::uint64_t{1} << 60U)
                : events.size() > kThawRecords * 4 ? std::max<std::uint64_t>(width / 4, 1)
                                                   : width;
    }
    return {};
}

void RunReader::resume(analysis::RunTable table, std::int64_t message) {
    m_table = std::move(table);
    m_session->seek(message);
    m_batch.clear();
    m_recent.clear();
}

Result<void> RunReader::recallFrom(Step first, const std::function<void()>& taken) {
    std::optional<Step> last;
    for (const analysis::Launch& launch : m_table.launches()) {
        last = std::max(last, launch.lastStep);
    }
    std::vector<wire::Event> events;
    std::uint64_t width = stepsOf(kThawRecords);
    for (std::uint64_t from = first.value(); last && from <= last->value(); from += width) {
        width = events.empty() && from > first.value() ? width * 2 : stepsOf(kThawRecords);
        events.clear();
        const auto read =
            m_session->eventsOfSteps(Step{from}, Step{from + width}, m_session->position(), events);
        if (!read) {
            return read;
        }
        m_table.recall(events);
        taken();
        if (!events.empty()) {
            m_batch = events;
        }
    }
    return {};
}

Result<const RunReader::Recent*> RunReader::recent(Step step) const {
    for (const Recent& known : m_recent) {
        if (known.first <= step && step <= known.last) {
            return &known;
        }
    }
    const std::uint64_t width = stepsOf(kRowRecords); // neighbours are asked for, too, as a rule
    const Step first{step.value() / width * width};
    const Step last{first.value() + width - 1};
    std::vector<wire::Event> events;
    return m_session->eventsOfSteps(first, Step{last.value() + 1}, m_session->position(), events)
        .map([&] {
            m_recent.push_front({first, last, m_table.rowsFrom(first, last, events)});
            m_recent.resize(std::min(m_recent.size(), kRecent));
            return &std::as_const(m_recent.front());
        });
}

Result<std::optional<StepRow>> RunReader::row(Step step) const {
    std::optional<StepRow> held = m_table.row(step);
    if (held || !m_table.isFrozen(step)) {
        return held;
    }
    return recent(step).map([step](const Recent* known) -> std::optional<StepRow> {
        const auto at = std::lower_bound(known->rows.begin(), known->rows.end(), step,
                                         [](const StepRow& row, Step s) { return row.step < s; });
        return at != known->rows.end() && at->step == step ? std::optional{*at} : std::nullopt;
    });
}

analysis::StepMeasures RunReader::measures(Step step) const {
    const auto row = this->row(step).value_or(std::nullopt);
    if (!row) {
        analysis::StepMeasures nothing;
        nothing.step.step = step;
        return nothing;
    }
    if (analysis::wantsSketches(*row) && hasSketches(*row)) {
        if (const auto sketches = fromSketches(*row)) {
            return analysis::measure(*row, &*sketches);
        }
    }
    return analysis::measure(*row);
}

Result<analysis::CosineMatrix> RunReader::cosines(Step step) const {
    const auto stored = this->row(step);
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    const std::optional<StepRow>& row = *stored;
    if (!row) {
        return fail(ErrorCode::Unavailable,
                    "the session has no step " + std::to_string(step.value()),
                    "`rankscope info FILE` shows which steps it has");
    }
    analysis::CosineMatrix pair = analysis::exactPair(*row);
    if (pair.source != analysis::CosineSource::None || !hasSketches(*row)) {
        return pair;
    }
    return fromSketches(*row).map([](auto&& sketches) { return std::move(sketches.matrix); });
}

Result<analysis::CosineMatrix> RunReader::pairCosine(Step step, RankId a, RankId b) const {
    auto stored = this->row(step);
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    std::optional<StepRow>& row = *stored;
    if (!row) {
        return analysis::CosineMatrix{};
    }
    std::erase_if(row->samples, [&](const RankSample& s) { return s.rank != a && s.rank != b; });
    if (row->samples.size() < 2) {
        return analysis::CosineMatrix{};
    }
    analysis::CosineMatrix pair = analysis::exactPair(*row); // of a world of two
    if (pair.source != analysis::CosineSource::None || !hasSketches(*row)) {
        return pair;
    }
    return fromSketches(*row).map([](auto&& sketches) { return std::move(sketches.matrix); });
}

bool RunReader::hasSketches(const StepRow& row) const {
    return std::any_of(row.samples.begin(), row.samples.end(), [this](const RankSample& sample) {
        const wire::Hello* hello = m_table.hello(sample.incarnation);
        return hello != nullptr && hello->sketchSize > 0;
    });
}

Result<analysis::SketchCosines> RunReader::fromSketches(const StepRow& row) const {
    auto stored = m_session->sketches(row.step);
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    std::vector<analysis::RankSketch> chosen; // of the attempts that count
    for (session::SessionReader::StoredSketch& s : *stored) {
        const bool counts =
            std::any_of(row.samples.begin(), row.samples.end(), [&](const RankSample& sample) {
                return sample.incarnation == s.incarnation && sample.seq == s.seq;
            });
        if (counts) {
            chosen.push_back({s.rank, std::move(s.sketch)});
        }
    }
    std::sort(chosen.begin(), chosen.end(),
              [](const auto& a, const auto& b) { return a.rank < b.rank; });
    return analysis::sketchCosines(row, chosen);
}

} // namespace rankscope::engine
