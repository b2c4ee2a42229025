// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/pictures/ShownText.h"

#include <QAbstractScrollArea>
#include <QFontMetricsF>
#include <QHash>
#include <QImage>
#include <QPaintEngine>
#include <QPainter>
#include <QWidget>
#include <cmath>

namespace rankscope::pictures {
namespace {

/// Paints nothing, and keeps what is written.
class Listener final : public QPaintEngine {
  public:
    explicit Listener(std::vector<ShownText>& found) : QPaintEngine(AllFeatures), m_found(found) {}

    bool begin(QPaintDevice*) override { return true; }
    bool end() override { return true; }
    void updateState(const QPaintEngineState&) override {}
    void drawPixmap(const QRectF&, const QPixmap&, const QRectF&) override {}
    void drawImage(const QRectF&, const QImage&, const QRectF&, Qt::ImageConversionFlags) override {
    }
    void drawPolygon(const QPointF*, int, PolygonDrawMode) override {}
    void drawPath(const QPainterPath&) override {}
    [[nodiscard]] Type type() const override { return User; }

    void drawTextItem(const QPointF& at, const QTextItem& item) override {
        if (item.text().trimmed().isEmpty())
            return;
        const QFont font = item.font();
        const QTransform& toWindow = painter()->deviceTransform();
        ShownText shown;
        shown.text = item.text();
        shown.ink =
            toWindow.mapRect(QFontMetricsF(font).tightBoundingRect(item.text()).translated(at));
        shown.visible = systemClip().isEmpty() ? QRectF(-1e6, -1e6, 2e6, 2e6)
                                               : QRectF(systemClip().boundingRect());
        if (painter()->hasClipping())
            shown.visible &= toWindow.mapRect(painter()->clipBoundingRect());
        shown.colour = painter()->pen().color();
        shown.colour.setAlphaF(static_cast<float>(shown.colour.alphaF() * painter()->opacity()));
        shown.pixels = font.pixelSize() > 0 ? font.pixelSize() : font.pointSizeF() * 4 / 3;
        shown.medium = font.weight() >= QFont::Medium;
        shown.widget = dynamic_cast<const QWidget*>(painter()->device());
        m_found.push_back(shown);
    }

  private:
    std::vector<ShownText>& m_found;
};

class Sheet final : public QPaintDevice {
  public:
    Sheet(const QWidget& window, std::vector<ShownText>& found)
        : m_window(window),
          m_engine(found) {}
    [[nodiscard]] QPaintEngine* paintEngine() const override { return &m_engine; }

  protected:
    [[nodiscard]] int metric(PaintDeviceMetric metric) const override {
        switch (metric) {
        case PdmWidth:
            return m_window.width();
        case PdmHeight:
            return m_window.height();
        case PdmDevicePixelRatio:
            return 1;
        case PdmDevicePixelRatioScaled:
            return static_cast<int>(devicePixelRatioFScale());
        case PdmDpiX:
        case PdmPhysicalDpiX:
            return m_window.logicalDpiX();
        case PdmDpiY:
        case PdmPhysicalDpiY:
            return m_window.logicalDpiY();
        default:
            return QPaintDevice::metric(metric);
        }
    }

  private:
    const QWidget& m_window;
    mutable Listener m_engine;
};

bool scrolls(const QWidget* widget) {
    for (; widget != nullptr; widget = widget->parentWidget())
        if (qobject_cast<const QAbstractScrollArea*>(widget) != nullptr)
            return true;
    return false;
}

double luminance(const QColor& colour) {
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

QColor over(const QColor& colour, const QColor& ground) {
    const auto mixed = [a = colour.alphaF()](float above, float below) {
        return above * a + below * (1 - a);
    };
    return QColor::fromRgbF(mixed(colour.redF(), ground.redF()),
                            mixed(colour.greenF(), ground.greenF()),
                            mixed(colour.blueF(), ground.blueF()));
}

} // namespace

std::vector<ShownText> shownText(QWidget& window) {
    std::vector<ShownText> found;
    Sheet sheet(window, found);
    window.render(&sheet);
    for (ShownText& shown : found)
        shown.scrolls = scrolls(shown.widget);
    return found;
}

double contrastOf(const ShownText& text, const QImage& picture) {
    const double ratio = picture.devicePixelRatioF();
    const QRectF around = text.ink.adjusted(-2, -1, 2, 1) & text.visible;
    const QRect area =
        QRectF(around.topLeft() * ratio, around.size() * ratio).toAlignedRect() & picture.rect();
    QHash<QRgb, int> counts; // letters cover less than what is between them
    QRgb most = picture.pixel(area.topLeft());
    for (int y = area.top(); y <= area.bottom(); ++y)
        for (int x = area.left(); x <= area.right(); ++x) {
            const QRgb colour = picture.pixel(x, y);
            if (++counts[colour] > counts[most])
                most = colour;
        }
    const QColor ground(most);
    const double a = luminance(over(text.colour, ground)), b = luminance(ground);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

double neededContrast(const ShownText& text) {
    const bool large = text.pixels >= 24 || (text.medium && text.pixels >= 18.66);
    return large ? 3 : 4.5;
}

} // namespace rankscope::pictures
