// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <utility>

namespace rankscope::widgets {
class TimelineView;
}

namespace rankscope::ui {

class CompareBar;
class CompareChartsPane;
class CompareController;
class ConfigPane;
class CosineMaps;
class Dock;
class SessionsPane;
class SummaryPane;
class TransportBar;
class VerdictBar;

/// Everything that shows several sessions: the bar and the verdict above, charts, the docks beside
/// them, the timeline below. Files that are dropped on it join the comparison.
class ComparePane final : public QMainWindow {
    Q_OBJECT

  public:
    explicit ComparePane(CompareController& controller, QWidget* parent = nullptr);

    void refresh();
    void refreshCursor();

    [[nodiscard]] CompareBar* bar() const { return m_bar; }
    [[nodiscard]] VerdictBar* verdict() const { return m_verdict; }
    [[nodiscard]] CompareChartsPane* charts() const { return m_charts; }
    [[nodiscard]] SessionsPane* sessions() const { return m_sessions; }
    [[nodiscard]] ConfigPane* config() const { return m_config; }
    [[nodiscard]] CosineMaps* cosines() const { return m_cosines; }
    [[nodiscard]] SummaryPane* summary() const { return m_summary; }
    [[nodiscard]] widgets::TimelineView* timeline() const { return m_timeline; }
    [[nodiscard]] TransportBar* transport() const { return m_transport; }
    [[nodiscard]] QList<Dock*> docks() const {
        return {m_sessionDock, m_configDock, m_cosineDock, m_summaryDock};
    }

  signals:
    void openRequested(); ///< the user wants to choose more sessions

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeBars();
    void makeDocks();
    void makeActions();
    void connectParts();
    void shareRoom();
    void saveCsv();

    CompareController& m_controller;
    CompareBar* m_bar;
    VerdictBar* m_verdict;
    CompareChartsPane* m_charts;
    SessionsPane* m_sessions;
    ConfigPane* m_config;
    CosineMaps* m_cosines;
    SummaryPane* m_summary;
    Dock *m_sessionDock, *m_configDock, *m_cosineDock, *m_summaryDock;
    widgets::TimelineView* m_timeline;
    TransportBar* m_transport;
    std::pair<int, int> m_shared{-1, -1}; ///< sessions and height that the docks' room was for
};

} // namespace rankscope::ui
