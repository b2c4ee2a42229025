// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/CompareAdapter.h"

#include <mutex>
#include <utility>

namespace rankscope::ui {

/// Where the engine's thread leaves the newest frame.
struct CompareAdapter::Mailbox {
    std::mutex mutex;
    std::shared_ptr<const engine::CompareFrame> newest;
    bool posted = false;
};

CompareAdapter::CompareAdapter(QObject* parent)
    : QObject(parent),
      m_mailbox(std::make_shared<Mailbox>()) {
    auto publish = [this, box = m_mailbox](std::shared_ptr<const engine::CompareFrame> frame) {
        const std::lock_guard lock(box->mutex);
        box->newest = std::move(frame);
        if (!std::exchange(box->posted, true))
            QMetaObject::invokeMethod(this, &CompareAdapter::deliver, Qt::QueuedConnection);
    };
    m_comparison =
        std::make_unique<engine::Comparison>(engine::Comparison::Options{}, std::move(publish));
}

CompareAdapter::~CompareAdapter() = default;

void CompareAdapter::setFiles(const std::vector<std::filesystem::path>& files) {
    m_comparison->setFiles(files);
}

void CompareAdapter::setView(const engine::CompareView& view) {
    m_comparison->setView(view);
}

void CompareAdapter::deliver() {
    std::shared_ptr<const engine::CompareFrame> frame;
    {
        const std::lock_guard lock(m_mailbox->mutex);
        frame = std::move(m_mailbox->newest);
        m_mailbox->posted = false;
    }
    if (frame)
        emit framePublished(frame);
}

} // namespace rankscope::ui
