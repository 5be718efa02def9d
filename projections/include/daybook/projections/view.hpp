// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

/// The stored rows of one view version, as bytes: what `view` and `json_view` read through.
///
/// Every member may be called from any thread, beside a runner that writes. Must not outlive its
/// store.
class stored_view {
public:
    /// Fails with `not_found` if no runner has built this version in this store, or with
    /// `invalid_argument` if it was built by a projection with another query or row.
    static result<stored_view> open(store& log, const any_projection& of);

    /// The bytes of a row, or nothing.
    result<std::optional<std::string>> get(std::string_view key) const;

    /// Visits rows whose key starts with `prefix`, from the key `from` on, in byte order of keys,
    /// as of one moment, until `visit` returns false.
    result<void> scan(
        std::string_view prefix, std::string_view from,
        const std::function<bool(std::string_view key, std::string_view row)>& visit) const;

    /// The next position that the view will read: all events before it are in the rows.
    result<position> cursor() const;

private:
    explicit stored_view(keyspace rows) : rows_{std::move(rows)} {}
    keyspace rows_;
};

/// The rows of a projection, typed.
///
///     auto orders = view<open_orders>::open(store).value();
///     if (auto open_cents = orders.get("order-7").value()) ...
template <projection P>
class view {
public:
    using row = typename P::row;

    /// As `stored_view::open`.
    static result<view> open(store& log) {
        auto rows = stored_view::open(log, any_projection::of<P>());
        if (!rows) return rows.error();
        return view{*std::move(rows)};
    }

    /// The row of `key`, or nothing. Fails with `corrupt` or `io`.
    result<std::optional<row>> get(std::string_view key) const {
        const auto bytes = rows_.get(key);
        if (!bytes) return bytes.error();
        if (!*bytes) return std::optional<row>{};
        auto decoded = decode_row<row>(**bytes);
        if (!decoded) return decoded.error();
        return std::optional<row>{*std::move(decoded)};
    }

    /// Calls `visit(key, row)` for rows whose key starts with `prefix`, in byte order of keys, as
    /// of one moment; stops when `visit` returns false (or is void: never). Fails with `corrupt`,
    /// `io`.
    template <class Visit>
    result<void> for_each(std::string_view prefix, Visit visit) const {
        std::optional<error> damaged;
        const auto scanned =
            rows_.scan(prefix, {}, [&](std::string_view key, std::string_view bytes) {
                auto decoded = decode_row<row>(bytes);
                if (!decoded) {
                    damaged = decoded.error();
                    return false;
                }
                if constexpr (std::is_void_v<
                                  std::invoke_result_t<Visit&, std::string_view, row&&>>) {
                    visit(key, *std::move(decoded));
                    return true;
                } else {
                    return static_cast<bool>(visit(key, *std::move(decoded)));
                }
            });
        if (damaged) return *damaged;
        return scanned;
    }

    /// The next position that the view will read: all events before it are in the rows.
    result<position> cursor() const { return rows_.cursor(); }

private:
    explicit view(stored_view rows) : rows_{std::move(rows)} {}
    stored_view rows_;
};

/// The rows of any projection, as JSON text: what a command line shows.
class json_view {
public:
    /// As `stored_view::open`.
    static result<json_view> open(store& log, any_projection of);

    const any_projection& projection() const noexcept { return projection_; }

    /// The row of `key` as a JSON value on one line, or nothing. Fails with `corrupt` or `io`.
    result<std::optional<std::string>> get(std::string_view key) const;

    /// As `view::for_each`, from the key `from` on, until `visit` returns false.
    result<void> for_each(
        std::string_view prefix, std::string_view from,
        const std::function<bool(std::string_view key, std::string_view row)>& visit) const;

    result<position> cursor() const { return rows_.cursor(); }

private:
    json_view(any_projection of, stored_view rows)
        : projection_{std::move(of)}, rows_{std::move(rows)} {}
    any_projection projection_;
    stored_view rows_;
};

/// A view version that lies in a store, whether or not its code is here.
struct built_view {
    std::string name;
    std::uint32_t version = 0;
    std::string keyspace;
    position cursor;
    std::uint64_t events_applied = 0;
};

/// Every view version that was ever begun in this store and not dropped, by name and version.
result<std::vector<built_view>> built_views(store& log);

}  // namespace daybook::projections
