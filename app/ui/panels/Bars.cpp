// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/Bars.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMainWindow>
#include <QToolBar>

namespace rankscope::ui {

QToolBar* addFixedBar(QMainWindow* window, const QString& title, const char* name,
                      QWidget* content) {
    auto* bar = new QToolBar(title);
    bar->setObjectName(QLatin1String(name));
    bar->setMovable(false);
    bar->addWidget(content);
    bar->toggleViewAction()->setVisible(false);
    window->addToolBar(bar);
    return bar;
}

void addTimelineBar(QMainWindow* window, const QString& title, QWidget* transport,
                    QWidget* timeline) {
    auto* bar = new QToolBar(title);
    bar->setObjectName(QStringLiteral("timelineBar"));
    bar->setMovable(false);
    auto* strip = new QWidget;
    strip->setObjectName(QStringLiteral("timelineStrip"));
    strip->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(strip);
    row->setContentsMargins(0, 1, 0, 0);
    row->setSpacing(0);
    row->addWidget(transport);
    row->addWidget(timeline, 1);
    strip->setFixedHeight(kTimelineHeight);
    strip->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    bar->addWidget(strip);
    bar->toggleViewAction()->setEnabled(false);
    window->addToolBar(Qt::BottomToolBarArea, bar);
}

} // namespace rankscope::ui
