// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonDocument>
#include <QList>
#include <QMap>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace rankscope::test {

/// What a run of the `rankscope` command left.
struct Outcome {
    int code = -1; ///< -1: it crashed or did not end
    QByteArray out, err;

    [[nodiscard]] QJsonDocument json() const { return QJsonDocument::fromJson(out); }
};

inline Outcome
rankscope(const QStringList& arguments,
          const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment()) {
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(qEnvironmentVariable("RANKSCOPE_BIN") + "/rankscope", arguments);
    Outcome outcome;
    if (process.waitForFinished(60000) && process.exitStatus() == QProcess::NormalExit) {
        outcome.code = process.exitCode();
    }
    outcome.out = process.readAllStandardOutput();
    outcome.err = process.readAllStandardError();
    return outcome;
}

/// A CSV with a header, as rows of column -> text. For tables without quoted fields.
inline QList<QMap<QString, QString>> csvRows(const QByteArray& text) {
    QList<QMap<QString, QString>> rows;
    QStringList lines = QString::fromUtf8(text).split('\n', Qt::SkipEmptyParts);
    if (lines.isEmpty()) {
        return rows;
    }
    const QStringList header = lines.takeFirst().split(',');
    for (const QString& line : lines) {
        const QStringList cells = line.split(',');
        QMap<QString, QString> row;
        for (qsizetype i = 0; i < header.size() && i < cells.size(); ++i) {
            row[header[i]] = cells[i];
        }
        rows.push_back(row);
    }
    return rows;
}

} // namespace rankscope::test
