// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/analysis/StepMetrics.h"

#include <QObject>
#include <QThreadPool>
#include <memory>
#include <vector>

namespace rankscope::ui {

/// Orders ranks by similarity on a thread of its own: of 1,024 that takes longer than a frame.
/// Asked while it works it takes up the newest matrix afterwards. Its destructor waits for the
/// work.
class SimilarityOrder final : public QObject {
    Q_OBJECT

  public:
    explicit SimilarityOrder(QObject* parent = nullptr);

    void compute(const std::shared_ptr<const analysis::CosineMatrix>& matrix);
    /// Of the last matrix that is done; empty before.
    [[nodiscard]] const std::vector<RankId>& ranks() const { return m_ranks; }

  signals:
    void changed();

  private:
    void finish(std::vector<RankId> ranks);

    std::shared_ptr<const analysis::CosineMatrix> m_asked, m_next;
    std::vector<RankId> m_ranks;
    bool m_busy = false;
    QThreadPool m_pool; ///< last: nothing runs any more when the rest goes
};

} // namespace rankscope::ui
