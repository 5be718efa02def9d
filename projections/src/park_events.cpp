// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "park_events.hpp"

#include <daybook/context.hpp>
#include <daybook/json_event.hpp>
#include <daybook/raw_json.hpp>

#include <boost/json/object.hpp>

namespace daybook::projections {
namespace {

constexpr std::string_view category_and_dash = "daybook.projection-";

}  // namespace

std::string park_stream(std::string_view view_name) {
    std::string stream{category_and_dash};
    stream += view_name;
    return stream;
}

bool is_park_event(const event_view& event) noexcept {
    return event.stream().starts_with(category_and_dash);
}

namespace park_events {
namespace {

/// Writes a JSON object member by member.
class members {
public:
    members& text(std::string_view name, std::string_view value) {
        begin(name);
        append_json_string(text_, value);
        return *this;
    }
    members& number(std::string_view name, std::uint64_t value) {
        return plain(name, std::to_string(value));
    }
    members& plain(std::string_view name, std::string_view value) {
        begin(name);
        text_ += value;
        return *this;
    }
    std::string take() && { return std::move(text_) + '}'; }

private:
    void begin(std::string_view name) {
        text_ += text_.empty() ? '{' : ',';
        append_json_string(text_, name);
        text_ += ':';
    }
    std::string text_;
};

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto value = static_cast<unsigned char>(c);
        text += digits[value >> 4U];
        text += digits[value & 0xFU];
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    const auto value_of = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    if (text.size() % 2 != 0 || text.find_first_not_of("0123456789abcdef") != text.npos)
        return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2)
        bytes += static_cast<char>(value_of(text[i]) * 16 + value_of(text[i + 1]));
    return bytes;
}

// Keys are bytes and JSON is text: a key that is no text stands beside it in hexadecimal digits.
void tell_key(members& to, std::string_view lane) {
    const auto key = layout::key_of_lane(lane);
    if (!key) {
        to.plain("key", "null");
        return;
    }
    to.text("key", *key);
    std::string quoted;
    append_json_string(quoted, *key);
    const auto back = unescape_json_string(quoted);
    if (!back || *back != *key) to.text("key_hex", hex(*key));
}

members place(const any_projection& of, std::string_view lane, const event_view& event) {
    members told;
    told.text("view", of.name()).number("version", of.version());
    tell_key(told, lane);
    told.number("position", event.position().value)
        .text("event_type", event.type())
        .text("stream", event.stream());
    return told;
}

layout::park_note note_of(std::string_view type, const event_view& event, std::string payload,
                          timestamp now) {
    const auto from = context::of(event);
    return {.type = std::string{type},
            .id = event_id::make(),
            .cause = event.id(),
            .correlation = from.correlation,
            .session = from.session,
            .at = now,
            .payload = std::move(payload)};
}

std::optional<std::string> lane_in(const boost::json::object& fields, position at) {
    const auto* key = fields.if_contains("key");
    if (key == nullptr) return std::nullopt;
    if (key->is_null()) return layout::lane_of_event(at);
    if (const auto* digits = fields.if_contains("key_hex"); digits && digits->is_string()) {
        const auto bytes = from_hex(std::string_view{digits->get_string()});
        return bytes ? std::optional{layout::lane_of_key(*bytes)} : std::nullopt;
    }
    if (!key->is_string()) return std::nullopt;
    return layout::lane_of_key(std::string_view{key->get_string()});
}

std::optional<std::uint64_t> number_in(const boost::json::object& fields, std::string_view name) {
    const auto* value = fields.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    boost::system::error_code wrong;
    const auto number = value->to_number<std::uint64_t>(wrong);
    return wrong ? std::nullopt : std::optional{number};
}

}  // namespace

layout::park_note parked(const any_projection& of, std::string_view lane, const event_view& event,
                         std::string_view reason, timestamp now) {
    auto told = place(of, lane, event);
    told.text("reason", reason);
    return note_of(parked_type, event, std::move(told).take(), now);
}

layout::park_note retried_note(const any_projection& of, std::string_view lane,
                               const event_view& event, const retried& what, timestamp now) {
    auto told = place(of, lane, event);
    told.text("by", what.by == asked_by::policy ? "policy" : "request")
        .plain("taken", what.reason ? "false" : "true")
        .number("attempts", what.attempts)
        .number("events_applied", what.events_applied)
        .number("events_skipped", what.events_skipped);
    if (what.reason) told.text("reason", *what.reason);
    return note_of(retried_type, event, std::move(told).take(), now);
}

new_event skipped(const any_projection& of, std::string_view lane, const event_view& event,
                  std::string_view reason, timestamp now) {
    auto told = place(of, lane, event);
    told.text("reason", reason);
    auto made = to_event(note_of(skipped_type, event, std::move(told).take(), now));
    if (!context_scope::current().actor.id.empty()) made.actor = {};  // Who decided is known.
    return made;
}

new_event to_event(const layout::park_note& note) {
    new_event event;
    event.type = note.type;
    event.id = note.id;
    event.payload = note.payload;
    event.tags = {"level:SYSTEM"};
    if (!note.session.empty()) event.tags.push_back("session:" + note.session);
    event.correlation = note.correlation;
    event.causes = {note.cause};
    event.actor = {.type = "system", .id = "daybook-runner", .model = {}};
    event.occurred_at = note.at;
    return event;
}

std::optional<skip> read_skip(const any_projection& of, const event_view& event) {
    if (event.type() != skipped_type) return std::nullopt;
    const json_event parsed{event};
    const auto& fields = parsed.fields();
    if (number_in(fields, "version") != of.version()) return std::nullopt;
    const auto at = number_in(fields, "position");
    if (!at) return std::nullopt;
    auto lane = lane_in(fields, position{*at});
    if (!lane) return std::nullopt;
    return skip{*std::move(lane), position{*at}};
}

}  // namespace park_events
}  // namespace daybook::projections
