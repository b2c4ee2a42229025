// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionReader.h"
#include "transport/wire/Result.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

/// An address names a session wherever it lies: a session file, the view port of a recorder
/// (tcp://HOST:PORT, ipc://PATH), or that recorder's connection file (JSON). Whatever takes a
/// session takes an address.
namespace rankscope::engine {

/// Whether it is an endpoint, by its spelling. A connection file is known by its content alone.
[[nodiscard]] bool isEndpoint(const std::string& address);

/// Whether a recorder is asked for the session, over a link that may be lost and come back. Reads
/// a file's first bytes.
[[nodiscard]] bool isRecorder(const std::filesystem::path& address);

/// For people: a file's name, an endpoint as it is.
[[nodiscard]] std::string addressName(const std::string& address);
/// The same without a file's extension.
[[nodiscard]] std::string addressStem(const std::string& address);

/// Waits for a recorder's first answer, up to 5 s or until `stop`; then the session's reader gives
/// up waiting, too. Errors: those of SessionReader::open and view::RemoteRows::open.
[[nodiscard]] Result<std::unique_ptr<session::SessionReader>>
openSession(const std::filesystem::path& address, const std::stop_token& stop = {});

} // namespace rankscope::engine
