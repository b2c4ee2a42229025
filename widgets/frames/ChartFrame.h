// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

/// Plain data that the widgets draw. Nothing in here knows where the numbers came from.
namespace rankscope::widgets {

/// What a line means; the theme says how it looks. Ranks have no colours of their own.
enum class Ink : unsigned char {
    Mean,     ///< the mean over ranks
    Healthy,  ///< a rank among its peers
    Departed, ///< a rank that left its peers
    Chosen,   ///< what the user picked
    Lost,     ///< a lost link or a bad file
};

/// A polyline in data coordinates. A NaN y breaks it; a lone finite point becomes a dot.
struct Curve {
    std::vector<double> x, y;
    Ink ink = Ink::Healthy;
    int rank = -1;        ///< for picking; -1: not a rank
    std::string endLabel; ///< at the right end; may be empty
};

/// Area between two lines over the same x. NaN breaks it.
struct Band {
    std::vector<double> x, low, high;
    bool inner = false; ///< the more likely part of an envelope
    /// Behind lines that show the same ranks: faint, and the lines alone set the limits of y.
    bool quiet = false;
};

/// Steps that are known to be missing, first..last inclusive.
struct Gap {
    double first = 0, last = 0;
    std::string label;
};

/// A restart or a change of the world's size at x.
struct RestartMark {
    double x = 0;
    std::string label;
};

/// A value that was measured and was NaN or infinite.
struct NonFiniteMark {
    double x = 0;
    std::string label;
};

enum class NumberStyle : unsigned char {
    Plain,
    Cosine, ///< signed, no leading zero
};

/// One chart panel's content.
struct ChartFrame {
    std::string title, unit;
    double first = 0, last = 1; ///< visible x
    bool logY = false;          ///< values <= 0 are not drawn then
    bool fromZero = false;      ///< y starts at 0 on a linear axis
    bool zeroLine = false;
    NumberStyle numbers = NumberStyle::Plain;
    std::vector<Band> bands;   ///< drawn before all curves
    std::vector<Curve> curves; ///< in drawing order
    std::vector<Gap> gaps;
    std::vector<RestartMark> restarts;
    std::vector<NonFiniteMark> nonFinite;
    std::string note;    ///< one line inside the plot, bottom left
    std::string summary; ///< one sentence for screen readers
};

/// A number in a panel's header line.
struct HeaderValue {
    std::string name, value;
    Ink ink = Ink::Healthy; ///< Healthy: plain text
};

/// Whether two frames would be drawn alike. NaNs with equal bits are alike.
[[nodiscard]] bool sameContent(const ChartFrame& a, const ChartFrame& b);

} // namespace rankscope::widgets
