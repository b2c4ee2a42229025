// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/FuzzyMatch.h"

#include <algorithm>

namespace rankscope::ui {
namespace {

constexpr int kLetter = 1, kRun = 6, kWordStart = 8, kWholeWord = 4, kTextStart = 2;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Bytes above ASCII belong to words.
bool isWordPart(char c) {
    const char low = lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool startsWord(std::string_view text, std::size_t i) {
    return isWordPart(text[i]) && (i == 0 || !isWordPart(text[i - 1]));
}

bool endsWord(std::string_view text, std::size_t i) {
    return i + 1 == text.size() || !isWordPart(text[i + 1]);
}

/// The word's letters, each at its next place from `first` on.
std::optional<FuzzyMatch> from(std::string_view word, std::string_view text, std::size_t first) {
    FuzzyMatch match;
    std::size_t at = first;
    for (const char letter : word) {
        while (at < text.size() && lower(text[at]) != lower(letter))
            ++at;
        if (at == text.size())
            return std::nullopt;
        const bool run = !match.positions.empty() && match.positions.back() + 1 == at;
        match.score += kLetter + (run ? kRun : 0) + (startsWord(text, at) ? kWordStart : 0);
        match.positions.push_back(at++);
    }
    const bool whole = match.positions.back() - match.positions.front() + 1 == word.size() &&
                       startsWord(text, match.positions.front()) &&
                       endsWord(text, match.positions.back());
    match.score += whole ? kWholeWord : 0;
    return match;
}

std::optional<FuzzyMatch> best(std::string_view word, std::string_view text) {
    std::optional<FuzzyMatch> found;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (lower(text[i]) != lower(word.front()))
            continue;
        auto match = from(word, text, i);
        if (!match)
            break; // nor from any later place
        if (!found || match->score > found->score)
            found = std::move(match);
    }
    return found;
}

} // namespace

std::optional<FuzzyMatch> fuzzyMatch(std::string_view query, std::string_view text) {
    FuzzyMatch whole;
    while (!query.empty()) {
        const std::string_view word = query.substr(0, query.find(' '));
        query.remove_prefix(std::min(query.size(), word.size() + 1));
        if (word.empty())
            continue;
        const auto match = best(word, text);
        if (!match)
            return std::nullopt;
        whole.score += match->score;
        whole.positions.insert(whole.positions.end(), match->positions.begin(),
                               match->positions.end());
    }
    std::sort(whole.positions.begin(), whole.positions.end());
    whole.positions.erase(std::unique(whole.positions.begin(), whole.positions.end()),
                          whole.positions.end());
    if (!whole.positions.empty() && whole.positions.front() == 0)
        whole.score += kTextStart;
    return whole;
}

} // namespace rankscope::ui
