// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include "cli/command.hpp"

#include <functional>

namespace daybook::cli {

/// Does `once`; with --follow again until interrupted, whenever there are events that it has not
/// seen and no other process writes. For commands with the options `follow` and `every`.
///
/// `once` opens the store for writing, tells what it did, and lets go of the store. It returns
/// where the log ended while it had the store: what others append right after is seen next time.
/// Fails as `once`, but waits while that fails with `locked`; or with `invalid_argument`, for
/// options that do not fit together.
result<answer> once_or_following(const invocation& call,
                                 const std::function<result<position>()>& once);

}  // namespace daybook::cli
