// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "boundary.hpp"

#include <daybook/projections/as_of.hpp>

#include <chrono>

namespace daybook::replay {

/// Opens a `point`.
struct point_access {
    template <class Kind>
    static const Kind* get(const point& of) {
        return std::get_if<Kind>(&of.value_);
    }
    using beginning = point::beginning;
    using occurred = point::occurred;
    using recorded = point::recorded;
};

namespace {

error unknown(const std::string& what, std::string why) {
    return fail(errc::invalid_argument, what + ": " + std::move(why));
}

result<void> check_sequence(sequence last, const store& log, std::string_view stream,
                            const std::string& what) {
    const auto head = log.head(stream);
    if (!head) return head.error();
    if (last <= head->last) return {};
    return unknown(what + " at sequence " + std::to_string(last.value),
                   head->last == sequence{0}
                       ? "there is no such stream"
                       : "the stream ends with sequence " + std::to_string(head->last.value));
}

result<void> check_has_come(timestamp time, const std::string& what) {
    const auto now =
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    if (time <= now) return {};
    return unknown(what + " at " + to_string(time),
                   "that time has not come; it is " + to_string(now));
}

}  // namespace

result<boundary> boundary::of(const point& when, const store& log,
                              std::optional<std::string_view> stream, const std::string& what) {
    boundary made;
    const auto ends_at = [&](projections::as_of moment) -> result<boundary> {
        const auto cursor = moment.cursor_in(log);
        if (!cursor) return cursor.error();
        made.end_ = *cursor;
        return made;
    };
    if (point_access::get<point_access::beginning>(when)) made.end_ = position{0};
    if (const auto* last = point_access::get<position>(when))
        return ends_at(projections::as_of::at(*last));
    if (const auto* known = point_access::get<point_access::recorded>(when))
        return ends_at(projections::as_of::recorded_by(known->time));
    if (const auto* last = point_access::get<sequence>(when)) {
        if (!stream)
            return unknown(what + " at a sequence",
                           "it is not of one stream; give a position or a "
                           "time");
        if (auto there = check_sequence(*last, log, *stream, what); !there) return there.error();
        made.last_ = *last;
    }
    if (const auto* known = point_access::get<point_access::occurred>(when)) {
        if (auto come = check_has_come(known->time, what); !come) return come.error();
        made.occurred_ = known->time;
    }
    return made;
}

}  // namespace daybook::replay
