// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/NoteKeeper.h"

#include "app/ui/RunController.h"
#include "app/ui/models/NoteModel.h"

#include <algorithm>
#include <utility>

namespace rankscope::ui {

NoteKeeper::NoteKeeper(RunController& controller, QObject* parent)
    : QObject(parent),
      m_controller(controller) {
    m_disk.setMaxThreadCount(1);
    connect(&controller, &RunController::sourceChanged, this, &NoteKeeper::open);
}

NoteKeeper::~NoteKeeper() {
    m_disk.waitForDone();
}

void NoteKeeper::open() {
    const std::string file = m_controller.source() ? m_controller.source()->notes : std::string();
    if (file == m_file)
        return;
    m_file = file;
    m_notes = {};
    m_keep = true;
    m_read = file.empty();
    show();
    if (m_read)
        return;
    m_disk.start([this, file] {
        auto read = engine::readNotes(file);
        QMetaObject::invokeMethod(
            this,
            [this, file, read = std::move(read)] {
                if (file == m_file) // else another one was opened meanwhile
                    take(read);
            },
            Qt::QueuedConnection);
    });
}

void NoteKeeper::take(const Result<engine::Notes>& read) {
    m_read = true;
    m_keep = read.has_value();
    if (!read) {
        m_controller.report(read.error());
        return;
    }
    const engine::Notes early = std::exchange(m_notes, *read);
    for (const engine::Note& note : early.notes)
        insert(note);
    m_notes.references.insert(m_notes.references.end(), early.references.begin(),
                              early.references.end());
    early.empty() ? show() : save();
}

void NoteKeeper::save() {
    show();
    if (m_file.empty() || !m_read || !m_keep)
        return;
    m_disk.start([this, file = m_file, copy = m_notes] {
        if (const auto written = engine::writeNotes(file, copy); !written)
            QMetaObject::invokeMethod(
                this, [this, error = written.error()] { m_controller.report(error); },
                Qt::QueuedConnection);
    });
}

void NoteKeeper::show() {
    m_controller.setNotes(noteMarks(m_notes), referenceLines(m_notes));
    emit changed();
}

void NoteKeeper::insert(const engine::Note& note) {
    const auto after =
        std::upper_bound(m_notes.notes.begin(), m_notes.notes.end(), note.step,
                         [](double x, const engine::Note& other) { return x < other.step; });
    m_notes.notes.insert(after, note);
}

void NoteKeeper::addNote(double step, const std::string& text) {
    if (text.empty() || m_notes.notes.size() >= engine::kMostNotes)
        return;
    insert({step, text});
    save();
}

void NoteKeeper::editNote(int id, const std::string& text) {
    if (id < 0 || static_cast<std::size_t>(id) >= m_notes.notes.size())
        return;
    if (text.empty())
        m_notes.notes.erase(m_notes.notes.begin() + id);
    else
        m_notes.notes[static_cast<std::size_t>(id)].text = text;
    save();
}

void NoteKeeper::addReference(ChartKind panel, double value, const std::string& label) {
    if (m_notes.references.size() >= engine::kMostNotes)
        return;
    m_notes.references.push_back({panelName(panel), value, label});
    save();
}

void NoteKeeper::editReference(int id, double value, const std::string& label) {
    if (id < 0 || static_cast<std::size_t>(id) >= m_notes.references.size())
        return;
    engine::ReferenceValue& line = m_notes.references[static_cast<std::size_t>(id)];
    line.value = value;
    line.label = label;
    save();
}

void NoteKeeper::removeReference(int id) {
    if (id < 0 || static_cast<std::size_t>(id) >= m_notes.references.size())
        return;
    m_notes.references.erase(m_notes.references.begin() + id);
    save();
}

} // namespace rankscope::ui
