// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/HandOver.h"

#include <memory>
#include <string>
#include <vector>

/// Commands that the desktop program carries out: everything that draws.
namespace rankscope::cli {

Action declareFigure(CLI::App& app) {
    // Whatever comes behind belongs to the other program, --help and --version too.
    app.prefix_command();
    app.set_help_flag();
    app.set_version_flag();
    return [&app] {
        std::vector<std::string> arguments = app.remaining();
        arguments.insert(arguments.begin(), "figure");
        return handOver(arguments);
    };
}

Action declareOpen(CLI::App& app) {
    auto files = std::make_shared<std::vector<std::string>>();
    app.add_option(
           "FILE", *files,
           "session files, or recorders elsewhere: a `viewing` endpoint or a connection file; "
           "several are compared")
        ->required();
    return [files] { return handOver(*files); };
}

Action declareLive(CLI::App& app) {
    auto endpoint = std::make_shared<std::string>();
    app.add_option("ENDPOINT", *endpoint, "where ranks call; default tcp://127.0.0.1:5757");
    return [endpoint] {
        return handOver(endpoint->empty() ? std::vector<std::string>{}
                                          : std::vector<std::string>{"--listen", *endpoint});
    };
}

} // namespace rankscope::cli
