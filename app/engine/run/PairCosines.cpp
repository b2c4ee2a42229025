// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/PairCosines.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rankscope::engine {
namespace {

constexpr std::size_t kMaxKnown = std::size_t{1} << 16U; // steps

/// 0..size-1 by their bits in reverse: each next one lies far from those before it.
std::vector<std::size_t> coarseFirst(std::size_t size) {
    const std::size_t whole = std::bit_ceil(size);
    std::vector<std::size_t> order;
    order.reserve(size);
    std::size_t reversed = 0;
    for (std::size_t i = 0; i < whole; ++i) {
        if (reversed < size) {
            order.push_back(reversed);
        }
        std::size_t bit = whole / 2; // adds 1 from the left
        while (bit > 0 && (reversed & bit) != 0) {
            reversed ^= bit;
            bit /= 2;
        }
        reversed |= bit;
    }
    return order;
}

} // namespace

void PairCosines::forget(const std::vector<Step>& amended) {
    for (const Step step : amended) {
        m_known.erase(step.value());
    }
}

void PairCosines::rest() {
    m_points.clear();
    m_missing.clear();
}

void PairCosines::aim(std::pair<RankId, RankId> pair, const Decimation& visible,
                      const std::vector<std::uint64_t>& steps) {
    if (pair != m_pair || m_known.size() > kMaxKnown) {
        m_known.clear();
        m_pair = pair;
    }
    m_points.clear();
    m_missing.clear();
    for (const Decimation::Column& column : visible.columns()) {
        m_points.push_back({steps[column.first], column.broken});
    }
    for (const std::size_t i : coarseFirst(m_points.size())) {
        if (m_known.count(m_points[i].step) == 0) {
            m_missing.push_back(m_points[i].step);
        }
    }
    std::reverse(m_missing.begin(), m_missing.end());
}

bool PairCosines::work() {
    m_blocked.reset();
    if (m_missing.empty()) {
        return false;
    }
    const std::uint64_t step = m_missing.back();
    const auto matrix = m_reader.pairCosine(Step{step}, m_pair.first, m_pair.second);
    if (!matrix && matrix.error().code == ErrorCode::Unavailable) {
        m_blocked = matrix.error(); // asked again later
        return false;
    }
    m_missing.pop_back();
    // A step that cannot be read is a hole; at the cursor the frame says why.
    Value value{analysis::undefined(), analysis::undefined()};
    if (matrix && matrix->ranks.size() == 2) {
        value = {matrix->cosine[1], matrix->sd[1]};
    }
    m_known.emplace(step, value);
    return true;
}

PairFrame PairCosines::frame() const {
    PairFrame frame;
    frame.a = m_pair.first;
    frame.b = m_pair.second;
    frame.complete = complete();
    bool broken = false;
    bool exact = true;
    const auto add = [&](double x, double y, double error) {
        frame.cosine.x.push_back(x);
        frame.cosine.y.push_back(y);
        frame.error.x.push_back(x);
        frame.error.low.push_back(y - error);
        frame.error.high.push_back(y + error);
    };
    for (const Point& point : m_points) {
        broken = broken || point.broken;
        const auto known = m_known.find(point.step);
        if (known == m_known.end()) {
            continue; // it comes later
        }
        const auto x = static_cast<double>(point.step);
        const Value& value = known->second;
        if (!std::isfinite(value.cosine)) {
            broken = true;
            continue;
        }
        if (broken && !frame.cosine.x.empty()) {
            add(x, analysis::undefined(), 0);
        }
        broken = false;
        exact = exact && value.sd == 0;
        add(x, value.cosine, 2 * value.sd);
    }
    if (exact) {
        frame.error = {};
    }
    return frame;
}

} // namespace rankscope::engine
