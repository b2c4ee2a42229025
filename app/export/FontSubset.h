// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace rankscope::figures {

/// The TrueType font `font` with no more glyphs than `text` needs, kerning kept; all of it when
/// that can't be had.
[[nodiscard]] QByteArray fontSubset(const QByteArray& font, const QString& text);

} // namespace rankscope::figures
