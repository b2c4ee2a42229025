// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frames/RunPulse.h"

#include <algorithm>
#include <variant>

namespace rankscope::engine {
namespace {

double seconds(RunPulse::Clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

} // namespace

void RunPulse::hear(std::span<const wire::Event> events, Clock::time_point now) {
    for (const wire::Event& event : events) {
        std::visit([&](const auto& e) { m_heard[e.rank] = now; }, event);
        if (const auto* record = std::get_if<wire::StepRecord>(&event)) {
            m_record = now;
            pace(*record);
        }
    }
}

void RunPulse::heardBy(Clock::time_point then) {
    for (auto& [rank, at] : m_heard) {
        at = std::min(at, then);
    }
    if (m_record) {
        m_record = std::min(*m_record, then);
    }
}

void RunPulse::pace(const wire::StepRecord& record) {
    const auto [at, isNew] = m_last.try_emplace(record.incarnation);
    Last& last = at->second;
    if (!isNew && record.step > last.step && record.timeNs > last.timeNs) {
        const auto steps = static_cast<double>(record.step.value() - last.step.value());
        const double duration = static_cast<double>(record.timeNs - last.timeNs) * 1e-9 / steps;
        m_durations[m_count++ % m_durations.size()] = duration;
    }
    last = {record.step, record.timeNs};
}

bool RunPulse::isLive(RankId rank, Clock::time_point now) const {
    const auto heard = m_heard.find(rank);
    return heard != m_heard.end() && now - heard->second < kDead;
}

double RunPulse::secondsSinceRecord(Clock::time_point now) const {
    return m_record ? std::max(0.0, seconds(now - *m_record)) : 0;
}

double RunPulse::medianStepSeconds() const {
    auto durations = m_durations;
    const std::size_t count = std::min(m_count, durations.size());
    if (count == 0) {
        return 0;
    }
    const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(durations.begin(), middle,
                     durations.begin() + static_cast<std::ptrdiff_t>(count));
    return *middle;
}

bool RunPulse::isStale(Clock::time_point now) const {
    return secondsSinceRecord(now) > std::clamp(5 * medianStepSeconds(), 10.0, 120.0);
}

} // namespace rankscope::engine
