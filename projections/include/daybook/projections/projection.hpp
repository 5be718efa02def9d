// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/detail/projection_checks.hpp>

#include <string>
#include <string_view>

/// What a projection is: a plain type that says how events become rows.
///
///     struct open_orders {
///         static constexpr std::string_view name = "open_orders";
///         static constexpr std::uint32_t version = 1;  // Raise it to build again from the start.
///         using row = std::int64_t;                    // See value_codec.hpp for what it may be.
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
/// Several kinds of rows in one view: see docs/writing.md. With
/// `using kinds = std::tuple<sprints, tasks>` the view has the rows of both, and each of these
/// types has a name, `row`, `key` and `apply` as above. A row's key is `kind_key<tasks>(key)`, that
/// is "tasks/" and the key; `view::get<tasks>(key)` leaves that out. A kind with `using from =
/// tasks` is made from the changes of the rows of `tasks`, which stands before it: its `key` takes
/// `const row_changed<tasks>&`, and so does its `apply`, which may take its own key besides.
///
/// What throws parks its event and the later ones of the same key (see park.hpp); with
/// `static constexpr bool strict = true` it stops the view instead.
///
/// Shown: rows are shown to people as they are, or as what `static auto present(const row&)` makes
/// of them (a described struct).
namespace daybook::projections {

/// A type that a runner can build a view from. For a sentence that says what is missing, write
/// `static_assert(daybook::projections::check_projection<P>());`.
template <class P>
concept projection = detail::well_named<P>() && detail::has_version<P> && detail::makes_rows<P>() &&
    detail::secondary_fits<P>();

/// What a view keeps for a key: `P::row`, or with `kinds` a std::variant of theirs.
template <class P>
using row_of = typename detail::row_of<P>::type;

/// The key that a row of this kind has in its view.
template <class Kind>
std::string kind_key(std::string_view key) {
    std::string full{Kind::name};
    full += '/';
    full += key;
    return full;
}

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

template <class P>
constexpr void check_changes() {
    static_assert(keys_plainly<P, row_changed<typename P::from>>,
                  "daybook projection: with `from` there must be `static std::string key(const "
                  "row_changed<from>&)` (or returning an optional or a vector of strings)");
    static_assert(handles_changes<P>,
                  "daybook projection: with `from` there must be `static row apply(row, const "
                  "row_changed<from>&)` (or with the key: `..., std::string_view key)`)");
}

/// Name, row and events: what a projection and a kind have in common.
template <class P>
constexpr void check_rows() {
    static_assert(has_name<P>,
                  "daybook projection: it needs a name: `static constexpr std::string_view name`");
    static_assert(!has_name<P> || well_named<P>(),
                  "daybook projection: `name` must be 1 to 100 of a-z 0-9 _ -");
    static_assert(has_row<P>, "daybook projection: it needs a row type: `using row = ...`");
    if constexpr (has_row<P>) {
        static_assert(row_storable<P>(),
                      "daybook projection: `row` holds something that cannot be stored; describe "
                      "structs with BOOST_DESCRIBE_STRUCT, and see value_codec.hpp for what fits");
        if constexpr (is_stage<P>) {
            check_changes<P>();
        } else if constexpr (has_typed_events<P>) {
            check_typed_events<P>();
        } else {
            check_stored_events<P>();
        }
    }
}

template <class... K>
constexpr void check_each_kind(const std::tuple<K...>*) {
    (check_rows<K>(), ...);
}

template <class P>
constexpr void check_kinds() {
    using list = kind_list<typename P::kinds>;
    static_assert(well_named<P>(),
                  "daybook projection: it needs a name: `static constexpr std::string_view name`, "
                  "1 to 100 of a-z 0-9 _ -");
    static_assert(list::value,
                  "daybook projection: `kinds` must be a std::tuple of types, each with a name, a "
                  "row, a key and `apply`");
    if constexpr (list::value) {
        static_assert(list::size > 0, "daybook projection: `kinds` is empty");
        check_each_kind(static_cast<const typename P::kinds*>(nullptr));
        if constexpr (list::each_is_kind) {
            static_assert(list::sources_first(),
                          "daybook projection: `from` must be one of the `kinds`, and stand before "
                          "the kind that is made from it");
            static_assert(list::names_differ(),
                          "daybook projection: two of the `kinds` have the same name");
        }
    }
}

}  // namespace detail

/// True for a projection; for anything else, a compile error that says what is missing.
template <class P>
constexpr bool check_projection() {
    static_assert(
        detail::has_version<P>,
        "daybook projection: it needs a version: `static constexpr std::uint32_t version`");
    if constexpr (detail::has_kinds<P>) {
        detail::check_kinds<P>();
    } else {
        static_assert(!detail::is_stage<P>,
                      "daybook projection: only a type in the `kinds` of a projection may have "
                      "`from`");
        detail::check_rows<P>();
    }
    if constexpr (detail::makes_rows<P>()) {
        static_assert(detail::secondary_fits<P>(),
                      "daybook projection: `secondary` must be `static std::vector<secondary_key> "
                      "secondary(const row&)`");
    }
    return true;
}

namespace detail {

/// Which events a projection or a kind wants for itself.
template <class K>
query events_wanted() {
    if constexpr (has_query<K>) {
        return K::wants();
    } else if constexpr (has_typed_events<K>) {
        const auto& names = handled<K, typename K::events>::type_names;
        return query::types({names.begin(), names.end()});
    } else {
        return query::all();
    }
}

/// At least what each of the kinds wants; each looks for itself.
template <class... K>
query union_of_kinds(const std::tuple<K...>*) {
    query all;
    bool everything = false;
    const auto add = [&](const query& one) {
        everything = everything || one.any_of.empty();
        all.any_of.insert(all.any_of.end(), one.any_of.begin(), one.any_of.end());
    };
    const auto add_kind = [&]<class Kind>(const Kind*) {
        if constexpr (!is_stage<Kind>) add(events_wanted<Kind>());
    };
    (add_kind(static_cast<const K*>(nullptr)), ...);
    return everything ? query::all() : all;
}

}  // namespace detail

/// Which events `P` wants.
template <projection P>
query query_of() {
    if constexpr (detail::has_kinds<P> && !detail::has_query<P>) {
        return detail::union_of_kinds(static_cast<const typename P::kinds*>(nullptr));
    } else {
        return detail::events_wanted<P>();
    }
}

}  // namespace daybook::projections
