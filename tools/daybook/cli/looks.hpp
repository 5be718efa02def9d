// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include "cli/command.hpp"

#include <chrono>

// What commands share that look again and again.
namespace daybook::cli {

/// What --every says, or a second. Fails with `invalid_argument` unless it is 1ms to 24h.
result<std::chrono::milliseconds> every_of(const arguments& given);

/// Waits so long, or until interrupted.
void wait_for_next_look(std::chrono::milliseconds pause);

}  // namespace daybook::cli
