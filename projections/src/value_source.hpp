// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/json_event.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace daybook::projections {

/// A value of an event that a row can keep: nothing, or a JSON scalar, or a time. A whole number is
/// an integer wherever 64 bits hold it, however it was written.
using plain_value =
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, timestamp>;

/// Where a declared view takes a value from: a payload field, by JSON Pointer, or a field of the
/// envelope, as "$type".
class value_source {
public:
    /// Fails with `invalid_argument`; the message says what was found and what is allowed.
    static result<value_source> parse(std::string_view text);

    const std::string& text() const noexcept { return text_; }

    /// A name for the values: the last token of the pointer, the field without '$', the tag's key.
    std::string name() const;

    /// The value; nothing if it is missing, null, or an object or array, which sets `odd`.
    plain_value read(const json_event& event, bool& odd) const;

    /// As `read`, but the elements of an array one by one, in place of what `into` held.
    void read_all(const json_event& event, std::vector<plain_value>& into, bool& odd) const;

private:
    using envelope_reader = plain_value (*)(const event_view&, const std::string& key);
    struct envelope_field;
    static const std::vector<envelope_field>& envelope_fields();

    std::string text_;
    std::string key_;  ///< Of a tag.
    envelope_reader envelope_ = nullptr;
};

}  // namespace daybook::projections
