// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace rankscope::widgets {
namespace {

/// Digits of |value|; std::to_chars knows no locale.
std::string digits(double value, std::chars_format format, int precision) {
    std::array<char, 400> buffer{};
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision);
    return error == std::errc{} ? std::string(buffer.data(), end) : std::string("?");
}

std::string grouped(const std::string& text) {
    const auto whole = std::min(text.find('.'), text.size());
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            result += ',';
        result += text[i];
    }
    return result;
}

bool isZero(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c == '0' || c == '.'; });
}

std::string nonFiniteText(double value) {
    if (std::isnan(value))
        return "NaN";
    return value > 0 ? "inf" : std::string(kMinus) + "inf";
}

std::string scientific(double magnitude, int significant) {
    std::string text = digits(magnitude, std::chars_format::scientific, significant - 1);
    const auto e = text.find('e');
    int exponent = 0;
    const char* from = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(from, text.data() + text.size(), exponent);
    return text.substr(0, e) + (exponent < 0 ? "e\xE2\x88\x92" : "e") +
           std::to_string(std::abs(exponent));
}

} // namespace

std::string numberText(double value, int significant) {
    if (!std::isfinite(value))
        return nonFiniteText(value);
    if (value == 0)
        return "0";
    const double magnitude = std::abs(value);
    const std::string sign = value < 0 ? kMinus : "";
    if (magnitude < 1e-4 || magnitude >= 1e7)
        return sign + scientific(magnitude, significant);
    const int exponent = static_cast<int>(std::floor(std::log10(magnitude)));
    const int decimals = std::clamp(significant - 1 - exponent, 0, 8);
    return sign + grouped(digits(magnitude, std::chars_format::fixed, decimals));
}

std::string fixedText(double value, int decimals) {
    if (!std::isfinite(value))
        return nonFiniteText(value);
    const std::string text = digits(std::abs(value), std::chars_format::fixed, decimals);
    return std::string(value < 0 && !isZero(text) ? kMinus : "").append(grouped(text));
}

std::string cosineText(double value, int decimals) {
    if (!std::isfinite(value))
        return nonFiniteText(value);
    std::string text = digits(std::abs(value), std::chars_format::fixed, decimals);
    if (isZero(text))
        return "0";
    if (text.starts_with("0."))
        text.erase(0, 1);
    return std::string(value < 0 ? kMinus : "+").append(text);
}

std::string signedText(double value) {
    if (!std::isfinite(value))
        return nonFiniteText(value);
    if (std::abs(value) < 10)
        return cosineText(value);
    return std::string(value < 0 ? kMinus : "+").append(numberText(std::abs(value)));
}

std::string countText(std::uint64_t value) {
    return grouped(std::to_string(value));
}

std::string bytesText(std::uint64_t bytes) {
    static constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    return fixedText(value, unit > 0 && value < 10 ? 1 : 0) + " " + kUnits[unit];
}

} // namespace rankscope::widgets
