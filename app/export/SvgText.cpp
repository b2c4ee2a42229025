// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/SvgText.h"

#include "app/export/FontSubset.h"

#include <QBuffer>
#include <QFile>
#include <QXmlStreamWriter>
#include <algorithm>
#include <cmath>

namespace rankscope::figures {
namespace {

/// Longer lines are so dense that a hundredth of a millimetre is far below their width.
constexpr qsizetype kFine = 2'000;

/// Without zeros at the end, nor before the point. `decimals`: of a millimetre; 3 for what is
/// alone, 2 for dense lines.
QString number(double value, int decimals = 3) {
    QString text = QString::number(value, 'f', decimals);
    while (text.endsWith(u'0'))
        text.chop(1);
    if (text.endsWith(u'.'))
        text.chop(1);
    if (text == QLatin1String("-0"))
        return QStringLiteral("0");
    if (text.startsWith(QLatin1String("0.")))
        return text.mid(1);
    if (text.startsWith(QLatin1String("-0.")))
        return u'-' + text.mid(2);
    return text;
}

/// Each part starts absolutely; then points are relative to where the rounded ones before have led,
/// so that errors don't add up.
QString pathData(const Path& path) {
    QString data;
    for (const QPolygonF& part : path.parts) {
        const int decimals = part.size() > kFine ? 2 : 3;
        const double unit = std::pow(10.0, decimals);
        const auto rounded = [&](double v) { return std::round(v * unit) / unit; };
        QPointF at;
        for (qsizetype i = 0; i < part.size(); ++i) {
            const QPointF next(rounded(part[i].x()), rounded(part[i].y()));
            data += i == 0 ? u'M' : i == 1 ? u'l' : u' ';
            data +=
                number(next.x() - at.x(), decimals) + u',' + number(next.y() - at.y(), decimals);
            at = next;
        }
        if (path.closed)
            data += u'z';
    }
    return data;
}

class Writer {
  public:
    Writer(const Drawing& drawing, QByteArray& bytes) : m_drawing(drawing), m_xml(&bytes) {}

    void write() {
        m_xml.writeStartDocument();
        m_xml.writeStartElement(QStringLiteral("svg"));
        m_xml.writeDefaultNamespace(QStringLiteral("http://www.w3.org/2000/svg"));
        const QString width = number(m_drawing.size.width());
        const QString height = number(m_drawing.size.height());
        attribute("width", width + QStringLiteral("mm"));
        attribute("height", height + QStringLiteral("mm"));
        attribute("viewBox", QStringLiteral("0 0 %1 %2").arg(width, height));
        attribute("font-family", QStringLiteral("Roboto, 'Open Sans', 'DejaVu Sans', sans-serif"));
        attribute("fill", QStringLiteral("none"));
        attribute("stroke-linejoin", QStringLiteral("round"));
        newLine();
        m_xml.writeTextElement(QStringLiteral("title"), m_drawing.title);
        newLine();
        m_xml.writeTextElement(QStringLiteral("desc"), m_drawing.description);
        newLine();
        m_xml.writeTextElement(QStringLiteral("style"), fontFaces());
        newLine();
        m_xml.writeEmptyElement(QStringLiteral("rect"));
        attribute("width", width);
        attribute("height", height);
        attribute("fill", m_drawing.ground.name());
        newLine();
        for (const Shape& shape : m_drawing.shapes) {
            std::visit(*this, shape);
            newLine();
        }
        m_xml.writeEndElement();
        newLine();
        m_xml.writeEndDocument();
    }

    void operator()(const Path& path) {
        m_xml.writeEmptyElement(QStringLiteral("path"));
        if (!path.name.isEmpty())
            attribute("class", path.name);
        attribute("d", pathData(path));
        paintAttributes(path.stroke, path.fill);
    }
    void operator()(const Circle& circle) {
        m_xml.writeEmptyElement(QStringLiteral("circle"));
        attribute("cx", number(circle.centre.x()));
        attribute("cy", number(circle.centre.y()));
        attribute("r", number(circle.radius));
        paintAttributes(circle.stroke, circle.fill);
    }
    void operator()(const Text& text) {
        m_xml.writeStartElement(QStringLiteral("text"));
        const QString x = number(text.at.x()), y = number(text.at.y());
        attribute("x", x);
        attribute("y", y);
        attribute("font-size", number(text.size * kPoint));
        attribute("fill", text.colour.name());
        if (text.medium)
            attribute("font-weight", QStringLiteral("500"));
        if (text.anchor != Anchor::Start)
            attribute("text-anchor", text.anchor == Anchor::Middle ? QStringLiteral("middle")
                                                                   : QStringLiteral("end"));
        if (text.upward)
            attribute("transform", QStringLiteral("rotate(-90 %1 %2)").arg(x, y));
        m_xml.writeCharacters(text.text);
        m_xml.writeEndElement();
    }
    void operator()(const Picture& picture) {
        QByteArray png;
        QBuffer buffer(&png);
        picture.image.save(&buffer, "PNG");
        m_xml.writeEmptyElement(QStringLiteral("image"));
        attribute("x", number(picture.box.x()));
        attribute("y", number(picture.box.y()));
        attribute("width", number(picture.box.width()));
        attribute("height", number(picture.box.height()));
        attribute("preserveAspectRatio", QStringLiteral("none"));
        attribute("style", QStringLiteral("image-rendering:pixelated"));
        attribute("href",
                  QStringLiteral("data:image/png;base64,") + QString::fromLatin1(png.toBase64()));
    }
    void operator()(const BeginGroup& group) {
        QString clip;
        if (group.clip) {
            clip = QStringLiteral("clip%1").arg(++m_clips);
            m_xml.writeStartElement(QStringLiteral("clipPath"));
            attribute("id", clip);
            m_xml.writeEmptyElement(QStringLiteral("rect"));
            attribute("x", number(group.clip->x()));
            attribute("y", number(group.clip->y()));
            attribute("width", number(group.clip->width()));
            attribute("height", number(group.clip->height()));
            m_xml.writeEndElement();
            newLine();
        }
        m_xml.writeStartElement(QStringLiteral("g"));
        attribute("class", group.name);
        if (!clip.isEmpty())
            attribute("clip-path", QStringLiteral("url(#%1)").arg(clip));
    }
    void operator()(const EndGroup&) { m_xml.writeEndElement(); }

  private:
    void newLine() { m_xml.writeCharacters(QStringLiteral("\n")); }
    void attribute(const char* name, const QString& value) {
        m_xml.writeAttribute(QLatin1String(name), value);
    }
    void paintAttributes(const std::optional<Stroke>& stroke, const QColor& fill) {
        if (fill.isValid())
            attribute("fill", fill.name());
        if (!stroke)
            return;
        attribute("stroke", stroke->colour.name());
        attribute("stroke-width", number(stroke->width * kPoint));
        if (stroke->dash.empty()) {
            attribute("stroke-linecap", QStringLiteral("round"));
            return;
        }
        QStringList dash;
        for (const double length : stroke->dash)
            dash << number(length * kPoint);
        attribute("stroke-dasharray", dash.join(u' '));
    }
    /// Only the weights and letters that the text needs.
    [[nodiscard]] QString fontFaces() const {
        QString letters[2];
        for (const Shape& shape : m_drawing.shapes)
            if (const Text* text = std::get_if<Text>(&shape))
                letters[text->medium ? 1 : 0] += text->text;
        QString css;
        for (const bool medium : {false, true}) {
            if (letters[medium ? 1 : 0].isEmpty())
                continue;
            QFile font(QStringLiteral(":/rankscope/fonts/Roboto-%1.ttf")
                           .arg(medium ? QStringLiteral("Medium") : QStringLiteral("Regular")));
            [[maybe_unused]] const bool opened = font.open(QIODevice::ReadOnly);
            Q_ASSERT(opened); // a resource of ours
            css += QStringLiteral("@font-face{font-family:Roboto;font-weight:%1;"
                                  "src:url(data:font/ttf;base64,%2) format('truetype')}")
                       .arg(medium ? 500 : 400)
                       .arg(QString::fromLatin1(
                           fontSubset(font.readAll(), letters[medium ? 1 : 0]).toBase64()));
        }
        return css;
    }

    const Drawing& m_drawing;
    QXmlStreamWriter m_xml;
    int m_clips = 0;
};

} // namespace

QByteArray toSvg(const Drawing& drawing) {
    QByteArray bytes;
    Writer(drawing, bytes).write();
    return bytes;
}

} // namespace rankscope::figures
