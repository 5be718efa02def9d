// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/event_codec.hpp>
#include <daybook/projections/json_event.hpp>
#include <daybook/projections/row_codec.hpp>
#include <daybook/query.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a projection is: a plain type that says how events become rows.
///
///     struct open_orders {
///         static constexpr std::string_view name = "open_orders";
///         static constexpr std::uint32_t version = 1;  // Raise it to build again from the start.
///         using row = std::int64_t;                    // See row_codec.hpp for what it may be.
///         using events = std::variant<order_placed, order_paid, order_cancelled>;
///
///         static std::string key(const auto& event) { return event.order_id; }
///         static row apply(row, const order_placed& e) { return e.total_cents; }
///         static row apply(row open, const order_paid& e) { return open - e.amount_cents; }
///         static removed apply(row, const order_cancelled&) { return {}; }
///     };
///
/// Events: with `events`, the payload is read into the described structs named there (see
/// `event_type_name`). Without, `key` and `apply` take `const event_view&`, or `const json_event&`
/// to share one parse of the payload among all views. With `events`, both may take the stored event
/// as one more parameter: `apply(row, const order_paid&, const event_view&)`.
///
/// Query: `static query wants()`, if it is there; else the types in `events`; else all events.
///
/// Key: what `key` returns is a string, an optional string (nothing: the event is skipped) or a
/// range of strings (the event is applied to each row once). With
/// `static constexpr bool keyed_by_stream = true` the key is the event's stream, `key` is left
/// out, and a replay of one key reads one stream.
///
/// `apply` returns the new row; `removed` to remove it; or a `std::optional<row>` to choose. It
/// must be pure: its result depends on its arguments alone. A key that nothing was applied to yet,
/// or whose row was removed, starts from `row{}`. With `static constexpr bool row_per_event = true`
/// the projection promises that no two events have a key in common; its rows are then written
/// without a look-up.
///
/// Secondary keys: `static std::vector<secondary_key> secondary(const row&)` names what else a row
/// is to be found by, e.g. `{{"assignee", r.assignee}, {"state", r.state}}`. The entries are
/// written in one batch with the row. When it changes, raise the version.
///
/// Shown: rows are shown to people as they are, or as what `static auto present(const row&)` makes
/// of them (a described struct).
namespace daybook::projections {

/// What `apply` returns when there is to be no row any more.
struct removed {};

/// A row is found under `value` in the index called `index`; see `view::for_each_by`.
struct secondary_key {
    std::string index;
    std::string value;
    friend bool operator==(const secondary_key&, const secondary_key&) = default;
};

namespace detail {

template <class P>
concept has_name = requires {
    { P::name } -> std::convertible_to<std::string_view>;
};

template <class P>
concept has_version = requires {
    { P::version } -> std::convertible_to<std::uint32_t>;
};

/// Names become part of a keyspace's name.
constexpr bool is_view_name(std::string_view name) {
    if (name.empty() || name.size() > 100) return false;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && c != '_' && c != '-') return false;
    }
    return true;
}

template <class P>
concept has_row = requires {
    typename P::row;
};

template <class P>
concept has_typed_events = requires {
    typename P::events;
};

template <class P>
concept has_query = requires {
    { P::wants() } -> std::convertible_to<query>;
};

template <class P>
concept has_secondary = requires {
    &P::secondary;
};

template <class P>
concept gives_secondary_keys = requires(const typename P::row& row) {
    { P::secondary(row) } -> std::same_as<std::vector<secondary_key>>;
};

template <class P>
constexpr bool keyed_by_stream() {
    if constexpr (requires {
                      { P::keyed_by_stream } -> std::convertible_to<bool>;
                  }) {
        return P::keyed_by_stream;
    } else {
        return false;
    }
}

template <class P>
constexpr bool row_per_event() {
    if constexpr (requires {
                      { P::row_per_event } -> std::convertible_to<bool>;
                  }) {
        return P::row_per_event;
    } else {
        return false;
    }
}

template <class K>
concept one_key = std::convertible_to<K, std::string_view>;

template <class K>
concept optional_key = !one_key<K> && requires(const K& key) {
    { key.has_value() } -> std::convertible_to<bool>;
    { *key } -> std::convertible_to<std::string_view>;
};

template <class K>
concept several_keys = !one_key<K> && std::ranges::input_range<K> &&
                       std::convertible_to<std::ranges::range_reference_t<K>, std::string_view>;

template <class K>
concept key_result = one_key<K> || optional_key<K> || several_keys<K>;

template <class P, class E>
concept keys_plainly = requires(const E& event) {
    { P::key(event) } -> key_result;
};

template <class P, class E>
concept keys_with_envelope = requires(const E& event, const event_view& envelope) {
    { P::key(event, envelope) } -> key_result;
};

template <class P, class E>
concept keys = keyed_by_stream<P>() || keys_plainly<P, E> || keys_with_envelope<P, E>;

/// A row, or what may be none.
template <class Made, class Row>
concept row_or_nothing = std::same_as<Made, removed> || std::convertible_to<Made, Row> ||
    std::convertible_to<Made, std::optional<Row>>;

template <class P, class E>
concept applies_plainly = requires(typename P::row row, const E& event) {
    { P::apply(std::move(row), event) } -> row_or_nothing<typename P::row>;
};

template <class P, class E>
concept applies_with_envelope = requires(typename P::row row, const E& event,
                                         const event_view& envelope) {
    { P::apply(std::move(row), event, envelope) } -> row_or_nothing<typename P::row>;
};

template <class P, class E>
concept applies = applies_plainly<P, E> || applies_with_envelope<P, E>;

template <class P, class E>
concept handles = readable_event<E> && keys<P, E> && applies<P, E>;

/// The event types of a `std::variant`; false for anything else.
template <class P, class Events>
struct handled : std::false_type {
    static constexpr bool readable = false, keyed = false, applied = false;
};

template <class P, class... E>
struct handled<P, std::variant<E...>> : std::bool_constant<(handles<P, E> && ...)> {
    static constexpr bool readable = (readable_event<E> && ...);
    static constexpr bool keyed = (keys<P, E> && ...);
    static constexpr bool applied = (applies<P, E> && ...);
    static constexpr std::array<std::string_view, sizeof...(E)> type_names{event_type_name<E>()...};
};

template <class P>
concept handles_raw = applies_plainly<P, event_view> && keys<P, event_view>;

template <class P>
concept handles_json = applies_plainly<P, json_event> && keys<P, json_event>;

template <class P>
constexpr bool handles_its_events() {
    if constexpr (has_typed_events<P>) {
        return handled<P, typename P::events>::value;
    } else {
        return handles_raw<P> || handles_json<P>;
    }
}

template <class P>
constexpr bool well_named() {
    if constexpr (has_name<P>) {
        return is_view_name(P::name);
    } else {
        return false;
    }
}

template <class P>
constexpr bool row_storable() {
    if constexpr (has_row<P>) {
        return row_value<typename P::row>;
    } else {
        return false;
    }
}

}  // namespace detail

/// A type that a runner can build a view from. For a sentence that says what is missing, write
/// `static_assert(daybook::projections::check_projection<P>());`.
template <class P>
concept projection = detail::well_named<P>() && detail::has_version<P> &&
    detail::row_storable<P>() && detail::handles_its_events<P>() &&
    (!detail::has_secondary<P> || detail::gives_secondary_keys<P>);

namespace detail {

template <class P>
constexpr void check_typed_events() {
    using check = handled<P, typename P::events>;
    static_assert(check::readable,
                  "daybook projection: `events` must be a std::variant of structs described with "
                  "BOOST_DESCRIBE_STRUCT and default constructible");
    if constexpr (check::readable) {
        static_assert(check::keyed,
                      "daybook projection: for every type in `events` there must be `static "
                      "std::string key(const event&)` (or returning an optional or a vector of "
                      "strings), or `static constexpr bool keyed_by_stream = true`");
        static_assert(
            check::applied,
            "daybook projection: for every type in `events` there must be `static row "
            "apply(row, const event&)`; one is missing or returns something else (what may "
            "be returned: a row, an optional row, or `removed`)");
    }
}

template <class P>
constexpr void check_stored_events() {
    constexpr bool keyed = keys<P, event_view> || keys<P, json_event>;
    constexpr bool applied = applies_plainly<P, event_view> || applies_plainly<P, json_event>;
    static_assert(
        keyed,
        "daybook projection: without `events` there must be `static std::string key(const "
        "event_view&)` (or `const json_event&`; or returning an optional or a vector of "
        "strings), or `static constexpr bool keyed_by_stream = true`");
    static_assert(applied,
                  "daybook projection: without `events` there must be `static row apply(row, const "
                  "event_view&)` (or `const json_event&`)");
    static_assert(!keyed || !applied || handles_raw<P> || handles_json<P>,
                  "daybook projection: `key` and `apply` must take the same kind of event: both "
                  "`const event_view&` or both `const json_event&`");
}

}  // namespace detail

/// True for a projection; for anything else, a compile error that says what is missing.
template <class P>
constexpr bool check_projection() {
    static_assert(detail::has_name<P>,
                  "daybook projection: it needs a name: `static constexpr std::string_view name`");
    static_assert(!detail::has_name<P> || detail::well_named<P>(),
                  "daybook projection: `name` must be 1 to 100 of a-z 0-9 _ -");
    static_assert(
        detail::has_version<P>,
        "daybook projection: it needs a version: `static constexpr std::uint32_t version`");
    static_assert(detail::has_row<P>, "daybook projection: it needs a row type: `using row = ...`");
    if constexpr (detail::has_row<P>) {
        static_assert(detail::row_storable<P>(),
                      "daybook projection: `row` holds something that cannot be stored; describe "
                      "structs with BOOST_DESCRIBE_STRUCT, and see row_codec.hpp for what fits");
        static_assert(!detail::has_secondary<P> || detail::gives_secondary_keys<P>,
                      "daybook projection: `secondary` must be `static std::vector<secondary_key> "
                      "secondary(const row&)`");
        if constexpr (detail::has_typed_events<P>) {
            detail::check_typed_events<P>();
        } else {
            detail::check_stored_events<P>();
        }
    }
    return true;
}

/// Which events `P` wants.
template <projection P>
query query_of() {
    if constexpr (detail::has_query<P>) {
        return P::wants();
    } else if constexpr (detail::has_typed_events<P>) {
        const auto& names = detail::handled<P, typename P::events>::type_names;
        return query::types({names.begin(), names.end()});
    } else {
        return query::all();
    }
}

}  // namespace daybook::projections
