// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/RunTable.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

namespace rankscope::analysis {
namespace {

constexpr std::size_t kNewestRows = 4096; // rows searched for the newest final one

/// Of two steps of which each may be missing.
std::optional<Step> earliest(const std::optional<Step>& a, const std::optional<Step>& b) {
    return a && b ? std::min(a, b) : (a ? a : b);
}

} // namespace

void RunTable::apply(const wire::Event& event) {
    std::visit([this](const auto& e) { take(e); }, event);
}

void RunTable::take(const wire::Hello& hello) {
    const auto [it, isNew] = m_incarnations.try_emplace(hello.incarnation);
    if (!isNew) {
        return; // said again after a reconnect
    }
    it->second.hello = hello;
    it->second.launch = launchOf(hello);
    it->second.source = m_samples.addSource(hello.incarnation, hello.rank);
    auto& claimants = m_worlds[it->second.launch].claimants[hello.rank];
    if (!claimants.empty()) {
        m_incarnations.at(claimants.back()).superseded = true;
    }
    claimants.push_back(hello.incarnation);
    if (auto parked = m_parked.extract(hello.incarnation)) {
        for (const wire::Event& event : parked.mapped()) {
            apply(event);
        }
    }
}

RunTable::LaunchKey RunTable::launchOf(const wire::Hello& hello) {
    const auto [at, isNew] = m_launches.try_emplace({hello.generation, hello.world});
    if (isNew) {
        const auto behind =
            m_worlds.upper_bound({hello.generation, std::numeric_limits<std::uint32_t>::max()});
        const bool isFirst =
            behind == m_worlds.begin() || std::prev(behind)->first.first != hello.generation;
        at->second = {hello.generation, isFirst ? 0 : std::prev(behind)->first.second + 1};
        World& world = m_worlds[at->second];
        world.size = hello.world;
        for (auto newer = m_worlds.upper_bound(at->second); newer != m_worlds.end(); ++newer) {
            world.overtakenFrom = earliest(world.overtakenFrom, newer->second.firstStep);
        }
    }
    return at->second;
}

RunTable::Incarnation* RunTable::find(IncarnationId id, RankId rank, const wire::Event& event) {
    const auto it = m_incarnations.find(id);
    if (it == m_incarnations.end()) {
        m_parked[id].push_back(event);
        return nullptr;
    }
    // A process speaks for one rank only; anything else is a broken sender's.
    return it->second.hello.rank == rank ? &it->second : nullptr;
}

void RunTable::take(const wire::StepRecord& record) {
    const auto it = m_incarnations.find(record.incarnation);
    if (it == m_incarnations.end()) {
        m_parked[record.incarnation].emplace_back(record);
        return;
    }
    Incarnation& from = it->second;
    if (from.hello.rank != record.rank || !from.seqs.add(record.seq, record.step)) {
        return;
    }
    ++m_records;
    if (!from.lastStep || *from.lastStep < record.step) {
        from.lastStep = record.step;
    }
    noteStep(from.launch, record.step);
    noteConflict(from);
    keep(from, record);
}

void RunTable::take(const wire::Gap& gap) {
    if (Incarnation* from = find(gap.incarnation, gap.rank, gap); from && gap.first <= gap.last) {
        from->gaps.emplace(gap.first.value(), gap.last.value());
        auto [it, isNew] = from->causes.try_emplace(gap.first.value(), gap.cause);
        it->second = std::max(it->second, gap.cause);
    }
}

void RunTable::take(const wire::Bye& bye) {
    if (Incarnation* from = find(bye.incarnation, bye.rank, bye)) {
        from->left = true;
    }
}

void RunTable::noteStep(LaunchKey launch, Step step) {
    World& world = m_worlds.at(launch);
    world.lastStep = std::max(world.lastStep, std::optional{step});
    if (!world.firstStep || step < *world.firstStep) {
        overtakeFrozen(launch, step, !world.firstStep);
        world.firstStep = step;
        overtakeOlder(launch, step);
    }
}

/// Costs a look at the rows from there on, once per launch as a rule.
void RunTable::overtakeOlder(LaunchKey launch, Step from) {
    std::vector<Row*> fresh;
    for (auto block = m_blocks.lower_bound(from.value() / kBlock); block != m_blocks.end();
         ++block) {
        for (Row& row : block->second) {
            if (row.step >= from && row.launch < launch && !isOvertaken(row)) {
                fresh.push_back(&row);
            }
        }
    }
    for (Row* const row : fresh) {
        amend(*row);
    }
    m_overtaken += fresh.size();
    for (auto world = m_worlds.begin(); world->first < launch; ++world) {
        world->second.overtakenFrom = earliest(world->second.overtakenFrom, from);
    }
}

void RunTable::overtakeFrozen(LaunchKey launch, Step from, bool isNew) {
    constexpr Step kEnd{std::numeric_limits<std::uint64_t>::max()};
    if (launch == m_worlds.begin()->first || !m_frozen.touches(from, kEnd)) {
        return;
    }
    const bool whole = isNew && launch == m_worlds.rbegin()->first;
    if (whole) {
        m_frozen.remove(from, kEnd);
    }
    const Overtaken before = m_overtakenFrozen.value_or(Overtaken{from, true});
    m_overtakenFrozen = {std::min(before.from, from), before.whole && whole};
}

bool RunTable::isOvertaken(LaunchKey launch, Step step) const {
    const std::optional<Step>& from = m_worlds.at(launch).overtakenFrom;
    return from && step >= *from;
}

/// A process that reports after its successor has done so is alive beside it.
void RunTable::noteConflict(Incarnation& from) {
    if (!from.superseded) {
        return;
    }
    const auto& claimants = m_worlds.at(from.launch).claimants.at(from.hello.rank);
    Incarnation& newest = m_incarnations.at(claimants.back());
    if (newest.seqs.count() > 0) {
        from.conflict = newest.conflict = true;
    }
}

void RunTable::keep(const Incarnation& from, const wire::StepRecord& record) {
    if (m_frozen.contains(record.step)) {
        if (m_late.empty() || m_late.back() != record.step) {
            m_late.push_back(record.step);
        }
        return;
    }
    Row& row = rowFor(record.step, from.launch);
    if (from.launch < row.launch) {
        return;
    }
    if (from.launch > row.launch) {
        m_overtaken -= isOvertaken(row) ? 1 : 0;
        row.launch = from.launch;
        dropSamples(row);
        m_overtaken += isOvertaken(row) ? 1 : 0;
    }
    const auto at = std::lower_bound(
        row.samples.begin(), row.samples.end(), record.rank,
        [this](SampleStore::Index i, RankId rank) { return m_samples.rank(i) < rank; });
    if (at == row.samples.end() || m_samples.rank(*at) != record.rank) {
        row.samples.insert(at, m_samples.add(from.source, sampleOf(record, from.hello.world)));
        amend(row);
        return;
    }
    // Sources are numbered in the order of the hellos.
    const std::pair held{m_samples.source(*at), m_samples.seq(*at)};
    if (held < std::pair{from.source, record.seq}) {
        m_samples.replace(*at, from.source, sampleOf(record, from.hello.world));
        amend(row);
    }
}

RunTable::Row& RunTable::rowFor(Step step, LaunchKey launch) {
    std::vector<Row>& rows = m_blocks[step.value() / kBlock];
    auto at = rows.end();
    if (!rows.empty() && !(rows.back().step < step)) {
        at = std::lower_bound(rows.begin(), rows.end(), step,
                              [](const Row& row, Step s) { return row.step < s; });
    }
    if (at == rows.end() || at->step != step) {
        at = rows.insert(at, Row{step, launch, false, {}});
        ++m_steps;
        m_overtaken += isOvertaken(*at) ? 1 : 0;
    }
    return *at;
}

const RunTable::Row* RunTable::findRow(Step step) const {
    const auto block = m_blocks.find(step.value() / kBlock);
    if (block == m_blocks.end()) {
        return nullptr;
    }
    const auto at = std::lower_bound(block->second.begin(), block->second.end(), step,
                                     [](const Row& row, Step s) { return row.step < s; });
    return at != block->second.end() && at->step == step ? &*at : nullptr;
}

void RunTable::amend(Row& row) {
    if (!row.amended) {
        row.amended = true;
        m_amended.push_back(row.step);
    }
}

void RunTable::dropSamples(Row& row) {
    for (const SampleStore::Index index : row.samples) {
        m_samples.release(index);
    }
    row.samples.clear();
}

std::vector<Step> RunTable::takeAmended() {
    std::vector<Step> amended = std::exchange(m_amended, {});
    std::erase_if(amended, [this](Step step) {
        auto* row = const_cast<Row*>(findRow(step)); // of this table, which is not const
        return row == nullptr || !std::exchange(row->amended, false); // frozen since
    });
    return amended;
}

std::optional<StepRow> RunTable::row(Step step) const {
    const Row* found = findRow(step);
    if (!found || isOvertaken(*found)) {
        return std::nullopt;
    }
    StepRow row{step, found->launch.first, m_worlds.at(found->launch).size, {}};
    row.samples.reserve(found->samples.size());
    for (const SampleStore::Index index : found->samples) {
        row.samples.push_back(m_samples.get(index));
    }
    return row;
}

bool RunTable::has(Step step) const {
    const Row* found = findRow(step);
    return found != nullptr && !isOvertaken(*found);
}

void RunTable::forEachStep(const std::function<void(Step)>& visit) const {
    for (const auto& [key, rows] : m_blocks) {
        for (const Row& row : rows) {
            if (!isOvertaken(row)) {
                visit(row.step);
            }
        }
    }
}

std::optional<Step> RunTable::firstStep() const {
    for (const auto& [key, rows] : m_blocks) {
        for (const Row& row : rows) {
            if (!isOvertaken(row)) {
                return row.step;
            }
        }
    }
    return std::nullopt;
}

std::optional<Step> RunTable::lastStep() const {
    std::optional<Step> last;
    searchBack([&](const Row& row) {
        last = row.step;
        return true;
    });
    return last;
}

std::optional<Step> RunTable::newestFinalStep() const {
    std::size_t searched = 0;
    std::optional<Step> newest;
    searchBack([&](const Row& row) {
        if (isFinal(row, {})) {
            newest = row.step;
        }
        return newest || ++searched == kNewestRows;
    });
    return newest ? newest : lastStep();
}

template <class Stop>
void RunTable::searchBack(Stop stop) const {
    // Behind it there may be a long attempt that was given up.
    std::optional<Step> last;
    for (const auto& [key, world] : m_worlds) {
        if (world.lastStep) {
            last = std::max(last, earliest(world.lastStep, world.overtakenFrom));
        }
    }
    auto block = last ? m_blocks.upper_bound(last->value() / kBlock) : m_blocks.begin();
    while (block != m_blocks.begin()) {
        --block;
        for (auto row = block->second.rbegin(); row != block->second.rend(); ++row) {
            if (!isOvertaken(*row) && stop(*row)) {
                return;
            }
        }
    }
}

bool RunTable::isFinal(Step step, const std::function<bool(RankId)>& dead) const {
    const Row* row = findRow(step);
    return row != nullptr ? !isOvertaken(*row) && isFinal(*row, dead) : isFrozen(step);
}

bool RunTable::isFinal(const Row& row, const std::function<bool(RankId)>& dead) const {
    const World& world = m_worlds.at(row.launch);
    if (row.launch != m_worlds.rbegin()->first || row.samples.size() >= world.size) {
        return true;
    }
    if (world.claimants.size() < world.size) {
        return false; // somebody has not even said hello
    }
    return std::all_of(world.claimants.begin(), world.claimants.end(), [&](const auto& claim) {
        const Incarnation& newest = m_incarnations.at(claim.second.back());
        if (newest.left || (newest.lastStep && *newest.lastStep >= row.step)) {
            return true;
        }
        const auto held = std::lower_bound(
            row.samples.begin(), row.samples.end(), claim.first,
            [this](SampleStore::Index i, RankId rank) { return m_samples.rank(i) < rank; });
        return (held != row.samples.end() && m_samples.rank(*held) == claim.first) ||
               (dead && dead(claim.first));
    });
}

std::vector<Launch> RunTable::launches() const {
    std::vector<Launch> result;
    result.reserve(m_worlds.size());
    for (const auto& [key, world] : m_worlds) {
        result.push_back(
            {key.first, world.size, world.firstStep, world.lastStep, world.overtakenFrom});
    }
    return result;
}

std::vector<Worker> RunTable::workers(std::uint32_t generation, std::uint32_t world) const {
    std::vector<Worker> result;
    const auto launch = m_launches.find({generation, world});
    if (launch == m_launches.end()) {
        return result;
    }
    for (const auto& [rank, claimants] : m_worlds.at(launch->second).claimants) {
        const Incarnation& newest = m_incarnations.at(claimants.back());
        Worker worker{rank, &newest.hello, newest.lastStep, newest.left, newest.conflict};
        for (const IncarnationId id : claimants) {
            worker.lastStep = std::max(worker.lastStep, m_incarnations.at(id).lastStep);
        }
        result.push_back(worker);
    }
    return result;
}

const wire::Hello* RunTable::hello(IncarnationId incarnation) const {
    const auto it = m_incarnations.find(incarnation);
    return it == m_incarnations.end() ? nullptr : &it->second.hello;
}

/// Calls count(incarnation, first seq of the gap, seqs lost in it and in no gap before it).
template <class Count>
void RunTable::forEachGap(Count count) const {
    for (const auto& [id, incarnation] : m_incarnations) {
        std::uint64_t next = 0; // gaps ascend
        for (const auto& [first, last] : incarnation.gaps) {
            const std::uint64_t from = std::max(first, next);
            if (last >= from) {
                count(incarnation, first, last - from + 1);
                next = last + 1;
            }
        }
    }
}

std::uint64_t RunTable::lost() const { // for every frame: without a look at the causes
    std::uint64_t total = 0;
    forEachGap([&](const Incarnation&, std::uint64_t, std::uint64_t lost) { total += lost; });
    return total;
}

std::map<wire::GapCause, std::uint64_t> RunTable::lostByCause() const {
    std::map<wire::GapCause, std::uint64_t> totals;
    forEachGap([&](const Incarnation& incarnation, std::uint64_t first, std::uint64_t lost) {
        totals[incarnation.causes.at(first)] += lost;
    });
    return totals;
}

std::vector<LostSteps> RunTable::lostSteps() const {
    std::vector<LostSteps> result;
    for (const auto& [id, incarnation] : m_incarnations) {
        for (const auto& [first, last] : incarnation.gaps) {
            const std::uint64_t count = last - first + 1;
            const auto before = incarnation.seqs.stepBefore(Seq{first});
            const auto after = incarnation.seqs.stepAfter(Seq{last});
            if (!before && !after) {
                continue; // nothing says where it was
            }
            const std::uint64_t from = before                 ? before->value() + 1
                                       : *after < Step{count} ? 0
                                                              : after->value() - count;
            const bool bounded = after && after->value() > from;
            result.push_back({from, bounded ? after->value() - 1 : from + count - 1,
                              incarnation.hello.rank, incarnation.causes.at(first),
                              m_worlds.at(incarnation.launch).overtakenFrom});
        }
    }
    std::sort(result.begin(), result.end(), [](const LostSteps& a, const LostSteps& b) {
        return std::tie(a.first, a.last, a.rank, a.cause) <
               std::tie(b.first, b.last, b.rank, b.cause);
    });
    return result;
}

} // namespace rankscope::analysis
