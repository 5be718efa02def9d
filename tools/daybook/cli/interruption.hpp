// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

namespace daybook::cli {

/// From now on ctrl-C and a polite kill (SIGINT, SIGTERM) no longer end the program; the second one
/// does.
void catch_interruptions();

/// Has there been one?
bool interrupted() noexcept;

}  // namespace daybook::cli
