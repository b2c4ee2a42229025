// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Letter.h"

#include "transport/wire/Codec.h"

#include <cstdint>
#include <cstring>
#include <variant>

namespace rankscope::emitter {

namespace {

tl::unexpected<Error> malformed() {
    return fail(ErrorCode::Malformed, "the rank did not introduce itself");
}

} // namespace

std::vector<std::byte> encodeLetter(const Letter& letter) {
    const std::string text = link::destinationText(letter.destination);
    const std::vector<std::byte> hello = wire::encode(letter.hello);
    const std::uint64_t size[1] = {text.size()};
    const std::span<const std::byte> parts[] = {std::as_bytes(std::span(size)),
                                                std::as_bytes(std::span(text)), hello};
    std::vector<std::byte> out;
    for (const auto part : parts) {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

Result<Letter> decodeLetter(std::span<const std::byte> bytes) {
    std::uint64_t size = 0;
    if (bytes.size() < sizeof size) {
        return malformed();
    }
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes = bytes.subspan(sizeof size);
    if (size > bytes.size()) {
        return malformed();
    }
    auto destination = link::parseDestination({reinterpret_cast<const char*>(bytes.data()), size});
    if (!destination) {
        return tl::unexpected(destination.error());
    }
    auto message = wire::decode(bytes.subspan(size));
    if (!message) {
        return tl::unexpected(message.error());
    }
    if (auto* hello = std::get_if<wire::Hello>(&*message)) {
        return Letter{std::move(*destination), std::move(*hello)};
    }
    return malformed();
}

} // namespace rankscope::emitter
