// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/SampleRun.h"
#include "transport/session/SessionReader.h"
#include "transport/session/SessionWriter.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

/// Small runs for the session tests, and reading them back.
namespace rankscope::session::samples {

/// Where a QTemporaryDir lies in memory, if there is such a place: for tests that write many files
/// and are not about the disk.
inline QString scratch() {
    const QString memory = QStringLiteral("/dev/shm");
    return QDir(QFileInfo(memory).isWritable() ? memory : QDir::tempPath())
        .filePath(QStringLiteral("rankscope-XXXXXX"));
}

/// A folder for sessions, each under a name of its own; gone with the test.
class Folder {
  public:
    explicit Folder(const QString& where) : m_directory(where) {}

    [[nodiscard]] std::filesystem::path newPath() {
        return std::filesystem::path(m_directory.path().toStdString()) /
               (std::to_string(++m_files) + ".rankscope");
    }

  private:
    QTemporaryDir m_directory;
    int m_files = 0;
};

template <class T>
T valueOf(Result<T> result) {
    if (!result) {
        qFatal("%s", result.error().what.c_str());
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

inline void write(const std::filesystem::path& path, const std::vector<wire::Event>& events,
                  std::size_t perCommit = 1000) {
    const auto writer = valueOf(SessionWriter::open(path, "run", {}));
    for (std::size_t at = 0; at < events.size(); at += perCommit) {
        writer->append(std::span(events).subspan(at, std::min(perCommit, events.size() - at)));
        valueOf(writer->commit());
    }
    valueOf(writer->close());
}

/// A chunk for every `perChunk` events: those of different writers are not merged.
inline void writeChunks(const std::filesystem::path& path, const std::vector<wire::Event>& events,
                        std::size_t perChunk) {
    for (std::size_t at = 0; at < events.size(); at += perChunk) {
        const auto part = std::span(events).subspan(at, std::min(perChunk, events.size() - at));
        write(path, {part.begin(), part.end()});
    }
}

inline std::vector<wire::Event> readAll(SessionReader& reader) {
    std::vector<wire::Event> events;
    while (valueOf(reader.read(events))) {
    }
    return events;
}

inline std::vector<wire::Event> readAll(const std::filesystem::path& path) {
    return readAll(*valueOf(SessionReader::open(path)));
}

} // namespace rankscope::session::samples
