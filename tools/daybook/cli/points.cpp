// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/points.hpp"

#include "cli/values.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using replay::point;

const option point_options[] = {
    {.name = "at",
     .value = "TIME",
     .help = "With what had occurred by TIME: RFC 3339, a date, or an age such as 2h."},
    {.name = "recorded-at",
     .value = "TIME",
     .help = "With what the store had recorded by TIME: what was known then."},
    {.name = "sequence", .value = "N", .help = "After the stream's event N."},
    {.name = "position", .value = "P", .help = "With what the log had up to position P."}};

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

result<point> at_time(std::string_view option, std::string_view text, bool recorded) {
    const auto time = parse_time(option, text, current_time());
    if (!time) return time.error();
    return recorded ? point::recorded_by(*time) : point::occurred_by(*time);
}

template <class Place>
result<point> at_place(std::string_view option, std::string_view text) {
    const auto number = parse_number(option, text);
    if (!number) return number.error();
    return point::at(Place{*number});
}

}  // namespace

std::vector<option> with_point(std::vector<option> own) {
    own.insert(own.end(), std::begin(point_options), std::end(point_options));
    return own;
}

bool has_point(const arguments& given) {
    return std::any_of(std::begin(point_options), std::end(point_options),
                       [&](const option& o) { return given.has(o.name); });
}

result<point> point_of(const arguments& given) {
    const auto named = std::count_if(std::begin(point_options), std::end(point_options),
                                     [&](const option& o) { return given.has(o.name); });
    if (named > 1) {
        return fail(errc::invalid_argument,
                    "--at, --recorded-at, --sequence and --position name one moment: give one");
    }
    if (const auto text = given.value("at")) return at_time("--at", *text, false);
    if (const auto text = given.value("recorded-at")) return at_time("--recorded-at", *text, true);
    if (const auto text = given.value("sequence")) return at_place<sequence>("--sequence", *text);
    if (const auto text = given.value("position")) return at_place<position>("--position", *text);
    return point::now();
}

result<point> parse_point(std::string_view option, const std::string& text) {
    constexpr std::string_view of_stream = "sequence:";
    constexpr std::string_view recorded = "recorded:";
    if (text == "start") return point::start();
    if (text == "now") return point::now();
    if (text.starts_with(of_stream))
        return at_place<sequence>(option, std::string_view{text}.substr(of_stream.size()));
    if (text.starts_with(recorded))
        return at_time(option, std::string_view{text}.substr(recorded.size()), true);
    if (is_number(text)) return at_place<position>(option, text);
    auto time = at_time(option, text, false);
    if (time) return time;
    auto why = time.error();
    why.message += ", a position of the log, sequence:N, recorded:TIME, start or now";
    return why;
}

result<projections::as_of> parse_moment(std::string_view option, const std::string& text) {
    if (is_number(text)) {
        const auto number = parse_number(option, text);
        if (!number) return number.error();
        return projections::as_of::at(position{*number});
    }
    const auto time = parse_time(option, text, current_time());
    if (time) return projections::as_of::recorded_by(*time);
    auto why = time.error();
    why.message += ", or a position of the log";
    return why;
}

}  // namespace daybook::cli
