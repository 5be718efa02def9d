// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace daybook {

/// The payload as a JSON value. Fails with `corrupt` if it is not JSON: the message says where.
/// Cost: one parse; hold on to the value.
result<boost::json::value> payload_json(event_view event);

/// The field at JSON Pointer `pointer` (RFC 6901), or null if there is none.
const boost::json::value* find_pointer(const boost::json::value& document,
                                       std::string_view pointer) noexcept;

/// The event as the native JSON object, one line, no newline: every envelope field (times RFC 3339,
/// positions as numbers), and the payload byte for byte: as `payload` if it is JSON that fits in a
/// line, else as `payload_text` or, if it is not UTF-8, `payload_base64`; of a deleted one what is
/// left, as `payload_deleted`. The schema is in core/docs/json.md.
std::string to_json(event_view event);

/// Appends the same object for an event that is not stored yet: without its places, and with id and
/// time only if it has them. `event_from_json` gives it back.
void append_json(std::string& out, std::string_view stream, const new_event& event);

/// Reads what `to_json` wrote. Place fields (position, sequence, recorded_at) are checked and not
/// taken over. Fails with `invalid_argument` and the member's name.
struct native_event {
    std::string stream{};
    new_event event{};
};
result<native_event> event_from_json(std::string_view text);

}  // namespace daybook
