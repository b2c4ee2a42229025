// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/FigureTable.h"

#include "app/tables/CosineTable.h"
#include "app/tables/LayerTable.h"
#include "app/tables/MetricsTable.h"

namespace rankscope::figures {

TableKind tableOf(PanelKind kind) {
    switch (kind) {
    case PanelKind::Cosine:
        return TableKind::Cosine;
    case PanelKind::Layers:
        return TableKind::Layers;
    case PanelKind::Ranks:
        return TableKind::Ranks;
    default:
        return TableKind::Metrics;
    }
}

const char* nameOf(TableKind kind) {
    switch (kind) {
    case TableKind::Cosine:
        return "cosine";
    case TableKind::Layers:
        return "layers";
    case TableKind::Ranks:
        return "ranks";
    case TableKind::Metrics:
        break;
    }
    return "metrics";
}

Result<void> writeTable(FigureSource& source, const FigureRequest& request, TableKind kind,
                        Numbers numbers, const tables::Sink& sink) {
    const auto span = source.spanOf(request);
    if (!span)
        return tl::unexpected(span.error());
    if (kind == TableKind::Metrics || kind == TableKind::Ranks) {
        const tables::StepRange range{span->first, Step{span->last.value() + 1}};
        tables::writeMetrics(source.run(), range,
                             numbers == Numbers::PerRank || kind == TableKind::Ranks
                                 ? tables::MetricsRows::PerRank
                                 : tables::MetricsRows::PerStep,
                             tables::Format::Csv, sink);
        return {};
    }
    const auto frame = source.frame(request);
    if (!frame)
        return tl::unexpected(frame.error());
    if (kind == TableKind::Cosine && frame->cursor.cosine)
        sink(tables::csvOf(*frame->cursor.cosine));
    if (kind == TableKind::Layers)
        sink(tables::layersCsv(source.run().measures(frame->cursor.step), frame->cursor.groups));
    return {};
}

} // namespace rankscope::figures
