// SPDX-License-Identifier: Apache-2.0
// What RunTable knows besides its rows, as bytes and back.
#include "app/analysis/RunTable.h"

#include <algorithm>

namespace rankscope::analysis {
namespace {

constexpr std::uint64_t kMost = wire::limits::kCount;

void putStep(BytesOut& out, const std::optional<Step>& step) {
    out.putCount(step ? step->value() + 1 : 0);
}

std::optional<Step> takeStep(BytesIn& in) {
    const std::uint64_t value = in.getCount();
    if (value > kMost + 1) {
        in.fail();
    }
    return value > 0 ? std::optional{Step{value - 1}} : std::nullopt;
}

std::optional<Step> earlier(const std::optional<Step>& a, const std::optional<Step>& b) {
    return a && b ? std::min(a, b) : (a ? a : b);
}

} // namespace

std::vector<const wire::Hello*> RunTable::hellos() const {
    std::vector<const wire::Hello*> result;
    result.reserve(m_samples.sources());
    for (SampleStore::Source source = 0; source < m_samples.sources(); ++source) {
        result.push_back(&m_incarnations.at(m_samples.incarnation(source)).hello);
    }
    return result;
}

bool RunTable::put(BytesOut& out) const {
    if (!m_parked.empty()) {
        return false;
    }
    out.putCount(m_records);
    out.putCount(m_worlds.size());
    for (const auto& [key, world] : m_worlds) {
        putStep(out, world.firstStep);
        putStep(out, world.lastStep);
    }
    out.putCount(m_samples.sources());
    for (SampleStore::Source source = 0; source < m_samples.sources(); ++source) {
        const Incarnation& one = m_incarnations.at(m_samples.incarnation(source));
        out.put<std::uint8_t>(
            static_cast<std::uint8_t>((one.left ? 1 : 0) | (one.conflict ? 2 : 0)));
        putStep(out, one.lastStep);
        one.seqs.put(out);
        out.putCount(one.gaps.size());
        for (const auto& [first, last] : one.gaps) {
            out.putCount(first);
            out.putCount(last - first);
            out.put<std::uint8_t>(static_cast<std::uint8_t>(one.causes.at(first)));
        }
    }
    return true;
}

bool RunTable::take(BytesIn& in) {
    m_records = in.getCount();
    if (in.getCount() != m_worlds.size()) {
        return false;
    }
    for (auto& [key, world] : m_worlds) {
        world.firstStep = takeStep(in);
        world.lastStep = takeStep(in);
    }
    std::optional<Step> newer; // lowest step of all launches behind the one
    for (auto world = m_worlds.rbegin(); world != m_worlds.rend(); ++world) {
        world->second.overtakenFrom = newer;
        newer = earlier(newer, world->second.firstStep);
    }
    if (in.getCount() != m_samples.sources()) {
        return false;
    }
    for (SampleStore::Source source = 0; source < m_samples.sources() && !in.failed(); ++source) {
        Incarnation& one = m_incarnations.at(m_samples.incarnation(source));
        const auto flags = in.get<std::uint8_t>();
        one.left = (flags & 1U) != 0;
        one.conflict = (flags & 2U) != 0;
        one.lastStep = takeStep(in);
        if (!one.seqs.take(in)) {
            return false;
        }
        const std::size_t gaps = in.getSize(3);
        for (std::size_t i = 0; i < gaps && !in.failed(); ++i) {
            const std::uint64_t first = in.getCount();
            const std::uint64_t more = in.getCount();
            const auto cause = in.get<std::uint8_t>();
            if (first > kMost || more > kMost ||
                cause > static_cast<std::uint8_t>(wire::GapCause::RecorderPaused)) {
                return false;
            }
            one.gaps.emplace(first, first + more);
            one.causes[first] = static_cast<wire::GapCause>(cause);
        }
    }
    return !in.failed();
}

} // namespace rankscope::analysis
