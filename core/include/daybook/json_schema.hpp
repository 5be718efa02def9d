// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/schema_writer.hpp>
#include <daybook/event_codec.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What the payloads of an event type look like, as JSON Schema (draft-07). Which part of it is
/// understood here is in core/docs/schemas.md; the rest is refused by name.
namespace daybook {

/// Limits of one schema. Passing one fails with `too_large`.
inline constexpr std::size_t schema_text_bytes_max = 256U << 10U;
inline constexpr std::size_t schema_depth_max = 32;           ///< Schemas within schemas.
inline constexpr std::size_t schema_pattern_bytes_max = 256;  ///< Of one regular expression.
/// Longer strings do not match any pattern.
inline constexpr std::size_t pattern_subject_bytes_max = 4096;

/// The schema of a described event struct, the same text every time: members by name; required are
/// those that are not `std::optional`; enumerators by name; integers within their type's bounds;
/// times and ids as strings with a format; variants as `anyOf`. Members that the struct does not
/// have are allowed.
///
/// What `event_to_json` writes fits it, if floating point numbers are finite, enumerations have
/// described values and times lie between `timestamp_min` and `timestamp_max`. What fits it,
/// `event_as` can read.
template <detail::readable_event E>
std::string json_schema_of() {
    std::string text = R"({"$schema":"http://json-schema.org/draft-07/schema#","title":)";
    detail::json_text(text, event_type_name<E>());
    text += ',';
    detail::schema_writer<E>::write(text, false);
    text += '}';
    return text;
}

/// One way in which a payload does not fit its schema.
struct schema_violation {
    std::string pointer{};  ///< JSON Pointer to the value; empty: the whole payload.
    std::string wanted{};   ///< `an integer`, `the member "name"`, `at least 1`.
    std::string found{};    ///< `"x"`, shortened if it is long; `no such member`.
    friend bool operator==(const schema_violation&, const schema_violation&) = default;
};

/// `at /a/b: wanted an integer, found "x"`; without `at` for the whole payload.
std::string to_string(const schema_violation& one);

/// Not more violations of one payload are told.
inline constexpr std::size_t violations_max = 16;

/// One difference between two schemas, and what it breaks.
struct schema_change {
    std::string pointer{};  ///< To the value in a payload; `*` stands for any member or element.
    std::string what{};     ///< `type "integer" became "number"`, `required is new: "name"`.
    bool breaks_backward = false;  ///< Some old payloads do not fit the new schema.
    bool breaks_forward = false;   ///< Some new payloads do not fit the old schema.
    friend bool operator==(const schema_change&, const schema_change&) = default;
};

/// What a change of a schema means for those who read.
struct schema_comparison {
    std::vector<schema_change> changes{};
    bool backward = true;  ///< Whoever reads by the new schema can read all old payloads.
    bool forward = true;   ///< Whoever reads by the old schema can read all new payloads.
};

/// Compares two schemas of one event type. Never says compatible of what is not, where payloads
/// have only members that their schema names or describes; says incompatible where it cannot tell
/// (another pattern, another `not`). Descriptions and titles are not looked at.
/// Fails with `invalid_argument` or `too_large` if one of them is no schema.
result<schema_comparison> compare_schemas(std::string_view before, std::string_view after);

/// Whether `text` is a schema that can be used here. Fails with `invalid_argument` or `too_large`,
/// and names the place and the keyword.
result<void> check_schema(std::string_view text);

}  // namespace daybook
