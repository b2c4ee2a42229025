// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/NoteModel.h"

#include <array>

namespace rankscope::ui {

std::string panelName(ChartKind kind) {
    static constexpr std::array kNames{"loss", "loss_dispersion", "direction", "norm_dispersion"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::vector<widgets::NoteMark> noteMarks(const engine::Notes& notes) {
    std::vector<widgets::NoteMark> marks;
    for (const engine::Note& note : notes.notes)
        marks.push_back({note.step, note.text, static_cast<int>(marks.size())});
    return marks;
}

std::map<ChartKind, std::vector<widgets::ReferenceLine>>
referenceLines(const engine::Notes& notes) {
    std::map<ChartKind, std::vector<widgets::ReferenceLine>> lines;
    int id = 0;
    for (const engine::ReferenceValue& reference : notes.references) {
        for (const ChartKind kind : kCharts)
            if (panelName(kind) == reference.panel)
                lines[kind].push_back(
                    {reference.value,
                     reference.label.empty() ? plainText(reference.value) : reference.label, id});
        ++id;
    }
    return lines;
}

} // namespace rankscope::ui
