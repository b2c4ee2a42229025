// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace rankscope::link {

/// A CURVE key pair (RFC 26 of ZeroMQ), in Z85: 40 characters each.
struct KeyPair {
    std::string publicKey, secretKey;
    bool operator==(const KeyPair&) const = default;
};

/// What lets ranks and viewers in to one recorder. Kept in a JSON file that its owner alone can
/// read, as Jupyter does: no secret ever stands in an argument or an environment variable. It holds
/// the recorder's own key too, so that a restarted recorder is the one that the ranks know.
///
/// Who may send and who may only look have keys of their own: neither opens the other's port. The
/// recorder's file has them all. Files for those who only send or only look leave the other's pair
/// out, and the recorder's secret key (its public one stays); those keys are empty then.
struct Connection {
    std::string endpoint;     ///< where ranks call
    std::string viewEndpoint; ///< where viewers ask; empty: nowhere
    KeyPair server, emitter, viewer;

    [[nodiscard]] bool mayEmit() const { return !emitter.secretKey.empty(); }
    [[nodiscard]] bool mayView() const { return !viewer.secretKey.empty(); }
    [[nodiscard]] bool mayRecord() const {
        return !server.secretKey.empty() && mayEmit() && mayView();
    }
    bool operator==(const Connection&) const = default;
};

/// Fresh keys for all three. Errors: Unsupported (a ZeroMQ without CURVE).
[[nodiscard]] Result<Connection> newConnection();

/// Of a file's content. Errors: Malformed, Unsupported (a newer version).
[[nodiscard]] Result<Connection> parseConnection(std::string_view text);
[[nodiscard]] std::string connectionText(const Connection& connection);

/// Errors: Io (missing, no permission), Usage (others than the owner could read it), and those of
/// parseConnection().
[[nodiscard]] Result<Connection> readConnection(const std::filesystem::path& file);

/// A connection file that is written beside its place, with mode 0600 from its first byte on: what
/// can fail has been tried, and the file that is there is untouched until put(). Without that it
/// goes as if it had never been.
class StagedConnection {
  public:
    /// Errors: Io.
    [[nodiscard]] static Result<StagedConnection> write(const std::filesystem::path& file,
                                                        const Connection& connection);
    StagedConnection(StagedConnection&& other) noexcept;
    StagedConnection& operator=(StagedConnection&&) = delete;
    ~StagedConnection();

    /// Takes the place of the file as a whole. Errors: Io.
    [[nodiscard]] Result<void> put();

  private:
    StagedConnection(std::filesystem::path file, std::filesystem::path fresh);

    std::filesystem::path m_file, m_fresh; ///< the fresh one: empty when it is not there any more
};

/// Stages and puts. Errors: Io.
[[nodiscard]] Result<void> writeConnection(const std::filesystem::path& file,
                                           const Connection& connection);

/// Endpoints contain "://"; anything else that names a recorder is the path of such a file.
[[nodiscard]] bool isConnectionFile(std::string_view endpointOrFile);

} // namespace rankscope::link
