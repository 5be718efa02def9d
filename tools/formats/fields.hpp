// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include "formats/line_format.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the formats share: reading members of a line, checking what the store would refuse, and the
/// `extensions` of an event.
namespace daybook::formats {

/// An event as a format sees it, stored or just read. Borrows everything.
struct event_facts {
    std::string_view stream;
    daybook::sequence sequence;
    event_id id;
    std::string_view type;
    std::string_view schema;
    std::optional<timestamp> occurred_at;
    std::string_view correlation;
    std::span<const event_id> causes;
    actor_view actor;
    std::vector<std::string_view> tags;
    std::string_view content_type;
    std::string_view payload;
    std::string_view extensions;
    trace_context trace;  ///< Of a stored event; it stands in the extensions too.
};

event_facts facts_of(event_view event);
event_facts facts_of(const parsed_line& line);

/// Where in a line something is wrong, while it is being read. The first fault stays.
class faults {
public:
    explicit faults(std::string_view line) : line_{line} {}

    /// `at` is a part of the line.
    void add(std::string_view at, std::string reason);
    void add_at(std::size_t offset, std::string reason);
    bool any() const noexcept { return fault_.has_value(); }
    bad_line take() { return std::move(*fault_); }

private:
    std::string_view line_;
    std::optional<bad_line> fault_;
};

/// `message` of <daybook/raw_json.hpp> without its "byte 18: ", which a column says already.
std::string_view without_place(std::string_view message) noexcept;

/// The text of the member `name` with raw value `value`; empty for null and for no value. Anything
/// but a string is a fault. `unescaped` may come to hold the text.
std::string_view text_of(std::string_view name, std::string_view value, std::string& unescaped,
                         faults& found);

/// A time with any number of digits after microseconds, which are cut off.
result<timestamp> parse_time(std::string_view text);

/// Why the store would refuse this name or text; nothing if it would not.
std::optional<std::string> stream_problem(std::string_view name);
std::optional<std::string> tag_problem(std::string_view tag);
std::optional<std::string> text_problem(std::string_view what, std::string_view text,
                                        std::size_t bytes_max);

/// The first thing about `event` that the store would refuse; payload and sizes in all not looked
/// at.
std::optional<std::string> event_problem(std::string_view stream, const new_event& event);

/// Is it a type whose content is JSON: application/json, text/json, anything with +json?
bool is_json_type(std::string_view content_type) noexcept;

/// Can `payload` stand inside a line so that exactly the same bytes are read from it again? Not if
/// it has line breaks or begins or ends with space.
bool fits_in_line(std::string_view payload) noexcept;

/// Appends JSON with its line breaks, which can only stand between tokens, as spaces.
void append_on_one_line(std::string& to, std::string_view json);

/// The member `name` of the JSON object `extensions`, as written; nothing if there is none.
std::optional<std::string_view> extension(std::string_view extensions, std::string_view name);

/// `extensions` without its members `names`; empty if nothing is left.
std::string extensions_without(std::string_view extensions,
                               std::initializer_list<std::string_view> names);

/// Adds a member to the JSON object `extensions`, which may be empty.
void add_extension(std::string& extensions, std::string_view name, std::string_view value);

}  // namespace daybook::formats
