// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/CosineColors.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr std::array kAnchorCosines{-1.0, -0.5, -0.1, -0.03, 0.0, 0.03, 0.1, 0.5, 1.0};
constexpr std::array<QRgb, 9> kDark{0xFFFEA667, 0xFFC67A43, 0xFF6F4B32, 0xFF513C2D, 0xFF2A2A2A,
                                    0xFF334350, 0xFF3D586E, 0xFF5B95C5, 0xFF82C5FD};
constexpr std::array<QRgb, 9> kLight{0xFF9E4500, 0xFFBF764F, 0xFFE3BAA5, 0xFFEDD3C6, 0xFFF3F3F3,
                                     0xFFC9DBF2, 0xFFAAC6EA, 0xFF598DCF, 0xFF1762B6};

using Vector = std::array<double, 3>;

double toLinear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double fromLinear(double channel) {
    return channel <= 0.0031308 ? 12.92 * channel : 1.055 * std::pow(channel, 1 / 2.4) - 0.055;
}

Vector toOklab(QRgb rgb) {
    const double r = toLinear(qRed(rgb) / 255.0), g = toLinear(qGreen(rgb) / 255.0),
                 b = toLinear(qBlue(rgb) / 255.0);
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

QRgb fromOklab(const Vector& lab) {
    const double l = std::pow(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2], 3);
    const double m = std::pow(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2], 3);
    const double s = std::pow(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2], 3);
    const auto byte = [](double linear) {
        return static_cast<int>(std::lround(255 * std::clamp(fromLinear(linear), 0.0, 1.0)));
    };
    return qRgb(byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
                byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
                byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
}

double luminance(const QColor& colour) {
    return 0.2126 * toLinear(colour.redF()) + 0.7152 * toLinear(colour.greenF()) +
           0.0722 * toLinear(colour.blueF());
}

} // namespace

CosineColors::CosineColors(bool dark) : m_table(256) {
    const auto& anchors = dark ? kDark : kLight;
    m_table[kUndefined] = dark ? 0xFF16191F : 0xFFFFFFFF;
    for (int i = 1; i < 256; ++i) {
        const double place = (i - kZero) / 127.0;
        std::size_t right = 1;
        while (right + 1 < anchors.size() && position(kAnchorCosines[right]) < place)
            ++right;
        const double low = position(kAnchorCosines[right - 1]);
        const double t = (place - low) / (position(kAnchorCosines[right]) - low);
        const Vector a = toOklab(anchors[right - 1]), b = toOklab(anchors[right]);
        m_table[i] = fromOklab(
            {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])});
    }
}

const CosineColors& CosineColors::of(bool dark) {
    static const CosineColors darkColours(true), lightColours(false);
    return dark ? darkColours : lightColours;
}

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor CosineColors::textOn(const QColor& background) {
    const QColor black(Qt::black), white(Qt::white);
    return contrast(background, white) >= contrast(background, black) ? white : black;
}

} // namespace rankscope::widgets
