// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Absent.h"

#include <rankscope/Emitter.h>
#include <rankscope/rankscope.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>

namespace emitter = rankscope::emitter;
namespace wire = rankscope::wire;

struct rs_emitter {
    std::unique_ptr<emitter::Emitter> emitter;
    std::uint32_t groupCount = 0;
};

namespace {

// Plain memory: anything with a destructor would register work at the thread's exit.
thread_local char t_lastError[512] = "";

void keepError(const char* what, const char* advice) noexcept {
    std::snprintf(t_lastError, sizeof t_lastError, "%s%s%s", what, *advice == '\0' ? "" : "; ",
                  advice);
}

std::string text(const char* given) {
    return given == nullptr ? std::string() : given;
}

/// A struct that may have been made with an older, shorter definition: what it lacks is zero.
template <class T>
T read(const T* given) noexcept {
    T out{};
    std::memcpy(&out, given, std::min<std::size_t>(given->struct_size, sizeof(T)));
    return out;
}

std::optional<double> measured(double value) noexcept {
    return emitter::isAbsent(value) ? std::nullopt : std::optional(value);
}

emitter::Options toOptions(const rs_options& given) {
    emitter::Options out;
    if (given.endpoint != nullptr) {
        out.endpoint = given.endpoint;
    }
    out.run = text(given.run);
    out.name = text(given.name);
    out.config = text(given.config);
    out.device = text(given.device);
    out.software = text(given.software);
    out.rank = given.rank;
    out.world = given.world;
    out.generation = given.generation;
    out.sketchSize = given.sketch_size;
    for (std::uint32_t i = 0; i < given.group_count; ++i) {
        out.groups.push_back(given.group_names == nullptr ? std::string()
                                                          : text(given.group_names[i]));
        out.groupSizes.push_back(given.group_sizes == nullptr ? 0 : given.group_sizes[i]);
    }
    if (given.ring_bytes != 0) {
        out.ringBytes = given.ring_bytes;
    }
    out.blockWhenFull = given.block_when_full != 0;
    out.inProcess = given.in_process != 0;
    return out;
}

emitter::Sample toSample(const rs_sample& given) noexcept {
    emitter::Sample out;
    if (given.step >= 0) {
        out.step = rankscope::Step{static_cast<std::uint64_t>(given.step)};
    }
    out.flags = given.flags;
    out.loss = measured(given.loss);
    out.weight = measured(given.weight);
    out.gradScale = measured(given.grad_scale);
    out.lossScale = given.loss_scale <= 2 ? static_cast<wire::LossScale>(given.loss_scale)
                                          : wire::LossScale::Unknown;
    if (given.micro_norms != nullptr) {
        out.microNorms = {given.micro_norms, given.micro_count};
    }
    std::optional<std::uint64_t>* const hashes[4] = {&out.dataHash, &out.parameterHash,
                                                     &out.bufferHash, &out.reducedHash};
    for (unsigned i = 0; i < 4; ++i) {
        if ((given.hash_mask >> i & 1U) != 0) {
            *hashes[i] = given.hashes[i];
        }
    }
    return out;
}

bool knows(int type) noexcept {
    return type >= RS_FLOAT32 && type <= RS_FLOAT64;
}

} // namespace

rs_emitter* rs_open(const rs_options* options) {
    t_lastError[0] = '\0';
    if (options == nullptr || options->struct_size < offsetof(rs_options, world) + 4) {
        keepError("rs_open needs options with their struct_size set", "");
        return nullptr;
    }
    try {
        const rs_options given = read(options);
        if (given.group_count > wire::limits::kGroups) { // before it is believed
            keepError("there can be 256 layer groups at most", "");
            return nullptr;
        }
        auto opened = emitter::Emitter::open(toOptions(given));
        if (!opened) {
            keepError(opened.error().what.c_str(), opened.error().advice.c_str());
            return nullptr;
        }
        return new rs_emitter{std::move(*opened), given.group_count};
    } catch (const std::exception& error) {
        keepError(error.what(), "");
    }
    return nullptr;
}

const char* rs_last_error(void) {
    return t_lastError;
}

void rs_gradient(rs_emitter* e, const void* data, int type, const rs_segment* segments,
                 size_t segment_count, void* copy) {
    if (e != nullptr && knows(type)) {
        e->emitter->gradient(data, static_cast<emitter::ElementType>(type),
                             {segments, segment_count}, copy);
    }
}

void rs_reduced(rs_emitter* e, const void* local, const void* mean, int type,
                const rs_segment* segments, size_t segment_count) {
    if (e != nullptr && knows(type)) {
        e->emitter->reduced(local, mean, static_cast<emitter::ElementType>(type),
                            {segments, segment_count});
    }
}

void rs_add_sums(rs_emitter* e, const double* sums, uint64_t nonfinite, const float* sketch) {
    if (e == nullptr || sums == nullptr) {
        return;
    }
    wire::GradSums groups[wire::limits::kGroups];
    const std::size_t count = std::max<std::uint32_t>(e->groupCount, 1);
    for (std::size_t i = 0; i < count; ++i) {
        groups[i] = {sums[3 * i], sums[3 * i + 1], sums[3 * i + 2]};
    }
    e->emitter->addSums({groups, count}, nonfinite, sketch);
}

uint64_t rs_sketch_seed(const rs_emitter* e) {
    return e == nullptr ? 0 : e->emitter->sketchSeed();
}

void rs_restart_sums(rs_emitter* e) {
    if (e != nullptr) {
        e->emitter->restartSums();
    }
}

double rs_absent(void) {
    return emitter::absent();
}

void rs_step(rs_emitter* e, const rs_sample* sample) {
    if (e != nullptr) {
        e->emitter->step(sample == nullptr ? emitter::Sample{} : toSample(read(sample)));
    }
}

void rs_get_statistics(const rs_emitter* e, rs_statistics* out) {
    if (out == nullptr) {
        return;
    }
    const emitter::Statistics now = e == nullptr ? emitter::Statistics{} : e->emitter->statistics();
    *out = {now.lastSeq, now.acknowledged, now.lost, now.connected ? 1U : 0U,
            now.isolated ? 1U : 0U};
}

int rs_begin_close(rs_emitter* e, uint32_t timeout_ms) {
    return e == nullptr || e->emitter->beginClose(std::chrono::milliseconds(timeout_ms)) ? 1 : 0;
}

void rs_close(rs_emitter* e, uint32_t timeout_ms) {
    if (e != nullptr) {
        e->emitter->close(std::chrono::milliseconds(timeout_ms));
        delete e;
    }
}
