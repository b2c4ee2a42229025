// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <string>

namespace rankscope::link {

/// The endpoint to bind as ZeroMQ spells it, when nobody but this machine can reach it:
/// tcp on localhost, 127.x.x.x or [::1] (port 0 or * for a free one), or ipc.
/// Errors: Usage (anything else, with what to do instead).
[[nodiscard]] Result<std::string> loopbackEndpoint(const std::string& endpoint);

/// The endpoint to bind where keys are demanded: any address of this machine, too.
/// Errors: Usage (not an endpoint).
[[nodiscard]] Result<std::string> anyEndpoint(const std::string& endpoint);

/// What others write to reach `bound`: 0.0.0.0 and [::] become this machine's name.
[[nodiscard]] std::string reachableEndpoint(const std::string& bound);

/// ZeroMQ takes an ipc path over from whoever listens there. This asks first.
/// Errors: Busy.
[[nodiscard]] Result<void> checkNobodyListens(const std::string& endpoint);

} // namespace rankscope::link
