// SPDX-License-Identifier: GPL-3.0-or-later
// What CompareWords.h says of a metric, a number, a session and its settings by themselves.
#include "app/engine/session/SessionAddress.h"
#include "app/ui/models/CompareWords.h"
#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace rankscope::ui {

using analysis::RunMetric;
using engine::CompareFacts;
using engine::CompareFrame;
using engine::CompareSession;
using words::filled;
using words::forPlural;
using words::translate;

namespace {

constexpr const char* kDot = " \xC2\xB7 ";

} // namespace

std::string decimalText(double value, int decimals, bool sign) {
    if (analysis::isUndefined(value))
        return widgets::kUndefined;
    if (!std::isfinite(value))
        return widgets::numberText(value);
    std::string text = widgets::fixedText(std::abs(value), decimals);
    const bool zero = text.find_first_not_of("0.,") == std::string::npos;
    if (text.starts_with("0."))
        text.erase(0, 1);
    if (value < 0 && !zero)
        return widgets::kMinus + text;
    return (sign && !zero ? "+" : "") + text;
}

int decimalsFor(double scale) {
    if (!std::isfinite(scale) || scale == 0)
        return 3;
    return std::clamp(1 - static_cast<int>(std::floor(std::log10(std::abs(scale)))), 0, 6);
}

std::string metricName(RunMetric metric) {
    switch (metric) {
    case RunMetric::Loss:
        return translate("CompareWords", "Loss");
    case RunMetric::LossStd:
        return translate("CompareWords", "Loss dispersion");
    case RunMetric::GradNorm:
        return translate("CompareWords", "Gradient norm");
    case RunMetric::NormCv:
        return translate("CompareWords", "Norm std \xC3\xB7 mean");
    case RunMetric::Cosine:
        return translate("CompareWords", "Mean of pairs");
    case RunMetric::LowestLoo:
        return translate("CompareWords", "Lowest l.o.o.");
    case RunMetric::Weight:
        return translate("CompareWords", "Tokens a step");
    }
    return {};
}

std::string metricInSentence(RunMetric metric) {
    switch (metric) {
    case RunMetric::Loss:
        return translate("CompareWords", "loss");
    case RunMetric::LossStd:
        return translate("CompareWords", "loss dispersion");
    case RunMetric::GradNorm:
        return translate("CompareWords", "gradient norm");
    case RunMetric::NormCv:
        return translate("CompareWords", "norm std \xC3\xB7 mean");
    case RunMetric::Cosine:
        return translate("CompareWords", "mean of pairs");
    case RunMetric::LowestLoo:
        return translate("CompareWords", "lowest l.o.o.");
    case RunMetric::Weight:
        return translate("CompareWords", "tokens a step");
    }
    return {};
}

std::string chanceText(analysis::StepDifference::Error error) {
    using Error = analysis::StepDifference::Error;
    switch (error) {
    case Error::Ranks:
        return translate("CompareWords",
                         "grey: where two runs of one setting would differ by sampling alone");
    case Error::PairedSeeds:
        return translate("CompareWords",
                         "grey: where equal settings would differ by their seeds, paired");
    case Error::WelchSeeds:
        return translate("CompareWords", "grey: where equal settings would differ by their seeds");
    case Error::None:
        break;
    }
    return {};
}

SessionText sessionText(const CompareSession& session, const CompareFrame& frame) {
    SessionText text;
    text.file = session.file;
    const std::string stem = engine::addressStem(session.file);
    if (session.run && frame.facts) {
        const CompareFacts::Session& facts = frame.facts->sessions[*session.run];
        text.title = session.mark + "  " + (facts.name.empty() ? stem : facts.name);
        text.detail = words::steps(facts.steps) + kDot + words::ranks(facts.world);
        if (facts.lost > 0)
            text.detail += kDot + filled(translate("CompareWords", "%1 lost"),
                                         {widgets::countText(facts.lost)});
    } else {
        text.title = session.mark + "  " + stem;
        text.detail = session.loading ? translate("CompareWords", "reading")
                                      : translate("CompareWords", "no step");
    }
    if (session.error) {
        text.failed = true;
        text.detail = session.error->what;
    }
    return text;
}

std::vector<SessionFindings> sessionFindings(const CompareFrame& frame) {
    std::vector<SessionFindings> findings;
    for (const CompareSession& session : frame.sessions) {
        if (!session.run || !session.frame || !frame.facts)
            continue;
        const auto& bad = session.frame->nonFiniteRanks;
        const std::uint64_t steps = frame.facts->sessions[*session.run].steps;
        if (bad.empty())
            findings.push_back(
                {session.mark,
                 filled(translate("CompareWords", "no NaN or Inf in %1"), {words::steps(steps)}),
                 true});
        else
            findings.push_back(
                {session.mark,
                 filled(translate("CompareWords", "rank %1: NaN or Inf from step %2"),
                        {std::to_string(bad.front().rank.value()),
                         widgets::countText(bad.front().first.value())}),
                 false});
    }
    return findings;
}

std::vector<ConfigText> configTexts(const CompareFrame& frame, bool all) {
    std::vector<ConfigText> texts;
    if (!frame.facts)
        return texts;
    for (const analysis::ConfigRow& row : frame.facts->config) {
        if (!row.differs && !all)
            continue;
        ConfigText text{row.key, {}, row.differs};
        for (std::size_t run = 0; run < row.values.size(); ++run)
            text.values.push_back(run > 0 && !row.differs
                                      ? translate("CompareWords", "same")
                                      : row.values[run].value_or(widgets::kUndefined));
        texts.push_back(std::move(text));
    }
    return texts;
}

std::string configRemark(const CompareFrame& frame) {
    if (!frame.facts)
        return {};
    const auto& rows = frame.facts->config;
    const auto differ = std::count_if(rows.begin(), rows.end(),
                                      [](const analysis::ConfigRow& row) { return row.differs; });
    const bool configured =
        std::any_of(frame.facts->sessions.begin(), frame.facts->sessions.end(),
                    [](const CompareFacts::Session& s) { return s.configured; });
    if (!configured)
        return translate("CompareWords", "none was sent");
    const auto count = static_cast<std::size_t>(differ);
    return filled(count == 1
                      ? translate("CompareWords", "%1 of %2 differs")
                      : translate("CompareWords", "%1 of %2 differ", nullptr, forPlural(count)),
                  {std::to_string(count), std::to_string(rows.size())});
}

} // namespace rankscope::ui
