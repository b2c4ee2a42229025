// SPDX-License-Identifier: Apache-2.0
#include "app/engine/compare/ComparedSession.h"

#include "app/engine/frames/LinkNews.h"
#include "app/engine/session/SessionAddress.h"

#include <chrono>
#include <utility>

namespace rankscope::engine {

ComparedSession::ComparedSession(std::filesystem::path file, const std::stop_token& stop)
    : m_file(std::move(file)),
      m_stopped(stop, [this] { m_closing.request_stop(); }) {}

ComparedSession::~ComparedSession() {
    m_closing.request_stop();
}

bool ComparedSession::proceed() {
    if (!m_opening) {
        return false;
    }
    if (!isRecorder(m_file)) {
        opened(RunReader::open(m_file));
        return true;
    }
    if (!m_asked.valid()) {
        m_asked = std::async(std::launch::async, [file = m_file, stop = m_closing.get_token()] {
            return RunReader::open(file, stop);
        });
    }
    if (m_asked.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        return false;
    }
    opened(m_asked.get());
    return true;
}

void ComparedSession::opened(Opened reader) {
    m_opening = m_loading = false;
    if (!reader) {
        m_error = reader.error();
        return;
    }
    m_reader = std::move(*reader);
    if (auto info = m_reader->session().head()) {
        m_info = std::move(*info);
        m_infoAt = Clock::now();
        m_follow = m_info.beingWritten;
    } else {
        m_error = info.error();
    }
    m_frames = std::make_unique<FrameBuilder>(*m_reader, m_follow);
    m_behind = m_loading = true;
    (void)m_reader->session().changed(); // sets the mark, so that no later commit is overlooked
}

bool ComparedSession::read() {
    Result<bool> more = m_behind ? Result<bool>(true) : m_reader->session().changed();
    if (more && !*more) {
        return false;
    }
    if (more) {
        more = m_reader->read();
        m_pulse.hear(m_reader->batch(), Clock::now());
        if (m_loading && m_info.idleMs) { // what it held before is no news
            m_pulse.heardBy(m_infoAt - std::chrono::milliseconds(*m_info.idleMs));
        }
    }
    const std::optional<Error> before =
        std::exchange(m_error, more ? std::nullopt : std::optional(more.error()));
    // After an error there is still what was to be read: a change is told only once.
    m_behind = more.value_or(m_follow);
    m_loading = m_loading && more.value_or(false);
    return more.has_value() || !before || before->what != m_error->what ||
           !m_reader->batch().empty();
}

bool ComparedSession::update() {
    const bool changed =
        m_frames->update([this](const analysis::StepMeasures& step) { m_run.series.enter(step); });
    m_run.config = configOf(m_reader->table());
    return changed;
}

std::shared_ptr<const RunFrame> ComparedSession::frame(const View& view, Clock::time_point now) {
    auto frame = std::make_shared<RunFrame>(m_frames->build(view, m_pulse, now));
    frame->status.file = m_file.string();
    frame->status.runId = m_info.runId;
    frame->status.fileBytes = m_info.bytes;
    frame->status.recordedUnixNs = m_info.createdUnixNs;
    frame->status.loading = m_loading;
    if (m_error && isMissed(*m_error, frame->status)) {
        tellMissing(frame->status, *m_error);
    }
    return frame;
}

} // namespace rankscope::engine
