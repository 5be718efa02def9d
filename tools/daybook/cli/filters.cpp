// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/filters.hpp"

#include "cli/values.hpp"

namespace daybook::cli {
namespace {

constexpr section filters = section::filters;

const option stream_filter{
    .name = "stream", .value = "STREAM", .help = "Events of this stream.", .section = filters};

const option which_events[] = {
    {.name = "type",
     .letter = 't',
     .value = "TYPE",
     .help = "Events of this type; of any of them, if repeated.",
     .repeats = true,
     .section = filters},
    {.name = "category",
     .value = "CATEGORY",
     .help = "Events of streams CATEGORY-...",
     .section = filters},
    {.name = "tag",
     .value = "KEY:VALUE",
     .help = "Events with this tag; with all of them, if repeated.",
     .repeats = true,
     .section = filters},
    {.name = "actor", .value = "ID", .help = "Events by this actor.", .section = filters},
    {.name = "actor-type",
     .value = "KIND",
     .help = "Events by actors of this kind: user, agent, system, ...",
     .section = filters},
    {.name = "correlation",
     .value = "ID",
     .help = "Events of this undertaking.",
     .section = filters},
    {.name = "cause",
     .value = "EVENT_ID",
     .help = "Events that name this one as a cause.",
     .section = filters},
    {.name = "since",
     .value = "TIME",
     .help = "Occurred at or after TIME: RFC 3339, a date, or an age such as 10m, 2h, 7d.",
     .section = filters},
    {.name = "until", .value = "TIME", .help = "Occurred before TIME.", .section = filters},
    {.name = "where",
     .letter = 'w',
     .value = "CONDITION",
     .help = "'/pointer=value' on the payload; also != < <= > >= ^= (starts with) *= (contains), "
             "or '/pointer' alone (is there). All must hold, if repeated.",
     .repeats = true,
     .section = filters},
};

const option limit_filter{
    .name = "limit", .letter = 'n', .value = "N", .help = "At most N.", .section = filters};
const option newest_first_filter{
    .name = "newest-first", .letter = 'r', .help = "From the end of the log.", .section = filters};
const option explain_filter{.name = "explain",
                            .help = "Tell how this is answered, by which index, instead.",
                            .section = filters};
const option cursor_filter{.name = "cursor",
                           .value = "CURSOR",
                           .help = "Go on where the page before ended, with the same filters.",
                           .section = filters};

result<void> read_times(const arguments& given, criteria& into) {
    const timestamp now = current_time();
    if (const auto text = given.value("since")) {
        const auto time = parse_time("--since", *text, now);
        if (!time) return time.error();
        into.since = *time;
    }
    if (const auto text = given.value("until")) {
        const auto time = parse_time("--until", *text, now);
        if (!time) return time.error();
        into.until = *time;
    }
    return {};
}

result<criteria> criteria_of(const arguments& given) {
    criteria c;
    c.types = given.values("type");
    c.tags = given.values("tag");
    c.stream = given.value_or("stream", "");
    c.category = given.value_or("category", "");
    c.correlation = given.value_or("correlation", "");
    c.actor = given.value_or("actor", "");
    c.actor_type = given.value_or("actor-type", "");
    if (const auto text = given.value("cause")) {
        const auto id = parse_id("--cause", *text);
        if (!id) return id.error();
        c.cause = *id;
    }
    if (auto read = read_times(given, c); !read) return read.error();
    return c;
}

}  // namespace

std::vector<option> with_filters(std::vector<option> own, const filter_choice& choice) {
    own.insert(own.end(), std::begin(which_events), std::end(which_events));
    if (choice.stream) own.push_back(stream_filter);
    if (choice.limit) own.push_back(limit_filter);
    if (choice.newest_first) own.push_back(newest_first_filter);
    if (choice.cursor) own.push_back(cursor_filter);
    if (choice.explain) own.push_back(explain_filter);
    return own;
}

result<selection> selection_of(const arguments& given) {
    const auto c = criteria_of(given);
    if (!c) return c.error();
    selection s;
    s.query = *c;
    for (const auto& text : given.values("where")) {
        auto condition = parse_payload_condition(text);
        if (!condition)
            return fail(condition.error().code, "--where: " + condition.error().message);
        s.query.where.push_back(std::move(*condition));
    }
    if (const auto text = given.value("limit")) {
        const auto number = parse_number("--limit", *text);
        if (!number) return number.error();
        if (*number == 0) return fail(errc::invalid_argument, "--limit: 0 asks for nothing");
        s.limit = *number;
    }
    if (given.has("newest-first")) s.direction = direction::backwards;
    s.explain = given.has("explain");
    s.cursor = given.value_or("cursor", "");
    if (auto valid = validate(s.query); !valid) return valid.error();
    return s;
}

}  // namespace daybook::cli
