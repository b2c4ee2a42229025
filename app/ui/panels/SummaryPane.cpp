// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/SummaryPane.h"

#include "app/ui/panels/SummaryTable.h"
#include "widgets/common/Theme.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace rankscope::ui {

namespace font = widgets::font;

namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

QLabel* heading(const QString& words) {
    auto* label = new QLabel(words);
    label->setFont(font::text(font::kBody, true));
    label->setContentsMargins(12, 10, 12, 2);
    return label;
}

QLabel* plainLabel(const char* name) {
    auto* label = new QLabel;
    label->setObjectName(QLatin1String(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setContentsMargins(12, 6, 12, 6);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

SummaryPane::SummaryPane(QWidget* parent)
    : QWidget(parent),
      m_table(new SummaryTable),
      m_notes(plainLabel("note")),
      m_findings(plainLabel("soft")),
      m_csv(new QPushButton(tr("Table as CSV\u2026"))) {
    auto* inside = new QWidget;
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 4, 0, 12);
    column->setSpacing(0);
    column->addWidget(m_table);
    column->addWidget(m_notes);
    column->addWidget(heading(tr("Findings")));
    column->addWidget(m_findings);
    column->addWidget(heading(tr("Export")));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 6, 12, 0);
    row->addWidget(m_csv);
    row->addStretch();
    column->addLayout(row);
    column->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(inside);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    connect(m_csv, &QPushButton::clicked, this, &SummaryPane::csvRequested);
}

void SummaryPane::setFrame(const engine::CompareFrame& frame) {
    QString base, other;
    if (frame.facts && frame.difference) {
        base = text(frame.facts->sideMarks[frame.facts->base]);
        other = text(frame.facts->sideMarks[frame.difference->other]);
    }
    m_table->setRows(summaryTexts(frame), base, other, text(differenceName(frame)));
    QStringList notes, findings;
    for (const std::string& note : summaryNotes(frame))
        notes << text(note);
    for (const SessionFindings& finding : sessionFindings(frame))
        findings << text(finding.mark + "  " + (finding.fine ? "\xE2\x9C\x93 " : "\xE2\x9C\x97 ") +
                         finding.text);
    m_notes->setText(notes.join(QStringLiteral("\n")));
    m_notes->setVisible(!notes.isEmpty());
    m_findings->setText(findings.isEmpty() ? tr("No session holds a step.")
                                           : findings.join(QStringLiteral("\n")));
    m_csv->setEnabled(frame.facts && frame.facts->summary);
}

QString SummaryPane::notes() const {
    return m_notes->text();
}

QString SummaryPane::findings() const {
    return m_findings->text();
}

} // namespace rankscope::ui
