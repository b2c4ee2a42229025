// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/models/RunText.h"
#include "transport/link/Collector.h"
#include "transport/wire/Result.h"

#include <QObject>
#include <QThread>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

namespace rankscope::ui {

/// The only object that owns an engine::Run and an engine::Recorder. Opens, closes and asks them on
/// a thread of its own, so that the GUI never waits for a file or a socket. Frames come from the
/// engine's thread and are coalesced: however fast they arrive, one queued call is under way, and
/// it carries the newest. Methods and signals belong to the GUI thread.
class EngineAdapter final : public QObject {
    Q_OBJECT

  public:
    explicit EngineAdapter(QObject* parent = nullptr);
    ~EngineAdapter() override; ///< stops recording, closes the file, joins the thread

    /// Shows the session at an address (SessionAddress.h); one that is being recorded is followed.
    /// When it can't be opened, what was shown and recorded before goes on.
    void openFile(const std::filesystem::path& address);
    /// Listens for ranks, records them to `file` and shows that.
    /// `keepEmpty` false: the file goes again when no rank has called.
    void listen(const std::string& endpoint, const std::filesystem::path& file, bool keepEmpty);
    void setView(const engine::View& view);

  signals:
    void opened(const rankscope::ui::Source& source);
    void failed(const rankscope::Error& error);
    void framePublished(const std::shared_ptr<const rankscope::engine::RunFrame>& frame);
    void linkPolled(const rankscope::link::LinkStatistics& statistics);

  private:
    struct Worker;
    struct Mailbox;

    void deliver();

    std::shared_ptr<Mailbox> m_mailbox;
    std::stop_source m_closing; ///< ends waits for a recorder's answer
    QThread m_thread;
    Worker* m_worker; ///< lives in m_thread
};

} // namespace rankscope::ui
