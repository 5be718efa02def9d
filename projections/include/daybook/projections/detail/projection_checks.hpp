// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_codec.hpp>
#include <daybook/json_event.hpp>
#include <daybook/projections/projection_types.hpp>
#include <daybook/query.hpp>
#include <daybook/value_codec.hpp>

#include <boost/mp11.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

/// What projection.hpp asks of a projection, piece by piece.
namespace daybook::projections::detail {

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

template <class P>
constexpr bool strict() {
    if constexpr (requires {
                      { P::strict } -> std::convertible_to<bool>;
                  }) {
        return P::strict;
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
concept handles = daybook::detail::readable_event<E> && keys<P, E> && applies<P, E>;

/// The event types of a `std::variant`; false for anything else.
template <class P, class Events>
struct handled : std::false_type {
    static constexpr bool readable = false, keyed = false, applied = false;
};

template <class P, class... E>
struct handled<P, std::variant<E...>> : std::bool_constant<(handles<P, E> && ...)> {
    static constexpr bool readable = (daybook::detail::readable_event<E> && ...);
    static constexpr bool keyed = (keys<P, E> && ...);
    static constexpr bool applied = (applies<P, E> && ...);
    static constexpr std::array<std::string_view, sizeof...(E)> type_names{event_type_name<E>()...};
};

template <class P>
concept handles_raw = applies_plainly<P, event_view> && keys<P, event_view>;

template <class P>
concept handles_json = applies_plainly<P, json_event> && keys<P, json_event>;

/// A kind of rows that is made from the rows of another kind of the same view.
template <class P>
concept is_stage = requires {
    typename P::from;
};

template <class P, class Change>
concept applies_with_key = requires(typename P::row row, const Change& change,
                                    std::string_view key) {
    { P::apply(std::move(row), change, key) } -> row_or_nothing<typename P::row>;
};

template <class P>
concept handles_changes = keys_plainly<P, row_changed<typename P::from>> &&
    (applies_plainly<P, row_changed<typename P::from>> ||
     applies_with_key<P, row_changed<typename P::from>>);

template <class P>
constexpr bool handles_its_events() {
    if constexpr (is_stage<P>) {
        return handles_changes<P>;
    } else if constexpr (has_typed_events<P>) {
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
        return stored_value<typename P::row>;
    } else {
        return false;
    }
}

/// One kind of rows of a view: all that a projection is, but for the version.
template <class K>
concept kind_of_rows = well_named<K>() && row_storable<K>() && handles_its_events<K>();

template <class P>
concept has_kinds = requires {
    typename P::kinds;
};

/// What a list of kinds is; only a std::tuple is one.
template <class Kinds>
struct kind_list : std::false_type {};

template <class... K>
struct kind_list<std::tuple<K...>> : std::true_type {
    static constexpr std::size_t size = sizeof...(K);
    static constexpr bool each_is_kind = size > 0 && (kind_of_rows<K> && ...);

    template <class Kind>
    static constexpr std::size_t index_of = boost::mp11::mp_find<std::tuple<K...>, Kind>::value;

    template <class Kind>
    static constexpr bool stands_after_its_source() {
        if constexpr (is_stage<Kind>) return index_of<typename Kind::from> < index_of<Kind>;
        return true;
    }
    static constexpr bool sources_first() { return (stands_after_its_source<K>() && ...); }

    static constexpr bool has_stages = (is_stage<K> || ...);

    static constexpr bool names_differ() {
        const std::array<std::string_view, size> names{K::name...};
        for (std::size_t i = 0; i < size; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (names[i] == names[j]) return false;
            }
        }
        return true;
    }
};

template <class P>
constexpr bool kinds_fit() {
    using list = kind_list<typename P::kinds>;
    if constexpr (list::value) {
        if constexpr (list::each_is_kind) return list::sources_first() && list::names_differ();
    }
    return false;
}

template <class P>
constexpr bool makes_rows() {
    if constexpr (has_kinds<P>) {
        return kinds_fit<P>();
    } else {
        return !is_stage<P> && row_storable<P>() && handles_its_events<P>();
    }
}

template <class P>
struct row_of {
    using type = typename P::row;
};

template <class Kinds>
struct row_of_kinds;

template <class... K>
struct row_of_kinds<std::tuple<K...>> {
    using type = std::variant<typename K::row...>;
};

template <has_kinds P>
struct row_of<P> : row_of_kinds<typename P::kinds> {};

/// What becomes of a row depends on the events of its key alone.
template <class P>
constexpr bool divides_by_key() {
    if constexpr (has_kinds<P>) {
        return !kind_list<typename P::kinds>::has_stages;
    } else {
        return true;
    }
}

/// Without a row there can be no secondary keys.
template <class P>
constexpr bool secondary_fits() {
    if constexpr (!has_secondary<P>) {
        return true;
    } else {
        return requires(const typename row_of<P>::type& row) {
            { P::secondary(row) } -> std::same_as<std::vector<secondary_key>>;
        };
    }
}

}  // namespace daybook::projections::detail
