// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/StudentT.h"

#include <boost/math/distributions/students_t.hpp>

#include <cassert>
#include <cmath>

namespace rankscope::analysis {

using Distribution = boost::math::students_t_distribution<double>;

double tQuantile(double degrees, double confidence) {
    assert(degrees > 0 && confidence > 0 && confidence < 1);
    return boost::math::quantile(
        boost::math::complement(Distribution(degrees), (1 - confidence) / 2));
}

double tTwoSided(double degrees, double t) {
    assert(degrees > 0 && !std::isnan(t));
    if (std::isinf(t)) {
        return 0;
    }
    return 2 * boost::math::cdf(boost::math::complement(Distribution(degrees), std::abs(t)));
}

} // namespace rankscope::analysis
