// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/session/Notes.h"
#include "app/ui/models/ChartModel.h"

#include <QObject>
#include <QThreadPool>

namespace rankscope::ui {

class RunController;

/// The notes and reference lines of the session that is shown: read when it opens, written after
/// each change by a thread of its own. What cannot be written stays as long as the session is
/// shown, and the verdict line says so. GUI thread only.
///
/// Ids count from 0 in the order of engine::Notes; they hold until the next change.
class NoteKeeper final : public QObject {
    Q_OBJECT

  public:
    explicit NoteKeeper(RunController& controller, QObject* parent = nullptr);
    ~NoteKeeper() override; ///< waits until the last change is written

    [[nodiscard]] const engine::Notes& notes() const { return m_notes; }

    /// What was kept is known. Changes may be made before, and join it then.
    [[nodiscard]] bool ready() const { return m_read; }

    void addNote(double step, const std::string& text);
    void editNote(int id, const std::string& text); ///< an empty text removes it
    void addReference(ChartKind panel, double value, const std::string& label);
    void editReference(int id, double value, const std::string& label);
    void removeReference(int id);

  signals:
    void changed();

  private:
    void open();
    void take(const Result<engine::Notes>& read);
    void insert(const engine::Note& note);
    void save();
    void show();

    RunController& m_controller;
    std::string m_file; ///< where they are kept; empty: nothing is open
    engine::Notes m_notes;
    bool m_read = false; ///< what is in the file is known
    bool m_keep = true;  ///< false: the file there is not ours to write over
    QThreadPool m_disk;  ///< one thread: writes stay in order
};

} // namespace rankscope::ui
