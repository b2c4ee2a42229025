// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/Printable.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <exception>
#include <iterator>
#include <string>
#include <string_view>

namespace rankscope::cli {

namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

constexpr const char* kVersion = "rankscope " RANKSCOPE_VERSION;

/// Texts come as half sentences, without a capital and a full stop, or whole.
std::string sentence(std::string text) {
    if (text.empty() || text.back() == '.') {
        return text;
    }
    return text + ".";
}

void complain(const std::string& what, std::string advice) {
    std::string line = sentence(what);
    if (!advice.empty()) {
        advice.front() =
            static_cast<char>(std::toupper(static_cast<unsigned char>(advice.front())));
        line += " " + sentence(advice);
    }
    std::fprintf(stderr, "rankscope: %s\n", printable(line).c_str());
}

/// CLI11 would only say that a command is missing.
bool namesUnknownCommand(int argc, char** argv) {
    return argc > 1 && argv[1][0] != '-' &&
           std::none_of(std::begin(kCommands), std::end(kCommands), [&](const Command& command) {
               return std::string_view(command.name) == argv[1];
           });
}

int run(int argc, char** argv) {
    if (namesUnknownCommand(argc, argv)) {
        complain("'" + std::string(argv[1]) + "' is not a command", "See rankscope --help");
        return kWrongUsage;
    }
    CLI::App app("Shows the workers behind the average of a data-parallel training run.",
                 "rankscope");
    app.set_version_flag("--version", kVersion);
    app.require_subcommand(1);
    Action chosen;
    for (const Command& command : kCommands) {
        CLI::App* const sub = app.add_subcommand(command.name, command.summary);
        sub->set_version_flag("--version", kVersion);
        sub->callback([&chosen, action = command.declare(*sub)] { chosen = action; });
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) { // --help, --version
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        const auto named = app.get_subcommands();
        complain(error.what(), "See rankscope " +
                                   (named.empty() ? "" : named.front()->get_name() + ' ') +
                                   "--help");
        return kWrongUsage;
    }
    const Result<int> done = chosen();
    if (!done) {
        complain(done.error().what, done.error().advice);
        return done.error().code == ErrorCode::Usage ? kWrongUsage : kFailed;
    }
    return *done;
}

} // namespace

} // namespace rankscope::cli

int main(int argc, char** argv) {
    try {
        return rankscope::cli::run(argc, argv);
    } catch (const std::exception& error) { // of the standard library: memory ran out
        std::fprintf(stderr, "rankscope: %s.\n", error.what());
        return 1;
    }
}
