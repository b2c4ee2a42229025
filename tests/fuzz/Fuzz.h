// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

/// What libFuzzer feeds with bytes of its own making, and TestFuzzCorpus with those checked in.
/// Each aborts when something that must hold does not.
namespace rankscope::fuzz {

/// A message from the network.
void message(std::span<const std::byte> bytes);

/// A message at the view port, or from one.
void viewMessage(std::span<const std::byte> bytes);

/// A session file from elsewhere.
void session(std::span<const std::byte> bytes);

/// A row of what a session keeps beside its records.
void derived(std::span<const std::byte> bytes);

/// A connection file from elsewhere.
void connection(std::span<const std::byte> bytes);

} // namespace rankscope::fuzz
