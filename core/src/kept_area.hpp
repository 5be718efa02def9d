// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>
#include <daybook/store.hpp>

#include <string_view>

namespace daybook {

/// The keyspace `area`, in which whoever reads on as the durable subscription `reader` keeps what
/// it makes of the events. To be opened before the subscription is: where there is no such
/// keyspace yet, a cursor of that name is forgotten. A store that was restored or forked has the
/// cursors alone, and to go on from one without what belongs to it would be wrong in silence.
/// Fails with `locked` (somebody reads as `reader`) or `io`.
result<keyspace> open_kept_area(store& log, std::string_view area, std::string_view reader);

}  // namespace daybook
