// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/models/ChartModel.h"

#include <QWidget>
#include <array>
#include <optional>

namespace rankscope::widgets {
class ChartPanel;
}

namespace rankscope::ui {

class FormSwitch;
class PanKey;

/// Four charts on one x axis: loss, its dispersion, direction, dispersion of the norms.
class ChartsPane final : public QWidget {
    Q_OBJECT

  public:
    explicit ChartsPane(QWidget* parent = nullptr);

    void setFrame(const engine::RunFrame& frame, const ChartOptions& options);
    void setHeaders(const engine::RunFrame& frame, const ChartOptions& options);
    void setCursor(std::optional<double> step);
    void setFaded(bool on); ///< old values
    /// Lists every value at the cursor, in each panel that has ranks.
    void setReadout(bool on);
    /// All panels show the whole range of their values again.
    void resetY();
    /// One more panel on the same x axis; the pane takes it as a child.
    void insertBelowLoss(QWidget* panel, int stretch);

    [[nodiscard]] bool readout() const { return m_readout; }
    [[nodiscard]] FormSwitch* normForm() const { return m_normForm; }
    [[nodiscard]] widgets::ChartPanel* panel(ChartKind kind) const {
        return m_panels[static_cast<std::size_t>(kind)];
    }

  signals:
    void hovered(double step);
    void left();
    void clicked(double step, int rank);
    void viewRequested(double first, double last, bool continued);
    void resetRequested();
    /// See widgets::ChartPanel.
    void contextRequested(ui::ChartKind kind, QPoint global, double step, double y, int rank,
                          int noteId, int referenceId);
    void columnsChanged(int pixels);
    void normsRequested(bool on);
    void playRequested(); ///< Space, while the pointer is on a panel, without a drag

  private:
    void showReadouts();

    std::array<widgets::ChartPanel*, 4> m_panels{};
    FormSwitch* m_normForm;
    PanKey* m_panKey;
    std::array<std::vector<widgets::HeaderValue>, 4> m_readouts; ///< of the newest frame
    bool m_readout = false;
};

} // namespace rankscope::ui
