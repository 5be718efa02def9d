// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "peers/peer.hpp"

#include <daybook/raw_json.hpp>

#include <numeric>

namespace daybook::bench {

tally decoded::counted() const {
    constexpr std::uint64_t fixed = 4 * 8 + 2 * 16;
    // Looked at, so that no peer may leave them undecoded.
    const auto numbers = position + sequence + static_cast<std::uint64_t>(occurred_at) +
                         static_cast<std::uint64_t>(recorded_at);
    const auto ids = std::accumulate(id.bytes.begin(), id.bytes.end(), 0U) +
                     std::accumulate(cause.bytes.begin(), cause.bytes.end(), 0U);
    const std::uint64_t seen = numbers + ids == 0 ? 1 : 0;
    return {1, fixed + seen + stream.size() + type.size() + schema.size() + correlation.size() +
                   actor_type.size() + actor_id.size() + actor_model.size() + payload.size() +
                   (tags.empty() ? 0 : 1)};
}

std::string tags_as_json(const std::vector<std::string>& tags) {
    std::string json{'['};
    for (const auto& tag : tags) {
        if (json.size() > 1) json += ',';
        append_json_string(json, tag);
    }
    return json += ']';
}

}  // namespace daybook::bench
