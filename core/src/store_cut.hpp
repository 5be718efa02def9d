// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Taking the end of a log away, with what the indexes tell of it. Only for files that nobody uses
// yet: if it is interrupted they are worth nothing.

#include "database.hpp"

namespace daybook::store_cut {

/// Makes of `db` one whose log ends at `end`, which is the end of a commit: as if the rest had
/// never been. Writes tables into `scratch`. Fails with `corrupt` or `io`.
result<void> cut(database& db, position end, const std::filesystem::path& scratch);

/// Brings everything to tables, so that nothing is left in write-ahead files.
result<void> flush(database& db);

}  // namespace daybook::store_cut
