// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/EngineAdapter.h"
#include "app/ui/Listener.h"
#include "app/ui/MainWindow.h"
#include "app/ui/RunController.h"
#include "app/ui/panels/ChartsPane.h"
#include "app/ui/panels/EmptyPane.h"
#include "app/ui/panels/RunPane.h"
#include "app/ui/panels/StatePill.h"
#include "app/ui/panels/TransportBar.h"
#include "app/ui/panels/VerdictBar.h"
#include "app/ui/panels/WorkersPane.h"
#include "app/ui/settings/PreferenceStore.h"
#include "tests/support/FatalMessages.h"
#include "widgets/charts/ChartPanel.h"
#include "widgets/common/Theme.h"
#include "widgets/heatmap/HeatmapView.h"
#include "widgets/timeline/TimelineView.h"

#include <QTemporaryDir>

namespace rankscope::support {

/// The real window with the real engine behind it.
struct Window {
    ui::EngineAdapter adapter;
    ui::RunController controller{adapter};
    ui::PreferenceStore preferences;
    QTemporaryDir scratch;
    ui::Listener listener{
        adapter, {QStringLiteral("tcp://127.0.0.1:*"), scratch.filePath("listened.rankscope")}};
    ui::MainWindow window{{adapter, controller, preferences, listener}};

    /// `kept`: where preferences are kept; empty: nowhere.
    explicit Window(QSize size = {1600, 1000}, const QString& kept = {}) : preferences(kept) {
        FatalMessages::install();
        window.resize(size);
        window.show();
        window.activateWindow(); // a bare X server has no window manager that would
    }

    [[nodiscard]] widgets::ChartPanel* panel(ui::ChartKind kind) {
        return window.run()->charts()->panel(kind);
    }
    [[nodiscard]] bool loaded() const {
        return window.showsRun() && !controller.frame()->status.loading;
    }
    [[nodiscard]] std::uint64_t cursorStep() const {
        return controller.frame()->cursor.step.value();
    }
    [[nodiscard]] QString headline() const {
        return QString::fromStdString(window.verdict()->verdict().headline);
    }
};

} // namespace rankscope::support
