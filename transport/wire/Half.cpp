// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/Codec.h"

#include <Eigen/Core>

namespace rankscope::wire {

std::uint16_t toHalf(float value) noexcept {
    return Eigen::half_impl::float_to_half_rtne(value).x;
}

float fromHalf(std::uint16_t bits) noexcept {
    return Eigen::half_impl::half_to_float(Eigen::half_impl::raw_uint16_to_half(bits));
}

} // namespace rankscope::wire
