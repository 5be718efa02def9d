// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <string>

namespace daybook::cli {

/// All bytes of a file, or of standard input if `name` is "-".
/// Fails with `not_found`, `io`, or `too_large` above what a commit may hold.
result<std::string> read_whole(const std::string& name);

}  // namespace daybook::cli
