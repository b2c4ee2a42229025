// SPDX-License-Identifier: Apache-2.0
// A viewer without a window, to be stopped and killed by tests: follows the session at an address
// and says on stdout, a line each, how many messages it has; ends with the address's run.
#include "app/engine/session/SessionAddress.h"

#include <chrono>
#include <cstdio>
#include <thread>

using namespace rankscope;

int main(int argc, char** argv) {
    auto session = argc == 2 ? engine::openSession(argv[1])
                             : Result<std::unique_ptr<session::SessionReader>>(
                                   fail(ErrorCode::Usage, "usage: Viewer ADDRESS"));
    if (!session) {
        std::fprintf(stderr, "%s\n", session.error().what.c_str());
        return 1;
    }
    std::vector<wire::Event> events;
    bool behind = true;
    for (std::int64_t told = -1;;) {
        const auto news = (*session)->changed();
        behind = behind || news.value_or(true);
        while (behind && (*session)->read(events).value_or(false)) {
            events.clear();
        }
        behind = !news;
        if ((*session)->position() != told) {
            told = (*session)->position();
            std::printf("%lld\n", static_cast<long long>(told));
            std::fflush(stdout);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}
