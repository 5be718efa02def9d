// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/json_event.hpp>

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"

#include <string>
#include <utility>
#include <vector>

namespace daybook::test {

/// Stores events in a store of its own and gives them back with their places.
inline std::vector<event> stored(const std::vector<std::pair<std::string, new_event>>& given) {
    fresh_store store;
    for (const auto& [stream, event] : given) {
        store->append(stream, expected::any(), {event}).value();
    }
    return read_everything(store->read_all());
}

/// One stored event of type "T" with this payload.
inline event stored_payload(std::string payload, std::string content_type = "application/json") {
    auto made = simple_event("T", std::move(payload));
    made.content_type = std::move(content_type);
    return stored({{"task-1", made}}).front();
}

}  // namespace daybook::test
