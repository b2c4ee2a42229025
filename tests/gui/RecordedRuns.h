// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/RecordedRun.h"

#include <QTemporaryDir>

#include <string>

namespace rankscope::support {

/// Sessions for a window to show, gone with the test:
///   run   eight ranks, 60 steps; rank 5 departs at step 30, the records of steps 12 to 14 are lost
///   nan   eight ranks, 20 steps; rank 5's gradient of step 7 is not finite
///   many  64 ranks, 10 steps
class RecordedRuns {
  public:
    RecordedRuns() {
        RecordedRun run;
        run.steps = 60;
        run.departing = 5;
        run.departs = 30;
        run.gapFirst = 12;
        run.gapLast = 14;
        run.write(path("run"));
        RecordedRun nan;
        nan.steps = 20;
        nan.nanRank = 5;
        nan.nanStep = 7;
        nan.write(path("nan"));
        RecordedRun many;
        many.ranks = 64;
        many.steps = 10;
        many.write(path("many"));
    }

    /// Where a file of that name is, or is to be.
    [[nodiscard]] QString file(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] std::string path(const char* name) const {
        return file(QLatin1String(name)).toStdString();
    }

  private:
    QTemporaryDir m_folder;
};

} // namespace rankscope::support
