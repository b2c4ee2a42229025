// SPDX-License-Identifier: Apache-2.0
#include "app/cli/RecordStatus.h"

#include "app/cli/Output.h"
#include "app/cli/Printable.h"

#include <cstdio>
#include <unistd.h>

namespace rankscope::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto kRedraw = 500ms;
// Whoever reaches the port decides how often something is refused, and in part what is said of it.
constexpr auto kBetweenRefusals = 10s;
constexpr std::size_t kRefusalBytes = 300;
constexpr const char* kClearLine = "\r\x1b[K";

} // namespace

RecordStatus::RecordStatus() : m_terminal(isatty(STDERR_FILENO) == 1), m_drawn(Clock::now()) {}

void RecordStatus::say(const std::string& line) {
    std::fprintf(stderr, "%srankscope: %s\n", m_terminal ? kClearLine : "",
                 printable(line).c_str());
}

void RecordStatus::update(const link::LinkStatistics& now) {
    if (now.problem != m_problem) {
        m_problem = now.problem;
        say(m_problem.empty() ? "recording again."
                              : m_problem + ". What comes in is kept waiting; trying again.");
    }
    tellRefusals(now);
    const auto since = Clock::now() - m_drawn;
    if (!m_terminal || since < kRedraw) {
        return;
    }
    m_rate = static_cast<double>(now.records - m_recordsDrawn) /
             std::chrono::duration<double>(since).count();
    m_recordsDrawn = now.records;
    m_drawn = Clock::now();
    std::fprintf(stderr, "%s%s", kClearLine, statusLine(now, m_rate).c_str());
}

bool RecordStatus::isDue(Told& told, const std::string& text) {
    if (text == told.text || (told.at && Clock::now() - *told.at < kBetweenRefusals)) {
        return false;
    }
    told = {text, Clock::now()};
    return true;
}

void RecordStatus::tellRefusals(const link::LinkStatistics& now) {
    if (isDue(m_notAdmitted, now.lastNotAdmitted)) {
        say("a process was not let in (" + std::to_string(now.notAdmitted) +
            " so far), and nothing of it is recorded: " +
            now.lastNotAdmitted.substr(0, kRefusalBytes) + ".");
    }
    if (isDue(m_refusal, now.lastRefusal)) {
        say("a message was refused (" + std::to_string(now.refused - now.notAdmitted) +
            " so far): " + now.lastRefusal.substr(0, kRefusalBytes) + ".");
    }
}

std::string RecordStatus::statusLine(const link::LinkStatistics& now, double rate) const {
    const std::string sums =
        counted(now.records, "record") + ", " + std::to_string(now.declaredLost) + " lost";
    if (now.live == 0) {
        return "waiting for ranks, " + sums;
    }
    char pace[80];
    std::snprintf(pace, sizeof pace, ", %.1f steps/s, %.0f records/s, ", rate / now.live, rate);
    return counted(now.live, "rank") + pace + sums;
}

void RecordStatus::finish(const link::LinkStatistics& now, const std::string& file) {
    say(counted(now.records, "record") + " into " + file + ", " + std::to_string(now.declaredLost) +
        " lost, " + std::to_string(now.refused) + " refused" +
        (now.notAdmitted > 0 ? ", of them " + counted(now.notAdmitted, "hello") : "") + ".");
}

} // namespace rankscope::cli
