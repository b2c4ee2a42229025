// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/LineStyle.h"

#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr float kBehind = 0.45F; ///< opacity of a raw curve behind its smoothed one

QColor faint(QColor colour, float alpha) {
    colour.setAlphaF(alpha);
    return colour;
}

} // namespace

DashPattern dashPattern(const Curve& curve) {
    if (curve.layer == Layer::Restarts) // what was given up
        return {2, 2};
    if (curve.layer == Layer::Expected)
        return {4, 3};
    switch (curve.dash) {
    case Dash::Solid:
        break;
    case Dash::Long:
        return {6, 3};
    case Dash::Short:
        return {2, 3};
    }
    return {};
}

bool isInDash(const DashPattern& dash, double x) {
    return dash.off == 0 || std::fmod(std::max(x, 0.0), dash.on + dash.off) < dash.on;
}

QColor colourOf(const Curve& curve, const Theme& theme) {
    if (curve.layer == Layer::Restarts)
        return theme.text1;
    if (curve.layer == Layer::Expected)
        return theme.chosen;
    const QColor colour = theme.ink(curve.ink);
    return curve.behind ? faint(colour, kBehind) : colour;
}

QColor colourOf(const Band& band, const Theme& theme) {
    switch (band.kind) {
    case BandKind::Outer:
        return faint(theme.healthy, band.quiet ? 0.14F : 0.20F);
    case BandKind::Inner:
        return faint(theme.healthy, band.quiet ? 0.24F : 0.34F);
    case BandKind::Expected95:
    case BandKind::Error:
        return faint(theme.chosen, 0.16F);
    case BandKind::Expected999:
        break;
    }
    return faint(theme.chosen, 0.09F);
}

double widthOf(const Curve& curve) {
    const bool thin = curve.ink == Ink::Healthy || curve.behind || curve.layer == Layer::Expected ||
                      curve.layer == Layer::Restarts;
    return thin ? 1 : 2;
}

QPen penOf(const Curve& curve, const Theme& theme) {
    const double width = widthOf(curve);
    QPen pen(colourOf(curve, theme), width);
    pen.setJoinStyle(Qt::RoundJoin);
    const DashPattern dash = dashPattern(curve);
    if (dash.off == 0)
        pen.setCapStyle(Qt::RoundCap);
    else {
        pen.setCapStyle(Qt::FlatCap); // round ones would close the gaps
        pen.setDashPattern({dash.on / width, dash.off / width});
    }
    return pen;
}

} // namespace rankscope::widgets
