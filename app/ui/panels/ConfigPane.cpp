// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/ConfigPane.h"

#include "widgets/common/Theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace rankscope::ui {
namespace {

constexpr int kStretched = 4; ///< columns that share the width; with more the table scrolls

} // namespace

ConfigPane::ConfigPane(QWidget* parent)
    : QWidget(parent),
      m_table(new QTableWidget),
      m_all(new QPushButton(tr("Show all"))) {
    m_table->setAccessibleName(tr("Settings of the sessions"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(20);
    m_table->verticalHeader()->setMinimumSectionSize(20);
    m_table->horizontalHeader()->setFixedHeight(22);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setStyleSheet(
        QStringLiteral("QTableView, QHeaderView, QHeaderView::section { background: transparent; }"
                       "QHeaderView::section { padding: 0 3px; }")); // as the cells have
    m_all->setCheckable(true);
    m_all->setToolTip(tr("Also the settings that do not differ"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 0, 8, 8);
    column->setSpacing(6);
    column->addWidget(m_table, 1);
    column->addWidget(m_all, 0, Qt::AlignRight);
    column->setAlignment(m_all, Qt::AlignRight);
    m_all->setFixedWidth(96);
    connect(m_all, &QPushButton::toggled, this, &ConfigPane::fill);
}

void ConfigPane::setFrame(const engine::CompareFrame& frame) {
    if (frame.facts == m_facts)
        return;
    const bool alike = m_facts && frame.facts && m_facts->config == frame.facts->config &&
                       m_facts->sessions.size() == frame.facts->sessions.size();
    m_facts = frame.facts;
    m_frame.facts = frame.facts;
    if (!alike)
        fill();
}

void ConfigPane::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_facts)
        fill(); // what differs stands on a colour of the theme
}

void ConfigPane::fill() {
    const std::vector<ConfigText> rows = configTexts(m_frame, m_all->isChecked());
    QStringList heads{tr("setting")};
    if (m_facts)
        for (const engine::CompareFacts::Session& session : m_facts->sessions)
            heads << QString::fromStdString(session.mark);
    m_table->clear();
    m_table->setColumnCount(static_cast<int>(heads.size()));
    m_table->setRowCount(static_cast<int>(rows.size()));
    m_table->setHorizontalHeaderLabels(heads);
    const auto& theme = widgets::Theme::of(this);
    for (int r = 0; r < m_table->rowCount(); ++r) {
        const ConfigText& row = rows[static_cast<std::size_t>(r)];
        const auto put = [&](int column, const std::string& text) {
            auto* item = new QTableWidgetItem(QString::fromStdString(text));
            item->setToolTip(item->text().toHtmlEscaped());
            item->setTextAlignment((column == 0 ? Qt::AlignLeft : Qt::AlignRight) |
                                   Qt::AlignVCenter);
            if (row.differs) {
                item->setBackground(theme.selectedRow);
                item->setFont(widgets::font::text(widgets::font::kBody, column > 0));
            } else if (column > 1)
                item->setForeground(theme.text3);
            m_table->setItem(r, column, item);
        };
        put(0, row.key);
        for (std::size_t run = 0; run < row.values.size(); ++run)
            put(static_cast<int>(run) + 1, row.values[run]);
    }
    auto* header = m_table->horizontalHeader();
    const bool few = m_table->columnCount() <= kStretched;
    header->setMinimumSectionSize(56);
    for (int column = 0; column < m_table->columnCount(); ++column) {
        header->setSectionResizeMode(column, few ? QHeaderView::Stretch : QHeaderView::Interactive);
        if (!few)
            header->resizeSection(column, column == 0 ? 96 : 72);
        m_table->horizontalHeaderItem(column)->setTextAlignment(
            (column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
}

} // namespace rankscope::ui
