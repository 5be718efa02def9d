// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "kept_view.hpp"
#include "log_feed.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace daybook::projections {

/// What work on one view needs. Whoever has it holds the runner's lock for work; `seen` is taken
/// for the moment in which the view changes for others.
struct view_work {
    kept_view& view;
    store& log;
    std::mutex& seen;
    const std::function<timestamp()>& now;

    /// Ends the batch at `reached` and stores it, with `more`. The view is as before if that fails.
    result<void> close(position reached, const write_more& more = {}) const;
};

/// Reads a stretch of the log again, for a view whose projection threw in it or made a row too
/// large, and parks what it cannot take.
///
/// Reads in small pieces that grow while all is well, so that an event is folded about twice
/// however many of them fail, and keeps a piece in memory, so that the log is read once.
class lone_reader {
public:
    explicit lone_reader(const view_work& work) : work_{work}, feed_{work.log} {}

    /// Brings the view to `end`, or to the event before which it stops; why is then in
    /// `stepped_view::failure`. Fails as the log and the keyspace do.
    result<void> read_to(position end);

private:
    struct stop {
        std::size_t index = 0;  ///< In the piece.
        error why;
    };

    stepped_view& steps() const { return *work_.view.steps(); }
    result<void> read_piece(position end);
    std::optional<stop> offer(std::size_t count);
    std::optional<stop> apply(std::size_t count);
    stop find_too_large(std::size_t count);
    result<void> settle(stop at);
    result<void> park(const event& given);
    result<void> park_all(const std::map<std::string, error>& failures, const event& given,
                          timestamp now);
    void give_up(const error& why);

    view_work work_;
    log_feed feed_;
    json_event current_;
    std::vector<event> piece_;
    std::size_t piece_events_ = 0;
};

}  // namespace daybook::projections
