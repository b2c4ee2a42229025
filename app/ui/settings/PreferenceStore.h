// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/settings/Preferences.h"

#include <QObject>
#include <QSet>
#include <QThreadPool>
#include <functional>

namespace rankscope::ui {

/// The preferences, read once when the program starts and written after each change by a thread of
/// its own: the GUI never waits for the disk. GUI thread only.
class PreferenceStore final : public QObject {
    Q_OBJECT

  public:
    /// `file` empty: nothing is read or kept, as for a picture of the window or a test.
    explicit PreferenceStore(QString file = {}, QObject* parent = nullptr);
    ~PreferenceStore() override; ///< waits until the last change is written

    [[nodiscard]] const Preferences& get() const { return m_preferences; }
    void change(const std::function<void(Preferences&)>& edit);

    /// Looks for the recent files; changed() says when that is known.
    void lookForRecent();
    [[nodiscard]] bool isGone(const QString& file) const { return m_gone.contains(file); }

  signals:
    void changed();

  private:
    void looked(const QSet<QString>& gone);

    QString m_file;
    Preferences m_preferences;
    QSet<QString> m_gone;
    QThreadPool m_writer, m_looker; ///< one thread each: writes stay in order
};

} // namespace rankscope::ui
