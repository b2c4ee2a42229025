// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/SimilarityOrder.h"

#include "app/analysis/Seriation.h"

#include <utility>

namespace rankscope::ui {

SimilarityOrder::SimilarityOrder(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
}

void SimilarityOrder::compute(const std::shared_ptr<const analysis::CosineMatrix>& matrix) {
    if (matrix == nullptr || matrix == m_asked)
        return;
    if (m_busy) {
        m_next = matrix;
        return;
    }
    m_busy = true;
    m_asked = matrix;
    m_next.reset();
    m_pool.start([this, matrix] {
        std::vector<RankId> ranks;
        for (const std::size_t i : analysis::similarityOrder(*matrix))
            ranks.push_back(matrix->ranks[i]);
        QMetaObject::invokeMethod(
            this, [this, ranks = std::move(ranks)]() mutable { finish(std::move(ranks)); },
            Qt::QueuedConnection);
    });
}

void SimilarityOrder::finish(std::vector<RankId> ranks) {
    m_busy = false;
    if (ranks != m_ranks) {
        m_ranks = std::move(ranks);
        emit changed();
    }
    if (m_next)
        compute(std::exchange(m_next, nullptr));
}

} // namespace rankscope::ui
