// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/line_format.hpp"

#include <daybook/json.hpp>
#include <daybook/raw_json.hpp>

#include "formats/cloudevents.hpp"
#include "formats/fields.hpp"
#include "formats/orchestration.hpp"
#include "formats/text.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace daybook::formats {
namespace {

constexpr std::array<std::string_view, 3> format_names{"orchestration", "cloudevents", "native"};
constexpr std::array<std::string_view, 3> time_members{"timestamp", "time", "occurred_at"};

// UUIDv5(DNS, "events.daybook"). Never to be changed: ids in stores come from it.
constexpr boost::uuids::uuid id_namespace{{0xd2, 0x0e, 0xee, 0x14, 0xdd, 0xf8, 0x51, 0x0a, 0xa6,
                                           0x5f, 0xcc, 0x9d, 0x83, 0x02, 0xa5, 0xad}};

// `event_from_json` says where in its message: "event JSON: byte 18: ...".
bad_line bad_native_line(std::string_view message) {
    bad_line bad{1, std::string{message}};
    constexpr std::string_view start = "event JSON: byte ";
    if (message.starts_with(start)) {
        const char* digits = message.data() + start.size();
        const auto read = std::from_chars(digits, message.data() + message.size(), bad.column);
        if (read.ec != std::errc{}) bad.column = 1;
    }
    return bad;
}

line_result parse_native(std::string_view line) {
    auto event = event_from_json(line);
    if (!event) return bad_native_line(event.error().message);
    if (auto problem = event_problem(event->stream, event->event)) {
        return bad_line{1, std::move(*problem)};
    }
    if (!event->event.id) {
        return bad_line{1,
                        "event JSON: member \"id\" is missing; an import needs it to know repeats"};
    }
    return parsed_line{std::move(event->stream), std::move(event->event), std::nullopt};
}

}  // namespace

std::string_view to_string(line_format format) noexcept {
    return format_names[static_cast<std::size_t>(format)];
}

result<line_format> parse_line_format(std::string_view name) {
    const auto* at = std::find(format_names.begin(), format_names.end(), name);
    if (at != format_names.end()) return static_cast<line_format>(at - format_names.begin());
    return fail(
        errc::invalid_argument,
        join("format ", shown(name), " is not known: orchestration, cloudevents or native"));
}

line_result parse_line(line_format format, std::string_view line) {
    switch (format) {
        case line_format::orchestration: return parse_orchestration(line);
        case line_format::cloudevents: return parse_cloudevent(line);
        case line_format::native: break;
    }
    return parse_native(line);
}

std::optional<timestamp> time_of_line(line_format format, std::string_view line) {
    const auto value = raw_member(line, time_members[static_cast<std::size_t>(format)]);
    if (!value || !*value || kind_of(**value) != json_kind::string) return std::nullopt;
    const auto text = unescape_json_string(**value);
    if (!text) return std::nullopt;
    const auto time = parse_time(*text);
    return time ? std::optional{*time} : std::nullopt;
}

void append_line(std::string& to, line_format format, event_view event,
                 const render_options& options) {
    switch (format) {
        case line_format::orchestration: return append_orchestration(to, facts_of(event));
        case line_format::cloudevents: return append_cloudevent(to, event, options);
        case line_format::native: break;
    }
    to += to_json(event);
}

event_id id_of_text(std::string_view text, std::string_view scope) {
    const boost::uuids::name_generator_sha1 generator{id_namespace};
    const auto name = scope.empty() ? std::string{text} : join(scope, '\n', text);
    const auto made = generator(name);
    event_id id;
    std::copy(made.begin(), made.end(), id.bytes.begin());
    return id;
}

}  // namespace daybook::formats
