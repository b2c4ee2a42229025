// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Student's t distribution, with real degrees of freedom as Welch's test needs them.
namespace rankscope::analysis {

/// t that |T| exceeds with the probability 1 - confidence; 2.262 for 9 degrees and 0.95.
/// `degrees` > 0, 0 < confidence < 1.
[[nodiscard]] double tQuantile(double degrees, double confidence = 0.95);

/// P(|T| >= |t|).
[[nodiscard]] double tTwoSided(double degrees, double t);

} // namespace rankscope::analysis
