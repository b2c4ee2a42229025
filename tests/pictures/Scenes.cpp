// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/pictures/Scenes.h"

#include <iterator>

namespace rankscope::pictures {

std::vector<Scene> allScenes() {
    std::vector<Scene> all;
    for (auto* some : {runScenes, compareScenes, stateScenes, sheetScenes}) {
        std::vector<Scene> scenes = some();
        std::move(scenes.begin(), scenes.end(), std::back_inserter(all));
    }
    return all;
}

} // namespace rankscope::pictures
