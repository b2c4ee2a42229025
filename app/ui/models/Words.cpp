// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/Words.h"

#include "widgets/common/NumberText.h"

#include <algorithm>

namespace rankscope::ui::words {
namespace {

Translate s_translate = nullptr;

} // namespace

void setTranslate(Translate translate) {
    s_translate = translate;
}

std::string translate(const char* context, const char* text, const char*, int n) {
    std::string found = s_translate != nullptr ? s_translate(context, text, n) : text;
    const std::size_t number = n < 0 ? std::string::npos : found.find("%n");
    if (number != std::string::npos)
        found.replace(number, 2, std::to_string(n));
    return found;
}

std::string filled(const std::string& text, std::initializer_list<std::string> values) {
    std::string whole;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool place =
            text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9';
        const std::size_t which = place ? static_cast<std::size_t>(text[i + 1] - '1') : 0;
        if (!place || which >= values.size()) {
            whole += text[i];
            continue;
        }
        whole += *(values.begin() + which);
        ++i;
    }
    return whole;
}

int forPlural(std::uint64_t count) {
    return static_cast<int>(std::min<std::uint64_t>(count, 1'000'000));
}

std::string ranks(std::uint64_t count) {
    return count == 1 ? translate("Words", "1 rank")
                      : filled(translate("Words", "%1 ranks", nullptr, forPlural(count)),
                               {widgets::countText(count)});
}

std::string steps(std::uint64_t count) {
    return count == 1 ? translate("Words", "1 step")
                      : filled(translate("Words", "%1 steps", nullptr, forPlural(count)),
                               {widgets::countText(count)});
}

std::string sessions(std::uint64_t count) {
    return count == 1 ? translate("Words", "1 session")
                      : filled(translate("Words", "%1 sessions", nullptr, forPlural(count)),
                               {widgets::countText(count)});
}

} // namespace rankscope::ui::words
