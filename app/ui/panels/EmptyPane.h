// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QStringList>
#include <QTimer>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace rankscope::ui {

/// What stands in the window before there is a run: three ways to get one.
class EmptyPane final : public QWidget {
    Q_OBJECT

  public:
    explicit EmptyPane(QWidget* parent = nullptr);

    /// Where ranks can call; empty: nowhere.
    void setListening(const QString& endpoint);
    /// Files that are there, newest first.
    void setRecent(const QStringList& files);
    [[nodiscard]] QString listeningText() const;

  signals:
    void openRequested();
    void fileRequested(const QString& file);
    void samplesRequested(const QStringList& names);

  private:
    [[nodiscard]] QWidget* watchCard();
    [[nodiscard]] QWidget* openCard();
    [[nodiscard]] QWidget* sampleCard();
    void tick();

    QLabel *m_listening, *m_elapsed;
    QVBoxLayout* m_recent;
    QStringList m_recentFiles;
    QTimer m_timer;
    QElapsedTimer m_since;
};

} // namespace rankscope::ui
