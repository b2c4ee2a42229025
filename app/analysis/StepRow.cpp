// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/StepRow.h"

#include "app/analysis/StepMeasures.h"

#include <cmath>
#include <limits>

namespace rankscope::analysis {
namespace {

double measured(const std::optional<double>& value) {
    if (!value) {
        return undefined();
    }
    // Whatever payload a rank's NaN has, it was measured.
    return isUndefined(*value) ? std::numeric_limits<double>::quiet_NaN() : *value;
}

} // namespace

RankSample sampleOf(const wire::StepRecord& record, std::uint32_t world) {
    RankSample s;
    s.rank = record.rank;
    s.incarnation = record.incarnation;
    s.seq = record.seq;
    s.flags = record.flags;
    s.lossScale = record.lossScale;
    s.loss = measured(record.loss);
    s.weight = measured(record.weight);
    s.gradSq = measured(record.gradSq);
    s.meanSq = measured(record.meanSq);
    s.dot = measured(record.dot);
    s.nonFinite = record.nonFinite;
    s.hashes = {record.extras.dataHash, record.extras.parameterHash, record.extras.bufferHash,
                record.extras.reducedHash};
    s.groupLoo.reserve(record.groups.size());
    for (const wire::GradSums& sums : record.groups) {
        const auto cosine = static_cast<float>(leaveOneOut(sums, world)); // as SampleStore keeps it
        s.groupLoo.push_back(std::isnan(cosine) ? undefined() : double{cosine});
    }
    return s;
}

} // namespace rankscope::analysis
