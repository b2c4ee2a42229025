// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/CurveBlock.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rankscope::engine {
namespace {

/// A column without a finite value is a hole: it takes one byte.
template <class T>
void putColumn(analysis::BytesOut& out, std::span<const T> values) {
    const bool any =
        std::any_of(values.begin(), values.end(), [](T x) { return std::isfinite(x); });
    out.put<std::uint8_t>(any ? 1 : 0);
    if (any) {
        out.put(values);
    }
}

template <class T>
void takeColumn(analysis::BytesIn& in, std::span<T> values) {
    switch (in.get<std::uint8_t>()) {
    case 0:
        std::fill(values.begin(), values.end(), std::numeric_limits<T>::quiet_NaN());
        break;
    case 1:
        in.get(values);
        break;
    default:
        in.fail();
    }
}

} // namespace

void CurveBlock::put(analysis::BytesOut& out, std::size_t part) const {
    if (part == 0) {
        for (std::size_t i = 0; i < kCurves; ++i) {
            putColumn(out, (*this)[static_cast<Curve>(i)]);
        }
        for (const auto& bundle : m_bundles) {
            for (const Values& values : bundle) {
                putColumn(out, std::span(values).first(m_size));
            }
        }
    }
    const std::size_t last = std::min(m_ranks.size(), (part + 1) * kRanksOfPart);
    for (std::size_t rank = part * kRanksOfPart; rank < last; ++rank) {
        out.put<std::uint8_t>(m_ranks[rank].reported ? 1 : 0);
        for (const Values& values : m_ranks[rank].signals) {
            if (m_ranks[rank].reported) {
                putColumn(out, std::span(values).first(m_size));
            }
        }
    }
}

bool CurveBlock::take(analysis::BytesIn& in, std::size_t part, std::size_t size,
                      std::size_t ranks) {
    if (size == 0 || size > kSteps || ranks > kMaxRanks) {
        return false;
    }
    if (part == 0) {
        m_size = size;
        for (auto& curve : m_curves) {
            takeColumn(in, std::span(curve).first(size));
        }
        for (auto& bundle : m_bundles) {
            for (Values& values : bundle) {
                takeColumn(in, std::span(values).first(size));
            }
        }
    }
    const std::size_t last = std::min(ranks, (part + 1) * kRanksOfPart);
    for (std::size_t at = part * kRanksOfPart; at < last && !in.failed(); ++at) {
        while (m_ranks.size() <= at) {
            for (Values& values : m_ranks.emplace_back().signals) {
                values.fill(std::numeric_limits<float>::quiet_NaN());
            }
        }
        m_ranks[at].reported = in.get<std::uint8_t>() != 0;
        for (Values& values : m_ranks[at].signals) {
            if (m_ranks[at].reported) {
                takeColumn(in, std::span(values).first(size));
            }
        }
    }
    return in.done();
}

} // namespace rankscope::engine
