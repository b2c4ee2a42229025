// SPDX-License-Identifier: Apache-2.0
#include "app/cli/HandOver.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace rankscope::cli {

Result<int> handOver(const std::vector<std::string>& arguments) {
    const std::string name = "rankscope-gui";
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::string beside = (self.parent_path() / name).string();
    std::vector<char*> argv{const_cast<char*>(name.c_str())};
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    execv(beside.c_str(), argv.data());
    if (errno == ENOENT) {
        execvp(name.c_str(), argv.data());
    }
    if (errno == ENOENT) {
        return fail(
            ErrorCode::Unavailable, "the desktop program rankscope-gui is not installed here",
            "Install the Debian package of Rankscope, or build it with ./dev build; or copy "
            "the session file to a computer that has it");
    }
    return fail(ErrorCode::Io, "cannot run " + name + ": " + std::strerror(errno));
}

} // namespace rankscope::cli
