// SPDX-License-Identifier: Apache-2.0
// Writes the golden files into a folder. Only run it for a new format or protocol version: what is
// checked in must stay readable as it is.
#include "tests/conformance/Golden.h"
#include "transport/session/SessionWriter.h"
#include "transport/wire/Codec.h"

#include <cstdio>
#include <fstream>

using namespace rankscope;

namespace {

Result<void> writeSession(const std::filesystem::path& path) {
    auto writer = session::SessionWriter::open(path, golden::kRun, {.overwrite = true});
    if (!writer) {
        return tl::unexpected(writer.error());
    }
    const std::vector<wire::Event> events = golden::events();
    // Two commits, whose chunks become one.
    (*writer)->append(std::span(events).first(2));
    return (*writer)->commit().and_then([&] {
        (*writer)->append(std::span(events).subspan(2));
        (*writer)->keep(golden::derived());
        return (*writer)->close();
    });
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: MakeGolden FOLDER\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::ofstream messages(folder / "messages.msgpack", std::ios::binary);
    for (const wire::Message& message : golden::messages()) {
        const std::vector<std::byte> bytes = wire::encode(message);
        messages.write(reinterpret_cast<const char*>(bytes.data()),
                       static_cast<std::streamsize>(bytes.size()));
    }
    const Result<void> session = writeSession(folder / "session-v2.rankscope");
    if (!session || !messages.flush()) {
        std::fprintf(stderr, "MakeGolden: %s\n",
                     session ? "messages.msgpack cannot be written" : session.error().what.c_str());
        return 1;
    }
    return 0;
}
