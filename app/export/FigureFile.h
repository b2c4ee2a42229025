// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "transport/wire/Result.h"

#include <QByteArray>
#include <QImage>
#include <filesystem>

/// A drawing as the bytes of a file. The same drawing gives the same bytes.
namespace rankscope::figures {

enum class FileKind : unsigned char { Svg, Pdf, Png };

/// By the file's ending. Errors: Usage.
[[nodiscard]] Result<FileKind> fileKind(const std::filesystem::path& file);

[[nodiscard]] QByteArray bytesOf(const Drawing& drawing, FileKind kind, int dpi);
[[nodiscard]] QImage imageOf(const Drawing& drawing, double dpi);

/// Writes all of it or nothing. Errors: Io.
[[nodiscard]] Result<void> writeFile(const std::filesystem::path& file, const QByteArray& bytes);

} // namespace rankscope::figures
