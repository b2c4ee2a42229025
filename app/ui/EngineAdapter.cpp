// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/EngineAdapter.h"

#include "app/engine/record/Recorder.h"
#include "app/engine/run/Run.h"
#include "app/engine/session/Notes.h"
#include "app/engine/session/SessionAddress.h"

#include <QDir>
#include <QStandardPaths>
#include <QTimer>
#include <mutex>
#include <optional>
#include <utility>

namespace rankscope::ui {
namespace {

constexpr int kLinkPollMs = 500;

std::string notesOf(const std::filesystem::path& session) {
    return engine::notesFile(session).string();
}

/// For a session that lies elsewhere: in the user's data folder, by the time of its creation.
std::string notesHere(std::int64_t createdUnixNs) {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                           QStringLiteral("/rankscope/notes");
    QDir().mkpath(folder); // else writing them says why it cannot
    return notesOf((folder + QStringLiteral("/attached-%1").arg(createdUnixNs)).toStdString());
}

} // namespace

/// Where the engine's thread leaves the newest frame.
struct EngineAdapter::Mailbox {
    std::mutex mutex;
    std::shared_ptr<const engine::RunFrame> newest;
    std::uint64_t source = 0; ///< frames of a run that was closed are dropped
    bool posted = false;
};

/// Everything that may block; all members belong to the adapter's thread.
struct EngineAdapter::Worker : QObject {
    explicit Worker(EngineAdapter* owner) : adapter(owner) {}

    void close() {
        poll.reset();
        run.reset();
        if (recorder) {
            const bool called = recorder->statistics().messages > 0;
            if (const auto stopped = recorder->stop(); !stopped)
                report(stopped.error());
            const std::filesystem::path file = recorder->file();
            recorder.reset();
            std::error_code ignored; // an empty file that stays does no harm
            if (!called && !keepEmpty)
                std::filesystem::remove(file, ignored);
        }
    }

    void report(const Error& error) {
        QMetaObject::invokeMethod(
            adapter, [to = adapter, error] { emit to->failed(error); }, Qt::QueuedConnection);
    }

    void announce(const Source& source) {
        QMetaObject::invokeMethod(
            adapter, [to = adapter, source] { emit to->opened(source); }, Qt::QueuedConnection);
    }

    bool show(const std::filesystem::path& file, bool follow) {
        auto mailbox = adapter->m_mailbox;
        std::uint64_t source = 0;
        {
            const std::lock_guard lock(mailbox->mutex);
            source = ++mailbox->source;
            mailbox->newest.reset();
        }
        auto publish = [to = adapter, mailbox,
                        source](std::shared_ptr<const engine::RunFrame> frame) {
            const std::lock_guard lock(mailbox->mutex);
            if (mailbox->source != source)
                return;
            mailbox->newest = std::move(frame);
            if (!std::exchange(mailbox->posted, true))
                QMetaObject::invokeMethod(to, &EngineAdapter::deliver, Qt::QueuedConnection);
        };
        engine::Run::Options options;
        options.follow = follow;
        auto opened = engine::Run::open(file, options, std::move(publish));
        if (!opened) {
            report(opened.error());
            return false;
        }
        run = std::move(*opened);
        if (view)
            run->setView(*view);
        return true;
    }

    void openFile(const std::filesystem::path& address) {
        const auto reader = engine::openSession(address, adapter->m_closing.get_token());
        if (!reader) { // what is open stays open
            report(reader.error());
            return;
        }
        const auto head = (*reader)->head();
        const bool remote = engine::isRecorder(address);
        if (remote && !head) { // its notes have their place by what the head says
            report(head.error());
            return;
        }
        Source source{{}, address.string(), head && head->beingWritten, false, notesOf(address)};
        if (remote) { // whose run may be continued, whatever became of it
            source.live = source.remote = true;
            source.notes = notesHere(head->createdUnixNs);
        }
        close();
        announce(source);
        (void)show(address, source.live); // a failure was reported there
    }

    void listen(const std::string& endpoint, const std::filesystem::path& file, bool keep) {
        close();
        keepEmpty = keep;
        std::error_code ignored; // start() says more clearly why a file cannot be made
        if (file.has_parent_path())
            std::filesystem::create_directories(file.parent_path(), ignored);
        engine::Recorder::Options options;
        options.file = file;
        options.link.endpoint = endpoint;
        auto started = engine::Recorder::start(options);
        if (!started) {
            report(started.error());
            return;
        }
        recorder = std::move(*started);
        announce({recorder->endpoint(), file.string(), true, false, notesOf(file)});
        if (!show(file, true))
            return;
        poll = std::make_unique<QTimer>();
        connect(poll.get(), &QTimer::timeout, this, [this] {
            QMetaObject::invokeMethod(
                adapter, [to = adapter, now = recorder->statistics()] { emit to->linkPolled(now); },
                Qt::QueuedConnection);
        });
        poll->start(kLinkPollMs);
    }

    EngineAdapter* adapter;
    std::unique_ptr<engine::Recorder> recorder;
    std::unique_ptr<engine::Run> run;
    std::unique_ptr<QTimer> poll;
    std::optional<engine::View> view;
    bool keepEmpty = true;
};

EngineAdapter::EngineAdapter(QObject* parent)
    : QObject(parent),
      m_mailbox(std::make_shared<Mailbox>()),
      m_worker(new Worker(this)) {
    m_worker->moveToThread(&m_thread);
    m_thread.setObjectName(QStringLiteral("engine adapter"));
    m_thread.start();
}

EngineAdapter::~EngineAdapter() {
    m_closing.request_stop();
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker] {
            worker->close();
            delete worker;
        },
        Qt::QueuedConnection);
    m_thread.quit(); // is served after the call above
    m_thread.wait();
}

void EngineAdapter::openFile(const std::filesystem::path& address) {
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, address] { worker->openFile(address); },
        Qt::QueuedConnection);
}

void EngineAdapter::listen(const std::string& endpoint, const std::filesystem::path& file,
                           bool keepEmpty) {
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, endpoint, file, keepEmpty] {
            worker->listen(endpoint, file, keepEmpty);
        },
        Qt::QueuedConnection);
}

void EngineAdapter::setView(const engine::View& view) {
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, view] {
            worker->view = view;
            if (worker->run)
                worker->run->setView(view);
        },
        Qt::QueuedConnection);
}

void EngineAdapter::deliver() {
    std::shared_ptr<const engine::RunFrame> frame;
    {
        const std::lock_guard lock(m_mailbox->mutex);
        frame = std::exchange(m_mailbox->newest, nullptr);
        m_mailbox->posted = false;
    }
    if (frame)
        emit framePublished(frame);
}

} // namespace rankscope::ui
