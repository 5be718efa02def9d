// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Indexes from the log: what the tail needs at every open, everything when asked for.

#include <daybook/options.hpp>

#include "engine.hpp"

#include <deque>

namespace daybook {

/// Loads the summaries of the sealed segments from `first` on, up to the first gap.
result<std::vector<segment_summary>> load_summaries(database& db, std::uint32_t first = 0);

/// Feeds a tail segment event by event, with its terms and frames.
class tail_feeder {
public:
    explicit tail_feeder(const term_rules& rules) : rules_{rules} {}
    void add(tail_segment& tail, event_view event, position frame_first);

private:
    const term_rules& rules_;
    std::vector<term> terms_;
    std::deque<std::string> texts_;
};

/// Where the log ends.
struct log_end {
    position next;
    timestamp last_recorded{timestamp_min};
};
result<log_end> find_log_end(database& db);

/// The first position from `start` on that the log does not have though it goes on after it.
result<std::optional<position>> find_gap(database& db, position start, position end);

/// Reads the log from the first segment that is not sealed to `end` and indexes it: full segments
/// are sealed on the way while more than `kept_full` of them are in memory, the last one stays.
result<void> rebuild_tail(engine& e, position end, std::size_t kept_full,
                          const progress_callback& progress);

/// A store at one moment.
struct log_as_of {
    std::shared_ptr<database> db;
    std::shared_ptr<const segment_list> list;
    position end;
    term_rules rules;
};

/// Reads everything and compares; see `store::check`.
result<void> check_log(const engine& e, const log_as_of& seen, const progress_callback& progress);

}  // namespace daybook
