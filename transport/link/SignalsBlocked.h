// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace rankscope::link {

/// Keeps signals away from the threads that are started meanwhile, by us or by ZeroMQ: they inherit
/// the mask of the thread that creates them, and a handler of the host program must never run on
/// one of them.
class SignalsBlocked {
  public:
    SignalsBlocked() noexcept {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &m_before);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t m_before;
};

} // namespace rankscope::link
