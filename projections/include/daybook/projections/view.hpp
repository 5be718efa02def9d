// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/as_of.hpp>
#include <daybook/projections/detail/served_rows.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/projections/live_view.hpp>
#include <daybook/projections/row_reader.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

/// The stored rows of one view version, as bytes: kept up to date by a `runner`.
///
/// Readers get the generation that serves (see generations.hpp), never one that is half built, and
/// follow a switch: each call reads one generation, the one that serves when it begins.
class stored_view final : public row_reader {
public:
    /// Fails with `not_found` if no runner has built this version in this store, or one is still
    /// building it beside another version; with `invalid_argument` if it was built by a projection
    /// with another query or row.
    static result<stored_view> open(store& log, const any_projection& of);

    result<std::optional<std::string>> get(std::string_view key) const override;
    result<void> scan(const row_range& range, const row_visitor& visit) const override;
    result<void> scan(std::string_view prefix, std::string_view from,
                      const row_visitor& visit) const {
        return scan({.prefix = prefix, .from = from}, visit);
    }
    /// Rows are read one after the other: each has the key when it is visited.
    result<void> scan_by(std::string_view index, std::string_view value,
                         const row_visitor& visit) const override;
    result<position> cursor() const override;

    /// Looks again when a runner of this process has written, and 50 times a second for one of
    /// another; a store open for reading is refreshed meanwhile.
    result<void> wait_for(at_least wanted, std::chrono::milliseconds patience) const override;

private:
    stored_view(store& log, any_projection of, detail::served_rows rows)
        : log_{&log}, projection_{std::move(of)}, rows_{std::move(rows)} {}
    store* log_;
    any_projection projection_;
    detail::served_rows rows_;
};

/// How the rows of a view come about. The reading calls are the same for all.
enum class view_mode {
    async,    ///< A `runner` keeps them up to date, shortly after the append.
    inlined,  ///< Written with the append, by `inline_views`.
    live      ///< Folded from the log when they are read; nothing is stored. See `live_view`.
};
BOOST_DESCRIBE_ENUM(view_mode, async, inlined, live)

/// The rows of `of` in this mode. Fails as `stored_view::open`; never for `live`.
result<std::unique_ptr<const row_reader>> open_rows(store& log, const any_projection& of,
                                                    view_mode mode,
                                                    const live_options& options = {});

/// Its rows as of a moment; see as_of.hpp. Fails as `as_of_view::open`.
result<std::unique_ptr<const row_reader>> open_rows(store& log, const any_projection& of,
                                                    as_of when, const as_of_options& options = {});

namespace detail {

/// Calls `visit`; whether it wants more: always, if it returns nothing.
template <class Visit, class Row>
bool goes_on(Visit& visit, std::string_view key, Row&& row) {
    if constexpr (std::is_void_v<std::invoke_result_t<Visit&, std::string_view, Row&&>>) {
        visit(key, std::forward<Row>(row));
        return true;
    } else {
        return static_cast<bool>(visit(key, std::forward<Row>(row)));
    }
}

}  // namespace detail

/// The rows of a projection, typed.
///
///     auto orders = view<open_orders>::open(store).value();
///     if (auto open_cents = orders.get("order-7").value()) ...
///
/// To read what was just written:
///
///     auto receipt = store.append("order-7", expected::any(), {paid}).value();
///     auto row = orders.get("order-7", at_least{receipt.last}, 2s);
template <projection P>
class view {
public:
    using row = row_of<P>;

    /// As `stored_view::open`; never fails for `live`.
    static result<view> open(store& log, view_mode mode = view_mode::async,
                             const live_options& options = {}) {
        auto rows = open_rows(log, any_projection::of<P>(), mode, options);
        if (!rows) return rows.error();
        return view{*std::move(rows)};
    }
    /// The rows as they stood at a moment; readings fail as those of an `as_of_view`.
    static result<view> open(store& log, as_of when, const as_of_options& options = {}) {
        auto rows = open_rows(log, any_projection::of<P>(), when, options);
        if (!rows) return rows.error();
        return view{*std::move(rows)};
    }
    /// Of rows that were opened otherwise: those of a projection with upcasters, by `open_rows`.
    /// Requires: they are those of `P`.
    static view over(std::unique_ptr<const row_reader> rows) { return view{std::move(rows)}; }

    /// The row of `key`, or nothing. Fails with `corrupt` or `io`; if live, as `live_view`.
    result<std::optional<row>> get(std::string_view key) const {
        const auto bytes = rows_->get(key);
        if (!bytes) return bytes.error();
        if (!*bytes) return std::optional<row>{};
        auto decoded = decode_value<row>(**bytes);
        if (!decoded) return decoded.error();
        return std::optional<row>{*std::move(decoded)};
    }

    /// The row of this kind, of a projection with several `kinds`.
    template <class Kind>
    result<std::optional<typename Kind::row>> get(std::string_view key) const {
        auto found = get(kind_key<Kind>(key));
        if (!found) return found.error();
        if (!*found) return std::optional<typename Kind::row>{};
        auto held = of_kind<Kind>(**std::move(found));
        if (!held) return held.error();
        return std::optional{*std::move(held)};
    }

    /// The same, when the view has the event that `wanted` names. Fails with `timed_out` when
    /// `patience` is over before.
    result<std::optional<row>> get(std::string_view key, at_least wanted,
                                   std::chrono::milliseconds patience) const {
        if (const auto fresh = wait_for(wanted, patience); !fresh) return fresh.error();
        return get(key);
    }

    /// Waits until the view has the event that `wanted` names: what is read afterwards shows it.
    /// Fails with `timed_out`, `corrupt` or `io`.
    result<void> wait_for(at_least wanted, std::chrono::milliseconds patience) const {
        return rows_->wait_for(wanted, patience);
    }

    /// Calls `visit(key, row)` for rows whose key starts with `prefix`, in byte order of keys, as
    /// of one moment; stops when `visit` returns false (or is void: never). Fails with `corrupt`,
    /// `io`; if live, as `live_view`.
    template <class Visit>
    result<void> for_each(std::string_view prefix, Visit visit) const {
        return for_each_in({.prefix = prefix}, std::move(visit));
    }

    /// As `for_each`, for the rows of this kind; keys are passed without the kind's name.
    template <class Kind, class Visit>
    result<void> for_each(std::string_view prefix, Visit visit) const {
        const auto start = kind_key<Kind>("").size();
        std::optional<error> damaged;
        const auto visited = for_each(kind_key<Kind>(prefix), [&](std::string_view key, row&& one) {
            auto held = of_kind<Kind>(std::move(one));
            if (!held) {
                damaged = held.error();
                return false;
            }
            return detail::goes_on(visit, key.substr(start), *std::move(held));
        });
        if (damaged) return *damaged;
        return visited;
    }

    /// As `for_each`, for the rows of `range`.
    template <class Visit>
    result<void> for_each_in(const row_range& range, Visit visit) const {
        return decoded(visit, [&](const row_visitor& each) { return rows_->scan(range, each); });
    }

    /// As `for_each`, for the rows that have the secondary key `value` in `index` (none if no row
    /// ever named such an index). Rows are read one after the other: each has the key when visited.
    template <class Visit>
    result<void> for_each_by(std::string_view index, std::string_view value, Visit visit) const {
        static_assert(detail::has_secondary<P>,
                      "daybook view: for_each_by needs a projection with `static "
                      "std::vector<secondary_key> secondary(const row&)`");
        return decoded(visit,
                       [&](const row_visitor& each) { return rows_->scan_by(index, value, each); });
    }

    /// The rows of `range` with their keys: a page of them, with a limit. Fails as `for_each`.
    result<std::vector<std::pair<std::string, row>>> rows(const row_range& range = {}) const {
        std::vector<std::pair<std::string, row>> found;
        const auto visited = for_each_in(range, [&](std::string_view key, row&& one) {
            found.emplace_back(key, std::move(one));
        });
        if (!visited) return visited.error();
        return found;
    }

    /// The next position that the view will read: all events before it are in the rows.
    result<position> cursor() const { return rows_->cursor(); }

private:
    explicit view(std::unique_ptr<const row_reader> rows) : rows_{std::move(rows)} {}

    template <class Kind>
    static result<typename Kind::row> of_kind(row one) {
        constexpr auto place = detail::kind_list<typename P::kinds>::template index_of<Kind>;
        static_assert(place < std::variant_size_v<row>,
                      "daybook view: this type is not among the `kinds` of the projection");
        if (auto* held = std::get_if<place>(&one)) return std::move(*held);
        return fail(errc::corrupt, "view \"" + std::string{P::name} +
                                       "\": a row is not of the kind that its key names");
    }

    /// Calls `scan` with what decodes a row and passes it on to `visit`.
    template <class Visit, class Scan>
    static result<void> decoded(Visit& visit, const Scan& scan) {
        std::optional<error> damaged;
        const auto scanned = scan([&](std::string_view key, std::string_view bytes) {
            auto read = decode_value<row>(bytes);
            if (!read) {
                damaged = read.error();
                return false;
            }
            return detail::goes_on(visit, key, *std::move(read));
        });
        if (damaged) return *damaged;
        return scanned;
    }

    std::unique_ptr<const row_reader> rows_;
};

/// The rows of any projection, as JSON text: what a command line shows.
class json_view {
public:
    /// As `view::open`.
    static result<json_view> open(store& log, any_projection of, view_mode mode = view_mode::async,
                                  const live_options& options = {});
    static result<json_view> open(store& log, any_projection of, as_of when,
                                  const as_of_options& options = {});
    /// Of a reader that is open already. Requires: its rows are those of `of`.
    json_view(any_projection of, std::unique_ptr<const row_reader> rows)
        : projection_{std::move(of)}, rows_{std::move(rows)} {}

    const any_projection& projection() const noexcept { return projection_; }

    /// The row of `key` as a JSON value on one line, or nothing. Fails with `corrupt` or `io`.
    result<std::optional<std::string>> get(std::string_view key) const;

    /// As `view::for_each`, from the key `from` on, until `visit` returns false.
    result<void> for_each(std::string_view prefix, std::string_view from,
                          const row_visitor& visit) const {
        return for_each_in({.prefix = prefix, .from = from}, visit);
    }
    result<void> for_each_in(const row_range& range, const row_visitor& visit) const;
    /// As `view::for_each_by`. Fails with `invalid_argument` if the rows have no secondary keys.
    result<void> for_each_by(std::string_view index, std::string_view value,
                             const row_visitor& visit) const;

    /// As `view::wait_for`.
    result<void> wait_for(at_least wanted, std::chrono::milliseconds patience) const {
        return rows_->wait_for(wanted, patience);
    }
    result<position> cursor() const { return rows_->cursor(); }

private:
    any_projection projection_;
    std::unique_ptr<const row_reader> rows_;
};

}  // namespace daybook::projections
