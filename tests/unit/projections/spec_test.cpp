// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: `projection_spec` accepts what is right and says in words what is wrong.

#include <daybook/projections/testing.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::open_orders;
using test::order_paid;
using test::order_placed;
using testing::HasSubstr;

/// Wrong on purpose: its rows depend on how often it was called.
struct forgetful {
    static constexpr std::string_view name = "forgetful";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row, const event_view&) {
        static row calls = 0;
        return ++calls;
    }
};

struct when {
    static constexpr std::string_view name = "when";
    static constexpr std::uint32_t version = 1;
    using row = std::vector<timestamp>;
    static std::string_view key(const event_view& e) { return e.stream(); }
    static row apply(row times, const event_view& e) {
        times.push_back(e.occurred_at());
        return times;
    }
};

projection_spec<open_orders> two_orders() {
    projection_spec<open_orders> spec;
    spec.given("order-7", order_placed{"7", 500})
        .given("order-7", order_paid{"7", 200})
        .given("order-8", order_placed{"8", 100});
    return spec;
}

TEST(ProjectionSpec, IsSilentWhenAllHolds) {
    EXPECT_EQ(two_orders().then("7", 300).then("8", 100).then_nothing("9").then_rows(2).failures(),
              "");
}

TEST(ProjectionSpec, SaysWhatWasWantedAndFound) {
    EXPECT_EQ(two_orders().then("7", 1).failures(), "7: wanted 1, found 300\n");
    EXPECT_EQ(two_orders().then("9", 1).failures(), "9: wanted 1, found no row\n");
    EXPECT_EQ(two_orders().then_nothing("8").failures(), "8: wanted no row, found 100\n");
    EXPECT_EQ(two_orders().then_rows(1).failures(), "wanted 1 rows, found 2\n");
    EXPECT_EQ(two_orders().rows(), "7: 300\n8: 100\n");
}

TEST(ProjectionSpec, SeesRemovedRowsGo) {
    EXPECT_EQ(projection_spec<test::carts>()
                  .given("cart-1", test::item_added{"a", 2})
                  .given("cart-1", test::item_added{"b", 2})
                  .given("cart-1", test::cart_closed{"a"})
                  .then("b", 2)
                  .then_nothing("a")
                  .then_rows(1)
                  .failures(),
              "");
}

TEST(ProjectionSpec, GivesEventsTimesInOrder) {
    const timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    const auto noon = start + std::chrono::hours{12};
    EXPECT_EQ(projection_spec<when>()
                  .given("task-1", test::simple_event("A"))
                  .given("task-1", test::simple_event("B"))
                  .at(noon)
                  .given("task-1", test::simple_event("C"))
                  .then("task-1", {start, start + std::chrono::seconds{1}, noon})
                  .failures(),
              "");
}

TEST(ProjectionSpec, CatchesAProjectionThatIsNotPure) {
    EXPECT_THAT(projection_spec<forgetful>().given("task-1", test::simple_event("A")).failures(),
                HasSubstr("projection \"forgetful\" is not deterministic: row \"A\" was 1 and"));
}

/// Wrong on purpose: pure for as long as it is not interrupted, as its state is not in its row.
struct hoarder {
    static constexpr std::string_view name = "hoarder";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row, const event_view& e) {
        static std::uint64_t last = 0;
        const bool repeated = e.position().value == last && last != 0;
        last = e.position().value;
        return repeated ? -1 : 1;
    }
};

TEST(ProjectionSpec, CatchesAProjectionThatDoesNotSurviveACrash) {
    EXPECT_THAT(projection_spec<hoarder>()
                    .given("task-1", test::simple_event("A"))
                    .given("task-1", test::simple_event("B"))
                    .failures(),
                HasSubstr("in batches of 1, with a crash at every cursor write, is -1"));
}

struct counted {
    static constexpr std::string_view name = "counted";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    static int& calls() {
        static int count = 0;
        return count;
    }
    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row, const event_view&) {
        ++calls();
        return 1;
    }
};

TEST(ProjectionSpec, ReplaysAsOftenAsIsWanted) {
    // Once to begin with; each time twice plainly, and twice with a crash, which applies it again.
    const auto spec = projection_spec<counted>().given("task-1", test::simple_event("A"));
    EXPECT_EQ(projection_spec<counted>{spec}.replays(1).failures(), "");
    EXPECT_EQ(counted::calls(), 1 + 6);
    EXPECT_EQ(projection_spec<counted>{spec}.replays(3).failures(), "");
    EXPECT_EQ(counted::calls(), 1 + 6 + 1 + 18);
}

TEST(ProjectionSpec, ReportsAProjectionThatThrows) {
    auto bad = test::simple_event("T");
    bad.tags = {"bad:yes"};
    EXPECT_THAT(projection_spec<test::fragile>().given("task-1", bad).failures(),
                HasSubstr("position 0 (T of task-1): cannot take this"));
}

TEST(ProjectionSpec, ReportsAnEventThatCannotBeStored) {
    EXPECT_THAT(projection_spec<when>().given("nodash", test::simple_event("T")).failures(),
                HasSubstr("nodash"));
}

TEST(ProjectionSpec, SaysWhichKeysAreParked) {
    const auto given = [] {
        auto bad = test::simple_event("Bad");
        bad.tags = {"bad:yes"};
        projection_spec<test::fragile> spec;
        spec.given("task-1", test::simple_event("Good")).given("task-1", bad);
        return spec.given("task-1", test::simple_event("Good"));
    };
    EXPECT_EQ(given().then("all", {position{0}}).then_parked("all").failures(), "");
    EXPECT_THAT(given().failures(), testing::HasSubstr("cannot take this"));
    EXPECT_EQ(given().then_parked("other").failures(), "wanted parked: \"other\"; found: \"all\"");
    EXPECT_EQ(given().then_parked(std::nullopt).failures(),
              "wanted parked: an event without a key; found: \"all\"");
}

}  // namespace
}  // namespace daybook::projections
