// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/StepImages.h"

#include "app/engine/run/RankDistance.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace rankscope::engine {
namespace {

constexpr std::size_t kSplits = 8; // a cell is a pixel

std::size_t placeOf(const std::vector<std::uint64_t>& steps, double step) {
    const auto at =
        std::lower_bound(steps.begin(), steps.end(), step,
                         [](std::uint64_t a, double b) { return static_cast<double>(a) < b; });
    return static_cast<std::size_t>(at - steps.begin());
}

} // namespace

void StepImages::cut(std::size_t first) {
    m_columns.erase(m_columns.lower_bound(first / m_width), m_columns.end());
    m_image.reset();
}

std::shared_ptr<const RankStepImage> StepImages::build(const RunCurves& curves, RankSignal signal,
                                                       const std::vector<std::size_t>& shown,
                                                       double first, double last, double end) {
    const auto& steps = curves.steps();
    const std::size_t from = placeOf(steps, first);
    const std::size_t limit = placeOf(steps, std::nextafter(end, HUGE_VAL));
    const std::size_t to = std::min(limit, placeOf(steps, std::nextafter(last, HUGE_VAL)));
    if (from >= to || shown.empty()) {
        return nullptr;
    }
    const std::size_t width = std::bit_ceil((to - from + kColumns - 1) / kColumns);
    if (width != m_width || signal != m_signal) {
        m_width = width;
        m_signal = signal;
        m_columns.clear();
        m_image.reset();
    }
    const Stretch stretch{from / width, (to + width - 1) / width, limit};
    if (m_image && stretch == m_stretch && shown == m_shown) {
        return m_image;
    }
    const auto forgetLast = [&] { // with a playhead within it, it is of a part of its steps
        if (limit < steps.size()) {
            m_columns.erase(limit / width);
        }
    };
    forgetLast();
    compute(curves, stretch);
    auto image = std::make_shared<RankStepImage>();
    image->signal = signal;
    image->stepsPerCell = width;
    const std::size_t columns = stretch.to - stretch.from;
    image->distance.resize(shown.size() * columns);
    for (const std::size_t rank : shown) {
        image->ranks.emplace_back(static_cast<RankId::rep>(rank));
    }
    auto column = m_columns.find(stretch.from);
    for (std::size_t c = 0; c < columns; ++c, ++column) {
        image->first.push_back(static_cast<double>(steps[(stretch.from + c) * width]));
        for (std::size_t r = 0; r < shown.size(); ++r) {
            image->distance[r * columns + c] = column->second[shown[r]];
        }
    }
    forgetLast();
    forgetOutside(stretch);
    m_stretch = stretch;
    m_shown = shown;
    m_image = std::move(image);
    return m_image;
}

void StepImages::compute(const RunCurves& curves, const Stretch& stretch) {
    std::vector<std::pair<RankDistance, Column*>> missing;
    for (std::size_t c = stretch.from; c < stretch.to; ++c) {
        Column& column = m_columns[c];
        if (column.size() != curves.ranks()) {
            column.assign(curves.ranks(), std::numeric_limits<float>::quiet_NaN());
            const std::size_t last = std::min((c + 1) * m_width, stretch.limit);
            missing.emplace_back(RankDistance(curves, m_signal, c * m_width, last, kSplits),
                                 &column);
        }
    }
    for (std::size_t rank = 0; rank < curves.ranks(); ++rank) { // along its memory
        for (const auto& [distance, column] : missing) {
            (*column)[rank] = static_cast<float>(distance.of(rank));
        }
    }
}

/// Keeps twice the view on either side.
void StepImages::forgetOutside(const Stretch& stretch) {
    const std::size_t margin = 2 * kColumns;
    const std::size_t from = stretch.from > margin ? stretch.from - margin : 0;
    m_columns.erase(m_columns.begin(), m_columns.lower_bound(from));
    m_columns.erase(m_columns.lower_bound(stretch.to + margin), m_columns.end());
}

} // namespace rankscope::engine
