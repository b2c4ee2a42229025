// SPDX-License-Identifier: Apache-2.0
#include "emitter/simulate/Fault.h"

#include <charconv>
#include <utility>

namespace rankscope::simulate {

namespace {

constexpr std::pair<const char*, FaultKind> kNames[] = {
    {"same-data", FaultKind::SameData},     {"corrupt-shard", FaultKind::CorruptShard},
    {"dropout-off", FaultKind::DropoutOff}, {"nan", FaultKind::Nan},
    {"bitflip", FaultKind::BitFlip},        {"param-desync", FaultKind::ParamDesync},
    {"loss-scale", FaultKind::LossScale},   {"short-batches", FaultKind::ShortBatches},
};

template <class Number>
bool readAll(const std::string& text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

} // namespace

Result<Fault> Fault::parse(const std::string& text) {
    const std::size_t first = text.find('@');
    const std::size_t second = first == std::string::npos ? first : text.find('@', first + 1);
    Fault fault;
    if (second == std::string::npos ||
        !readAll(text.substr(first + 1, second - first - 1), fault.rank) ||
        !readAll(text.substr(second + 1), fault.step)) {
        return fail(ErrorCode::Usage, "'" + text + "' is not a fault",
                    "write KIND@RANK@STEP, for example corrupt-shard@3@200");
    }
    for (const auto& [name, kind] : kNames) {
        if (text.compare(0, first, name) == 0) {
            fault.kind = kind;
            return fault;
        }
    }
    return fail(ErrorCode::Usage, "there is no fault '" + text.substr(0, first) + "'",
                "the kinds are " + names());
}

std::string Fault::names() {
    std::string out;
    for (const auto& [name, kind] : kNames) {
        out += (out.empty() ? "" : ", ") + std::string(name);
    }
    return out;
}

} // namespace rankscope::simulate
