// SPDX-License-Identifier: Apache-2.0
#include "transport/link/ConnectionFile.h"

#include "transport/link/Curve.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rankscope::link {

namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr std::size_t kMaxBytes = 16384; // a real one has less than 1,000
constexpr std::size_t kMaxEndpoint = 512;

tl::unexpected<Error> malformed(const std::string& what) {
    return fail(ErrorCode::Malformed, "the connection file " + what,
                "take the file that `rankscope record` wrote for this run, unchanged");
}

tl::unexpected<Error> refused(const std::filesystem::path& file, const char* doing) {
    return fail(ErrorCode::Io,
                "cannot " + std::string(doing) + " " + file.string() + ": " + std::strerror(errno),
                "check the path and its permissions");
}

/// Empty when there is no such text.
std::string textOf(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Empty when the file has none of this name.
Result<KeyPair> pairOf(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) {
        return KeyPair{};
    }
    KeyPair pair;
    if (found->is_object()) {
        pair = {textOf(*found, "public"), textOf(*found, "secret")};
    }
    // The recorder's secret is for the recorder alone.
    const bool publicAlone = std::string_view(name) == "server" && !found->contains("secret");
    if (publicAlone ? !isKey(pair.publicKey) : !isKeyPair(pair)) {
        return malformed("has '" + std::string(name) + "' keys that are none, or no pair");
    }
    return pair;
}

void addPair(Json& object, const char* name, const KeyPair& pair) {
    for (const auto& [kind, key] :
         {std::pair("public", &pair.publicKey), {"secret", &pair.secretKey}}) {
        if (!key->empty()) {
            object[name][kind] = *key;
        }
    }
}

/// Closes on every way out.
struct Descriptor {
    int fd;
    explicit Descriptor(int opened) : fd(opened) {}
    ~Descriptor() {
        if (fd >= 0) {
            close(fd);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
};

bool writeAll(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t done = write(fd, text.data(), text.size());
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(done));
    }
    return fsync(fd) == 0;
}

} // namespace

Result<Connection> newConnection() {
    Connection fresh;
    for (KeyPair* const pair : {&fresh.server, &fresh.emitter, &fresh.viewer}) {
        auto made = newKeyPair();
        if (!made) {
            return tl::unexpected(made.error());
        }
        *pair = std::move(*made);
    }
    return fresh;
}

Result<Connection> parseConnection(std::string_view text) {
    if (text.size() > kMaxBytes) {
        return malformed("is too large to be one");
    }
    const Json object = Json::parse(text, nullptr, false);
    if (!object.is_object()) {
        return malformed("is not JSON, or cut off");
    }
    const auto version = object.find("rankscope_connection");
    if (version == object.end() || !version->is_number_unsigned()) {
        return malformed("does not say that it is one of Rankscope's");
    }
    if (version->get<std::uint64_t>() > kVersion) {
        return fail(ErrorCode::Unsupported,
                    "the connection file is of version " +
                        std::to_string(version->get<std::uint64_t>()) + ", newer than this program",
                    "use the Rankscope that wrote it, or a newer one");
    }
    Connection connection;
    connection.endpoint = textOf(object, "endpoint");
    connection.viewEndpoint = textOf(object, "view_endpoint");
    if (connection.endpoint.find("://") == std::string::npos ||
        connection.endpoint.size() > kMaxEndpoint ||
        connection.viewEndpoint.size() > kMaxEndpoint) {
        return malformed("names no endpoint");
    }
    auto server = pairOf(object, "server");
    auto emit = pairOf(object, "emit");
    auto view = pairOf(object, "view");
    for (const auto* pair : {&server, &emit, &view}) {
        if (!*pair) {
            return tl::unexpected(pair->error());
        }
    }
    connection.server = std::move(*server);
    connection.emitter = std::move(*emit);
    connection.viewer = std::move(*view);
    if (connection.server.publicKey.empty() || (!connection.mayEmit() && !connection.mayView()) ||
        (!connection.server.secretKey.empty() && !connection.mayRecord())) {
        return malformed("lacks keys");
    }
    return connection;
}

std::string connectionText(const Connection& connection) {
    Json object{{"rankscope_connection", kVersion}, {"endpoint", connection.endpoint}};
    addPair(object, "server", connection.server);
    addPair(object, "emit", connection.emitter);
    addPair(object, "view", connection.viewer);
    if (!connection.viewEndpoint.empty()) {
        object["view_endpoint"] = connection.viewEndpoint;
    }
    return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Connection> readConnection(const std::filesystem::path& file) {
    const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (opened.fd < 0 || fstat(opened.fd, &status) != 0) {
        return refused(file, "read the connection file");
    }
    if (!S_ISREG(status.st_mode)) {
        return malformed("'" + file.string() + "' is not a file");
    }
    std::string text(kMaxBytes + 1, '\0');
    std::size_t size = 0;
    ssize_t got = 0;
    while (size < text.size() &&
           ((got = read(opened.fd, text.data() + size, text.size() - size)) > 0 ||
            (got < 0 && errno == EINTR))) {
        size += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    if (got < 0) {
        return refused(file, "read the connection file");
    }
    auto connection = parseConnection(std::string_view(text).substr(0, size));
    if (connection && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(
            ErrorCode::Usage, "others can read " + file.string() + ", and it holds secret keys",
            "make it yours alone with chmod 600, or let `rankscope record` write a new one");
    }
    return connection;
}

StagedConnection::StagedConnection(std::filesystem::path file, std::filesystem::path fresh)
    : m_file(std::move(file)),
      m_fresh(std::move(fresh)) {}

StagedConnection::StagedConnection(StagedConnection&& other) noexcept
    : m_file(std::move(other.m_file)),
      m_fresh(std::exchange(other.m_fresh, {})) {}

StagedConnection::~StagedConnection() {
    if (!m_fresh.empty()) {
        unlink(m_fresh.c_str());
    }
}

Result<StagedConnection> StagedConnection::write(const std::filesystem::path& file,
                                                 const Connection& connection) {
    StagedConnection staged(file, file.string() + "." + std::to_string(getpid()) + ".new");
    const char* const fresh = staged.m_fresh.c_str();
    unlink(fresh); // left by a program of this number that died: never opened, only made anew
    const Descriptor made(open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (made.fd < 0 || fchmod(made.fd, 0600) != 0 ||
        !writeAll(made.fd, connectionText(connection))) {
        return refused(file, "write the connection file");
    }
    return staged;
}

Result<void> StagedConnection::put() {
    if (rename(m_fresh.c_str(), m_file.c_str()) != 0) {
        return refused(m_file, "write the connection file");
    }
    m_fresh.clear();
    return {};
}

Result<void> writeConnection(const std::filesystem::path& file, const Connection& connection) {
    return StagedConnection::write(file, connection).and_then([](StagedConnection staged) {
        return staged.put();
    });
}

bool isConnectionFile(std::string_view endpointOrFile) {
    return !endpointOrFile.empty() && endpointOrFile.find("://") == std::string_view::npos;
}

} // namespace rankscope::link
