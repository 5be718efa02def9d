// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/find_event.hpp"

#include "cli/text.hpp"
#include "cli/values.hpp"

namespace daybook::cli {
namespace {

result<event> find_in_stream(const store& log, const stream_place& place) {
    auto events = log.read_stream(place.stream, {.from = place.sequence.value, .limit = 1});
    if (!events) return events.error();
    const auto found = events->next();
    if (!found) return found.error();
    if (*found) return event{**events};
    const auto head = log.head(place.stream);
    if (!head) return head.error();
    return fail(errc::not_found, "no event " + std::to_string(place.sequence.value) +
                                     " in stream " + printable(place.stream) + ", which has " +
                                     std::to_string(head->last.value));
}

}  // namespace

result<event_name> parse_event_name(std::string_view text) {
    if (const auto id = parse_event_id(text)) return event_name{*id};
    const std::size_t hash = text.rfind('#');
    if (hash != std::string_view::npos && hash > 0) {
        const auto number = parse_number("EVENT", text.substr(hash + 1));
        if (!number) return number.error();
        return event_name{stream_place{std::string{text.substr(0, hash)}, sequence{*number}}};
    }
    if (const auto number = parse_number("EVENT", text)) return event_name{position{*number}};
    return fail(errc::invalid_argument, "'" + printable(text) +
                                            "' names no event; give its id (36 characters), its "
                                            "position, or STREAM#SEQUENCE");
}

result<event> find_event(const store& log, const event_name& name) {
    if (const auto* id = std::get_if<event_id>(&name)) return log.read_one(*id);
    if (const auto* at = std::get_if<position>(&name)) return log.read_one(*at);
    return find_in_stream(log, std::get<stream_place>(name));
}

}  // namespace daybook::cli
