// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace daybook {

/// A state in memory, and until when it is known to be the newest.
struct cached_state {
    std::shared_ptr<const void> state;
    sequence last;
    position seen;         ///< No event of the stream from `last` up to here.
    sequence snapshot_at;  ///< The newest snapshot, kept or on its way.
};

/// The states that were used last, by stream. In shards, each with a lock: any thread may call.
class state_cache {
public:
    explicit state_cache(std::size_t states_max)
        : each_max_{(states_max + shards_.size() - 1) / shards_.size()} {}

    std::optional<cached_state> find(const std::string& stream);
    /// Keeps `state`, unless what is kept is of a later sequence.
    void put(const std::string& stream, cached_state state);
    /// The stream still ends where the state does.
    void seen(const std::string& stream, sequence last, position until);
    void forget(const std::string& stream);

private:
    struct entry {
        std::string stream;
        cached_state state;
    };
    struct shard {
        std::mutex lock;
        std::list<entry> newest_first;
        std::unordered_map<std::string_view, std::list<entry>::iterator> by_stream;
    };
    shard& of(const std::string& stream) {
        return shards_[std::hash<std::string>{}(stream) % shards_.size()];
    }

    std::array<shard, 16> shards_;
    const std::size_t each_max_;
};

}  // namespace daybook
