// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frames/RunFrame.h"

#include <cmath>
#include <string>
#include <vector>

/// Whether two frames show the same.
namespace rankscope::support {

inline bool same(const std::vector<double>& a, const std::vector<double>& b) {
    bool equal = a.size() == b.size();
    for (std::size_t i = 0; equal && i < a.size(); ++i) {
        equal = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]));
    }
    return equal;
}
inline bool same(const engine::Line& a, const engine::Line& b) {
    return same(a.x, b.x) && same(a.y, b.y);
}
inline bool same(const engine::Area& a, const engine::Area& b) {
    return same(a.x, b.x) && same(a.low, b.low) && same(a.high, b.high);
}

/// What differs, empty when nothing does.
inline std::string difference(const engine::PanelFrame& a, const engine::PanelFrame& b) {
    if (!same(a.mean, b.mean)) {
        return "mean";
    }
    if (!same(a.rawMean, b.rawMean) || !same(a.spread, b.spread) || !same(a.range, b.range) ||
        !same(a.middle, b.middle) || a.nonFinite != b.nonFinite) {
        return "raw mean, areas or marks";
    }
    if (a.ranks.size() != b.ranks.size()) {
        return "number of ranks' lines";
    }
    for (std::size_t i = 0; i < a.ranks.size(); ++i) {
        if (a.ranks[i].rank != b.ranks[i].rank || !same(a.ranks[i].line, b.ranks[i].line) ||
            !same(a.ranks[i].raw, b.ranks[i].raw) || a.ranks[i].outlier != b.ranks[i].outlier) {
            return "line of rank " + std::to_string(a.ranks[i].rank.value());
        }
    }
    return {};
}

inline std::string difference(const engine::RunFrame& a, const engine::RunFrame& b) {
    if (a.empty != b.empty || a.firstStep != b.firstStep || a.lastStep != b.lastStep ||
        a.viewFirst != b.viewFirst || a.viewLast != b.viewLast) {
        return "steps";
    }
    const std::pair<const char*, engine::PanelFrame engine::RunFrame::*> panels[] = {
        {"loss: ", &engine::RunFrame::loss},
        {"loss dispersion: ", &engine::RunFrame::lossDispersion},
        {"direction: ", &engine::RunFrame::direction},
        {"norm dispersion: ", &engine::RunFrame::normDispersion},
        {"norms: ", &engine::RunFrame::norms}};
    for (const auto& [name, panel] : panels) {
        const std::string differs = difference(a.*panel, b.*panel);
        if (!differs.empty()) {
            return name + differs;
        }
    }
    if (a.nonFiniteRanks.size() != b.nonFiniteRanks.size() || a.gaps.size() != b.gaps.size() ||
        a.restarts.size() != b.restarts.size() || a.status.records != b.status.records ||
        a.status.lost != b.status.lost ||
        a.status.measuredGradients != b.status.measuredGradients) {
        return "marks or status";
    }
    for (std::size_t i = 0; i < a.nonFiniteRanks.size(); ++i) {
        if (a.nonFiniteRanks[i].rank != b.nonFiniteRanks[i].rank ||
            a.nonFiniteRanks[i].first != b.nonFiniteRanks[i].first ||
            a.nonFiniteRanks[i].steps != b.nonFiniteRanks[i].steps) {
            return "non-finite rank";
        }
    }
    if ((a.image == nullptr) != (b.image == nullptr) ||
        (a.image && (a.image->ranks != b.image->ranks || a.image->first != b.image->first))) {
        return "image";
    }
    for (std::size_t i = 0; a.image && i < a.image->distance.size(); ++i) {
        const float x = a.image->distance[i];
        const float y = b.image->distance[i];
        if (x != y && !(std::isnan(x) && std::isnan(y))) {
            return "image's cell " + std::to_string(i);
        }
    }
    if (a.cursor.step != b.cursor.step || a.cursor.workers.size() != b.cursor.workers.size() ||
        !same({a.cursor.metrics.lossMean, a.cursor.metrics.cosineMean},
              {b.cursor.metrics.lossMean, b.cursor.metrics.cosineMean})) {
        return "cursor";
    }
    for (std::size_t i = 0; i < a.cursor.workers.size(); ++i) {
        const auto& x = a.cursor.workers[i].metrics;
        const auto& y = b.cursor.workers[i].metrics;
        if (x.rank != y.rank || x.seq != y.seq || x.incarnation != y.incarnation ||
            !same({x.loss, x.cosineLoo, x.gradNorm}, {y.loss, y.cosineLoo, y.gradNorm}) ||
            !same(x.groupLoo, y.groupLoo)) {
            return "worker at the cursor";
        }
    }
    return {};
}

} // namespace rankscope::support
