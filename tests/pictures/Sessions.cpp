// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/pictures/Sessions.h"

#include "app/engine/session/Notes.h"
#include "tests/support/RecordedRun.h"
#include "transport/session/SessionReader.h"
#include "transport/session/SessionWriter.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sys/prctl.h>

namespace rankscope::pictures {
namespace {

using support::RecordedRun;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "pictures: %s\n", result.error().what.c_str());
        std::abort();
    }
    return std::move(*result);
}

void must(bool done, const QString& what) {
    if (!done) {
        std::fprintf(stderr, "pictures: %s\n", qPrintable(what));
        std::abort();
    }
}

QString program(const char* name) {
    return qEnvironmentVariable("RANKSCOPE_BIN") + QLatin1Char('/') + QLatin1String(name);
}

/// The events of a session with its sketches, every rank on the host where a launcher puts it: all
/// simulated ranks run on this machine.
std::vector<wire::Event> onHosts(session::SessionReader& reader, std::uint32_t perHost) {
    std::vector<wire::Event> events;
    while (must(reader.read(events)))
        ;
    std::map<Step, std::map<std::pair<IncarnationId, Seq>, wire::Sketch>> sketches;
    for (wire::Event& event : events) {
        if (auto* hello = std::get_if<wire::Hello>(&event))
            hello->host = "node" + std::to_string(hello->rank.value() / perHost);
        auto* record = std::get_if<wire::StepRecord>(&event);
        if (record == nullptr)
            continue;
        const auto [at, isNew] = sketches.try_emplace(record->step);
        if (isNew)
            for (auto& stored : must(reader.sketches(record->step)))
                at->second.emplace(std::pair(stored.incarnation, stored.seq),
                                   std::move(stored.sketch));
        if (const auto found = at->second.find({record->incarnation, record->seq});
            found != at->second.end())
            record->sketch = found->second;
    }
    return events;
}

void spreadOverHosts(const QString& from, const QString& to, std::uint32_t perHost) {
    const auto reader = must(session::SessionReader::open(from.toStdString()));
    session::SessionWriter::Options options;
    options.overwrite = true;
    const auto writer =
        must(session::SessionWriter::open(to.toStdString(), must(reader->head()).runId, options));
    writer->append(onHosts(*reader, perHost));
    must(writer->close().has_value(), to + QStringLiteral(" cannot be written"));
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    must(file.open(QIODevice::ReadOnly), path + QStringLiteral(" cannot be read"));
    return file.readAll();
}

} // namespace

QString Sessions::file(const char* name) const {
    return QDir(m_folder).filePath(QLatin1String(name) + QLatin1String(".rankscope"));
}

/// Real emitters in their own processes, and a recorder.
void Sessions::record(const QString& path, const QStringList& simulation,
                      std::uint32_t perHost) const {
    const QString raw = path + QStringLiteral(".raw");
    QProcess recorder;
    recorder.setReadChannel(QProcess::StandardError);
    recorder.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); }); // if we abort
    recorder.start(program("rankscope"),
                   {QStringLiteral("record"), QStringLiteral("--listen"),
                    QStringLiteral("tcp://127.0.0.1:*"), QStringLiteral("--out"), raw,
                    QStringLiteral("--once"), QStringLiteral("--overwrite")});
    static const QRegularExpression kEndpoint(QStringLiteral("listening (\\S+)\n"));
    QString said;
    while (!kEndpoint.match(said).hasMatch()) {
        must(recorder.waitForReadyRead(), QStringLiteral("the recorder does not start: ") + said);
        said += QString::fromUtf8(recorder.readAllStandardError());
    }
    QProcess ranks;
    ranks.setProcessChannelMode(QProcess::ForwardedChannels);
    ranks.start(program("rankscope"),
                QStringList{QStringLiteral("simulate"), QStringLiteral("--connect"),
                            kEndpoint.match(said).captured(1)} +
                    simulation);
    constexpr int kPatience = 10 * 60 * 1000;
    must(ranks.waitForFinished(kPatience) && ranks.exitCode() == 0,
         QStringLiteral("the simulation failed"));
    must(recorder.waitForFinished(kPatience), QStringLiteral("the recorder does not end"));
    spreadOverHosts(raw, path, perHost);
    QFile::remove(raw);
}

void Sessions::damage(Session session, const QString& path) const {
    QByteArray bytes = session == Session::Foreign ? QByteArray("step,loss\n0,2.31\n1,2.28\n")
                                                   : bytesOf(this->path(Session::Healthy));
    if (session == Session::Newer)
        bytes.replace(60, 4, QByteArray("\x00\x00\x03\xE8", 4)); // SQLite's user_version
    else if (session == Session::Cut)
        bytes.truncate(bytes.size() / 2);
    QFile file(path);
    must(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size(),
         path + QStringLiteral(" cannot be written"));
    if (session == Session::Forbidden)
        file.setPermissions({});
}

QString Sessions::path(Session session) const {
    const bool real = m_effort == Effort::Real;
    const QString samples =
        qEnvironmentVariable("RANKSCOPE_SOURCE") + QLatin1String("/resources/samples/");
    const auto made = [](const QString& path, const auto& make) {
        if (!QFile::exists(path))
            make(path);
        return path;
    };
    const auto run = [&](const char* name, auto&& adjust) {
        return made(file(name), [&](const QString& path) {
            RecordedRun recorded;
            recorded.name = name;
            adjust(recorded);
            recorded.write(path.toStdString());
        });
    };
    const auto simulated = [&](const char* name, const QString& arguments, std::uint32_t perHost,
                               auto&& quick) {
        if (!real)
            return run(name, quick);
        return made(file(name), [&](const QString& path) {
            record(path, arguments.split(QLatin1Char(' ')), perHost);
        });
    };
    switch (session) {
    case Session::Departs:
        return samples + QLatin1String("one-rank-departs.rankscope");
    case Session::Healthy:
        return samples + QLatin1String("healthy-seed-13.rankscope");
    case Session::OtherSeed:
        return samples + QLatin1String("healthy-seed-14.rankscope");
    case Session::NonFinite:
        return run("one-nan", [](RecordedRun& r) {
            r.nanRank = 5;
            r.nanStep = 70;
        });
    case Session::Elastic:
        return run("elastic", [](RecordedRun& r) {
            r.steps = 160;
            r.gapFirst = 30;
            r.gapLast = 36;
            r.restartStep = 96;
            r.restartRanks = 6;
            r.givenUp = 14;
        });
    case Session::Hosts:
        return simulated("eight-hosts",
                         QStringLiteral("--ranks 64 --steps 120 --sketch 256 --processes 2 --fault "
                                        "corrupt-shard@37@70 --fault dropout-off@11@50"),
                         8, [](RecordedRun& r) {
                             r.ranks = 64;
                             r.steps = 20;
                             r.departing = 37;
                             r.departs = 8;
                         });
    case Session::Thousand:
        return simulated("thousand-ranks",
                         QStringLiteral("--ranks 1024 --steps 60 --sketch 256 --processes 2 "
                                        "--fault corrupt-shard@700@30"),
                         8, [](RecordedRun& r) {
                             r.ranks = 1024;
                             r.steps = 4;
                         });
    case Session::OneRank:
        return run("one-rank", [](RecordedRun& r) { r.ranks = 1; });
    case Session::NoSketches:
        return run("no-sketches", [](RecordedRun& r) { r.sketches = false; });
    case Session::NoStep:
        return run("no-step", [](RecordedRun& r) { r.steps = 0; });
    case Session::Annotated: {
        const QString copy = made(file("annotated"), [&](const QString& path) {
            must(QFile::copy(this->path(Session::Departs), path),
                 path + QStringLiteral(" cannot be written"));
        });
        QFile::remove(QString::fromStdString(engine::notesFile(copy.toStdString())));
        return copy;
    }
    case Session::Cut:
        return made(file("cut"), [&](const QString& path) { damage(session, path); });
    case Session::Newer:
        return made(file("newer"), [&](const QString& path) { damage(session, path); });
    case Session::Foreign:
        return made(file("losses.csv"), [&](const QString& path) { damage(session, path); });
    case Session::Forbidden:
        return made(file("forbidden"), [&](const QString& path) { damage(session, path); });
    case Session::Missing:
        return file("moved");
    }
    std::abort();
}

} // namespace rankscope::pictures
