// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Projections that the tests of the engine run: small, and each with one thing of its own.
namespace daybook::test {

struct order_placed {
    std::string order_id;
    std::int64_t total_cents = 0;
};
BOOST_DESCRIBE_STRUCT(order_placed, (), (order_id, total_cents))

struct order_paid {
    static constexpr std::string_view type_name = "OrderPaid";
    std::string order_id;
    std::int64_t amount_cents = 0;
};
BOOST_DESCRIBE_STRUCT(order_paid, (), (order_id, amount_cents))

/// Typed events; the query comes from their types.
struct open_orders {
    static constexpr std::string_view name = "open_orders";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    using events = std::variant<order_placed, order_paid>;

    static std::string key(const auto& event) { return event.order_id; }
    static row apply(row, const order_placed& e) { return e.total_cents; }
    static row apply(row open_cents, const order_paid& e) { return open_cents - e.amount_cents; }
};

/// Stored events as they are; all of them.
struct count_by_type {
    static constexpr std::string_view name = "count_by_type";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;

    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row count, const event_view&) { return count + 1; }
};

/// Order matters: every row remembers the positions applied to it.
struct trail {
    static constexpr std::string_view name = "trail";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::vector<position>;

    static row apply(row seen, const event_view& e) {
        seen.push_back(e.position());
        return seen;
    }
};

/// Several keys per event, or none: one for each tag "label:...".
struct count_by_label {
    static constexpr std::string_view name = "count_by_label";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;

    static std::vector<std::string> key(const event_view& e) {
        std::vector<std::string> labels;
        for (const auto tag : e.tags()) {
            if (tag.starts_with("label:")) labels.emplace_back(tag.substr(6));
        }
        return labels;
    }
    static row apply(row count, const event_view&) { return count + 1; }
};

struct item_added {
    std::string cart;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(item_added, (), (cart, count))

struct item_taken {
    std::string cart;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(item_taken, (), (cart, count))

struct cart_closed {
    std::string cart;
};
BOOST_DESCRIBE_STRUCT(cart_closed, (), (cart))

/// Rows come and go: an empty cart has none, a closed one neither.
struct carts {
    static constexpr std::string_view name = "carts";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    using events = std::variant<item_added, item_taken, cart_closed>;

    static std::string key(const auto& event) { return event.cart; }
    static row apply(row items, const item_added& e) { return items + e.count; }
    static std::optional<row> apply(row items, const item_taken& e) {
        if (items <= e.count) return std::nullopt;
        return items - e.count;
    }
    static projections::removed apply(row, const cart_closed&) { return {}; }
};

/// Throws at the events that are marked with the tag "bad:yes".
struct fragile {
    static constexpr std::string_view name = "fragile";
    static constexpr std::uint32_t version = 1;
    using row = std::vector<position>;

    static std::string_view key(const event_view&) { return "all"; }
    static row apply(row seen, const event_view& e) {
        if (e.tag("bad") == "yes") throw std::runtime_error{"cannot take\nthis"};
        seen.push_back(e.position());
        return seen;
    }
};

}  // namespace daybook::test
