// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/Bytes.h"
#include "app/analysis/SampleStore.h"
#include "app/analysis/SeqRuns.h"
#include "app/analysis/StepRanges.h"
#include "app/analysis/StepRow.h"
#include "transport/wire/Messages.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rankscope::analysis {

/// Steps that an incarnation is known to have lost, first to last (inclusive). Losses are of
/// sequence numbers: where no record of it came before or behind them, a step each is assumed.
struct LostSteps {
    std::uint64_t first = 0, last = 0;
    RankId rank;
    wire::GapCause cause = wire::GapCause::Unknown;
    std::optional<Step> overtakenFrom; ///< of its launch: what follows was done by a newer one
};

/// A world of ranks: one launch or elastic restart. A job that is started again without a new
/// generation number is another launch when its world has another size.
struct Launch {
    std::uint32_t generation = 0;
    std::uint32_t world = 0;
    std::optional<Step> firstStep, lastStep; ///< lowest and highest step recorded in it
    std::optional<Step> overtakenFrom; ///< lowest step of a newer launch, which owns what follows
};

/// One rank of a launch: who speaks for it now.
struct Worker {
    RankId rank;
    const wire::Hello* hello = nullptr; ///< of the newest claimant; owned by the table
    std::optional<Step> lastStep;       ///< highest step that the rank reported
    bool left = false;                  ///< the newest claimant said bye
    bool conflict = false;              ///< two processes reported as this rank at the same time
};

/// Aligns what the ranks sent into steps.
///
/// The same events give the same rows in whatever order they come and however often they are
/// repeated. A launch takes over from the lowest step that it reported on: what an older one did
/// there and behind it is an earlier attempt, which the session keeps and the rows leave out, so
/// that the rows of neighbouring steps are of one launch except where the next one begins. Within a
/// launch each rank's last attempt counts. An attempt is later when its process is, and for one
/// process when its sequence number is higher. Launches with the same generation number, and
/// processes that claim the same rank of one launch, are taken in the order in which they first
/// said hello to the recorder, which the session file keeps: no sender's clock is believed. This is
/// the only order that matters.
///
/// Steps that are done with can be frozen: their rows go, and whoever wants them again reads their
/// events again. Rows, their number, first and last are of what is held.
///
/// Not thread-safe. Memory is proportional to what was received and is not frozen.
class RunTable {
  public:
    void apply(const wire::Event& event);

    /// Drops the rows of first..last, and of whatever comes there from now on.
    void freeze(Step first, Step last);
    /// Holds them again: without rows, until those events that were applied before are recalled.
    void thaw(Step first, Step last);
    [[nodiscard]] bool isFrozen(Step step) const { return m_frozen.contains(step); }
    [[nodiscard]] bool anyFrozen(Step first, Step last) const {
        return m_frozen.touches(first, last);
    }
    [[nodiscard]] std::optional<Step> lastFrozen() const;
    /// Keeps records of held steps that were applied before: they count no second time.
    void recall(std::span<const wire::Event> events);
    /// Frozen steps of which a record came since the last call, ascending. It was not kept.
    [[nodiscard]] std::vector<Step> takeLate();
    struct Overtaken {
        Step from;          ///< a launch took over from here on
        bool whole = false; ///< no frozen step from there on counts any more: none is frozen now
    };
    /// What befell frozen steps since the last call.
    [[nodiscard]] std::optional<Overtaken> takeOvertaken();
    /// Rows of first..last as these events have them, which were all applied; ascending.
    [[nodiscard]] std::vector<StepRow> rowsFrom(Step first, Step last,
                                                std::span<const wire::Event> events) const;

    [[nodiscard]] std::optional<StepRow> row(Step step) const;
    [[nodiscard]] bool has(Step step) const; ///< row() gives one

    /// All that is known besides rows and hellos, as bytes. Nothing while there are events of a
    /// process whose hello has not come.
    [[nodiscard]] bool put(BytesOut& out) const;
    /// Into a table to which nothing but these hellos was applied, in the order of hellos().
    /// False: these bytes are none of that, and the table is of no use.
    [[nodiscard]] bool take(BytesIn& in);
    /// In the order in which they came first.
    [[nodiscard]] std::vector<const wire::Hello*> hellos() const;

    [[nodiscard]] std::size_t samplesHeld() const { return m_samples.size(); }

    /// Visits every step in ascending order.
    void forEachStep(const std::function<void(Step)>& visit) const;
    [[nodiscard]] std::size_t stepCount() const { return m_steps - m_overtaken; }
    [[nodiscard]] std::optional<Step> firstStep() const;
    [[nodiscard]] std::optional<Step> lastStep() const;
    /// Newest step that isFinal(), without time-outs, or the newest when none is.
    [[nodiscard]] std::optional<Step> newestFinalStep() const;

    /// Steps whose row came, changed or went since the last call, each once, in no particular
    /// order.
    [[nodiscard]] std::vector<Step> takeAmended();

    /// Every expected rank has reported the step, or each missing one has reported a later step,
    /// has left, is `dead`, or belongs to a launch that was followed by another. So are frozen
    /// ones.
    [[nodiscard]] bool isFinal(Step step, const std::function<bool(RankId)>& dead = {}) const;

    [[nodiscard]] std::vector<Launch> launches() const; ///< oldest first
    /// Ranks that have called in a launch, ascending.
    [[nodiscard]] std::vector<Worker> workers(std::uint32_t generation, std::uint32_t world) const;
    [[nodiscard]] const wire::Hello* hello(IncarnationId incarnation) const;

    [[nodiscard]] std::uint64_t records() const { return m_records; } ///< without duplicates
    [[nodiscard]] std::uint64_t lost() const;                         ///< declared
    [[nodiscard]] std::map<wire::GapCause, std::uint64_t> lostByCause() const; ///< of lost()
    [[nodiscard]] std::vector<LostSteps> lostSteps() const;

  private:
    static constexpr std::uint64_t kBlock = 1024; ///< rows that an insertion moves, at most

    /// Generation number, then the order of the launches that share it.
    using LaunchKey = std::pair<std::uint32_t, std::uint32_t>;
    struct Incarnation {
        wire::Hello hello;
        LaunchKey launch;
        SampleStore::Source source = 0;
        SeqRuns seqs;
        std::optional<Step> lastStep;
        bool left = false, conflict = false;
        bool superseded = false; ///< another process has claimed the rank since
        std::set<std::pair<std::uint64_t, std::uint64_t>> gaps; ///< first, last
        std::map<std::uint64_t, wire::GapCause> causes;         ///< by first
    };
    /// Events of an incarnation whose hello has not come yet.
    using Parked = std::unordered_map<IncarnationId, std::vector<wire::Event>>;

    struct World {
        std::uint32_t size = 0;
        std::optional<Step> firstStep, lastStep;
        std::optional<Step> overtakenFrom; ///< lowest step of all newer launches
        std::map<RankId, std::vector<IncarnationId>> claimants; ///< in the order of their hellos
    };
    struct Row {
        Step step;
        LaunchKey launch;
        bool amended = false;
        std::vector<SampleStore::Index> samples; ///< ascending rank
    };

    void take(const wire::Hello& hello);
    void take(const wire::StepRecord& record);
    void take(const wire::Gap& gap);
    void take(const wire::Bye& bye);
    [[nodiscard]] Incarnation* find(IncarnationId id, RankId rank, const wire::Event& event);
    void noteConflict(Incarnation& incarnation);
    void noteStep(LaunchKey launch, Step step);
    template <class Count>
    void forEachGap(Count count) const;
    void overtakeOlder(LaunchKey launch, Step from);
    void overtakeFrozen(LaunchKey launch, Step from, bool isNew);
    void keep(const Incarnation& from, const wire::StepRecord& record);
    [[nodiscard]] LaunchKey launchOf(const wire::Hello& hello);
    [[nodiscard]] Row& rowFor(Step step, LaunchKey launch);
    [[nodiscard]] const Row* findRow(Step step) const;
    [[nodiscard]] bool isFinal(const Row& row, const std::function<bool(RankId)>& dead) const;
    void amend(Row& row);
    void dropSamples(Row& row);
    /// A newer launch began at or before this step: it is no part of the run any more.
    [[nodiscard]] bool isOvertaken(const Row& row) const {
        return isOvertaken(row.launch, row.step);
    }
    [[nodiscard]] bool isOvertaken(LaunchKey launch, Step step) const;
    /// From the newest row that counts towards older ones, until stop(row).
    template <class Stop>
    void searchBack(Stop stop) const;

    SampleStore m_samples;
    std::unordered_map<IncarnationId, Incarnation> m_incarnations;
    Parked m_parked;
    std::map<LaunchKey, World> m_worlds;
    std::map<std::pair<std::uint32_t, std::uint32_t>, LaunchKey> m_launches; ///< generation, world
    std::map<std::uint64_t, std::vector<Row>> m_blocks; ///< by step / kBlock, ascending steps
    std::vector<Step> m_amended;
    StepRanges m_frozen;
    std::vector<Step> m_late; ///< with repeats
    std::optional<Overtaken> m_overtakenFrozen;
    std::size_t m_steps = 0;     ///< rows
    std::size_t m_overtaken = 0; ///< of them
    std::uint64_t m_records = 0;
};

} // namespace rankscope::analysis
