// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What a backup holds beside the log: the cursors of durable subscriptions and consumer groups,
// with what they have parked. The log cannot give them back.

#include <daybook/store.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace daybook::subscription_backup {

struct taken {
    std::string rows;  ///< Nothing if there are none. The same rows give the same bytes.
    std::uint64_t cursors = 0;
};

/// All rows as of one moment. The log that is read afterwards has every event they tell of.
result<taken> take(store& from);

/// Sets back to the end of the log of `in` every cursor that is beyond it, and takes back what was
/// done or parked beyond. Fails with `corrupt` or `io`.
result<void> set_back(store& in);

/// Writes rows into a store that has none. Where it ends before a cursor does, the cursor becomes
/// its end, and what is parked beyond is left out. Fails with `corrupt`.
result<void> put(store& into, std::string_view rows);

}  // namespace daybook::subscription_backup
