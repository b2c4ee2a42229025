// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace rankscope::ui {

/// How the rows and columns of a map of ranks follow each other.
enum class MapOrder : unsigned char {
    Rank,
    Host,       ///< ranks of one host side by side
    Similarity, ///< ranks that agree side by side
};

} // namespace rankscope::ui
