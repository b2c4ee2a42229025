// SPDX-License-Identifier: Apache-2.0
#include "app/engine/record/Recorder.h"

#include "app/engine/record/Summariser.h"
#include "transport/link/Endpoint.h"
#include "transport/session/SessionWriter.h"
#include "transport/session/SqliteRows.h"
#include "transport/view/ViewServer.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <mutex>
#include <utility>

namespace rankscope::engine {

namespace {

/// The session file as the collector sees it: on the collector's thread alone while that runs.
class FileSink : public link::EventSink {
  public:
    explicit FileSink(session::SessionWriter& writer) : m_writer(writer) {}

    Result<link::Admission> admit(const wire::Hello& hello) override {
        if (auto taken = takeRun(hello.run); !taken) {
            return tl::unexpected(taken.error());
        }
        const auto stored = m_writer.standing(hello);
        return link::Admission{m_writer.runId(), stored.last, stored.bye, stored.helloStored};
    }

    Result<void> commit(std::span<const wire::Event> events) override {
        // After an error the writer still holds what was offered before.
        m_writer.append(events.subspan(m_held));
        m_held = events.size();
        keepOffered();
        return m_writer.commit().map([this] { m_held = 0; });
    }

    /// Rows for the next commit; from any thread. False when many wait already.
    bool offer(std::vector<session::Derived>& rows) {
        const std::lock_guard lock(m_offering);
        std::size_t bytes = 0;
        for (const session::Derived& row : m_offered) {
            bytes += row.data.size();
        }
        if (bytes > kMostOffered) {
            return false;
        }
        std::move(rows.begin(), rows.end(), std::back_inserter(m_offered));
        rows.clear();
        return true;
    }
    /// Hands the first of them to the writer, about so many bytes, so that no commit takes long for
    /// their sake. The thread that offers holds the lock for a moment only: then they wait.
    void keepOffered(std::size_t most = kMostAtOnce) {
        const std::unique_lock lock(m_offering, std::try_to_lock);
        if (!lock || m_offered.empty()) {
            return;
        }
        std::size_t bytes = 0;
        auto end = m_offered.begin();
        while (end != m_offered.end() && bytes < most) {
            bytes += end++->data.size();
        }
        m_writer.keep({std::make_move_iterator(m_offered.begin()), std::make_move_iterator(end)});
        m_offered.erase(m_offered.begin(), end);
    }

  private:
    /// A rank that names no run belongs to whatever is being recorded.
    Result<void> takeRun(const std::string& run) {
        if (run.empty() || run == m_writer.runId()) {
            return {};
        }
        if (m_writer.runId().empty()) {
            return m_writer.setRunId(run);
        }
        return fail(ErrorCode::Conflict,
                    "the recorder records run '" + m_writer.runId() + "', not '" + run + "'",
                    "start a recorder of its own for that run");
    }

    static constexpr std::size_t kMostOffered = 32U << 20U; ///< bytes that wait for commits
    static constexpr std::size_t kMostAtOnce = 4U << 20U;   ///< bytes in one of these

    session::SessionWriter& m_writer;
    std::mutex m_offering;
    std::vector<session::Derived> m_offered;
    std::size_t m_held = 0; ///< events at the front of the next batch that the writer has already
};

/// Every rank of the newest generation has said bye.
bool isOver(const std::vector<session::Progress>& stored) {
    std::uint32_t newest = 0;
    for (const session::Progress& one : stored) {
        newest = std::max(newest, one.hello.generation);
    }
    return !stored.empty() &&
           std::all_of(stored.begin(), stored.end(), [newest](const session::Progress& one) {
               return one.hello.generation != newest || one.bye.has_value();
           });
}

std::optional<Recorder::Held> heldBy(const session::SessionWriter& writer) {
    if (writer.progress().empty()) {
        return {};
    }
    Recorder::Held held{writer.runId(), 0};
    for (const session::Progress& one : writer.progress()) {
        held.records += one.received;
    }
    return held;
}

/// The keys that ranks have already, or new ones.
Result<link::Connection> connectionAt(const std::filesystem::path& file) {
    std::error_code unreadable; // then reading it says why
    if (!std::filesystem::exists(file, unreadable) && !unreadable) {
        return link::newConnection();
    }
    auto connection = link::readConnection(file);
    if (connection && !connection->mayRecord()) {
        return fail(ErrorCode::Usage, file.string() + " is not a recorder's connection file",
                    "name the file that the recorder wrote, or a new one");
    }
    return connection;
}

/// Both ports, before anything is touched.
struct Ports {
    std::unique_ptr<link::Collector> collector;
    std::unique_ptr<view::ViewServer> views; ///< null: none
    std::optional<Error> viewProblem;
    std::optional<link::StagedConnection> connection; ///< names them
};

void bindViews(const Recorder::Options& options, const std::optional<link::Connection>& keys,
               Ports& ports) {
    if (options.view.empty()) {
        return;
    }
    auto views = view::ViewServer::bind({options.view, keys});
    if (!views && views.error().code == ErrorCode::Busy && !options.viewElse.empty()) {
        views = view::ViewServer::bind({options.viewElse, keys});
    }
    if (views) {
        ports.views = std::move(*views);
    } else {
        ports.viewProblem = views.error();
    }
}

Result<Ports> bindPorts(const Recorder::Options& options) {
    link::Collector::Options guarded = options.link;
    if (!options.connection.empty()) {
        auto connection = connectionAt(options.connection);
        if (!connection) {
            return tl::unexpected(connection.error());
        }
        guarded.keys = std::move(*connection);
    }
    auto collector = link::Collector::bind(guarded);
    if (!collector) {
        return tl::unexpected(collector.error());
    }
    Ports ports{std::move(*collector), nullptr, {}, {}};
    bindViews(options, guarded.keys, ports);
    if (guarded.keys) {
        link::Connection& connection = *guarded.keys;
        connection.endpoint = link::reachableEndpoint(ports.collector->endpoint());
        connection.viewEndpoint =
            ports.views ? link::reachableEndpoint(ports.views->endpoint()) : std::string();
        auto staged = link::StagedConnection::write(options.connection, connection);
        if (!staged) {
            return tl::unexpected(staged.error());
        }
        ports.connection.emplace(std::move(*staged));
    }
    return ports;
}

} // namespace

struct Recorder::Impl {
    std::filesystem::path file;
    std::optional<Held> held;
    std::string warning;
    std::unique_ptr<session::SessionWriter> writer; ///< the collector's thread's, until that stops
    std::unique_ptr<FileSink> sink;
    std::optional<Error> viewProblem;
    std::string viewEndpoint;
    std::unique_ptr<view::ViewServer> views;    ///< null: none
    std::unique_ptr<link::Collector> collector; ///< last: gone before what it writes to
    std::unique_ptr<Summariser> summariser;     ///< behind the sink, to which it hands rows
};

Result<std::unique_ptr<Recorder>> Recorder::start(const Options& options) {
    // The endpoint first: whoever cannot listen must not have touched the file, which may hold an
    // old recording that is to be overwritten.
    auto ports = bindPorts(options);
    if (!ports) {
        return tl::unexpected(ports.error());
    }
    auto writer = session::SessionWriter::open(
        options.file, options.runId,
        {.overwrite = options.overwrite, .sketchBytes = options.sketchBytes});
    if (!writer) {
        return tl::unexpected(writer.error());
    }
    if ((*writer)->runId().empty() && isOver((*writer)->progress())) {
        return fail(ErrorCode::Conflict,
                    options.file.string() + " holds a run that is over, and that has no id by "
                                            "which ranks could be known to belong to it",
                    "record to another file (--out), or replace this one (--overwrite)");
    }
    // Not before it is sure that this one records: the file may be of one that runs, whose ranks
    // and viewers would lose it.
    if (ports->connection) {
        if (auto put = ports->connection->put(); !put) {
            return tl::unexpected(put.error());
        }
    }
    auto impl = std::make_unique<Impl>();
    impl->file = options.file;
    impl->held = heldBy(**writer);
    impl->warning = (*writer)->warning();
    impl->writer = std::move(*writer);
    impl->sink = std::make_unique<FileSink>(*impl->writer);
    impl->collector = std::move(ports->collector);
    impl->collector->start(*impl->sink);
    impl->viewProblem = std::move(ports->viewProblem);
    if (impl->views = std::move(ports->views); impl->views) {
        impl->viewEndpoint = impl->views->endpoint();
        impl->views->start([file = options.file] { return session::SqliteRows::open(file); });
    }
    if (impl->warning.empty()) { // on a network's file system readers hold up commits
        impl->summariser = std::make_unique<Summariser>(
            options.file, [sink = impl->sink.get()](auto& rows) { return sink->offer(rows); });
    }
    return std::unique_ptr<Recorder>(new Recorder(std::move(impl)));
}

Recorder::Recorder(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Recorder::~Recorder() = default;

const std::string& Recorder::endpoint() const {
    return m_impl->collector->endpoint();
}

const std::string& Recorder::viewEndpoint() const {
    return m_impl->viewEndpoint;
}

const std::optional<Error>& Recorder::viewProblem() const {
    return m_impl->viewProblem;
}

const std::filesystem::path& Recorder::file() const {
    return m_impl->file;
}

const std::optional<Recorder::Held>& Recorder::held() const {
    return m_impl->held;
}

const std::string& Recorder::warning() const {
    return m_impl->warning;
}

link::LinkStatistics Recorder::statistics() const {
    return m_impl->collector->statistics();
}

bool Recorder::runEnded() const {
    return m_impl->collector->runEnded();
}

Result<void> Recorder::stop() {
    constexpr std::chrono::seconds kFinishing{3};
    m_impl->collector->stop();
    if (m_impl->summariser) {
        m_impl->summariser->finish(kFinishing);
        m_impl->summariser.reset();
        m_impl->sink->keepOffered(std::numeric_limits<std::size_t>::max());
    }
    if (m_impl->views) {
        m_impl->views->stop(); // behind the last commit, ahead of the log's folding back
    }
    return m_impl->writer->close();
}

} // namespace rankscope::engine
