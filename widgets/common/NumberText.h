// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

/// Numbers as the interface writes them: independent of the locale, with a true minus sign.
/// Qt-free, so that view models use it too. All texts are UTF-8.
namespace rankscope::widgets {

inline constexpr const char* kMinus = "\xE2\x88\x92";     ///< U+2212
inline constexpr const char* kUndefined = "\xE2\x80\x93"; ///< en dash

/// `significant` digits, trailing zeros kept, so that a changing number keeps its width: 2.29,
/// 0.840, 1,234; powers of ten outside 1e-4..1e7. NaN is "NaN": the caller says "undefined".
[[nodiscard]] std::string numberText(double value, int significant = 3);

/// Exactly `decimals` digits after the point, thousands grouped.
[[nodiscard]] std::string fixedText(double value, int decimals);

/// Signed, two decimals, no leading zero: +.09, −.16, 0 for what rounds to it, +1.00.
[[nodiscard]] std::string cosineText(double value, int decimals = 2);

/// Signed with `significant` digits and no leading zero: +2.33, −.22.
[[nodiscard]] std::string signedText(double value);

/// 4,081
[[nodiscard]] std::string countText(std::uint64_t value);

/// 1.2 MB
[[nodiscard]] std::string bytesText(std::uint64_t bytes);

} // namespace rankscope::widgets
