// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Taking whole segments out of the log, and what is left of them out of the files.

#include "database.hpp"

namespace daybook::log_range {

/// From now on the log has no frames from `first` to `end`. Not synced: who calls has made sure
/// that they are not asked for, and does it again after a crash.
result<void> remove(database& db, position first, position end);

/// Removes what an interrupted archiving, or restoring, left of segments that are in archives.
result<void> remove_archived(database& db);

/// Rewrites the files that have, or had, keys of the segments from `first` to `end` in the log or
/// in the index, so that nothing is left of what was deleted or replaced.
result<void> purge(database& db, position first, position end);

}  // namespace daybook::log_range
