// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include "cli/command.hpp"
#include "cli/open_store.hpp"

#include <functional>

// Who does something that is written down with a name.
namespace daybook::cli {

/// --actor and --actor-type, after `others`.
std::vector<option> with_actor(std::vector<option> others);

/// Fails with `invalid_argument` if it is not said.
result<actor> acting(const arguments& given);

/// What somebody does to a store that is open for writing, and tells.
using action = std::function<result<void>(opened_store& log, const actor& by, record_sink& to)>;

/// Does it, in the store that the command line names. The answer is yes.
result<answer> act(invocation& call, const action& what);

}  // namespace daybook::cli
