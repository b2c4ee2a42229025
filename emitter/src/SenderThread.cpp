// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/SenderThread.h"

#include "emitter/src/SendLoop.h"
#include "transport/link/SignalsBlocked.h"

#include <pthread.h>

#include <system_error>
#include <thread>

namespace rankscope::emitter {

namespace {

struct Work {
    Work(std::shared_ptr<Channel> shared, std::unique_ptr<link::Dealer> socket,
         const wire::Hello& hello)
        : channel(std::move(shared)),
          dealer(std::move(socket)),
          loop(*channel, *dealer, hello, {}) {}

    std::shared_ptr<Channel> channel;
    std::unique_ptr<link::Dealer> dealer;
    SendLoop loop;
};

} // namespace

Result<void> startSenderThread(const std::shared_ptr<Channel>& channel, const Letter& letter) {
    auto dealer = link::Dealer::connect(letter.destination);
    if (!dealer) {
        return tl::unexpected(dealer.error());
    }
    auto work = std::make_shared<Work>(channel, std::move(*dealer), letter.hello);
    const link::SignalsBlocked blocked;
    try {
        std::thread([work = std::move(work)]() mutable {
            pthread_setname_np(pthread_self(), "rankscope");
            while (work->loop.turn(false)) {
            }
            const std::shared_ptr<Channel> shared = work->channel;
            work.reset(); // closes the socket
            shared->sayEnded();
        }).detach();
    } catch (const std::system_error& error) {
        return fail(ErrorCode::Io, std::string("no thread for the sender: ") + error.what(),
                    "raise the limit on processes (ulimit -u)");
    }
    return {};
}

} // namespace rankscope::emitter
