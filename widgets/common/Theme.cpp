// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/Theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QStyleFactory>
#include <QWidget>
#include <algorithm>
#include <utility>

static void initResources() {
    Q_INIT_RESOURCE(resources);
} // must stand outside a namespace

namespace rankscope::widgets {
namespace {

Theme makeDark() {
    Theme t;
    t.dark = true;
    t.window = 0x14171C;
    t.surface = 0x1A1E24;
    t.plot = 0x16191F;
    t.raised = 0x242A32;
    t.border = 0x323943;
    t.grid = 0x242930;
    t.text1 = 0xE8EBEF;
    t.text2 = 0xAEB7C2;
    t.text3 = 0x8B95A3;
    t.mean = 0xF4F6F8;
    t.healthy = 0x6F7A88;
    t.departed = 0xFF914D;
    t.chosen = 0x62A8FF;
    t.lost = 0xFF7D7D;
    t.selectedRow = 0x22364F;
    t.onAccent = 0x0E1116;
    return t;
}

Theme makeLight() {
    Theme t;
    t.dark = false;
    t.window = 0xEEF0F3;
    t.surface = 0xFFFFFF;
    t.plot = 0xFFFFFF;
    t.raised = 0xF4F5F7;
    t.border = 0xCDD3DA;
    t.grid = 0xE8EBEF;
    t.text1 = 0x15191F;
    t.text2 = 0x454F5B;
    t.text3 = 0x5F6975;
    t.mean = 0x0E1116;
    t.healthy = 0x87919D;
    t.departed = 0xB23E00;
    t.chosen = 0x1561C4;
    t.lost = 0xB3261E;
    t.selectedRow = 0xDCE9F9;
    t.onAccent = 0xFFFFFF;
    return t;
}

/// Paper: white, axes in black, greys that survive a photocopy.
Theme makePrint() {
    Theme t = makeLight();
    t.window = t.surface = t.plot = t.raised = Qt::white;
    t.border = Qt::black;
    t.grid = 0xE6E6E6;
    t.text1 = Qt::black;
    t.text2 = 0x262626;
    t.text3 = 0x4D4D4D;
    t.mean = Qt::black;
    t.healthy = 0x8A8A8A;
    return t;
}

} // namespace

const Theme& Theme::darkTheme() {
    static const Theme theme = makeDark();
    return theme;
}

const Theme& Theme::lightTheme() {
    static const Theme theme = makeLight();
    return theme;
}

const Theme& Theme::printTheme() {
    static const Theme theme = makePrint();
    return theme;
}

const Theme& Theme::of(const QWidget* widget) {
    QColor base = widget->palette().color(QPalette::Base);
    if (base.alpha() == 0) // a style sheet lets it show what is below
        base = QApplication::palette().color(QPalette::Base);
    return base.lightness() < 128 ? darkTheme() : lightTheme();
}

QColor Theme::ink(Ink ink) const {
    switch (ink) {
    case Ink::Mean:
        return mean;
    case Ink::Healthy:
        return healthy;
    case Ink::Departed:
        return departed;
    case Ink::Chosen:
        return chosen;
    case Ink::Lost:
        return lost;
    }
    return mean;
}

QPalette Theme::palette() const {
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::WindowText, text1);
    p.setColor(QPalette::Base, surface);
    p.setColor(QPalette::AlternateBase, raised);
    p.setColor(QPalette::Text, text1);
    p.setColor(QPalette::PlaceholderText, text3);
    p.setColor(QPalette::Button, raised);
    p.setColor(QPalette::ButtonText, text1);
    p.setColor(QPalette::BrightText, lost);
    p.setColor(QPalette::ToolTipBase, raised);
    p.setColor(QPalette::ToolTipText, text1);
    p.setColor(QPalette::Highlight, selectedRow);
    p.setColor(QPalette::HighlightedText, text1);
    p.setColor(QPalette::Link, chosen);
    p.setColor(QPalette::Light, border);
    p.setColor(QPalette::Midlight, raised);
    p.setColor(QPalette::Mid, border);
    p.setColor(QPalette::Dark, border);
    p.setColor(QPalette::Shadow, window);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, text3);
    return p;
}

QString Theme::fill(QString styleSheet) const {
    const std::pair<const char*, QColor> names[] = {{"@selectedRow", selectedRow},
                                                    {"@onAccent", onAccent},
                                                    {"@departed", departed},
                                                    {"@surface", surface},
                                                    {"@healthy", healthy},
                                                    {"@window", window},
                                                    {"@raised", raised},
                                                    {"@border", border},
                                                    {"@chosen", chosen},
                                                    {"@text1", text1},
                                                    {"@text2", text2},
                                                    {"@text3", text3},
                                                    {"@plot", plot},
                                                    {"@mean", mean},
                                                    {"@lost", lost},
                                                    {"@grid", grid}};
    for (const auto& [name, colour] : names)
        styleSheet.replace(QLatin1String(name), colour.name());
    return styleSheet;
}

namespace font {
namespace {

constexpr double kUsualPoints = 11, kMostScale = 1.2;
double g_scale = 1; ///< GUI thread only

} // namespace

void load() {
    initResources();
    for (const char* file : {"Roboto-Regular", "Roboto-Medium", "JetBrainsMono-Regular"}) {
        [[maybe_unused]] const int id = QFontDatabase::addApplicationFont(
            QStringLiteral(":/rankscope/fonts/%1.ttf").arg(QLatin1String(file)));
        Q_ASSERT(id >= 0);
    }
}

double systemScale() {
    return g_scale;
}

void adoptSystemSize() {
    // Desktops ship with 9 to 11 points; who has set more needs larger text here too.
    const double points =
        QFontInfo(QFontDatabase::systemFont(QFontDatabase::GeneralFont)).pointSizeF();
    g_scale = std::clamp(points / kUsualPoints, 1.0, kMostScale);
}

int scaled(int pixels) {
    return qRound(pixels * g_scale);
}

QFont text(double pixels, bool medium) {
    QFont font;
    font.setFamilies(
        {QStringLiteral("Roboto"), QStringLiteral("Open Sans"), QStringLiteral("DejaVu Sans")});
    font.setPixelSize(qRound(pixels * g_scale));
    font.setWeight(medium ? QFont::Medium : QFont::Normal);
    font.setHintingPreference(QFont::PreferVerticalHinting);
    return font;
}

QFont mono(double pixels) {
    QFont font;
    font.setFamilies({QStringLiteral("JetBrains Mono"), QStringLiteral("DejaVu Sans Mono")});
    font.setPixelSize(qRound(pixels * g_scale));
    font.setStyleHint(QFont::Monospace);
    return font;
}

} // namespace font

void applyTheme(const Theme& theme) {
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(theme.palette());
    QApplication::setFont(font::text(font::kBody));
    QFile file(QStringLiteral(":/rankscope/style.qss"));
    [[maybe_unused]] const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened); // a resource of ours
    qApp->setStyleSheet(theme.fill(QString::fromUtf8(file.readAll())));
}

} // namespace rankscope::widgets
