// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTest>
#include <filesystem>
#include <sqlite3.h>

namespace rankscope::session::samples {

/// Changes a session past its own code.
inline void execute(const std::filesystem::path& path, const char* sql) {
    sqlite3* database = nullptr;
    QCOMPARE(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    char* problem = nullptr;
    QVERIFY2(sqlite3_exec(database, sql, nullptr, nullptr, &problem) == SQLITE_OK, problem);
    sqlite3_close(database);
}

} // namespace rankscope::session::samples
