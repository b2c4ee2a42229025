// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/session/RunReader.h"
#include "tests/support/Streams.h"

#include <QTemporaryDir>
#include <memory>
#include <vector>

namespace rankscope::support {

/// Writes the events into a session file of their own in `folder`, and reads that.
inline std::unique_ptr<engine::RunReader> readBack(const QTemporaryDir& folder,
                                                   const std::vector<wire::Event>& events) {
    static int count = 0;
    const auto file = folder.filePath(QString::number(++count)).toStdString();
    const std::string problem = writeSession(file, events);
    if (!problem.empty()) {
        qFatal("%s", problem.c_str());
    }
    auto reader = engine::RunReader::open(file);
    if (!reader || !(*reader)->readAll()) {
        qFatal("cannot read back");
    }
    return std::move(*reader);
}

} // namespace rankscope::support
