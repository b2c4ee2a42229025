// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

/// Texts of the Qt-free models, ready for translation. lupdate finds translate("Context", "text")
/// by the name of the function. Any thread, once setTranslate has been called; figures are made on
/// one of their own.
namespace rankscope::ui::words {

/// QCoreApplication::translate, or nothing: English.
using Translate = std::string (*)(const char* context, const char* text, int n);
void setTranslate(Translate translate);

/// `n`: the number that a plural goes by, put where the text has %n; -1: none.
[[nodiscard]] std::string translate(const char* context, const char* text,
                                    const char* disambiguation = nullptr, int n = -1);

/// Puts the values where the text has %1, %2 and so on, up to %9.
[[nodiscard]] std::string filled(const std::string& text,
                                 std::initializer_list<std::string> values);

[[nodiscard]] std::string ranks(std::uint64_t count);    ///< "1 rank", "1,024 ranks"
[[nodiscard]] std::string steps(std::uint64_t count);    ///< "1 step", "150 steps"
[[nodiscard]] std::string sessions(std::uint64_t count); ///< "1 session", "2 sessions"

/// The number that plurals go by; more than an int holds are many in every language.
[[nodiscard]] int forPlural(std::uint64_t count);

} // namespace rankscope::ui::words
