// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/SampleShelf.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

/// Resources in a static library have to be asked for, outside of any namespace.
static void loadSamples() {
    Q_INIT_RESOURCE(samples);
}

namespace rankscope::ui {
namespace {

QString shelf() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) +
           QStringLiteral("/rankscope/samples");
}

QString resource(const QString& name, const char* ending) {
    return QStringLiteral(":/rankscope/samples/%1.%2").arg(name, QLatin1String(ending));
}

/// Where the copy is; empty: `error` says why there is none.
QString copied(const QString& name, QString& error) {
    QFile sample(resource(name, "rankscope"));
    const QString path = QStringLiteral("%1/%2.rankscope").arg(shelf(), name);
    if (!sample.open(QIODevice::ReadOnly)) {
        error = sample.errorString();
        return {};
    }
    const QByteArray bytes = sample.readAll();
    QFile there(path);
    if (there.open(QIODevice::ReadOnly) && there.readAll() == bytes)
        return path;
    QDir().mkpath(shelf());
    QSaveFile copy(path);
    if (!copy.open(QIODevice::WriteOnly) || copy.write(bytes) != bytes.size() || !copy.commit()) {
        error = copy.errorString();
        return {};
    }
    return path;
}

} // namespace

SampleShelf::SampleShelf(QObject* parent) : QObject(parent) {
    loadSamples();
    m_copier.setMaxThreadCount(1);
}

SampleShelf::~SampleShelf() {
    m_copier.waitForDone();
}

void SampleShelf::fetch(const QStringList& names) {
    m_copier.start([this, names] {
        QStringList files;
        QString error;
        for (const QString& name : names)
            files.append(copied(name, error));
        QMetaObject::invokeMethod(
            this,
            [this, files, error] {
                if (error.isEmpty())
                    emit fetched(files);
                else
                    emit failed({ErrorCode::Io,
                                 tr("The sample could not be copied to %1: %2")
                                     .arg(shelf(), error)
                                     .toStdString(),
                                 tr("Make room there, or set XDG_CACHE_HOME to another folder")
                                     .toStdString()});
            },
            Qt::QueuedConnection);
    });
}

std::vector<std::vector<double>> SampleShelf::losses(const QString& name) {
    loadSamples();
    std::vector<std::vector<double>> ranks;
    QFile file(resource(name, "txt"));
    if (!file.open(QIODevice::ReadOnly))
        return ranks;
    for (const QByteArray& line : file.readAll().trimmed().split('\n')) {
        ranks.emplace_back();
        for (const QByteArray& loss : line.split(' '))
            ranks.back().push_back(loss.toDouble());
    }
    return ranks;
}

bool SampleShelf::holds(const QString& file) {
    return QFileInfo(file).absolutePath() == QFileInfo(shelf()).absoluteFilePath();
}

} // namespace rankscope::ui
