// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/LoadRun.h"
#include "app/cli/Output.h"
#include "app/cli/Printable.h"
#include "app/engine/frames/GapCause.h"

#include <nlohmann/json.hpp>

#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace rankscope::cli {
namespace {

using nlohmann::ordered_json;

struct Options {
    std::string file;
    bool json = false;
};

ordered_json stepOrNull(const std::optional<Step>& step) {
    return step ? ordered_json(step->value()) : ordered_json(nullptr);
}

ordered_json ranksOf(const std::vector<analysis::Worker>& workers) {
    ordered_json ranks = ordered_json::array();
    for (const analysis::Worker& worker : workers) {
        ranks.push_back({{"rank", worker.rank.value()},
                         {"host", worker.hello->host},
                         {"pid", worker.hello->pid},
                         {"device", worker.hello->device},
                         {"software", worker.hello->software},
                         {"last_step", stepOrNull(worker.lastStep)},
                         {"left", worker.left},
                         {"conflict", worker.conflict}});
    }
    return ranks;
}

ordered_json lostByCause(const analysis::RunTable& table) {
    ordered_json causes = ordered_json::object();
    for (const auto& [cause, count] : table.lostByCause()) {
        causes[engine::causeText(cause)] = count;
    }
    return causes;
}

/// What is known of the run as a whole; the newest launch speaks for it.
ordered_json describe(const std::string& file, engine::RunReader& run,
                      const session::SessionHead& info) {
    const analysis::RunTable& table = run.table();
    ordered_json out{{"file", file},
                     {"run", info.runId},
                     {"name", ""},
                     {"created_by", info.createdBy},
                     {"created_unix_ns", info.createdUnixNs},
                     {"format_version", info.formatVersion},
                     {"being_written", info.beingWritten},
                     {"bytes", info.bytes},
                     {"steps", table.stepCount()},
                     {"first_step", stepOrNull(table.firstStep())},
                     {"last_step", stepOrNull(table.lastStep())},
                     {"records", table.records()},
                     {"lost", table.lost()},
                     {"lost_by_cause", lostByCause(table)},
                     {"damaged_chunks", run.session().damagedChunks()},
                     {"world", 0},
                     {"sketch", 0},
                     {"groups", ordered_json::array()},
                     {"config", nullptr},
                     {"generations", ordered_json::array()},
                     {"ranks", ordered_json::array()}};
    for (const analysis::Launch& l : table.launches()) {
        out["generations"].push_back({{"generation", l.generation},
                                      {"world", l.world},
                                      {"first_step", stepOrNull(l.firstStep)},
                                      {"last_step", stepOrNull(l.lastStep)}});
        out["world"] = l.world;
        const auto workers = table.workers(l.generation, l.world);
        if (workers.empty()) {
            continue;
        }
        const wire::Hello& hello = *workers.front().hello;
        out["name"] = hello.name;
        out["sketch"] = hello.sketchSize;
        out["groups"] = hello.groups;
        const auto config = ordered_json::parse(hello.config, nullptr, false);
        out["config"] = config.is_discarded() ? ordered_json(nullptr) : config;
        out["ranks"] = ranksOf(workers);
    }
    return out;
}

std::string plain(const ordered_json& value) {
    if (value.is_null()) {
        return "-";
    }
    return value.is_string() ? printable(value.get<std::string>())
                             : value.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
}

/// " (emitter queue full 3, recorder paused 2)"
std::string causesText(const ordered_json& causes) {
    std::string text;
    for (const auto& [cause, count] : causes.items()) {
        text += (text.empty() ? " (" : ", ") + cause + ' ' + plain(count);
    }
    return text.empty() ? text : text + ')';
}

/// ISO 8601 in UTC, so that it reads the same everywhere.
std::string timeText(std::int64_t unixNs) {
    const std::time_t seconds = unixNs / 1'000'000'000;
    std::tm utc{};
    char text[32] = "";
    if (gmtime_r(&seconds, &utc) != nullptr) {
        std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    return text;
}

std::string textOf(const ordered_json& d, std::int64_t createdUnixNs) {
    std::string text;
    const auto line = [&](std::string label, const std::string& value) {
        label.resize(12, ' ');
        text += label + value + '\n';
    };
    const std::string none = d["ranks"].empty() ? "none yet" : "none";
    const auto orNone = [&](const std::string& value) { return value.empty() ? none : value; };
    const auto number = [&](const char* key) { return d[key].get<std::uint64_t>(); };
    line("run", orNone(plain(d["run"])));
    line("name", orNone(plain(d["name"])));
    line("file", plain(d["file"]) + ", " + plain(d["bytes"]) + " bytes, format " +
                     plain(d["format_version"]) + (d["being_written"] ? ", being written" : ""));
    line("created", timeText(createdUnixNs) + " by " + plain(d["created_by"]));
    line("steps", number("steps") == 0 ? "none yet"
                                       : plain(d["steps"]) + ", " + plain(d["first_step"]) +
                                             " to " + plain(d["last_step"]));
    line("records", plain(d["records"]) + ", " + plain(d["lost"]) + " declared lost" +
                        causesText(d["lost_by_cause"]) + ", " +
                        counted(number("damaged_chunks"), "damaged chunk"));
    line("world", d["generations"].empty() ? "none yet"
                                           : counted(number("world"), "rank") + ", generation " +
                                                 plain(d["generations"].back()["generation"]));
    line("sketch", d["ranks"].empty() ? "none yet"
                                      : counted(number("sketch"), "number") + ", " +
                                            counted(d["groups"].size(), "layer group"));
    for (const ordered_json& rank : d["ranks"]) {
        line("rank " + plain(rank["rank"]), "last step " + plain(rank["last_step"]) + ", " +
                                                plain(rank["host"]) + ' ' + plain(rank["device"]) +
                                                (rank["left"] ? ", left" : "") +
                                                (rank["conflict"] ? ", CLAIMED TWICE" : ""));
    }
    return text;
}

Result<int> info(const Options& options) {
    const auto run = loadRun(options.file);
    if (!run) {
        return tl::unexpected(run.error());
    }
    const auto file = (*run)->session().head();
    if (!file) {
        return tl::unexpected(file.error());
    }
    const ordered_json description = describe(options.file, **run, *file);
    print(options.json
              ? description.dump(2, ' ', true, ordered_json::error_handler_t::replace) + '\n'
              : textOf(description, file->createdUnixNs));
    return flush().map([] { return 0; });
}

} // namespace

Action declareInfo(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->file, kSessionAddress)->required();
    app.add_flag("--json", options->json, "as one JSON object");
    return [options] { return info(*options); };
}

} // namespace rankscope::cli
