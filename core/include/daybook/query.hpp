// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// One alternative of a query. Everything that is set must hold; an empty one matches all events.
struct criteria {
    std::vector<std::string> types{};  ///< Any of these.
    std::vector<std::string> tags{};   ///< All of these, "key:value".
    std::string stream{};
    std::string category{};
    std::string correlation{};
    std::string actor{};       ///< The actor's id.
    std::string actor_type{};  ///< The actor's kind; narrows, is not indexed.
    std::optional<event_id> id{};
    std::optional<event_id> cause{};   ///< Events that name this one as a cause.
    std::optional<timestamp> since{};  ///< Occurred at or after.
    std::optional<timestamp> until{};  ///< Occurred before.
};

enum class comparison {
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    exists,
    prefix,
    contains
};

/// A condition on one payload field, found by JSON Pointer (RFC 6901).
///
/// Numbers compare as numbers, exactly; strings bytewise; `contains` looks for a substring of a
/// string or for an element of an array. Different kinds are never equal and never ordered: then
/// only `not_equal` holds. A missing field fails every comparison, `not_equal` too, and so does a
/// payload that is not JSON. The details are in core/docs/json.md.
struct payload_condition {
    std::string pointer{};  ///< "/agent_name", "/case/owner", "" for the whole payload.
    comparison op = comparison::equal;
    std::string value{};  ///< A JSON scalar ("3", "true", "\"x\""), or any other text: a string.
};

/// Reads "/pointer=value" (also `!=` `<` `<=` `>` `>=`, `^=` prefix, `*=` contains), or
/// "/pointer" alone for exists. Fails with `invalid_argument` and says what was found.
result<payload_condition> parse_payload_condition(std::string_view text);

/// Which events: those that match any of `any_of` (all events if it is empty) and every one of
/// `where`. The same type serves reads, counts, append conditions and projections.
struct query {
    std::vector<criteria> any_of;
    std::vector<payload_condition> where;

    query() = default;
    query(criteria only) { any_of.push_back(std::move(only)); }  // NOLINT: wanted implicit.

    static query all() { return {}; }
    static query types(std::vector<std::string> any_of_these);

    /// Does this one event match? Reads the payload only for `where`. For many: `query_matcher`.
    bool matches(event_view event) const;
};

/// Checks names, sizes, pointers and times of `q`. Fails with `invalid_argument`.
result<void> validate(const query& q);

/// A stable 64-bit fingerprint of what `q` asks, the same on every machine.
std::uint64_t fingerprint(const query& q);

/// What groups events in `store::count`. Times are UTC and `occurred_at`.
struct grouping {
    enum class kind {
        none,
        type,
        category,
        actor,
        tag,
        hour,
        day,
        month,
        field,
        stream,      ///< Counted by reading the events.
        correlation  ///< Counted by reading the events.
    };
    kind by = kind::none;
    std::string key{};  ///< For `tag` the tag's key; for `field` a declared JSON Pointer.
};

/// One group: its key ("AgentSpawned", "2025-12-22", "2025-12-22T10", "2025-12") and its events.
/// Events without the grouped property are left out.
struct group_count {
    std::string key{};
    std::uint64_t count = 0;
    friend bool operator==(const group_count&, const group_count&) = default;
};

}  // namespace daybook
