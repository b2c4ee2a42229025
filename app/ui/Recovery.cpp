// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/Recovery.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <utility>

namespace rankscope::ui {
namespace {

constexpr int kTellMs = 250;

/// run.rankscope -> run-recovered.rankscope, or run-recovered-2.rankscope and so on.
QString freeName(const QString& file) {
    const QFileInfo info(file);
    const QString stem = info.absolutePath() + QLatin1Char('/') + info.completeBaseName() +
                         QStringLiteral("-recovered");
    QString name = stem + QStringLiteral(".rankscope");
    for (int i = 2; QFileInfo::exists(name); ++i)
        name = QStringLiteral("%1-%2.rankscope").arg(stem).arg(i);
    return name;
}

} // namespace

Recovery::Recovery(QObject* parent) : QObject(parent) {
    m_worker.setMaxThreadCount(1);
}

Recovery::~Recovery() {
    m_worker.waitForDone();
}

void Recovery::start(const QString& file) {
    if (std::exchange(m_running, true))
        return;
    m_worker.start([this, file] {
        const QString to = freeName(file);
        QElapsedTimer clock;
        clock.start();
        session::RecoverOptions options;
        options.progress = [&](std::uint64_t messages) {
            if (clock.elapsed() < kTellMs)
                return;
            clock.restart();
            QMetaObject::invokeMethod(
                this, [this, messages] { emit progressed(messages); }, Qt::QueuedConnection);
        };
        const auto done = session::recover(file.toStdString(), to.toStdString(), options);
        QMetaObject::invokeMethod(
            this,
            [this, to, done] {
                m_running = false;
                if (done)
                    emit recovered(to, done->records, done->lost);
                else
                    emit failed(done.error());
            },
            Qt::QueuedConnection);
    });
}

} // namespace rankscope::ui
