// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "state_cache.hpp"

#include <algorithm>
#include <utility>

namespace daybook {

std::optional<cached_state> state_cache::find(const std::string& stream) {
    auto& in = of(stream);
    const std::lock_guard lock{in.lock};
    const auto found = in.by_stream.find(stream);
    if (found == in.by_stream.end()) return std::nullopt;
    in.newest_first.splice(in.newest_first.begin(), in.newest_first, found->second);
    return found->second->state;
}

void state_cache::put(const std::string& stream, cached_state state) {
    if (each_max_ == 0) return;
    auto& in = of(stream);
    const std::lock_guard lock{in.lock};
    const auto found = in.by_stream.find(stream);
    if (found != in.by_stream.end()) {
        auto& kept = found->second->state;
        state.snapshot_at = std::max(state.snapshot_at, kept.snapshot_at);
        if (kept.last <= state.last) kept = std::move(state);
        in.newest_first.splice(in.newest_first.begin(), in.newest_first, found->second);
        return;
    }
    in.newest_first.push_front({stream, std::move(state)});
    in.by_stream.emplace(in.newest_first.front().stream, in.newest_first.begin());
    if (in.by_stream.size() <= each_max_) return;
    in.by_stream.erase(in.newest_first.back().stream);
    in.newest_first.pop_back();
}

void state_cache::seen(const std::string& stream, sequence last, position until) {
    auto& in = of(stream);
    const std::lock_guard lock{in.lock};
    const auto found = in.by_stream.find(stream);
    if (found == in.by_stream.end()) return;
    auto& kept = found->second->state;
    if (kept.last == last) kept.seen = std::max(kept.seen, until);
}

void state_cache::forget(const std::string& stream) {
    auto& in = of(stream);
    const std::lock_guard lock{in.lock};
    const auto found = in.by_stream.find(stream);
    if (found == in.by_stream.end()) return;
    const auto at = found->second;
    in.by_stream.erase(found);
    in.newest_first.erase(at);
}

}  // namespace daybook
