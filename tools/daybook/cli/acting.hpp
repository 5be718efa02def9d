// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include "cli/command.hpp"

// Who does something that is written down with a name.
namespace daybook::cli {

/// --actor and --actor-type, after `others`.
std::vector<option> with_actor(std::vector<option> others);

/// Fails with `invalid_argument` if it is not said.
result<actor> acting(const arguments& given);

}  // namespace daybook::cli
