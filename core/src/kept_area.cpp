// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "kept_area.hpp"

#include <daybook/durable_subscription.hpp>

#include <algorithm>

namespace daybook {

result<keyspace> open_kept_area(store& log, std::string_view area, std::string_view reader) {
    const auto names = log.keyspaces();
    if (!names) return names.error();
    if (std::find(names->begin(), names->end(), area) == names->end()) {
        const auto dropped = drop_durable_subscription(log, reader);
        if (!dropped && dropped.error().code != errc::not_found) return dropped.error();
    }
    return log.open_keyspace(area);
}

}  // namespace daybook
