// SPDX-License-Identifier: Apache-2.0
#include "app/engine/session/SessionAddress.h"

#include "transport/view/RemoteRows.h"

#include <fstream>

namespace rankscope::engine {

bool isEndpoint(const std::string& address) {
    return address.find("://") != std::string::npos;
}

bool isRecorder(const std::filesystem::path& address) {
    if (isEndpoint(address.string())) {
        return true;
    }
    std::error_code error; // a pipe would keep the reader waiting
    if (!std::filesystem::is_regular_file(address, error)) {
        return false;
    }
    char first = 0;
    std::ifstream file(address);
    return (file >> first) && first == '{';
}

std::string addressName(const std::string& address) {
    return isEndpoint(address) ? address : std::filesystem::path(address).filename().string();
}

std::string addressStem(const std::string& address) {
    return isEndpoint(address) ? address : std::filesystem::path(address).stem().string();
}

Result<std::unique_ptr<session::SessionReader>> openSession(const std::filesystem::path& address,
                                                            const std::stop_token& stop) {
    if (!isRecorder(address)) {
        return session::SessionReader::open(address);
    }
    view::RemoteRows::Options options;
    options.stop = stop;
    return view::RemoteRows::open(address.string(), options)
        .map([](std::unique_ptr<view::RemoteRows> rows) {
            return session::SessionReader::over(std::move(rows));
        });
}

} // namespace rankscope::engine
