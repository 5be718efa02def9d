// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/detail/key_passage.hpp>
#include <daybook/projections/detail/row_cache.hpp>
#include <daybook/projections/detail/row_list.hpp>
#include <daybook/projections/fold.hpp>
#include <daybook/projections/projection.hpp>
#include <daybook/query_matcher.hpp>

#include <algorithm>
#include <exception>
#include <utility>

/// The engine's half of a projection: finds the events it wants, their keys and their rows.
namespace daybook::projections::detail {

error projection_failure(std::string_view view, const event_view& event, std::string_view what);

/// Decides quickly whether a query wants an event: most queries ask for types alone.
///
/// Events of park streams come to who names them in the query: by type, stream or category. All
/// else would hear of every failure, its own too.
class event_filter {
public:
    explicit event_filter(const query& wants);
    bool wants(const event_view& event) const;

private:
    bool names(const event_view& event) const;

    query_matcher query_;
    /// Asks for what the alternatives that name types, a stream or a category ask for.
    std::optional<query_matcher> naming_;
    std::vector<std::string> types_;  ///< Sorted; only used if `by_type_`.
    bool all_ = false;
    bool by_type_ = false;
};

/// Calls `visit` for each distinct key.
template <class Keys, class Visit>
void for_each_key(const Keys& keys, const Visit& visit) {
    if constexpr (one_key<Keys>) {
        visit(std::string_view{keys});
    } else if constexpr (optional_key<Keys>) {
        if (keys.has_value()) visit(std::string_view{*keys});
    } else {
        std::vector<std::string_view> seen;
        for (const auto& key : keys) {
            const std::string_view text{key};
            if (std::find(seen.begin(), seen.end(), text) != seen.end()) continue;
            seen.push_back(text);
            visit(text);
        }
    }
}

/// Runs `apply`; what a projection throws becomes an error.
template <class Apply>
result<bool> caught(std::string_view view, const event_view& event, const Apply& apply) {
    try {
        return apply();
    } catch (const std::exception& thrown) {
        return projection_failure(view, event, thrown.what());
    } catch (...) {
        return projection_failure(view, event, "something that is no std::exception");
    }
}

/// Whom nobody listens to tells nobody.
struct no_listener {
    static constexpr bool listens = false;
};

/// The rows of one projection, or of one kind of rows. `Listener` is told what became of each row.
template <class P, class Listener = no_listener>
class row_folder {
public:
    using row = typename P::row;

    row_folder(row_source rows, const fold_options& options, Listener listener = {})
        : filter_{events_wanted<P>()},
          passage_{options},
          rows_{make_rows(std::move(rows), options)},
          listener_{std::move(listener)} {}

    /// Whether a row came of it. May throw what the projection throws; see `take_failure`.
    bool apply(const json_event& event) {
        if constexpr (is_stage<P>) {
            return false;
        } else {
            if (needs_filter && !filter_.wants(event.view())) return false;
            return dispatch(event);
        }
    }

    /// The same for a change of the row that this one is made from.
    template <class Change>
    bool apply_change(const Change& change, const event_view& envelope) {
        return apply_to_keys(P::key(change), change, envelope);
    }

    /// Why rows could not be read since the last call, if they could not.
    std::optional<error> take_failure() { return std::exchange(failure_, std::nullopt); }

    void collect(const row_sink& sink) { rows_.collect(sink); }
    void discard() { rows_.discard(); }
    std::optional<oversized_row> find_oversized(std::size_t bytes_max) {
        return rows_.find_oversized(bytes_max);
    }
    std::size_t rows_changed() const noexcept { return rows_.changed(); }
    std::size_t rows_cached() const noexcept { return rows_.size(); }

private:
    /// A typed projection without a query of its own is filtered by the dispatch itself.
    static constexpr bool needs_filter = has_query<P> || !has_typed_events<P>;

    bool dispatch(const json_event& event) {
        if constexpr (has_typed_events<P>) {
            return dispatch_typed(event, static_cast<typename P::events*>(nullptr));
        } else if constexpr (handles_raw<P>) {
            return find_keys(event.view(), event.view());
        } else {
            return find_keys(event, event.view());
        }
    }

    template <class... E>
    bool dispatch_typed(const json_event& event, const std::variant<E...>*) {
        const auto type = event.view().type();
        return ((type == event_type_name<E>() && read_and_find_keys<E>(event)) || ...);
    }

    /// With the stream as its key, the key of an event that cannot be read is known all the same.
    template <class E>
    bool read_and_find_keys(const json_event& event) {
        const auto& envelope = event.view();
        if constexpr (keyed_by_stream<P>()) {
            if (!passage_.is_in_share(envelope.stream())) return false;  // Without reading it.
            if (!passage_.may_pass(envelope.stream(), envelope)) return true;
            return passage_.with_key(envelope.stream(), [&] {
                return find_keys(daybook::detail::read_event<E>(event), envelope);
            });
        } else {
            return find_keys(daybook::detail::read_event<E>(event), envelope);
        }
    }

    template <class E>
    bool find_keys(const E& event, const event_view& envelope) {
        if constexpr (keyed_by_stream<P>()) {
            return apply_to_keys(envelope.stream(), event, envelope);
        } else if constexpr (keys_plainly<P, E>) {
            return apply_to_keys(P::key(event), event, envelope);
        } else {
            return apply_to_keys(P::key(event, envelope), event, envelope);
        }
    }

    /// False if there is no key, or none that is asked for.
    template <class Keys, class E>
    bool apply_to_keys(const Keys& keys, const E& event, const event_view& envelope) {
        bool applied = false;
        for_each_key(keys, [&](std::string_view key) {
            if (failure_ || !passage_.is_asked_for(key)) return;
            applied = true;
            if (!passage_.may_pass(key, envelope)) return;
            passage_.with_key(key, [&] { apply_to_row(key, event, envelope); });
        });
        return applied;
    }

    template <class E>
    void apply_to_row(std::string_view key, const E& event, const event_view& envelope) {
        if constexpr (row_per_event<P>()) {
            row_place<row> made;
            set(made, apply_to(row{}, event, envelope, key));
            if (made.exists) rows_.add(key, made.row);
            tell(key, nullptr, made, envelope);
        } else {
            auto found = rows_.find(key);
            if (!found) {
                failure_ = found.error();
                return;
            }
            auto& place = **found;
            std::optional<row> before;
            if constexpr (Listener::listens) {
                if (place.exists) before = place.row;
            }
            set(place, apply_to(std::move(place.row), event, envelope, key));
            tell(key, before ? &*before : nullptr, place, envelope);
        }
    }

    template <class E>
    static auto apply_to(row current, const E& event, const event_view& envelope,
                         std::string_view key) {
        if constexpr (applies_plainly<P, E>) {
            return P::apply(std::move(current), event);
        } else if constexpr (applies_with_envelope<P, E>) {
            return P::apply(std::move(current), event, envelope);
        } else {
            return P::apply(std::move(current), event, key);
        }
    }

    /// Puts into `place` what `apply` made: a row, or what may be none.
    template <class Made>
    static void set(row_place<row>& place, Made made) {
        constexpr bool removes = std::same_as<Made, removed>;
        if constexpr (!removes && std::convertible_to<Made, row>) {
            place.put(std::move(made));
        } else {
            std::optional<row> next;
            if constexpr (!removes) next = std::move(made);
            next ? place.put(*std::move(next)) : place.remove();
        }
    }

    void tell(std::string_view key, const row* before, const row_place<row>& now,
              const event_view& envelope) const {
        if constexpr (Listener::listens) {
            if (before == nullptr && !now.exists) return;
            listener_(row_changed<P>{key, before, now.exists ? &now.row : nullptr}, envelope);
        }
    }

    using row_keeper = std::conditional_t<row_per_event<P>(), row_list<row>, row_cache<row>>;

    static row_keeper make_rows(row_source rows, const fold_options& options) {
        if constexpr (row_per_event<P>()) {
            return {};
        } else {
            return {std::move(rows), options.rows_cached_max, options.starts_empty};
        }
    }

    event_filter filter_;
    key_passage passage_;
    row_keeper rows_;
    Listener listener_;
    std::optional<error> failure_;
};

}  // namespace daybook::projections::detail
