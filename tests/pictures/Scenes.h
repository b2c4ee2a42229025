// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <functional>
#include <vector>

namespace rankscope::pictures {

class Stage;

/// One state of the window: how a person gets there.
struct Scene {
    const char* name; ///< of the picture
    const char* what; ///< is to be seen
    std::function<void(Stage&)> play;
    bool light = false;
    QSize size{1600, 1000};
    double scale = 1;     ///< device pixels per pixel
    bool patient = false; ///< waits for seconds to pass
};

/// All main states, in the order of a tour.
[[nodiscard]] std::vector<Scene> allScenes();

// What they are made of.
[[nodiscard]] std::vector<Scene> runScenes();     ///< a run, as it is read
[[nodiscard]] std::vector<Scene> stateScenes();   ///< live, its ends, and what can go wrong
[[nodiscard]] std::vector<Scene> sheetScenes();   ///< first run, palette, sheets, menus
[[nodiscard]] std::vector<Scene> compareScenes(); ///< several sessions

} // namespace rankscope::pictures
