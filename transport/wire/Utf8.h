// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rankscope::wire {

/// Text on the wire is UTF-8, so that every reader (Python's included) can take it as text.
[[nodiscard]] bool isUtf8(std::string_view text) noexcept;

/// `text` with a question mark for every byte that is not part of valid UTF-8.
[[nodiscard]] std::string toUtf8(std::string_view text);

} // namespace rankscope::wire
