// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/Page.h"

#include "app/export/ChartFigure.h"
#include "app/export/HeatmapFigure.h"
#include "app/export/PaperStyle.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace rankscope::figures {

using namespace paper;
using widgets::ChartFrame;
using widgets::HeatmapFrame;
using widgets::Theme;

namespace {

constexpr double kApart = 2.5;   ///< mm between panels
constexpr double kLeastPlot = 8; ///< mm; less shows nothing

/// What stands above a plot: its letter among several, its heading, or else what its lines are.
struct Heading {
    QString letter, words;
    bool soft = false; ///< words of the second rank
};
Heading headingOf(const Page& page, std::size_t panel) {
    Heading heading;
    if (page.panels.size() > 1)
        heading.letter = QChar(u'a' + static_cast<char16_t>(panel % 26));
    heading.words = text(page.panels[panel].heading);
    const auto* chart = std::get_if<ChartFrame>(&page.panels[panel].content);
    if (heading.words.isEmpty() && chart != nullptr) {
        heading.words = text(chart->note.empty() ? chart->unit : chart->note);
        heading.soft = true;
    }
    return heading;
}

/// Every panel's place on the page. Lengths in mm.
class Grid {
  public:
    Grid(const Page& page, double width) : m_page(page), m_width(width) {
        for (const Panel& panel : page.panels)
            m_shown.push_back(withoutHidden(panel.content));
        const auto rows = (page.panels.size() + columns() - 1) / columns();
        m_rows.resize(rows);
        m_columns.resize(columns());
        for (std::size_t i = 0; i < m_shown.size(); ++i)
            m_axes.push_back(axesOf(i));
        layoutColumns();
        layoutRows();
    }

    [[nodiscard]] double preferredHeight() const {
        double height = kApart * static_cast<double>(m_rows.size() - 1);
        for (const Extent& row : m_rows)
            height += row.before + row.plot + row.after;
        return height;
    }

    /// Shares a given height out among the plots.
    void setHeight(double height) {
        double plots = 0;
        for (const Extent& row : m_rows)
            plots += row.plot;
        const double free = height - (preferredHeight() - plots);
        for (Extent& row : m_rows)
            row.plot = std::max(kLeastPlot, row.plot * free / plots);
    }

    [[nodiscard]] QRectF plot(std::size_t panel) const {
        const std::size_t row = panel / columns(), column = panel % columns();
        double x = 0, y = 0;
        for (std::size_t c = 0; c < column; ++c)
            x += m_columns[c].before + m_columns[c].plot + m_columns[c].after + kApart;
        for (std::size_t r = 0; r < row; ++r)
            y += m_rows[r].before + m_rows[r].plot + m_rows[r].after + kApart;
        QRectF box(x + m_columns[column].before, y + m_rows[row].before, m_columns[column].plot,
                   m_rows[row].plot);
        const auto* map = std::get_if<HeatmapFrame>(&m_shown[panel]);
        if (map != nullptr && map->square()) {
            const double side = std::min(box.width(), box.height());
            box.setSize({side, side});
        }
        return box;
    }
    /// Where the panel's cell begins: its letter stands there.
    [[nodiscard]] double left(std::size_t panel) const {
        return plot(panel).left() - m_columns[panel % columns()].before;
    }
    [[nodiscard]] const auto& content(std::size_t panel) const { return m_shown[panel]; }
    [[nodiscard]] ChartAxes axes(std::size_t panel) const { return m_axes[panel]; }
    [[nodiscard]] widgets::Scale scale(std::size_t panel, double height) const {
        if (m_page.panels[panel].quantity >= 0)
            return paperScale(allCharts(m_page.panels[panel].quantity), height);
        return paperScale(std::get<ChartFrame>(m_shown[panel]), height);
    }

  private:
    struct Extent {
        double before = 0, plot = 0, after = 0;
    };
    using Content = std::variant<ChartFrame, HeatmapFrame>;

    static Content withoutHidden(const Content& content) {
        if (const auto* chart = std::get_if<ChartFrame>(&content))
            return widgets::withoutHidden(*chart);
        return content;
    }
    [[nodiscard]] std::size_t columns() const {
        return static_cast<std::size_t>(std::max(1, m_page.columns));
    }

    /// What the limits of y must hold when charts share them.
    [[nodiscard]] ChartFrame allCharts(int quantity) const {
        std::optional<ChartFrame> all;
        for (std::size_t i = 0; i < m_shown.size(); ++i) {
            const auto* chart = std::get_if<ChartFrame>(&m_shown[i]);
            if (chart == nullptr || m_page.panels[i].quantity != quantity)
                continue;
            if (!all) {
                all = *chart;
                continue;
            }
            all->curves.insert(all->curves.end(), chart->curves.begin(), chart->curves.end());
            all->bands.insert(all->bands.end(), chart->bands.begin(), chart->bands.end());
            all->first = std::min(all->first, chart->first);
            all->last = std::max(all->last, chart->last);
        }
        return *all;
    }

    /// First and last step on the panel's axis, if that is one of steps.
    [[nodiscard]] std::optional<std::pair<double, double>> stepsOf(std::size_t panel) const {
        if (const auto* chart = std::get_if<ChartFrame>(&m_shown[panel]))
            return std::pair(chart->first, chart->last);
        const auto& map = std::get<HeatmapFrame>(m_shown[panel]);
        if (map.form != widgets::HeatmapForm::RankStep)
            return std::nullopt;
        return std::pair(map.firstStep, map.lastStep);
    }

    [[nodiscard]] ChartAxes axesOf(std::size_t panel) const {
        ChartAxes axes;
        const int quantity = m_page.panels[panel].quantity;
        axes.valueLabels =
            quantity < 0 || panel % columns() == 0 || m_page.panels[panel - 1].quantity != quantity;
        const std::size_t below = panel + columns();
        const auto here = stepsOf(panel);
        axes.stepLabels = !here || below >= m_shown.size() || stepsOf(below) != here;
        return axes;
    }

    [[nodiscard]] QMarginsF marginsOf(std::size_t panel, double height) const {
        if (const auto* map = std::get_if<HeatmapFrame>(&m_shown[panel]))
            return heatmapMargins(*map);
        return chartMargins(std::get<ChartFrame>(m_shown[panel]), scale(panel, height),
                            m_axes[panel]);
    }

    void layoutColumns() {
        const double guess = 30; // the labels of y hardly depend on the plot's height
        double taken = kApart * static_cast<double>(columns() - 1);
        for (std::size_t i = 0; i < m_shown.size(); ++i) {
            const QMarginsF margins = marginsOf(i, guess);
            Extent& column = m_columns[i % columns()];
            column.before = std::max(column.before, margins.left());
            column.after = std::max(column.after, margins.right());
        }
        for (const Extent& column : m_columns)
            taken += column.before + column.after;
        for (Extent& column : m_columns)
            column.plot = std::max(kLeastPlot, (m_width - taken) / static_cast<double>(columns()));
    }

    void layoutRows() {
        for (std::size_t i = 0; i < m_shown.size(); ++i) {
            Extent& row = m_rows[i / columns()];
            const double width = m_columns[i % columns()].plot;
            const auto* map = std::get_if<HeatmapFrame>(&m_shown[i]);
            const double plot = map != nullptr ? mapHeight(*map, width) : chartHeight(width);
            const QMarginsF margins = marginsOf(i, plot);
            const Heading heading = headingOf(m_page, i);
            const bool headed = !heading.letter.isEmpty() || !heading.words.isEmpty();
            const double top = headed ? lineHeight(kTitleText) + 0.8 : 0;
            row.before = std::max(row.before, margins.top() + top);
            row.plot = std::max(row.plot, plot);
            row.after = std::max(row.after, margins.bottom());
        }
    }

    /// Alone it gets the proportions of a photograph, in a column it is flatter.
    [[nodiscard]] double chartHeight(double width) const {
        if (m_rows.size() == 1 && columns() == 1)
            return std::clamp(0.56 * width, 24.0, 66.0);
        return std::clamp((columns() > 1 ? 0.62 : 0.36) * width, 18.0, 46.0);
    }

    const Page& m_page;
    double m_width;
    std::vector<Content> m_shown;
    std::vector<ChartAxes> m_axes;
    std::vector<Extent> m_columns, m_rows;
};

void drawHeading(Drawing& drawing, const Page& page, std::size_t panel, const Grid& grid,
                 const Theme& theme) {
    const Heading heading = headingOf(page, panel);
    const double baseline = grid.plot(panel).top() - lineHeight(kAxisText) / 2 - 0.9;
    double x = grid.plot(panel).left();
    if (!heading.letter.isEmpty()) {
        const double left = grid.left(panel) + kEdge;
        drawing.add(
            Text{{left, baseline}, heading.letter, kTitleText, theme.text1, Anchor::Start, true});
        x = std::max(x, left + textWidth(heading.letter, kTitleText, true) + kTitleGap);
    }
    if (!heading.words.isEmpty())
        drawing.add(Text{{x, baseline},
                         heading.words,
                         heading.soft ? kAxisText : kTitleText,
                         heading.soft ? theme.text3 : theme.text1});
}

} // namespace

double pageHeight(const Page& page, double width) {
    return page.panels.empty() ? 0 : Grid(page, width).preferredHeight();
}

Drawing compose(const Page& page, QSizeF size, const Theme& theme) {
    Drawing drawing;
    drawing.size = size;
    drawing.ground = theme.surface;
    drawing.title = text(page.title);
    drawing.description = text(page.description);
    if (page.panels.empty())
        return drawing;
    Grid grid(page, size.width());
    grid.setHeight(size.height());
    for (std::size_t i = 0; i < page.panels.size(); ++i) {
        const QRectF plot = grid.plot(i);
        drawing.add(BeginGroup{QStringLiteral("panel")});
        if (const auto* map = std::get_if<HeatmapFrame>(&grid.content(i))) {
            drawHeatmap(drawing, *map, plot, theme);
        } else {
            ChartFrame chart = std::get<ChartFrame>(grid.content(i));
            if (headingOf(page, i).soft)
                chart.note.clear(); // it stands above the plot
            const double last = std::max(chart.last, chart.first + 1e-9);
            drawChart(drawing, chart, {plot, chart.first, last, grid.scale(i, plot.height())},
                      grid.axes(i), theme);
        }
        drawHeading(drawing, page, i, grid, theme);
        drawing.add(EndGroup{});
    }
    return drawing;
}

} // namespace rankscope::figures
