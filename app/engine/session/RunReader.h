// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunTable.h"
#include "app/analysis/StepMeasures.h"
#include "transport/session/SessionReader.h"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace rankscope::engine {

/// A session and the table made of it: how every program loads a run. Sketches stay in the
/// file and are fetched for single steps; so are the records of frozen steps (see RunTable). One
/// thread owns a reader.
class RunReader {
  public:
    /// Errors: those of openSession(), which has the meaning of `stop`, too.
    [[nodiscard]] static Result<std::unique_ptr<RunReader>>
    open(const std::filesystem::path& address, const std::stop_token& stop = {});

    /// Applies the next events. False when there is nothing further now.
    [[nodiscard]] Result<bool> read(std::size_t maxEvents = 65536);
    /// Applies everything that is there now.
    [[nodiscard]] Result<void> readAll();
    /// What the last read() applied.
    [[nodiscard]] std::span<const wire::Event> batch() const { return m_batch; }

    [[nodiscard]] const analysis::RunTable& table() const { return m_table; }
    [[nodiscard]] std::vector<Step> takeAmended() { return m_table.takeAmended(); }
    [[nodiscard]] std::vector<Step> takeLate() { return m_table.takeLate(); }
    [[nodiscard]] auto takeOvertaken() { return m_table.takeOvertaken(); }
    void freeze(Step first, Step last) { m_table.freeze(first, last); }
    /// Reads the records of these steps again, as far as read() has come, and holds them. On an
    /// error they are frozen as before.
    [[nodiscard]] Result<void> thaw(Step first, Step last);

    /// Starts with a table that knows the run up to a message, without rows.
    void resume(analysis::RunTable table, std::int64_t message);
    /// Recalls all that the table knows of steps from `first` on, a stretch at a time: `taken` is
    /// called behind each. batch() is then the last of it.
    [[nodiscard]] Result<void> recallFrom(Step first, const std::function<void()>& taken);
    [[nodiscard]] session::SessionReader& session() { return *m_session; }

    /// What the run has of a step, held or frozen. Errors: those of reading a frozen one.
    [[nodiscard]] Result<std::optional<analysis::StepRow>> row(Step step) const;

    /// Metrics of a step; without ranks when there is none, or it cannot be read now. Sketches are
    /// fetched only where the exact sums do not hold; where they cannot be read the cosines stay
    /// undefined (`verify` says why).
    [[nodiscard]] analysis::StepMeasures measures(Step step) const;

    /// The worker x worker matrix; source None when there is nothing to compute it from.
    /// Errors: Unavailable (no such step) and those of reading the sketches.
    [[nodiscard]] Result<analysis::CosineMatrix> cosines(Step step) const;

    /// The same of two ranks, at the price of their two sketches: a matrix of two, or of none when
    /// one of them did not report the step.
    [[nodiscard]] Result<analysis::CosineMatrix> pairCosine(Step step, RankId a, RankId b) const;

  private:
    struct Recent { ///< frozen rows that were asked for lately
        Step first, last;
        std::vector<analysis::StepRow> rows; ///< ascending
    };
    explicit RunReader(std::unique_ptr<session::SessionReader> session);
    [[nodiscard]] Result<const Recent*> recent(Step step) const;
    /// Steps of which one read brings about so many records.
    [[nodiscard]] std::uint64_t stepsOf(std::uint64_t records) const;
    [[nodiscard]] bool hasSketches(const analysis::StepRow& row) const;
    [[nodiscard]] Result<analysis::SketchCosines> fromSketches(const analysis::StepRow& row) const;

    std::unique_ptr<session::SessionReader> m_session;
    analysis::RunTable m_table;
    std::vector<wire::Event> m_batch;
    mutable std::deque<Recent> m_recent; ///< the latest first
};

} // namespace rankscope::engine
