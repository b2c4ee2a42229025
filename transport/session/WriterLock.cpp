// SPDX-License-Identifier: Apache-2.0
#include "transport/session/WriterLock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rankscope::session {
namespace {

std::filesystem::path lockPath(const std::filesystem::path& session) {
    return session.string() + "-lock";
}

struct flock wholeFile(short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// Whether `path` still names the file behind `descriptor`: its owner may have removed it between
/// our open() and our lock.
bool isStillThere(int descriptor, const std::filesystem::path& path) {
    struct stat ours {};
    struct stat named {};
    return fstat(descriptor, &ours) == 0 && stat(path.c_str(), &named) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

void writeProcessId(int descriptor) {
    const std::string id = std::to_string(getpid()) + '\n';
    // Only for the error text of the next one who comes: without it the lock works as well.
    if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, id.data(), id.size(), 0) < 0) {
        return;
    }
}

std::string holderOf(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t size = pread(descriptor, text.data(), text.size() - 1, 0);
    const std::string id(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    const std::string digits = id.substr(0, id.find_first_not_of("0123456789"));
    return digits.empty() ? "another process" : "process " + digits;
}

} // namespace

Result<WriterLock> WriterLock::take(const std::filesystem::path& session) {
    const std::filesystem::path path = lockPath(session);
    for (;;) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0 && errno == ENOENT) {
            return fail(ErrorCode::Io,
                        "cannot write " + session.string() + ": there is no folder " +
                            session.parent_path().string(),
                        "make it, or choose another one");
        }
        if (descriptor < 0) {
            return fail(ErrorCode::Io, path.string() + ": " + std::strerror(errno),
                        "choose a folder that you may write to");
        }
        struct flock lock = wholeFile(F_WRLCK);
        if (fcntl(descriptor, F_OFD_SETLK, &lock) != 0) {
            const int reason = errno;
            const std::string holder = holderOf(descriptor);
            ::close(descriptor);
            if (reason == ENOSYS || reason == ENOLCK || reason == EOPNOTSUPP) {
                return fail(ErrorCode::Io, path.string() + ": this file system has no locks",
                            "record to another disk, such as one of this machine's own");
            }
            if (reason != EAGAIN && reason != EACCES) {
                return fail(ErrorCode::Io, path.string() + ": " + std::strerror(reason));
            }
            return fail(ErrorCode::Busy, session.string() + " is being recorded by " + holder,
                        "stop it first, or record to another file");
        }
        if (isStillThere(descriptor, path)) {
            writeProcessId(descriptor);
            return WriterLock(descriptor, path);
        }
        ::close(descriptor);
    }
}

bool WriterLock::isHeld(const std::filesystem::path& session) {
    const int descriptor = ::open(lockPath(session).c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    struct flock lock = wholeFile(F_RDLCK);
    const bool held = fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    ::close(descriptor);
    return held;
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_path(std::move(other.m_path)) {}

WriterLock::~WriterLock() {
    if (m_descriptor >= 0) {
        ::unlink(m_path.c_str()); // before the lock goes, so that nobody takes a file without name
        ::close(m_descriptor);
    }
}

} // namespace rankscope::session
