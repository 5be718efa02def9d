// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "inline_view.hpp"

#include "change_hub.hpp"
#include "log_feed.hpp"
#include "row_writer.hpp"
#include "view_bell.hpp"
#include "view_catalog.hpp"

#include <algorithm>
#include <iterator>

namespace daybook::projections {

result<std::unique_ptr<inline_view>> inline_view::open(store& log, any_projection of,
                                                       const inline_options& options) {
    auto right = claim::take(log, of.keyspace_name());
    if (!right) {
        return fail(errc::locked,
                    "view \"" + of.name() + "\": another runner of this program has it");
    }
    std::unique_ptr<inline_view> made{
        new inline_view{log, std::move(of), *std::move(right), options}};
    auto rows = catalog::open_serving(log, made->projection_.name(), made->projection_.version());
    if (!rows) return rows.error();
    made->rows_.emplace(*std::move(rows));
    if (const auto ready = made->make_steps(); !ready) return ready.error();
    made->show();
    return made;
}

result<void> inline_view::join() {
    auto seat = log_->join_commits(rows_->name(), *this);
    if (!seat) return seat.error();
    seat_ = *std::move(seat);
    return {};
}

result<void> inline_view::make_steps() {
    const auto cursor = read_cursor();
    if (!cursor) return cursor.error();
    if (!*cursor) {
        return fail(errc::not_found, "view \"" + projection_.name() + "\": it was never built");
    }
    steps_ = std::make_unique<stepped_view>(
        projection_, **cursor, [this](std::string_view key) { return read(layout::row_key(key)); },
        fold_options{.rows_cached_max = options_.rows_cached_max,
                     .starts_empty = (*cursor)->next == position{0},
                     .only_key = {}});
    return {};
}

/// What was taken for a key of the keyspace and is not stored yet, if anything was.
const std::optional<std::string>* inline_view::find_taken(std::string_view full_key) const {
    for (const auto* changes : {&last_, &pending_}) {
        if (const auto at = changes->find(full_key); at != changes->end()) return &at->second;
    }
    return nullptr;
}

result<std::optional<std::string>> inline_view::read(std::string_view full_key) const {
    if (const auto* taken = find_taken(full_key)) return *taken;
    return rows_->get(full_key);
}

result<std::optional<layout::cursor_record>> inline_view::read_cursor() const {
    const auto* taken = find_taken(layout::cursor_key);
    if (taken == nullptr) return layout::read_cursor(*rows_);
    auto record = decode_value<layout::cursor_record>(**taken);
    if (!record) return record.error();
    return std::optional{*std::move(record)};
}

// A runner has brought the view up to where the log ended a moment ago.
result<void> inline_view::begin(position next) {
    if (auto read = read_up_to(next); !read) return read;
    keyspace_batch batch;
    row_writer writer{projection_, [this](std::string_view key) { return rows_->get(key); }, false};
    steps_->close(next, [&](std::string_view key, const std::optional<std::string_view>& value) {
        writer.add(key, value, batch);
    });
    if (auto whole = writer.done(); !whole) return whole;
    if (auto written = rows_->write(batch); !written) return written;
    steps_->written();
    change_hub::tell(right_.name(), false, {}, next);
    show();
    return {};
}

/// Offers what lies in the log from the cursor to `next`.
result<void> inline_view::read_up_to(position next) {
    log_feed rest{*log_};
    if (auto sought = rest.seek(projection_.wants(), steps_->cursor()); !sought) return sought;
    while (rest.reached() < next) {
        const auto event = rest.next();
        if (!event) return event.error();
        if (*event == nullptr) break;
        current_.move_to(**event);
        if (auto taken = steps_->offer(current_); !taken) return taken;
    }
    return {};
}

result<void> inline_view::offer(std::span<const event_view> events) {
    // A commit that failed as the disk was full may have come back since, without this view.
    if (const auto first = events.front().position(); steps_->cursor() < first) {
        if (auto read = read_up_to(first); !read) return read;
    }
    for (const auto& event : events) {
        current_.move_to(event);
        if (auto taken = steps_->offer(current_); !taken) return taken;
    }
    return {};
}

result<void> inline_view::take(std::span<const event_view> events, keyspace_batch& writes) {
    if (stopped_) return {};
    last_.merge(pending_);  // Keeps what is newer.
    pending_ = std::exchange(last_, {});
    changes_before_last_ = changes_.size();
    if (auto taken = offer(events); !taken) {
        steps_->abandon();
        return refuse(taken.error());
    }
    const position reached{events.back().position().value + 1};
    const bool heard = change_hub::has_listeners(right_.name());
    row_writer writer{projection_, [this](std::string_view key) { return read(key); }, heard};
    steps_->close(reached, [&](std::string_view key, const std::optional<std::string_view>& value) {
        writer.add(key, value, writes);
        last_.insert_or_assign(std::string{key}, value);
    });
    if (auto whole = writer.done(); !whole) {
        undo();
        writes.clear();
        return refuse(at_its_event(events, whole.error()));
    }
    steps_->written();
    noted_ = noted_ && heard;
    std::move(writer.changes().begin(), writer.changes().end(), std::back_inserter(changes_));
    return {};
}

// Which of the events made a row too large, if that is what went wrong; nothing is taken of them.
error inline_view::at_its_event(std::span<const event_view> events, error why) {
    if (stopped_) return why;
    for (const auto& event : events) {
        current_.move_to(event);
        auto taken = steps_->offer(current_);
        if (taken) taken = steps_->check_row_sizes(event);
        if (taken) continue;
        why = taken.error();
        break;
    }
    steps_->abandon();
    return why;
}

result<void> inline_view::refuse(error why) {
    if (options_.on_failure == inline_failure::leave_behind) {
        stand_still(std::move(why));
        return {};
    }
    why.message = "append refused by inline " + why.message;
    return why;
}

void inline_view::undo() noexcept {
    last_.clear();
    changes_.resize(changes_before_last_);
    go_back();
}

void inline_view::settle(bool stored) noexcept {
    last_.clear();
    pending_.clear();
    if (stored) {
        change_hub::tell(right_.name(), noted_, changes_, steps_->cursor());
    } else {
        go_back();
    }
    changes_.clear();
    noted_ = true;
    show();
    view_bell::ring();
}

/// Begins again from what is stored and what is pending.
void inline_view::go_back() noexcept {
    if (stopped_) return;
    if (const auto ready = make_steps(); !ready) stand_still(ready.error());
}

void inline_view::show() {
    const std::lock_guard lock{seen_};
    cursor_ = steps_->cursor();
    events_applied_ = steps_->events_applied();
}

view_status inline_view::status(position log_end) const {
    const std::lock_guard lock{seen_};
    view_status now;
    now.name = projection_.name();
    now.version = projection_.version();
    now.keyspace = rows_->name();
    now.cursor = cursor_;
    now.events_applied = events_applied_;
    now.last_error = failure_;
    now.lag_events = std::max(log_end, cursor_).value - cursor_.value;
    now.state = now.lag_events == 0 ? view_state::live : view_state::building;
    if (failure_) now.state = view_state::failed;
    return now;
}

void inline_view::stand_still(error why) {
    stopped_ = true;
    const std::lock_guard lock{seen_};
    failure_ = std::move(why);
}

}  // namespace daybook::projections
