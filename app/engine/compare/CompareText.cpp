// SPDX-License-Identifier: Apache-2.0
#include "app/engine/compare/CompareText.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace rankscope::engine {

using analysis::RunMetric;
using analysis::Side;
using analysis::TestKind;

namespace {

std::string counted(std::size_t number, const std::string& noun) {
    static const char* const kWords[] = {"no", "one", "two", "three", "four"};
    const std::string count = number < std::size(kWords) ? kWords[number] : std::to_string(number);
    return count + ' ' + noun + (number == 1 ? "" : "s");
}

std::string capital(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    return text;
}

std::size_t sharedSeeds(const Side& a, const Side& b) {
    const std::set<std::string> seeds(a.seeds.begin(), a.seeds.end());
    const std::set<std::string> others(b.seeds.begin(), b.seeds.end());
    return static_cast<std::size_t>(
        std::count_if(seeds.begin(), seeds.end(), [&](const std::string& seed) {
            return !seed.empty() && others.contains(seed);
        }));
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    }
    return text;
}

} // namespace

std::string sessionMark(std::size_t number) {
    std::string mark;
    for (std::size_t rest = number + 1; rest > 0; rest = (rest - 1) / 26) {
        mark.insert(mark.begin(), static_cast<char>('A' + (rest - 1) % 26));
    }
    return mark;
}

std::string sideMark(const Side& side, std::span<const std::string> sessionMarks) {
    const std::string first = sessionMarks[side.runs.front()];
    const bool inARow = side.runs.back() - side.runs.front() + 1 == side.runs.size();
    if (side.runs.size() > 2 && inARow) {
        return first + '-' + sessionMarks[side.runs.back()];
    }
    std::string mark = first;
    for (std::size_t i = 1; i < side.runs.size(); ++i) {
        mark += '+' + sessionMarks[side.runs[i]];
    }
    return mark;
}

const char* metricKey(RunMetric metric) {
    switch (metric) {
    case RunMetric::Loss:
        return "loss_mean";
    case RunMetric::LossStd:
        return "loss_std";
    case RunMetric::GradNorm:
        return "grad_norm_mean";
    case RunMetric::NormCv:
        return "grad_norm_cv";
    case RunMetric::Cosine:
        return "cosine_mean";
    case RunMetric::LowestLoo:
        return "cosine_loo_min";
    case RunMetric::Weight:
        return "weight_sum";
    }
    return "";
}

std::string testInWords(const Side& base, const Side& other) {
    switch (testBetween(base, other)) {
    case TestKind::PairedSeeds:
        return "Paired t over " + counted(sharedSeeds(base, other), "seed") +
               " that both settings ran with: intervals speak of other seeds, too.";
    case TestKind::WelchSeeds:
        return "Welch's t over " + counted(base.runs.size(), "run") + " and " +
               counted(other.runs.size(), "run") +
               ", which share too few seeds to be paired: intervals speak of other seeds, too.";
    case TestKind::Blocks:
    case TestKind::None:
        break;
    }
    if (base.runs.size() == 1 && other.runs.size() == 1) {
        return "Two runs, one seed each: intervals describe these steps, not other seeds.";
    }
    return capital(counted(base.runs.size(), "run") + " against " +
                   counted(other.runs.size(), "run") +
                   ": one seed on a side, so intervals describe these steps, not other seeds.");
}

std::vector<std::string> testsInWords(const CompareFacts& facts) {
    const auto& [sides, sideMarks, base] = std::tie(facts.sides, facts.sideMarks, facts.base);
    std::vector<std::string> words;
    for (std::size_t side = 0; side < sides.size(); ++side) {
        if (side != base) {
            words.push_back(testInWords(sides[base], sides[side]));
        }
    }
    const bool alike = std::all_of(words.begin(), words.end(),
                                   [&](const std::string& text) { return text == words.front(); });
    if (alike && words.size() > 1 && sides[base].runs.size() == 1) {
        return {capital(counted(sides.size(), "run")) +
                ", one seed each: intervals describe these steps, not other seeds."};
    }
    if (alike && !words.empty()) {
        return {words.front()};
    }
    for (std::size_t side = 0, i = 0; side < sides.size(); ++side) {
        if (side != base) {
            words[i] = sideMarks[side] + " against " + sideMarks[base] + ": " + words[i];
            ++i;
        }
    }
    return words;
}

std::vector<std::string> cautions(const CompareFacts& facts) {
    std::vector<std::string> texts;
    std::map<std::uint32_t, std::vector<std::string>> worlds;
    std::vector<std::string> silent;
    for (const CompareFacts::Session& session : facts.sessions) {
        worlds[session.world].push_back(session.mark);
        if (!session.configured) {
            silent.push_back(session.mark);
        }
    }
    if (worlds.size() > 1) {
        std::vector<std::string> sizes;
        for (const auto& [world, marks] : worlds) {
            sizes.push_back(joined(marks) + (marks.size() == 1 ? " has " : " have ") +
                            std::to_string(world) + (world == 1 ? " rank" : " ranks"));
        }
        texts.push_back(joined(sizes) + ": dispersions and cosines of worlds of different size " +
                        "differ by themselves.");
    }
    if (!silent.empty()) {
        texts.push_back(
            joined(silent) + " sent no config, so nothing is known of " +
            (silent.size() == 1 ? "its setting and seed." : "their settings and seeds."));
    }
    return texts;
}

} // namespace rankscope::engine
