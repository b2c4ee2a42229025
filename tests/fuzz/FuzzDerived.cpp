// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/RunTable.h"
#include "app/engine/blocks/DerivedRows.h"
#include "app/engine/blocks/RunCurves.h"
#include "tests/fuzz/Fuzz.h"

#include <cstdlib>
#include <vector>

namespace rankscope::fuzz {

/// What a session keeps beside its records: as an overview, as curves, and as what a table knows.
void derived(std::span<const std::byte> bytes) {
    if (const auto summary = engine::overviewFrom(bytes)) {
        engine::RunCurves curves;
        curves.append(*summary);
        if (curves.steps().size() != engine::StepList::kBlock) {
            std::abort();
        }
    }
    engine::CurveBlock block;
    const std::vector<session::Derived> rows{
        {session::DerivedKind::Curves, 0, {bytes.begin(), bytes.end()}}};
    (void)engine::curvesFrom(0, rows, block);
    analysis::RunTable table;
    for (std::uint32_t rank = 0; rank < 2; ++rank) {
        wire::Hello hello;
        hello.incarnation = IncarnationId{rank + 1};
        hello.rank = RankId{rank};
        hello.world = 2;
        table.apply(hello);
    }
    analysis::BytesIn in(bytes);
    if (table.take(in)) {
        (void)table.lost();
        (void)table.lostSteps();
    }
}

} // namespace rankscope::fuzz
