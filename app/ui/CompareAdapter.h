// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/compare/Comparison.h"

#include <QObject>
#include <memory>

namespace rankscope::ui {

/// The only object that owns an engine::Comparison. Its frames come from the engine's thread and
/// are coalesced: however fast they arrive, one queued call is under way, and it carries the
/// newest. Methods and signals belong to the GUI thread; none waits for a file.
class CompareAdapter final : public QObject {
    Q_OBJECT

  public:
    explicit CompareAdapter(QObject* parent = nullptr);
    ~CompareAdapter() override;

    void setFiles(const std::vector<std::filesystem::path>& files);
    void setView(const engine::CompareView& view);

  signals:
    void framePublished(const std::shared_ptr<const rankscope::engine::CompareFrame>& frame);

  private:
    struct Mailbox;

    void deliver();

    std::shared_ptr<Mailbox> m_mailbox;
    std::unique_ptr<engine::Comparison> m_comparison; ///< last: it posts to the mailbox
};

} // namespace rankscope::ui
