// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Instruction sets that the kernels are not compiled for; include before any header of Highway.
/// AVX3_DL and SSSE3 bring nothing; the sizeless vectors of SVE and RISC-V cannot be kept in
/// arrays (NEON serves arm64).
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS                                                                       \
    (HWY_AVX3_DL | HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
