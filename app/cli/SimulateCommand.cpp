// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace rankscope::cli {
namespace {

/// Becomes the program that lies beside this one: emitters live in training processes, not here.
Result<int> simulate(const std::vector<std::string>& arguments) {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::string program = (self.parent_path() / "rankscope-simulate").string();
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    return fail(ErrorCode::Io, "cannot run " + program + ": " + std::strerror(errno),
                "it is installed together with this command");
}

} // namespace

Action declareSimulate(CLI::App& app) {
    // Whatever comes behind belongs to the other program, --help and --version too.
    app.prefix_command();
    app.set_help_flag();
    app.set_version_flag();
    return [&app] { return simulate(app.remaining()); };
}

} // namespace rankscope::cli
