// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/live_view.hpp>

#include "row_writer.hpp"
#include "scan_for.hpp"
#include "view_bell.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace daybook::projections {
namespace {

/// Keeps every row in memory and has none to begin with.
fold_options from_nothing(std::optional<std::string> only_key) {
    return {.rows_cached_max = std::numeric_limits<std::size_t>::max(),
            .starts_empty = true,
            .only_key = std::move(only_key)};
}

result<std::optional<std::string>> nothing_stored(std::string_view) {
    return std::optional<std::string>{};
}

bool within(const row_range& range, std::string_view key) {
    return key.starts_with(range.prefix) && key >= range.from &&
           (range.before.empty() || key < range.before);
}

}  // namespace

result<std::optional<std::string>> live_view::get(std::string_view key) const {
    auto events = projection_.keyed_by_stream() ? log_->read_stream(key) : read_wanted();
    // What cannot be the name of a stream has no events.
    if (!events && projection_.keyed_by_stream() && events.error().code == errc::invalid_argument) {
        return std::optional<std::string>{};
    }
    if (!events) return events.error();
    const auto folding = projection_.make_fold(nothing_stored, from_nothing(std::string{key}));
    if (const auto done = apply_all(*std::move(events), *folding); !done) return done.error();
    std::optional<std::string> found;
    folding->collect([&](std::string_view, const std::optional<std::string_view>& row) {
        if (row) found.emplace(*row);
    });
    if (found && found->size() > row_bytes_max)
        return too_large(projection_, {std::string{key}, found->size()});
    return found;
}

result<void> live_view::scan(const row_range& range, const row_visitor& visit) const {
    auto events = read_wanted();
    if (!events) return events.error();
    const auto folding = projection_.make_fold(nothing_stored, from_nothing({}));
    if (auto done = apply_all(*std::move(events), *folding); !done) return done;
    std::optional<oversized_row> large;
    std::vector<std::pair<std::string, std::string>> rows;
    folding->collect([&](std::string_view key, const std::optional<std::string_view>& row) {
        if (!row || !within(range, key)) return;
        if (row->size() > row_bytes_max && !large) large = {std::string{key}, row->size()};
        rows.emplace_back(key, *row);
    });
    if (large) return too_large(projection_, *large);
    if (range.dir == direction::backwards) std::reverse(rows.begin(), rows.end());
    if (rows.size() > range.limit) rows.resize(range.limit);
    for (const auto& [key, row] : rows) {
        if (!visit(key, row)) break;
    }
    return {};
}

result<void> live_view::scan_by(std::string_view index, std::string_view value,
                                const row_visitor& visit) const {
    return detail::scan_for(*this, projection_, index, value, visit);
}

result<event_reader> live_view::read_wanted() const {
    const auto& wanted = projection_.wants();
    return wanted.any_of.empty() ? log_->read_all() : log_->read(wanted);
}

result<void> live_view::apply_all(event_reader events, fold& to) const {
    json_event current;
    for (std::size_t taken = 0;; ++taken) {
        const auto more = events.next();
        if (!more) return more.error();
        if (!*more) return {};
        if (taken == options_.events_max) {
            return fail(errc::too_large,
                        "view \"" + projection_.name() + "\", live: more than " +
                            std::to_string(options_.events_max) +
                            " events to read; raise live_options::events_max or run it async");
        }
        current.move_to(*events);
        if (const auto applied = to.apply(current); !applied) return applied.error();
    }
}

result<void> live_view::wait_for(at_least wanted, std::chrono::milliseconds patience) const {
    const auto end = log_->wait_above(wanted.event, std::min(patience, view_bell::patience_max));
    if (end > wanted.event) return {};
    return fail(errc::timed_out, "view \"" + projection_.name() + "\", live: the log ends at " +
                                     std::to_string(end.value) + ", and position " +
                                     std::to_string(wanted.event.value) + " is not there yet");
}

}  // namespace daybook::projections
