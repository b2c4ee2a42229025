// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"

#include <memory>
#include <string>

namespace rankscope::support {

/// A frame of `world` ranks and steps 0..10: rank r's loss is 2 + r / 10, all cosines are .1.
inline engine::RunFrame frameOf(std::uint32_t world) {
    engine::RunFrame frame;
    frame.empty = false;
    frame.status.state = engine::RunState::Replay;
    frame.status.world = frame.status.reporting = world;
    frame.status.name = "small";
    frame.status.measuredGradients = true;
    frame.lastStep = frame.spanLast = frame.viewLast = 10;
    frame.status.lastStep = 10;
    for (std::uint32_t rank = 0; rank < world; ++rank) {
        engine::Line line;
        for (int step = 0; step <= 10; ++step) {
            line.x.push_back(step);
            line.y.push_back(2 + rank / 10.0);
        }
        frame.loss.ranks.push_back({RankId{rank}, line, {}});
        frame.direction.ranks.push_back({RankId{rank}, line, {}});
        engine::WorkerRow row;
        row.metrics.rank = RankId{rank};
        row.metrics.received = true;
        row.metrics.loss = 2 + rank / 10.0;
        row.metrics.cosineLoo = rank == 1 ? -0.3 : 0.1;
        row.metrics.groupLoo = {0.1, rank == 1 ? -0.5 : 0.2};
        row.host = "node0";
        frame.cursor.workers.push_back(row);
    }
    frame.loss.mean = frame.loss.ranks.front().line;
    frame.loss.range = {frame.loss.mean.x, frame.loss.mean.y, frame.loss.mean.y};
    frame.loss.spread = frame.loss.range;
    frame.lossDispersion.mean = frame.normDispersion.mean = frame.direction.mean = frame.loss.mean;
    frame.overview = frame.loss.mean;
    frame.cursor.step = Step{10};
    frame.cursor.metrics.final = true;
    frame.cursor.metrics.lossMean = 2.29;
    frame.cursor.metrics.lossStd = 0.84;
    frame.cursor.metrics.cosineMean = 0.06;
    frame.cursor.groups = {"wte", "head"};
    auto matrix = std::make_shared<analysis::CosineMatrix>();
    matrix->step = frame.cursor.step;
    matrix->source = analysis::CosineSource::Sketch;
    for (std::uint32_t rank = 0; rank < world; ++rank)
        matrix->ranks.push_back(RankId{rank});
    matrix->cosine.assign(std::size_t{world} * world, 0.1);
    matrix->sd.assign(matrix->cosine.size(), 0.0015);
    if (world > 3)
        matrix->cosine[1 * world + 3] = matrix->cosine[3 * world + 1] = -0.16;
    frame.cursor.cosine = matrix;
    return frame;
}

} // namespace rankscope::support
