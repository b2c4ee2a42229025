// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/models/RunText.h"

#include <QElapsedTimer>
#include <QStringList>
#include <QTimer>
#include <QWidget>
#include <cstdint>
#include <optional>
#include <string>

class QLabel;
class QVBoxLayout;

namespace rankscope::ui {

/// What stands in the window before there is a run: three ways to get one.
class EmptyPane final : public QWidget {
    Q_OBJECT

  public:
    explicit EmptyPane(QWidget* parent = nullptr);

    /// What the window waits for: where it listens or whom it asks, and how many ranks have called
    /// there. No step has come from any.
    void setSource(const std::optional<Source>& source, std::uint32_t called);
    /// Files that are there, newest first.
    void setRecent(const QStringList& files);
    [[nodiscard]] QString listeningText() const;
    [[nodiscard]] QString introText() const;

  signals:
    void openRequested();
    void fileRequested(const QString& file);
    void samplesRequested(const QStringList& names);

  private:
    [[nodiscard]] QWidget* watchCard();
    [[nodiscard]] QWidget* openCard();
    [[nodiscard]] QWidget* sampleCard();
    void tick();

    QLabel *m_intro, *m_listening, *m_elapsed;
    QVBoxLayout* m_recent;
    QStringList m_recentFiles;
    QTimer m_timer;
    QElapsedTimer m_since;
    std::string m_waitsFor; ///< address; empty: nothing
};

} // namespace rankscope::ui
