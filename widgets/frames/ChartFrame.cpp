// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frames/ChartFrame.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace rankscope::widgets {
namespace {

bool same(const std::vector<double>& a, const std::vector<double>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double l, double r) {
        return std::bit_cast<std::uint64_t>(l) == std::bit_cast<std::uint64_t>(r);
    });
}

template <class T, class Same>
bool sameAll(const std::vector<T>& a, const std::vector<T>& b, Same alike) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), alike);
}

} // namespace

Layer layerOf(BandKind kind) {
    switch (kind) {
    case BandKind::Outer:
    case BandKind::Inner:
        return Layer::Envelope;
    case BandKind::Expected95:
    case BandKind::Expected999:
        return Layer::Expected;
    case BandKind::Error:
        break;
    }
    return Layer::Ranks; // the chosen curve's, with which it comes and goes
}

ChartFrame withoutHidden(ChartFrame frame) {
    const auto hidden = [&](Layer layer) { return frame.hidden.count(layer) > 0; };
    std::erase_if(frame.bands, [&](const Band& band) { return hidden(layerOf(band.kind)); });
    std::erase_if(frame.curves, [&](const Curve& curve) { return hidden(curve.layer); });
    const auto drop = [&](Layer layer, auto& marks) {
        if (hidden(layer))
            marks.clear();
    };
    drop(Layer::Gaps, frame.gaps);
    drop(Layer::Restarts, frame.restarts);
    drop(Layer::NonFinite, frame.nonFinite);
    drop(Layer::Findings, frame.findings);
    drop(Layer::Notes, frame.notes);
    drop(Layer::References, frame.references);
    return frame;
}

bool sameContent(const ChartFrame& a, const ChartFrame& b) {
    return a.title == b.title && a.unit == b.unit && a.first == b.first && a.last == b.last &&
           a.logY == b.logY && a.fromZero == b.fromZero && a.zeroLine == b.zeroLine &&
           a.numbers == b.numbers && a.note == b.note && a.hidden == b.hidden &&
           sameAll(a.bands, b.bands,
                   [](const Band& l, const Band& r) {
                       return l.kind == r.kind && l.quiet == r.quiet && same(l.x, r.x) &&
                              same(l.low, r.low) && same(l.high, r.high);
                   }) &&
           sameAll(a.curves, b.curves,
                   [](const Curve& l, const Curve& r) {
                       return l.ink == r.ink && l.rank == r.rank && l.endLabel == r.endLabel &&
                              l.dash == r.dash && l.behind == r.behind && l.layer == r.layer &&
                              l.name == r.name && same(l.x, r.x) && same(l.y, r.y);
                   }) &&
           sameAll(a.gaps, b.gaps,
                   [](const Gap& l, const Gap& r) {
                       return l.first == r.first && l.last == r.last && l.label == r.label &&
                              l.brief == r.brief;
                   }) &&
           sameAll(a.restarts, b.restarts,
                   [](const RestartMark& l, const RestartMark& r) {
                       return l.x == r.x && l.label == r.label && l.brief == r.brief;
                   }) &&
           sameAll(a.nonFinite, b.nonFinite,
                   [](const NonFiniteMark& l, const NonFiniteMark& r) {
                       return l.x == r.x && l.label == r.label;
                   }) &&
           sameAll(a.findings, b.findings,
                   [](const FindingMark& l, const FindingMark& r) {
                       return l.first == r.first && l.last == r.last && l.label == r.label &&
                              l.shape == r.shape;
                   }) &&
           sameAll(a.notes, b.notes,
                   [](const NoteMark& l, const NoteMark& r) {
                       return l.x == r.x && l.text == r.text;
                   }) &&
           sameAll(a.references, b.references, [](const ReferenceLine& l, const ReferenceLine& r) {
               return l.y == r.y && l.label == r.label;
           });
}

} // namespace rankscope::widgets
