// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/settings/PreferenceStore.h"

#include "app/engine/session/SessionAddress.h"

#include <QFileInfo>

namespace rankscope::ui {

PreferenceStore::PreferenceStore(QString file, QObject* parent)
    : QObject(parent),
      m_file(std::move(file)) {
    m_writer.setMaxThreadCount(1);
    m_looker.setMaxThreadCount(1);
    if (!m_file.isEmpty())
        m_preferences = readPreferences(m_file);
    lookForRecent();
}

PreferenceStore::~PreferenceStore() {
    m_looker.clear();
    m_looker.waitForDone();
    m_writer.waitForDone();
}

void PreferenceStore::change(const std::function<void(Preferences&)>& edit) {
    const QStringList before = m_preferences.recent;
    edit(m_preferences);
    if (!m_file.isEmpty()) // a disk that is full costs no more than what is remembered
        m_writer.start([file = m_file, copy = m_preferences] { writePreferences(file, copy); });
    emit changed();
    if (m_preferences.recent != before)
        lookForRecent();
}

void PreferenceStore::lookForRecent() {
    m_looker.start([this, files = m_preferences.recent] {
        QSet<QString> gone;
        for (const QString& file : files)
            if (!engine::isEndpoint(file.toStdString()) && !QFileInfo::exists(file))
                gone.insert(file);
        QMetaObject::invokeMethod(
            this, [this, gone] { looked(gone); }, Qt::QueuedConnection);
    });
}

void PreferenceStore::looked(const QSet<QString>& gone) {
    if (gone == m_gone)
        return;
    m_gone = gone;
    emit changed();
}

} // namespace rankscope::ui
