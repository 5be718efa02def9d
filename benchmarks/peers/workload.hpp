// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "peers/peer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace daybook::bench {

/// Streams of 50 events: each is spread evenly over 100 000 positions, as aggregates that live side
/// by side are. A correlation has 50 events too, spread over 5 000 positions: an undertaking.
inline constexpr std::uint64_t events_per_stream = 50;

/// Commits of `per_commit` events, `commits` of them, round robin over streams that begin with
/// `name`. Commit `i` belongs to client `i % clients_max`, and so does its stream.
std::vector<batch> make_commits(std::string_view name, std::size_t commits, std::size_t per_commit);

/// The log that is read: calls `take` with some thousand events at a time, one per commit.
void for_each_chunk(std::uint64_t events, const std::function<void(std::span<const batch>)>& take);

/// What is asked of that log, chosen at random, the same in every run.
struct questions {
    std::vector<std::string> streams;
    std::vector<std::string> correlations;
    std::vector<std::pair<std::string, std::string>> pages;  ///< Type and actor of some event.
};
questions make_questions(std::uint64_t events, std::size_t of_each);

}  // namespace daybook::bench
