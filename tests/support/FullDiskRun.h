// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/record/Recorder.h"
#include "tests/support/Rank.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/Stored.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rankscope::support {

/// Two ranks whose rings have room for 100 records each, and a recorder on a disk that somebody
/// else fills again and again.
class FullDiskRun {
  public:
    FullDiskRun(const SmallDisk& disk, const std::filesystem::path& folder) : m_disk(disk) {
        engine::Recorder::Options options;
        options.file = folder / "run.rankscope";
        options.overwrite = true;
        options.link.endpoint = "tcp://127.0.0.1:0";
        options.link.commitEvery = std::chrono::milliseconds(5);
        options.link.commitBytes = 400; // so that the memory of the recorder is soon full as well
        auto started = engine::Recorder::start(options);
        if (!started) {
            m_problem = started.error().what;
            return;
        }
        m_recorder = std::move(*started);
        for (std::uint32_t rank = 0; rank < 2; ++rank) {
            m_ranks.push_back(std::make_unique<test::Rank>(m_recorder->endpoint(),
                                                           test::Rank::hello(1 + rank, rank, 2)));
        }
    }

    /// Records, pauses because the disk is full, loses records, resumes. False: something was not
    /// as promised, and problem() says what.
    bool pause() {
        for (int i = 0; i < 50; ++i) {
            stepOrLose();
        }
        if (!await([this] { return allCommitted(); }, "what was recorded is not committed")) {
            return false;
        }
        m_disk.fill();
        const auto full = [this] {
            stepOrLose();
            return !m_recorder->statistics().problem.empty() && waiting() > 150;
        };
        if (!await(full, "a full disk went unnoticed") || !checkStored()) {
            return false;
        }
        if (m_recorder->statistics().problem.find("full") == std::string::npos) {
            m_problem = "the recorder says: " + m_recorder->statistics().problem;
            return false;
        }
        m_disk.makeRoom();
        const auto room = std::chrono::steady_clock::now();
        if (!await([this] { return allCommitted(); }, "the recorder did not resume")) {
            return false;
        }
        m_worstResume = std::max(
            m_worstResume,
            std::chrono::duration<double>(std::chrono::steady_clock::now() - room).count());
        return checkStored();
    }

    /// Ends the run and looks at all of it.
    bool finish() {
        for (const auto& rank : m_ranks) {
            rank->leave();
        }
        const auto gone = [this] {
            return std::all_of(m_ranks.begin(), m_ranks.end(),
                               [](const auto& rank) { return rank->gone(); });
        };
        if (!await(gone, "the ranks could not leave")) {
            return false;
        }
        if (const auto stopped = m_recorder->stop(); !stopped) {
            m_problem = stopped.error().what;
            return false;
        }
        const auto verdict = session::verify(m_recorder->file());
        if (!verdict || !verdict->damage.empty()) {
            m_problem = "the file is damaged";
            return false;
        }
        return checkStored();
    }

    [[nodiscard]] const std::string& problem() const { return m_problem; }
    [[nodiscard]] double worstResume() const { return m_worstResume; } ///< seconds
    /// Records lost in pauses, and any others.
    [[nodiscard]] std::uint64_t lostPaused() const { return m_lostPaused; }
    [[nodiscard]] std::uint64_t lostOtherwise() const { return m_lostOtherwise; }

  private:
    /// A rank whose ring is full loses what it makes; here only while the recorder cannot write,
    /// since a recorder that can is not too slow, but asked too fast.
    void stepOrLose() {
        const bool paused = !m_recorder->statistics().problem.empty();
        for (const auto& rank : m_ranks) {
            if (rank->last() - rank->committed() < 100) {
                rank->step();
            } else if (paused) {
                rank->lose(1);
            }
        }
    }
    [[nodiscard]] std::uint64_t waiting() const {
        std::uint64_t least = ~std::uint64_t(0);
        for (const auto& rank : m_ranks) {
            least = std::min(least, rank->last() - rank->committed());
        }
        return least;
    }
    [[nodiscard]] bool allCommitted() const {
        return std::all_of(m_ranks.begin(), m_ranks.end(),
                           [](const auto& rank) { return rank->allCommitted(); });
    }

    bool await(const std::function<bool()>& condition, const char* otherwise) {
        if (!m_recorder ||
            !test::pumpUntil({m_ranks.at(0).get(), m_ranks.at(1).get()}, condition)) {
            m_problem = m_recorder ? otherwise : m_problem;
            return false;
        }
        return true;
    }

    /// The file is sound, its books are right, and everything acknowledged is in it.
    bool checkStored() {
        auto stored = test::readStored(m_recorder->file());
        m_lostPaused = m_lostOtherwise = 0;
        for (const auto& rank : m_ranks) {
            const test::StoredStream& stream = stored.streams[rank->incarnation()];
            if (!stored.readable || !stream.identityHolds() || stream.last() < rank->committed()) {
                m_problem = "what was acknowledged is not all there";
                return false;
            }
            for (const auto& [cause, count] : stream.lostBy) {
                (cause == wire::GapCause::RecorderPaused ? m_lostPaused : m_lostOtherwise) += count;
            }
        }
        return true;
    }

    const SmallDisk& m_disk;
    std::unique_ptr<engine::Recorder> m_recorder;
    std::vector<std::unique_ptr<test::Rank>> m_ranks;
    std::string m_problem;
    double m_worstResume = 0;
    std::uint64_t m_lostPaused = 0, m_lostOtherwise = 0;
};

} // namespace rankscope::support
