// SPDX-License-Identifier: Apache-2.0
#include "app/engine/RunReader.h"

#include "app/engine/SessionAddress.h"

#include <algorithm>
#include <string>
#include <utility>

namespace rankscope::engine {

using analysis::RankSample;
using analysis::StepRow;

RunReader::RunReader(std::unique_ptr<session::SessionReader> session)
    : m_session(std::move(session)) {}

Result<std::unique_ptr<RunReader>> RunReader::open(const std::filesystem::path& address,
                                                   const std::stop_token& stop) {
    return openSession(address, stop).map([](auto&& session) {
        return std::unique_ptr<RunReader>(new RunReader(std::forward<decltype(session)>(session)));
    });
}

Result<bool> RunReader::read() {
    m_batch.clear();
    auto more = m_session->read(m_batch);
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

analysis::StepMeasures RunReader::measures(Step step) const {
    const auto row = m_table.row(step);
    if (!row) {
        return {};
    }
    if (analysis::wantsSketches(*row) && hasSketches(*row)) {
        if (const auto sketches = fromSketches(*row)) {
            return analysis::measure(*row, &*sketches);
        }
    }
    return analysis::measure(*row);
}

Result<analysis::CosineMatrix> RunReader::cosines(Step step) const {
    const auto row = m_table.row(step);
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
    auto row = m_table.row(step);
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
