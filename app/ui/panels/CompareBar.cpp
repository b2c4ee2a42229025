// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/CompareBar.h"

#include "app/ui/CompareController.h"
#include "app/ui/models/CompareWords.h"
#include "app/ui/panels/FormSwitch.h"
#include "app/ui/panels/StatePill.h"
#include "widgets/common/Theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>

namespace rankscope::ui {

namespace font = widgets::font;
using analysis::AlignBy;

CompareBar::CompareBar(CompareController& controller, QWidget* parent)
    : QWidget(parent),
      m_controller(controller),
      m_pill(new StatePill),
      m_title(new QLabel),
      m_detail(new QLabel),
      m_form(new FormSwitch(tr("Side by side"), tr("Overlay"))),
      m_spread(new QComboBox),
      m_align(new QComboBox),
      m_smooth(new QComboBox),
      m_base(new QComboBox),
      m_other(new QComboBox) {
    setFixedHeight(39);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_pill->setText({Pill::Replay, "COMPARE"});
    m_title->setFont(font::text(font::kBody, true));
    m_detail->setObjectName(QStringLiteral("soft"));
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_spread->addItem(tr("Mean \u00B1 std"), static_cast<int>(SpreadForm::Std));
    m_spread->addItem(tr("Median, 5\u201395 %"), static_cast<int>(SpreadForm::Quantiles));
    m_spread->setToolTip(tr("Spread over the runs of a setting"));
    m_align->addItem(tr("Align step"), static_cast<int>(AlignBy::Step));
    m_align->addItem(tr("Align relative step"), static_cast<int>(AlignBy::RelativeStep));
    m_align->setToolTip(tr("Relative: each run's first step is 0"));
    for (const int span : kSmoothings)
        m_smooth->addItem(span == 0 ? tr("Smooth off") : tr("Smooth %1").arg(span), span);
    m_smooth->setToolTip(tr("Debiased exponential mean over so many steps; the raw line stays "
                            "behind it"));
    m_base->setToolTip(tr("The side that the others are compared with"));
    m_other->setToolTip(tr("The side whose difference from the base is shown"));
    const std::pair<QComboBox*, QString> names[] = {{m_spread, tr("Spread")},
                                                    {m_align, tr("Alignment")},
                                                    {m_smooth, tr("Smoothing")},
                                                    {m_base, tr("Base")},
                                                    {m_other, tr("Compared side")}};
    for (const auto& [box, name] : names)
        box->setAccessibleName(name);
    for (QComboBox* box : {m_base, m_other})
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(10);
    row->addWidget(m_pill);
    row->addSpacing(4);
    row->addWidget(m_title);
    row->addWidget(m_detail, 1);
    row->addWidget(m_form);
    for (QWidget* box : {m_spread, m_align, m_smooth, m_base, m_other})
        row->addWidget(box);

    auto* c = &m_controller;
    connect(m_form, &FormSwitch::switched, c, &CompareController::setOverlays);
    connect(m_spread, &QComboBox::activated, c, [this](int index) {
        m_controller.setSpread(static_cast<SpreadForm>(m_spread->itemData(index).toInt()));
    });
    connect(m_align, &QComboBox::activated, c, [this](int index) {
        m_controller.setAlign(static_cast<AlignBy>(m_align->itemData(index).toInt()));
    });
    connect(m_smooth, &QComboBox::activated, c,
            [this](int index) { m_controller.setSmoothing(m_smooth->itemData(index).toDouble()); });
    connect(m_base, &QComboBox::activated, c,
            [this](int index) { m_controller.setBase(m_base->itemData(index).toULongLong()); });
    connect(m_other, &QComboBox::activated, c,
            [this](int index) { m_controller.setOther(m_other->itemData(index).toULongLong()); });
}

void CompareBar::refresh() {
    const engine::CompareFrame* frame = m_controller.frame();
    m_form->setSecond(m_controller.overlays());
    m_spread->setVisible(m_controller.overlays());
    m_spread->setCurrentIndex(m_spread->findData(static_cast<int>(m_controller.options().spread)));
    m_align->setCurrentIndex(m_align->findData(static_cast<int>(m_controller.wishes().align)));
    m_smooth->setCurrentIndex(m_smooth->findData(m_controller.options().smoothing));
    if (frame == nullptr)
        return;
    m_title->setText(QString::fromStdString(compareTitle(*frame)));
    m_detail->setText(QString::fromStdString(compareDetail(*frame)));
    refreshSides();
}

void CompareBar::refreshSides() {
    const engine::CompareFrame& frame = *m_controller.frame();
    const std::vector<std::string> marks =
        frame.facts ? frame.facts->sideMarks : std::vector<std::string>{};
    const std::size_t base = frame.facts ? frame.facts->base : 0;
    const auto fill = [&](QComboBox* box, const QString& words, std::optional<std::size_t> without,
                          std::size_t chosen) {
        QStringList wanted;
        for (std::size_t i = 0; i < marks.size(); ++i)
            if (i != without)
                wanted << words.arg(QString::fromStdString(marks[i]));
        QStringList shown;
        for (int i = 0; i < box->count(); ++i)
            shown << box->itemText(i);
        if (wanted != shown) {
            box->clear();
            for (std::size_t i = 0; i < marks.size(); ++i)
                if (i != without)
                    box->addItem(words.arg(QString::fromStdString(marks[i])), qulonglong{i});
        }
        box->setCurrentIndex(box->findData(qulonglong{chosen}));
    };
    m_base->setVisible(marks.size() > 1);
    m_other->setVisible(marks.size() > 2);
    fill(m_base, tr("Base %1"), std::nullopt, base);
    fill(m_other, tr("Shown %1"), base, frame.difference ? frame.difference->other : 0);
}

} // namespace rankscope::ui
