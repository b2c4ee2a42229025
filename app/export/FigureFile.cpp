// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/FigureFile.h"

#include "app/export/SvgText.h"

#include <QBuffer>
#include <QHashFunctions>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <cmath>

namespace rankscope::figures {
namespace {

constexpr int kPdfDpi = 1200;
constexpr double kInch = 25.4; ///< mm

/// The date of writing would make two equal figures differ; it is optional, and blank space is
/// allowed in its place.
void removeDate(QByteArray& pdf) {
    const qsizetype at = pdf.indexOf("/CreationDate");
    const qsizetype end = at < 0 ? -1 : pdf.indexOf(')', at);
    if (end > 0)
        pdf.replace(at, end - at + 1, QByteArray(end - at + 1, ' '));
}

/// Qt writes the fonts in the order of a hash table, which each process shuffles in its own way.
class SameOrder {
  public:
    SameOrder() { QHashSeed::setDeterministicGlobalSeed(); }
    ~SameOrder() { QHashSeed::resetRandomGlobalSeed(); }
    SameOrder(const SameOrder&) = delete;
    SameOrder& operator=(const SameOrder&) = delete;
};

QByteArray toPdf(const Drawing& drawing) {
    const SameOrder sameOrder;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setResolution(kPdfDpi);
        writer.setPageSize(
            QPageSize(drawing.size, QPageSize::Millimeter, {}, QPageSize::ExactMatch));
        writer.setPageMargins({});
        writer.setTitle(drawing.title);
        writer.setCreator(QStringLiteral("Rankscope " RANKSCOPE_VERSION));
        QPainter painter(&writer);
        painter.scale(kPdfDpi / kInch, kPdfDpi / kInch);
        paint(painter, drawing);
    }
    removeDate(bytes);
    return bytes;
}

} // namespace

Result<FileKind> fileKind(const std::filesystem::path& file) {
    const std::string ending = file.extension().string();
    if (ending == ".svg")
        return FileKind::Svg;
    if (ending == ".pdf")
        return FileKind::Pdf;
    if (ending == ".png")
        return FileKind::Png;
    return fail(ErrorCode::Usage, "a figure is a .svg, .pdf or .png file, not " + file.string(),
                "Give --out a name with one of these endings");
}

QImage imageOf(const Drawing& drawing, double dpi) {
    const QSizeF pixels = drawing.size * (dpi / kInch);
    QImage image(static_cast<int>(std::ceil(pixels.width() - 1e-6)),
                 static_cast<int>(std::ceil(pixels.height() - 1e-6)), QImage::Format_RGB32);
    image.setDotsPerMeterX(qRound(dpi / kInch * 1000));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    image.fill(drawing.ground);
    QPainter painter(&image);
    painter.scale(dpi / kInch, dpi / kInch);
    paint(painter, drawing);
    return image;
}

QByteArray bytesOf(const Drawing& drawing, FileKind kind, int dpi) {
    if (kind == FileKind::Svg)
        return toSvg(drawing);
    if (kind == FileKind::Pdf)
        return toPdf(drawing);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    imageOf(drawing, dpi).save(&buffer, "PNG");
    return bytes;
}

Result<void> writeFile(const std::filesystem::path& file, const QByteArray& bytes) {
    QSaveFile out(QString::fromStdString(file.string()));
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.commit())
        return fail(ErrorCode::Io,
                    "cannot write " + file.string() + ": " + out.errorString().toStdString(),
                    "Choose a folder that you may write to");
    return {};
}

} // namespace rankscope::figures
