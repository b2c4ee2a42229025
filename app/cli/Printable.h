// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rankscope::cli {

/// `text` as it may be shown on a terminal: control characters (C0, DEL and C1, line ends too),
/// marks that turn the direction of writing, and bytes that are not UTF-8 come as \xNN. For
/// whatever a session file or a rank brought: a terminal obeys what is in it.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace rankscope::cli
