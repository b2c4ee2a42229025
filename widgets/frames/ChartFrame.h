// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <set>
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

/// What a chart and the timeline are made of, bottom to top. Each can be hidden by itself, and
/// whoever computes one of them adds it to the frame without touching the others.
enum class Layer : unsigned char {
    Gaps,
    Findings,
    Expected, ///< what sampling alone would give
    Envelope, ///< the ranks as an area
    Ranks,    ///< ... as lines
    Mean,
    References,
    Restarts,
    NonFinite,
    Notes,
};

/// Tells several lines of one ink apart.
enum class Dash : unsigned char { Solid, Long, Short };

/// A polyline in data coordinates. A NaN y breaks it; a lone finite point becomes a dot.
struct Curve {
    std::vector<double> x, y;
    Ink ink = Ink::Healthy;
    int rank = -1;        ///< for picking; -1: not a rank
    std::string endLabel; ///< at the right end; may be empty
    Dash dash = Dash::Solid;
    bool behind = false; ///< the raw curve behind a smoothed one: thin and faint, without a dot
    Layer layer = Layer::Ranks;
    std::string name{}; ///< what the pointer calls it; empty: endLabel
};

enum class BandKind : unsigned char {
    Outer,       ///< least to most
    Inner,       ///< the more likely part of an envelope
    Expected95,  ///< where sampling alone puts 95 % of the values
    Expected999, ///< ... 99.9 %
    Error,       ///< of the chosen curve
};

/// Area between two lines over the same x. NaN breaks it.
struct Band {
    std::vector<double> x, low, high;
    BandKind kind = BandKind::Outer;
    /// Behind lines that show the same ranks: faint, and the lines alone set the limits of y.
    bool quiet = false;
};

/// Steps that are known to be missing, first..last inclusive.
struct Gap {
    double first = 0, last = 0;
    std::string label;
    std::string brief{}; ///< shown where there is no room for the label
};

/// A restart or a change of the world's size at x.
struct RestartMark {
    double x = 0;
    std::string label;
    std::string brief{}; ///< shown where there is no room for the label
};

/// A value that was measured and was NaN or infinite.
struct NonFiniteMark {
    double x = 0;
    std::string label;
};

/// Told apart by shape, not by colour.
enum class FindingShape : unsigned char {
    Persistent, ///< bar: one rank
    Group,      ///< double bar: several ranks
    Transient,  ///< diamond: one step
    Exact,      ///< two rules: a fact, not a statistic
};

/// Where a finding holds: first to last (inclusive), or still at the end of the run.
struct FindingMark {
    double first = 0;
    std::optional<double> last;
    std::string label; ///< "rank 5 departs"
    FindingShape shape = FindingShape::Persistent;
    int id = -1; ///< for picking
};

/// What the user wrote at a step.
struct NoteMark {
    double x = 0;
    std::string text;
    int id = -1; ///< for picking
};

/// A value that the user wants to see the curves against.
struct ReferenceLine {
    double y = 0;
    std::string label;
    int id = -1; ///< for picking
};

enum class NumberStyle : unsigned char {
    Plain,
    Cosine, ///< signed, no leading zero
};

/// One chart panel's content.
struct ChartFrame {
    std::string title, unit; ///< unit: beside the title, what is shown and in what
    std::string yTitle;      ///< of the axis in a figure: "Loss (nats per token)"
    std::string xTitle = "Step";
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
    std::vector<FindingMark> findings;
    std::vector<NoteMark> notes;
    std::vector<ReferenceLine> references;
    std::set<Layer> hidden; ///< not drawn, and without a say in the limits of y
    std::string note;       ///< one line inside the plot, bottom left
    std::string summary;    ///< one sentence for screen readers
};

/// A number in a panel's header line.
struct HeaderValue {
    std::string name, value;
    Ink ink = Ink::Healthy; ///< Healthy: plain text
};

/// The layer that a band belongs to.
[[nodiscard]] Layer layerOf(BandKind kind);

/// The frame as it is seen: what stands in a hidden layer is gone.
[[nodiscard]] ChartFrame withoutHidden(ChartFrame frame);

/// Whether two frames would be drawn alike. NaNs with equal bits are alike.
[[nodiscard]] bool sameContent(const ChartFrame& a, const ChartFrame& b);

} // namespace rankscope::widgets
