// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/RunCurves.h"
#include "app/engine/frames/RunFrame.h"

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

namespace rankscope::engine {

/// Worker x step images, made of columns that are kept while the width of a cell stays the same:
/// panning and following compute the new columns only.
class StepImages {
  public:
    static constexpr std::size_t kColumns = 400; ///< at most, and one more at the edge

    /// Everything from this place on has changed.
    void cut(std::size_t first);

    /// Of the ranks `shown` (ascending) over the steps first..last, none of them behind `end`. The
    /// same object as before when nothing is different.
    [[nodiscard]] std::shared_ptr<const RankStepImage> build(const RunCurves& curves,
                                                             RankSignal signal,
                                                             const std::vector<std::size_t>& shown,
                                                             double first, double last, double end);

  private:
    using Column = std::vector<float>; ///< by rank
    struct Stretch {
        std::size_t from = 0, to = 0; ///< columns, half-open
        std::size_t limit = 0;        ///< place behind the last step that is to be seen
        bool operator==(const Stretch&) const = default;
    };
    void compute(const RunCurves& curves, const Stretch& stretch);
    void forgetOutside(const Stretch& stretch);

    RankSignal m_signal = RankSignal::Loss;
    std::size_t m_width = 1; ///< steps of a cell
    std::map<std::size_t, Column> m_columns;
    Stretch m_stretch; ///< of the last image
    std::vector<std::size_t> m_shown;
    std::shared_ptr<const RankStepImage> m_image;
};

} // namespace rankscope::engine
