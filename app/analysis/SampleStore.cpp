// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/SampleStore.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace rankscope::analysis {

SampleStore::Source SampleStore::addSource(IncarnationId incarnation, RankId rank) {
    m_sources.push_back({incarnation, rank});
    return static_cast<Source>(m_sources.size() - 1);
}

SampleStore::Index SampleStore::add(Source source, const RankSample& sample) {
    if (m_chunks.empty() || !m_chunks[m_current] || m_chunks[m_current]->used == kChunk) {
        if (m_free.empty()) {
            assert(m_chunks.size() < std::numeric_limits<Index>::max() / kChunk);
            m_free.push_back(static_cast<Index>(m_chunks.size()));
            m_chunks.emplace_back();
        }
        m_current = m_free.back();
        m_free.pop_back();
        m_chunks[m_current] = std::make_unique<Chunk>();
    }
    Chunk& chunk = *m_chunks[m_current];
    const auto index = static_cast<Index>(m_current * kChunk + chunk.used);
    ++chunk.used;
    ++chunk.held;
    ++m_held;
    replace(index, source, sample);
    return index;
}

void SampleStore::release(Index index) {
    const Index at = index / kChunk;
    --m_held;
    if (--m_chunks[at]->held == 0) {
        m_chunks[at].reset();
        m_free.push_back(at);
    }
}

void SampleStore::replace(Index index, Source source, const RankSample& sample) {
    Chunk& c = *m_chunks[index / kChunk];
    const std::size_t i = index % kChunk;
    c.source.set(i, source, kChunk);
    c.seq.set(i, sample.seq.value(), kChunk);
    c.nonFinite.set(i, sample.nonFinite, kChunk);
    c.flags.set(i, sample.flags, kChunk);
    c.lossScale.set(i, static_cast<std::uint8_t>(sample.lossScale), kChunk);
    c.loss.set(i, sample.loss, kChunk);
    c.weight.set(i, sample.weight, kChunk);
    c.gradSq.set(i, sample.gradSq, kChunk);
    c.meanSq.set(i, sample.meanSq, kChunk);
    c.dot.set(i, sample.dot, kChunk);
    c.data.set(i, sample.hashes.data, kChunk);
    c.parameters.set(i, sample.hashes.parameters, kChunk);
    c.buffers.set(i, sample.hashes.buffers, kChunk);
    c.reduced.set(i, sample.hashes.reduced, kChunk);
    c.groupCount.set(i, static_cast<std::uint32_t>(sample.groupLoo.size()), kChunk);
    if (sample.groupLoo.empty()) {
        return;
    }
    c.groupStart.set(i, static_cast<std::uint32_t>(c.groupLoo.size()), kChunk);
    for (const double cosine : sample.groupLoo) {
        c.groupLoo.push_back(static_cast<float>(cosine));
    }
}

RankSample SampleStore::get(Index index) const {
    const Chunk& c = chunk(index);
    const std::size_t i = index % kChunk;
    RankSample s;
    const Origin& origin = m_sources[c.source.get(i)];
    s.rank = origin.rank;
    s.incarnation = origin.incarnation;
    s.seq = Seq{c.seq.get(i)};
    s.flags = c.flags.get(i);
    s.lossScale = static_cast<wire::LossScale>(c.lossScale.get(i));
    s.loss = c.loss.get(i);
    s.weight = c.weight.get(i);
    s.gradSq = c.gradSq.get(i);
    s.meanSq = c.meanSq.get(i);
    s.dot = c.dot.get(i);
    s.nonFinite = c.nonFinite.get(i);
    s.hashes = {c.data.get(i), c.parameters.get(i), c.buffers.get(i), c.reduced.get(i)};
    const std::uint32_t groups = c.groupCount.get(i);
    s.groupLoo.reserve(groups);
    for (std::uint32_t g = 0; g < groups; ++g) {
        const float cosine = c.groupLoo[c.groupStart.get(i) + g];
        s.groupLoo.push_back(std::isnan(cosine) ? undefined() : double{cosine});
    }
    return s;
}

SampleStore::Source SampleStore::source(Index index) const {
    return chunk(index).source.get(index % kChunk);
}

Seq SampleStore::seq(Index index) const {
    return Seq{chunk(index).seq.get(index % kChunk)};
}

} // namespace rankscope::analysis
