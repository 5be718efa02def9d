// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/detail/row_cache.hpp>
#include <daybook/projections/detail/row_list.hpp>
#include <daybook/projections/fold.hpp>
#include <daybook/projections/projection.hpp>

#include <algorithm>
#include <exception>
#include <utility>

/// The engine's half of a projection: finds the events it wants, their keys and their rows.
namespace daybook::projections::detail {

error projection_failure(std::string_view view, const event_view& event, std::string_view what);

/// Decides quickly whether a query wants an event: most queries ask for types alone.
class event_filter {
public:
    explicit event_filter(const query& wants);
    bool wants(const event_view& event) const;

private:
    query query_;
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

template <projection P>
class typed_fold final : public fold {
public:
    using row = typename P::row;

    typed_fold(const query& wants, row_source rows, fold_options options)
        : filter_{wants},
          only_key_{std::move(options.only_key)},
          rows_{make_rows(std::move(rows), options)} {}

    result<bool> apply(const json_event& event) override {
        if (needs_filter && !filter_.wants(event.view())) return false;
        failure_.reset();
        bool wanted = true;
        try {
            wanted = dispatch(event);
        } catch (const std::exception& thrown) {
            return projection_failure(P::name, event.view(), thrown.what());
        } catch (...) {
            return projection_failure(P::name, event.view(), "something that is no std::exception");
        }
        if (failure_) return *std::move(failure_);
        return wanted;
    }

    void collect(const row_sink& sink) override { rows_.collect(sink); }
    void discard() override { rows_.discard(); }
    std::size_t rows_changed() const noexcept override { return rows_.changed(); }
    std::size_t rows_cached() const noexcept override { return rows_.size(); }

private:
    /// A typed projection without a query of its own is filtered by the dispatch itself.
    static constexpr bool needs_filter = has_query<P> || !has_typed_events<P>;

    bool dispatch(const json_event& event) {
        if constexpr (has_typed_events<P>) {
            return dispatch_typed(event, static_cast<typename P::events*>(nullptr));
        } else if constexpr (handles_raw<P>) {
            return apply_to_rows(event.view(), event.view());
        } else {
            return apply_to_rows(event, event.view());
        }
    }

    template <class... E>
    bool dispatch_typed(const json_event& event, const std::variant<E...>*) {
        const auto type = event.view().type();
        return (
            (type == event_type_name<E>() && apply_to_rows(read_event<E>(event), event.view())) ||
            ...);
    }

    /// False if there is no key, or none that is asked for.
    template <class E>
    bool apply_to_rows(const E& event, const event_view& envelope) {
        bool applied = false;
        const auto apply_to_key = [&](std::string_view key) {
            if (failure_ || (only_key_ && key != *only_key_)) return;
            apply_to_row(key, event, envelope);
            applied = true;
        };
        if constexpr (keyed_by_stream<P>()) {
            apply_to_key(envelope.stream());
        } else if constexpr (keys_plainly<P, E>) {
            for_each_key(P::key(event), apply_to_key);
        } else {
            for_each_key(P::key(event, envelope), apply_to_key);
        }
        return applied;
    }

    template <class E>
    void apply_to_row(std::string_view key, const E& event, const event_view& envelope) {
        if constexpr (row_per_event<P>()) {
            set(one_row{rows_, key}, apply_to(row{}, event, envelope));
        } else {
            auto found = rows_.find(key);
            if (!found) {
                failure_ = found.error();
                return;
            }
            set(**found, apply_to(std::move((*found)->row), event, envelope));
        }
    }

    template <class E>
    static auto apply_to(row current, const E& event, const event_view& envelope) {
        if constexpr (applies_plainly<P, E>) {
            return P::apply(std::move(current), event);
        } else {
            return P::apply(std::move(current), event, envelope);
        }
    }

    /// A row that is written and never looked up.
    struct one_row {
        row_list<row>& rows;
        std::string_view key;
        void put(const row& next) const { rows.add(key, next); }
        void remove() const {}
    };

    /// Puts into `place` what `apply` made: a row, or what may be none.
    template <class Place, class Made>
    static void set(Place&& place, Made made) {
        if constexpr (std::same_as<Made, removed>) {
            place.remove();
        } else if constexpr (std::convertible_to<Made, row>) {
            place.put(std::move(made));
        } else if (std::optional<row> next = std::move(made)) {
            place.put(*std::move(next));
        } else {
            place.remove();
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
    std::optional<std::string> only_key_;
    row_keeper rows_;
    std::optional<error> failure_;
};

template <projection P>
std::unique_ptr<fold> make_typed_fold(const query& wants, row_source rows, fold_options options) {
    return std::make_unique<typed_fold<P>>(wants, std::move(rows), std::move(options));
}

template <class P>
concept has_present = requires(const typename P::row& row) {
    { row_to_json(P::present(row)) } -> std::same_as<std::string>;
};

/// The row as it is shown.
template <projection P>
result<std::string> print_row(std::string_view bytes) {
    const auto row = decode_row<typename P::row>(bytes);
    if (!row) return row.error();
    if constexpr (has_present<P>) {
        return row_to_json(P::present(*row));
    } else {
        return row_to_json(*row);
    }
}

/// Tells views with secondary keys from those without, in the fingerprint of their rows.
inline constexpr std::uint64_t with_secondary_keys = 0x9E3779B97F4A7C15;

template <projection P>
result<std::vector<secondary_key>> find_secondary_keys(std::string_view bytes) {
    const auto row = decode_row<typename P::row>(bytes);
    if (!row) return row.error();
    const auto failed = [](std::string_view what) {
        return fail(errc::projection_failed,
                    "view \"" + std::string{P::name} + "\": secondary: " + std::string{what});
    };
    try {
        return P::secondary(*row);
    } catch (const std::exception& thrown) {
        return failed(thrown.what());
    } catch (...) {
        return failed("threw something that is no std::exception");
    }
}

}  // namespace daybook::projections::detail
