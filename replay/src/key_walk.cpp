// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "key_walk.hpp"

#include <limits>

namespace daybook::replay {

// The fold keeps every row: those that this one is made from must stay.
key_walk::key_walk(const store& log, const projections::any_projection& of, std::string_view key)
    : log_{log}, of_{of}, key_{key} {
    const auto stored = [this](std::string_view asked) -> result<std::optional<std::string>> {
        return asked == key_ ? row_ : std::nullopt;
    };
    fold_ = of.make_fold(stored, {.rows_cached_max = std::numeric_limits<std::size_t>::max(),
                                  .starts_empty = true,
                                  .only_key = key_});
}

result<boundary> key_walk::boundary_at(const point& when) const {
    const auto what = of_.name() + " of \"" + key_ + "\"";
    if (of_.keyed_by_stream()) return boundary::of(when, log_, key_, what);
    return boundary::of(when, log_, std::nullopt, what);
}

result<event_reader> key_walk::read() const {
    if (of_.keyed_by_stream()) return log_.read_stream(key_);
    if (of_.wants().any_of.empty()) return log_.read_all();
    return log_.read(of_.wants());
}

result<void> key_walk::run(const boundary& until, const visitor& applied) {
    auto events = read();
    if (!events) return events.error();
    json_event current;
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return {};
        const auto answer = until.judge(**events);
        if (answer == boundary::answer::stop) return {};
        if (answer == boundary::answer::skip) continue;
        current.move_to(**events);
        const auto done = fold_->apply(current);
        if (!done) return done.error();
        if (*done && !applied(**events)) return {};
    }
}

const std::optional<std::string>& key_walk::row() {
    fold_->collect([&](std::string_view key, const std::optional<std::string_view>& row) {
        if (key != key_) return;
        row_.reset();
        if (row) row_.emplace(*row);
    });
    return row_;
}

}  // namespace daybook::replay
