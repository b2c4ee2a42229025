// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/FaultProxy.h"

#include <QTest>

#include <future>
#include <string>
#include <utility>
#include <vector>

namespace rankscope::test {

/// Runs suffer(fault) for each, all at the same time, since they wait most of theirs. Its result
/// says in `trouble` what went wrong; `tell` gets the others' with the name.
template <class Suffer, class Tell>
void sufferAll(const std::vector<std::pair<const char*, Fault>>& faults, Suffer suffer, Tell tell) {
    std::vector<std::future<decltype(suffer(Fault::None))>> outcomes;
    for (const auto& [name, fault] : faults) {
        outcomes.push_back(std::async(std::launch::async, suffer, fault));
    }
    for (std::size_t i = 0; i < faults.size(); ++i) {
        const auto outcome = outcomes[i].get();
        QVERIFY2(outcome.trouble.empty(),
                 (std::string(faults[i].first) + ' ' + outcome.trouble).c_str());
        tell(faults[i].first, outcome);
    }
}

} // namespace rankscope::test
