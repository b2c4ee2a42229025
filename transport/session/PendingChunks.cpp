// SPDX-License-Identifier: Apache-2.0
#include "transport/session/PendingChunks.h"

#include "transport/session/Schema.h"
#include "transport/wire/Codec.h"

#include <algorithm>

namespace rankscope::session {
namespace {

/// The chunk that takes the next message.
Chunk& open(std::vector<Chunk>& chunks) {
    if (chunks.empty() || chunks.back().data.size() >= kChunkBytes ||
        chunks.back().count >= kChunkMessages) {
        chunks.emplace_back();
    }
    return chunks.back();
}

std::int64_t signedStep(Step step) {
    return static_cast<std::int64_t>(step.value());
}

/// Encodes straight into the chunk; returns the bytes added.
std::size_t append(Chunk& chunk, const wire::StepView& view) {
    const std::size_t before = chunk.data.size();
    chunk.data.resize(before + wire::maxStepBytes(view.groups.size(), view.sketch.size(),
                                                  view.microNorms.size()));
    const std::size_t size = wire::encodeStep(view, std::span(chunk.data).subspan(before));
    chunk.data.resize(before + size);
    ++chunk.count;
    return size;
}

} // namespace

void Chunk::append(const Chunk& next) {
    if (next.firstStep >= 0) {
        firstStep = firstStep < 0 ? next.firstStep : std::min(firstStep, next.firstStep);
        lastStep = std::max(lastStep, next.lastStep);
    }
    count += next.count;
    data.insert(data.end(), next.data.begin(), next.data.end());
}

void PendingChunks::add(const wire::Event& event) {
    ++m_messages;
    if (const auto* step = std::get_if<wire::StepRecord>(&event)) {
        addStep(*step);
        if (step->sketch && m_takesSketches) {
            addSketch(*step);
        }
        return;
    }
    Chunk& chunk = open(m_events);
    const std::vector<std::byte> bytes =
        std::visit([](const auto& message) { return wire::encode(wire::Message(message)); }, event);
    chunk.data.insert(chunk.data.end(), bytes.begin(), bytes.end());
    ++chunk.count;
    m_bytes += bytes.size();
}

void PendingChunks::addStep(const wire::StepRecord& step) {
    Chunk& chunk = open(m_events);
    m_bytes += append(chunk, {step, step.groups, 0, 0, {}, step.extras.microNorms});
    const std::int64_t number = signedStep(step.step);
    chunk.firstStep = chunk.firstStep < 0 ? number : std::min(chunk.firstStep, number);
    chunk.lastStep = std::max(chunk.lastStep, number);
}

void PendingChunks::addSketch(const wire::StepRecord& step) {
    wire::StepRecord identity;
    identity.incarnation = step.incarnation;
    identity.seq = step.seq;
    identity.rank = step.rank;
    identity.step = step.step;
    const std::int64_t number = signedStep(step.step);
    Chunk& chunk = open(m_sketches[number]);
    m_bytes += append(
        chunk, {identity, {}, step.sketch->seed, step.sketch->scale, step.sketch->values, {}});
    chunk.firstStep = chunk.lastStep = number;
}

void PendingChunks::clear() {
    m_events.clear();
    m_sketches.clear();
    m_bytes = 0;
    m_messages = 0;
}

} // namespace rankscope::session
