// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/HeatmapPaint.h"

#include "widgets/charts/ChartMarks.h"
#include "widgets/common/Theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr double kLabelLeft = 2;
constexpr double kLeastBlock = 6; ///< smaller ones would be nothing but their lines

QString toText(const std::string& text) {
    return QString::fromStdString(text);
}

/// Every how many names there is room for one: 1, 2, 4, 8, as ranks come in nodes.
int stride(double cell, double wanted) {
    int every = 1;
    while (cell * every < wanted)
        every *= 2;
    return every;
}

bool isRank(const HeatmapFrame& frame, bool row) {
    return frame.form == HeatmapForm::RankRank || row == (frame.form == HeatmapForm::RankStep);
}

/// The names that blocks have in common with each other say nothing where room is short: "node3"
/// becomes "3".
std::vector<QString> shortNames(const std::vector<HeatmapBlock>& blocks) {
    std::size_t same = blocks.empty() ? 0 : blocks.front().name.size();
    for (const HeatmapBlock& block : blocks) {
        const auto& a = blocks.front().name;
        const auto differs =
            std::mismatch(a.begin(), a.end(), block.name.begin(), block.name.end());
        same = std::min(same, static_cast<std::size_t>(differs.first - a.begin()));
    }
    while (same > 0 && std::isdigit(static_cast<unsigned char>(blocks.front().name[same - 1])) != 0)
        --same; // numbers stay whole
    std::vector<QString> names;
    for (const HeatmapBlock& block : blocks)
        names.push_back(toText(block.name.size() > same ? block.name.substr(same) : block.name));
    return names;
}

class Labels {
  public:
    Labels(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
           const Theme& theme)
        : m_painter(painter),
          m_frame(frame),
          m_layout(layout),
          m_theme(theme),
          m_blocks(!frame.rankBlocks.empty() && !layoutIsSmall()) {}

    void paint() {
        if (m_frame.form != HeatmapForm::RankStep)
            m_blocks ? paintColumnBlocks() : paintColumns();
        if (m_blocks && isRank(m_frame, true))
            paintRowBlocks();
        else
            paintRows();
        if (m_frame.square() && layoutIsSmall()) {
            setFont(font::kAxis, false, m_theme.text3);
            draw(
                QRectF(kLabelLeft, m_layout.map().top() - HeatmapLayout::kLabels, labelWidth(), 18),
                Qt::AlignRight, toText(m_frame.rowKind));
            paintHosts();
        }
        if (isRank(m_frame, true) && !layoutIsSmall())
            paintMarked();
    }

  private:
    [[nodiscard]] bool layoutIsSmall() const {
        return m_layout.small() && m_frame.form != HeatmapForm::RankStep;
    }
    [[nodiscard]] double labelWidth() const { return m_layout.map().left() - kLabelLeft - 6; }
    [[nodiscard]] bool holdsSelected(const HeatmapBlock& block) const {
        return m_frame.selected >= block.first && m_frame.selected <= block.last;
    }

    void setFont(double size, bool medium, const QColor& colour) {
        m_painter.setFont(font::text(size, medium));
        m_painter.setPen(colour);
    }
    void draw(const QRectF& box, Qt::Alignment across, const QString& text) {
        m_painter.drawText(
            box, static_cast<int>(across) | Qt::AlignVCenter | Qt::TextSingleLine,
            QFontMetricsF(m_painter.font()).elidedText(text, Qt::ElideMiddle, box.width()));
    }
    void drawColumnName(double centre, double width, const QString& name) {
        const QRectF& map = m_layout.map();
        const double y = m_frame.square() ? map.top() - HeatmapLayout::kLabels : map.bottom() + 2;
        draw(QRectF(centre - width / 2, y, width, HeatmapLayout::kLabels - 2), Qt::AlignHCenter,
             name);
    }

    void paintColumns() {
        const int every = stride(m_layout.cellWidth(), m_layout.columns() <= 10 ? 12 : 22);
        for (int c = 0; c < m_layout.columns(); c += every) {
            const bool chosen = c == m_frame.selected;
            setFont(m_frame.square() ? font::kBody : font::kAxis, chosen,
                    chosen ? m_theme.chosen : m_theme.text2);
            drawColumnName(m_layout.cell(0, c).center().x(), 60,
                           toText(m_frame.columns[static_cast<std::size_t>(c)]));
        }
    }

    void paintRows() {
        const bool steps = m_frame.form == HeatmapForm::RankStep;
        const int every = stride(m_layout.cellHeight(), m_frame.square() ? 14 : steps ? 12 : 10.5);
        for (int r = 0; r < m_layout.rows(); r += every) {
            const bool chosen = isRank(m_frame, true) && r == m_frame.selected;
            setFont(m_frame.square() ? font::kBody
                    : steps          ? font::kAxis
                                     : font::kLayer,
                    chosen, chosen ? m_theme.chosen : m_theme.text2);
            draw(QRectF(kLabelLeft, m_layout.cell(r, 0).center().y() - 8, labelWidth(), 16),
                 Qt::AlignRight, toText(m_frame.rows[static_cast<std::size_t>(r)]));
        }
    }

    /// Every how many hosts are named: a regular pattern reads better than a dense one.
    [[nodiscard]] std::size_t blockStride(double wanted, double cell) const {
        const double blocks = static_cast<double>(m_frame.rankBlocks.size());
        const double ranks = m_frame.rankBlocks.back().last + 1;
        return static_cast<std::size_t>(stride(ranks / blocks * cell, wanted));
    }

    void paintColumnBlocks() {
        const std::vector<QString> names = shortNames(m_frame.rankBlocks);
        m_painter.setFont(font::text(font::kAxis, true));
        double widest = 0;
        for (const QString& name : names)
            widest = std::max<double>(widest, m_painter.fontMetrics().horizontalAdvance(name));
        const std::size_t every = blockStride(widest + 6, m_layout.cellWidth());
        for (std::size_t i = 0; i < names.size(); i += every) {
            const HeatmapBlock& block = m_frame.rankBlocks[i];
            setFont(font::kAxis, holdsSelected(block),
                    holdsSelected(block) ? m_theme.chosen : m_theme.text2);
            drawColumnName(
                m_layout.column(block.first).united(m_layout.column(block.last)).center().x(),
                widest + 4, names[i]);
        }
    }

    void paintRowBlocks() {
        const std::vector<QString> shortened = shortNames(m_frame.rankBlocks);
        const std::size_t every = blockStride(font::scaled(14), m_layout.cellHeight());
        m_painter.setFont(font::text(font::kAxis, true));
        bool fit = true;
        for (const HeatmapBlock& block : m_frame.rankBlocks)
            fit = fit &&
                  m_painter.fontMetrics().horizontalAdvance(toText(block.name)) <= labelWidth();
        for (std::size_t i = 0; i < shortened.size(); i += every) {
            const HeatmapBlock& block = m_frame.rankBlocks[i];
            const double y =
                m_layout.row(block.first).united(m_layout.row(block.last)).center().y();
            setFont(font::kAxis, holdsSelected(block),
                    holdsSelected(block) ? m_theme.chosen : m_theme.text2);
            draw(QRectF(kLabelLeft, y - 8, labelWidth(), 16), Qt::AlignRight,
                 fit ? toText(block.name) : shortened[i]);
        }
    }

    /// Where every rank has its number there is only room for a small name at a block's begin.
    void paintHosts() {
        for (const HeatmapBlock& block : m_frame.rankBlocks) {
            setFont(font::kLayer, false, m_theme.text3);
            draw(QRectF(kLabelLeft, m_layout.row(block.first).center().y() - 8, labelWidth() - 20,
                        16),
                 Qt::AlignLeft, toText(block.name));
        }
    }

    void paintMarked() {
        std::vector<int> rows = m_frame.marked;
        if (m_frame.selected >= 0 &&
            std::find(rows.begin(), rows.end(), m_frame.selected) == rows.end())
            rows.push_back(m_frame.selected);
        std::vector<double> wanted;
        for (const int row : rows)
            wanted.push_back(m_layout.row(row).center().y());
        const auto placed =
            spreadLabels(wanted, 14, m_layout.map().top() - 4, m_layout.map().bottom() + 4);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            setFont(font::kBody, true,
                    rows[i] == m_frame.selected ? m_theme.chosen : m_theme.departed);
            draw(QRectF(m_layout.map().right() + 6, placed[i] - 7, 40, 14), Qt::AlignLeft,
                 toText(m_frame.rows[static_cast<std::size_t>(rows[i])]));
        }
    }

    QPainter& m_painter;
    const HeatmapFrame& m_frame;
    const HeatmapLayout& m_layout;
    const Theme& m_theme;
    bool m_blocks; ///< hosts have names, ranks have none
};

} // namespace

void paintBlocks(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                 const Theme& theme) {
    const bool rows = isRank(frame, true), columns = isRank(frame, false);
    const bool steps = frame.form == HeatmapForm::RankStep;
    for (const HeatmapBlock& block : frame.rankBlocks) {
        const double size =
            (block.last - block.first + 1) *
            std::min(rows ? layout.cellHeight() : 1e9, columns ? layout.cellWidth() : 1e9);
        if (block.first == 0 || size < kLeastBlock)
            continue;
        if (rows) {
            const double left = steps ? 8 : layout.map().left();
            painter.fillRect(
                QRectF(left, layout.row(block.first).top() - 1, layout.map().right() - left, 1),
                steps ? theme.border : theme.surface);
        }
        if (columns)
            painter.fillRect(QRectF(layout.column(block.first).left() - 1, layout.map().top(), 1,
                                    layout.map().height()),
                             theme.surface);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.departed, 1));
    for (const HeatmapBlock& block : frame.rankBlocks)
        if (block.outlined && frame.square())
            painter.drawRect(layout.cell(block.first, block.first)
                                 .united(layout.cell(block.last, block.last))
                                 .adjusted(-0.5, -0.5, -0.5, -0.5));
}

void paintLabels(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                 const Theme& theme) {
    Labels(painter, frame, layout, theme).paint();
}

void paintSelection(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                    const Theme& theme) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.chosen, 1));
    const auto outline = [&](const QRectF& box) {
        painter.drawRect(box.adjusted(-0.5, -0.5, -0.5, -0.5));
    };
    if (frame.selected >= 0) {
        if (frame.form != HeatmapForm::RankStep && frame.selected < layout.columns())
            outline(layout.column(frame.selected));
        if (frame.form != HeatmapForm::LayerRank && frame.selected < layout.rows())
            outline(layout.row(frame.selected));
    }
    if (!frame.square() || frame.pairRow < 0 || frame.pairColumn < 0)
        return;
    QColor faint = theme.chosen;
    faint.setAlphaF(0.5F);
    painter.setPen(QPen(faint, 1));
    outline(layout.row(frame.pairRow));
    outline(layout.column(frame.pairColumn));
    QPen strong(theme.chosen, 2);
    strong.setJoinStyle(Qt::MiterJoin);
    painter.setPen(strong);
    const QRectF cell = layout.cell(frame.pairRow, frame.pairColumn);
    const double grown = std::max(0.0, 6 - cell.width()) / 2; // to be found among a thousand
    painter.drawRect(cell.adjusted(-grown, -grown, grown - 1, grown - 1));
}

} // namespace rankscope::widgets
