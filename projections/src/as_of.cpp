// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/as_of.hpp>
#include <daybook/projections/park.hpp>

#include "checkpoint_store.hpp"
#include "folded_rows.hpp"
#include "log_feed.hpp"
#include "past_fold.hpp"
#include "scan_for.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>

namespace daybook::projections {
namespace {

/// Decoded rows in memory for the sake of one; with more, all are folded, which bounds them.
constexpr std::size_t rows_for_one_max = 65'536;

result<void> check_reaches(position next, const store& log) {
    const auto end = log.watermark();
    if (next <= end) return {};
    return fail(errc::invalid_argument,
                "as of position " + std::to_string(next.value - 1) + ": the log ends " +
                    (end == position{0} ? "before its first event"
                                        : "with position " + std::to_string(end.value - 1)));
}

// What is recorded at a time that has not passed may still come before what is there.
result<position> end_at(timestamp time, const store& log) {
    const auto now =
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    const auto end = log.position_after(time);
    if (!end || *end < log.watermark() || time <= now) return end;
    return fail(errc::invalid_argument,
                "as of " + to_string(time) + ": that time has not come; it is " + to_string(now));
}

}  // namespace

result<position> as_of::cursor_in(const store& log) const {
    if (const auto* time = std::get_if<timestamp>(&value_)) return end_at(*time, log);
    position next;
    if (const auto* exact = std::get_if<position>(&value_)) {
        next = *exact;
    } else {
        const auto last = std::get<last_event>(value_).at.value;
        // The last of all numbers is no position; one more would be none.
        next = position{std::max(last, last + 1)};
    }
    if (auto there = check_reaches(next, log); !there) return there.error();
    return next;
}

struct as_of_view::state {
    store& log;
    any_projection projection;
    position cursor;
    as_of_options options;
    std::vector<park_events::skip> skips;
    checkpoints::start start;

    std::mutex loading{};
    std::shared_ptr<const folded_rows> loaded{};  ///< Guarded by `loading`.

    const keyspace* base() const { return start.rows ? &*start.rows : nullptr; }
    std::shared_ptr<const folded_rows> rows_if_loaded() {
        const std::lock_guard lock{loading};
        return loaded;
    }
    folded_rows::settings keeping() const {
        return {.bytes_max = options.rows_bytes_max, .scratch = options.scratch};
    }
    past_fold::settings folding() const {
        return {.only_key = {}, .strict = options.strict, .skips = skips};
    }
    past_fold::event_source wanted_events() const {
        return [this](position from, const past_fold::event_visitor& visit) {
            return for_each_between(log, projection.wants(), from, cursor, visit);
        };
    }

    result<std::shared_ptr<const folded_rows>> rows();
    result<std::optional<std::string>> fold_one(std::string_view key);
    result<std::optional<std::string>> fold_stream(std::string_view key);
};

result<std::shared_ptr<const folded_rows>> as_of_view::state::rows() {
    const std::lock_guard lock{loading};
    if (loaded) return loaded;
    const auto made = std::make_shared<folded_rows>(base(), keeping());
    past_fold fold{projection, *made, start.cursor, folding()};
    if (auto done = fold.run(cursor, wanted_events()); !done) return done.error();
    loaded = made;
    return loaded;
}

result<std::optional<std::string>> as_of_view::state::fold_one(std::string_view key) {
    folded_rows row{base(), keeping()};
    auto how = folding();
    how.only_key = std::string{key};
    how.rows_kept_max = rows_for_one_max;
    past_fold fold{projection, row, start.cursor, how};
    const auto done = fold.run(cursor, wanted_events());
    if (done) return row.get(key);
    if (done.error().code != errc::too_large) return done.error();
    const auto all = rows();
    return all ? (*all)->get(key) : all.error();
}

// The checkpoint is of no use here: what comes after it would have to be searched in the stream.
result<std::optional<std::string>> as_of_view::state::fold_stream(std::string_view key) {
    folded_rows row{nullptr, keeping()};
    auto how = folding();
    how.only_key = std::string{key};
    const auto read = [&](position from, const past_fold::event_visitor& visit) -> result<void> {
        auto events = log.read_stream(key);
        if (!events) return events.error();
        for (;;) {
            const auto more = events->next();
            if (!more) return more.error();
            if (!*more || (*events)->position() >= cursor) return {};
            if ((*events)->position() < from) continue;
            if (auto visited = visit(**events); !visited) return visited;
        }
    };
    past_fold fold{projection, row, position{0}, how};
    const auto done = fold.run(cursor, read);
    if (done) return row.get(key);
    // What cannot be the name of a stream has no events.
    if (done.error().code == errc::invalid_argument) return std::optional<std::string>{};
    return done.error();
}

namespace {

/// What had been given up by then: decisions are events, too.
result<std::vector<checkpoints::told_skip>> skips_told(const store& log, const any_projection& of) {
    std::vector<checkpoints::told_skip> found;
    auto told = log.read_stream(park_stream(of.name()));
    if (!told) return told.error();
    for (;;) {
        const auto more = told->next();
        if (!more) return more.error();
        if (!*more) return found;
        if (auto skip = park_events::read_skip(of, **told))
            found.push_back({*std::move(skip), (*told)->position()});
    }
}

}  // namespace

result<as_of_view> as_of_view::open(store& log, any_projection of, as_of when,
                                    const as_of_options& options) {
    const auto cursor = when.cursor_in(log);
    if (!cursor) return cursor.error();
    const auto told = skips_told(log, of);
    if (!told) return told.error();
    std::vector<park_events::skip> skips;
    for (const auto& one : *told) {
        if (one.told_at < *cursor) skips.push_back(one.what);
    }
    checkpoints::start from;
    if (options.from_checkpoints) {
        auto nearest = checkpoints::nearest(log, of, *cursor, *told);
        if (!nearest) return nearest.error();
        from = *std::move(nearest);
    }
    return as_of_view{std::shared_ptr<state>{
        new state{log, std::move(of), *cursor, options, std::move(skips), std::move(from)}}};
}

result<std::optional<std::string>> as_of_view::get(std::string_view key) const {
    if (const auto rows = state_->rows_if_loaded()) return rows->get(key);
    return state_->projection.keyed_by_stream() ? state_->fold_stream(key) : state_->fold_one(key);
}

result<void> as_of_view::scan(const row_range& range, const row_visitor& visit) const {
    const auto rows = state_->rows();
    if (!rows) return rows.error();
    return (*rows)->scan(range, visit);
}

result<void> as_of_view::scan_by(std::string_view index, std::string_view value,
                                 const row_visitor& visit) const {
    return detail::scan_for(*this, state_->projection, index, value, visit);
}

result<position> as_of_view::cursor() const { return state_->cursor; }

result<void> as_of_view::wait_for(at_least wanted, std::chrono::milliseconds) const {
    if (wanted.event < state_->cursor) return {};
    return fail(errc::timed_out, "view \"" + state_->projection.name() + "\" as of position " +
                                     std::to_string(state_->cursor.value) +
                                     ": it will never have position " +
                                     std::to_string(wanted.event.value));
}

result<void> as_of_view::load() const {
    const auto rows = state_->rows();
    if (!rows) return rows.error();
    return {};
}

position as_of_view::starts_at() const noexcept { return state_->start.cursor; }

const std::vector<std::string>& as_of_view::checkpoints_ignored() const noexcept {
    return state_->start.ignored;
}

}  // namespace daybook::projections
