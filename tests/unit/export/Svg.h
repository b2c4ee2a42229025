// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QMap>
#include <QPointF>
#include <QRegularExpression>
#include <QString>
#include <QXmlStreamReader>

namespace rankscope::test {

/// What a reader finds in an SVG that we wrote.
struct Svg {
    struct Path {
        QString group; ///< class of the group it lies in
        QString name;
        QList<QList<QPointF>> parts;
        QString stroke, fill;
        double width = 0;
    };
    struct Text {
        QString text, weight;
        QPointF at;
        double size = 0;
    };
    QString width, height, viewBox, title, style;
    QList<Path> paths;
    QList<Text> texts;
    int images = 0;
    QString problem;

    explicit Svg(const QByteArray& bytes) {
        QXmlStreamReader xml(bytes);
        QStringList groups;
        while (!xml.atEnd()) {
            xml.readNext();
            if (xml.isStartElement())
                take(xml, groups);
            else if (xml.isEndElement() && xml.name() == QLatin1String("g"))
                groups.removeLast();
        }
        problem = xml.hasError() ? xml.errorString() : QString();
    }

    [[nodiscard]] QStringList words() const {
        QStringList all;
        for (const Text& text : texts)
            all << text.text;
        return all;
    }
    [[nodiscard]] QList<Path> pathsIn(const QString& group) const {
        QList<Path> found;
        for (const Path& path : paths)
            if (path.group == group)
                found << path;
        return found;
    }
    [[nodiscard]] QList<QByteArray> fonts() const {
        static const QRegularExpression kFont(QStringLiteral("base64,([A-Za-z0-9+/=]+)"));
        QList<QByteArray> found;
        for (const auto& match : kFont.globalMatch(style))
            found << QByteArray::fromBase64(match.captured(1).toLatin1());
        return found;
    }

  private:
    void take(QXmlStreamReader& xml, QStringList& groups) {
        const QXmlStreamAttributes attributes = xml.attributes();
        const auto value = [&](const char* name) {
            return attributes.value(QLatin1String(name)).toString();
        };
        const QString element = xml.name().toString();
        if (element == QLatin1String("svg")) {
            width = value("width");
            height = value("height");
            viewBox = value("viewBox");
        } else if (element == QLatin1String("g")) {
            groups << value("class");
        } else if (element == QLatin1String("title")) {
            title = xml.readElementText();
        } else if (element == QLatin1String("style")) {
            style = xml.readElementText();
        } else if (element == QLatin1String("image")) {
            ++images;
        } else if (element == QLatin1String("path")) {
            paths << Path{groups.value(groups.size() - 1),
                          value("class"),
                          points(value("d")),
                          value("stroke"),
                          value("fill"),
                          value("stroke-width").toDouble()};
        } else if (element == QLatin1String("text")) {
            Text text{{},
                      value("font-weight"),
                      {value("x").toDouble(), value("y").toDouble()},
                      value("font-size").toDouble()};
            text.text = xml.readElementText();
            texts << text;
        }
    }

    /// Absolute start of each part, then relative points.
    static QList<QList<QPointF>> points(const QString& data) {
        QList<QList<QPointF>> parts;
        for (QString part : data.split(u'M', Qt::SkipEmptyParts)) {
            part.remove(u'z');
            QList<QPointF> found;
            for (const QString& pair : part.replace(u'l', u' ').split(u' ', Qt::SkipEmptyParts)) {
                const QStringList xy = pair.split(u',');
                const QPointF point(xy.value(0).toDouble(), xy.value(1).toDouble());
                found << (found.isEmpty() ? point : found.last() + point);
            }
            parts << found;
        }
        return parts;
    }
};

} // namespace rankscope::test
