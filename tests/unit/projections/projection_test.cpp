// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what the concept accepts, and what a projection wants and is called once its type is gone.

#include <daybook/projections/any_projection.hpp>

#include "sample_projections.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

struct with_query : test::count_by_type {
    static query wants() { return query::types({"A", "B"}); }
};

struct with_envelope {
    static constexpr std::string_view name = "with_envelope";
    static constexpr std::uint32_t version = 3;
    using row = std::string;
    using events = std::variant<test::order_placed>;
    static std::optional<std::string_view> key(const test::order_placed&, const event_view& e) {
        return e.stream();
    }
    static row apply(row, const test::order_placed&, const event_view& e) {
        return std::string{e.type()};
    }
};

struct with_json {
    static constexpr std::string_view name = "with_json";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static std::string key(const json_event& e) { return std::string{e->type()}; }
    static row apply(row n, const json_event& e) { return n + e.fields().size(); }
};

struct no_apply {
    static constexpr std::string_view name = "no_apply";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static std::string_view key(const event_view& e) { return e.type(); }
};

static_assert(projection<test::open_orders> && check_projection<test::open_orders>());
static_assert(projection<test::count_by_type>);
static_assert(projection<test::count_by_label>);
static_assert(projection<test::trail>);
static_assert(projection<with_query>);
static_assert(projection<with_envelope>);
static_assert(projection<with_json>);
static_assert(!projection<no_apply>);
static_assert(!projection<int>);

TEST(Projection, WantsTheTypesThatItHandles) {
    EXPECT_EQ(fingerprint(query_of<test::open_orders>()),
              fingerprint(query::types({"order_placed", "OrderPaid"})));
}

TEST(Projection, WantsWhatItSaysOrElseEverything) {
    EXPECT_EQ(fingerprint(query_of<with_query>()), fingerprint(query::types({"A", "B"})));
    EXPECT_EQ(fingerprint(query_of<test::count_by_type>()), fingerprint(query::all()));
}

TEST(AnyProjection, RemembersWhatTheTypeSaid) {
    const auto erased = any_projection::of<with_envelope>();
    EXPECT_EQ(erased.name(), "with_envelope");
    EXPECT_EQ(erased.version(), 3U);
    EXPECT_EQ(erased.keyspace_name(), "view.with_envelope.v3");
    EXPECT_FALSE(erased.keyed_by_stream());
    EXPECT_TRUE(any_projection::of<test::trail>().keyed_by_stream());
    EXPECT_EQ(erased.row_fingerprint(), value_fingerprint<std::string>());
}

TEST(AnyProjection, ShowsRowsAsJson) {
    std::string bytes;
    encode_value(std::int64_t{-3}, bytes);
    EXPECT_EQ(any_projection::of<test::open_orders>().row_json(bytes).value(), "-3");
    EXPECT_EQ(any_projection::of<test::open_orders>().row_json("").error().code, errc::corrupt);
}

}  // namespace
}  // namespace daybook::projections
