// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a row that grows over row_bytes_max is told as a failure of the event that made it so, by
// view, key, size and position, whatever the view is and however it runs; nothing of that event is
// kept, and all of the others is.

#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/park.hpp>
#include <daybook/projections/plugin.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/testing.hpp>
#include <daybook/projections/view.hpp>

#include "park_support.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::fresh_store;
using test::HoldsValue;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

/// A row grows by as many bytes as the event's tag "grow:" says; "shrink:" empties it.
template <bool Strict>
struct hoard_of {
    static constexpr std::string_view name = Strict ? "strict_hoard" : "hoard";
    static constexpr std::uint32_t version = 1;
    static constexpr bool strict = Strict;
    static constexpr bool keyed_by_stream = true;
    using row = std::string;

    static row apply(row kept, const event_view& e) {
        if (e.tag("shrink")) kept.clear();
        if (const auto grow = e.tag("grow")) kept.append(std::stoul(std::string{*grow}), 'x');
        return kept;
    }
};
using hoard = hoard_of<false>;
using strict_hoard = hoard_of<true>;

/// Its length stands before the text, in four bytes here.
constexpr std::size_t most = row_bytes_max - 4;

new_event grows(std::size_t bytes) { return test::tagged({"grow:" + std::to_string(bytes)}); }

void append(store& to, const std::string& stream, std::vector<new_event> events) {
    to.append(stream, expected::any(), events).value();
}

template <class P>
std::map<std::string, std::size_t> sizes_of(store& log) {
    std::map<std::string, std::size_t> sizes;
    view<P>::open(log)
        .value()
        .for_each("", [&](std::string_view key,
                          const std::string& row) { sizes[std::string{key}] = row.size(); })
        .value();
    return sizes;
}

const std::string told = "row \"task-1\" would take " + std::to_string(row_bytes_max + 1) +
                         " bytes, and a row may take " + std::to_string(row_bytes_max);

TEST(RowSize, OfJustTheLimitIsTaken) {
    fresh_store store;
    append(*store, "task-1", {grows(1), grows(most - 1)});
    auto views = runner::open(*store, {any_projection::of<strict_hoard>()}).value();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(sizes_of<strict_hoard>(*store), ElementsAre(Pair("task-1", most)));
}

TEST(RowSize, OverTheLimitStopsAStrictViewBeforeThatEvent) {
    fresh_store store;
    append(*store, "task-2", {grows(7)});
    append(*store, "task-1", {grows(most), grows(0), grows(1), grows(1)});
    append(*store, "task-2", {grows(8)});
    auto views = runner::open(*store, {any_projection::of<strict_hoard>()}).value();
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed,
                                            "view \"strict_hoard\": position 3 (T of task-1): " +
                                                told + "; keep less in it, or spread it"));
    EXPECT_EQ(views.status("strict_hoard").value().cursor, position{3});
    EXPECT_THAT(sizes_of<strict_hoard>(*store),
                ElementsAre(Pair("task-1", most), Pair("task-2", 7U)));
}

TEST(RowSize, OverTheLimitParksTheEventWithTheLaterOnesOfItsKeyWhateverTheBatches) {
    for (const std::uint64_t batch : {1U, 3U, 1000U}) {
        fresh_store store;
        append(*store, "task-1", {grows(most), grows(0), grows(1), grows(2)});
        append(*store, "task-2", {grows(8), grows(row_bytes_max), grows(9)});
        append(*store, "task-3", {grows(10)});
        auto views =
            runner::open(*store, {any_projection::of<hoard>()}, {.batch_events_max = batch})
                .value();
        ASSERT_THAT(views.catch_up(), HoldsValue());
        EXPECT_THAT(sizes_of<hoard>(*store),
                    ElementsAre(Pair("task-1", most), Pair("task-2", 8U), Pair("task-3", 10U)));
        EXPECT_THAT(
            test::parked_of_picky<hoard>(*store),
            ElementsAre(Pair("task-1", ElementsAre(2U, 3U)), Pair("task-2", ElementsAre(5U, 6U))));
        EXPECT_THAT(views.parked("hoard").value().front().reason, HasSubstr(told));
    }
}

TEST(RowSize, ParkedForStaysParkedUntilWhatIsTooMuchIsSkipped) {
    fresh_store store;
    append(*store, "task-1", {grows(most), grows(1)});
    auto views = runner::open(*store, {any_projection::of<hoard>()}).value();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    append(*store, "task-1", {grows(0), test::tagged({"shrink:yes"})});
    ASSERT_THAT(views.catch_up(), HoldsValue());
    const auto tried = views.retry_all("hoard").value();
    ASSERT_EQ(tried.keys_freed, 0U);
    ASSERT_TRUE(tried.still_parked);
    EXPECT_THAT(tried.still_parked->message, HasSubstr(told));
    EXPECT_THAT(sizes_of<hoard>(*store), ElementsAre(Pair("task-1", most)));
    ASSERT_THAT(views.skip_event("hoard", position{1}, "too much"), HoldsValue());
    EXPECT_THAT(sizes_of<hoard>(*store), ElementsAre(Pair("task-1", 0U)));
    EXPECT_THAT(test::parked_of_picky<hoard>(*store), testing::IsEmpty());
}

TEST(RowSize, OverTheLimitDoesNotHoldOtherViewsBack) {
    fresh_store store;
    append(*store, "task-1", {grows(row_bytes_max), grows(1)});
    auto views = runner::open(*store, {any_projection::of<strict_hoard>(),
                                       any_projection::of<test::picky>()})
                     .value();
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "strict_hoard"));
    EXPECT_EQ(views.status("picky").value().cursor, position{2});
    EXPECT_EQ(views.status("strict_hoard").value().cursor, position{0});
}

// Inline, live ---------------------------------------------------------------------------------

TEST(RowSizeInline, OverTheLimitRefusesTheAppendAsAWhole) {
    fresh_store store;
    append(*store, "task-2", {grows(7)});
    const auto views = inline_views::open(*store, {any_projection::of<hoard>()}).value();
    append(*store, "task-1", {grows(most)});
    const auto end = store->watermark();
    const std::vector<stream_events> both{{"task-2", expected::any(), {grows(5)}},
                                          {"task-1", expected::any(), {grows(0), grows(1)}}};
    const auto refused = store->commit({.streams = both});
    EXPECT_THAT(
        refused,
        FailsWith(errc::projection_failed,
                  "append refused by inline view \"hoard\": position 4 (T of task-1): " + told));
    EXPECT_EQ(store->watermark(), end);
    EXPECT_THAT(sizes_of<hoard>(*store), ElementsAre(Pair("task-1", most), Pair("task-2", 7U)));
    append(*store, "task-1", {test::tagged({"shrink:yes"}), grows(1)});
    EXPECT_THAT(sizes_of<hoard>(*store), ElementsAre(Pair("task-1", 1U), Pair("task-2", 7U)));
}

TEST(RowSizeInline, OverTheLimitLeavesTheViewBehindIfAsked) {
    fresh_store store;
    const auto views = inline_views::open(*store, {any_projection::of<hoard>()},
                                          {.on_failure = inline_failure::leave_behind})
                           .value();
    append(*store, "task-1", {grows(most)});
    append(*store, "task-1", {grows(1)});
    EXPECT_EQ(store->watermark(), position{2});
    EXPECT_THAT(sizes_of<hoard>(*store), ElementsAre(Pair("task-1", most)));
    EXPECT_THAT(views.status().at(0).last_error->message, HasSubstr(told));
}

TEST(RowSizeInline, OverTheLimitKeepsAViewFromBecomingInline) {
    fresh_store store;
    append(*store, "task-1", {grows(most), grows(1)});
    EXPECT_THAT(inline_views::open(*store, {any_projection::of<strict_hoard>()}),
                FailsWith(errc::projection_failed, "position 1 (T of task-1): " + told));
}

TEST(RowSizeLive, OverTheLimitFailsTheReading) {
    fresh_store store;
    append(*store, "task-1", {grows(most), grows(1)});
    append(*store, "task-2", {grows(1)});
    const live_view live{*store, any_projection::of<hoard>()};
    EXPECT_THAT(live.get("task-1"), FailsWith(errc::projection_failed, "\"hoard\": " + told));
    EXPECT_THAT(live.get("task-2"), HoldsValue());
    EXPECT_THAT(live.scan({}, [](auto, auto) { return true; }),
                FailsWith(errc::projection_failed, told));
}

// Other kinds of projections ---------------------------------------------------------------------

struct many_hoards {
    static constexpr std::string_view name = "many_hoards";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<hoard, test::picky>;
};

TEST(RowSizeOther, OverTheLimitIsToldWithItsKind) {
    fresh_store store;
    append(*store, "task-1", {grows(1), grows(most - 1)});
    auto views = runner::open(*store, {any_projection::of<many_hoards>()}).value();
    // The number of the kind takes a byte.
    EXPECT_THAT(views.catch_up(),
                FailsWith(errc::projection_failed,
                          "position 1 (T of task-1): row \"hoard/task-1\" would take " +
                              std::to_string(row_bytes_max + 1)));
}

struct copies {
    static constexpr std::string_view name = "copies";
    static constexpr std::uint32_t version = 1;
    static constexpr bool row_per_event = true;
    using row = std::string;
    static std::string key(const event_view& e) { return std::to_string(e.position().value); }
    static row apply(const row&, const event_view& e) { return hoard::apply(row{}, e); }
};

TEST(RowSizeOther, OverTheLimitIsToldOfRowsThatAreNeverLookedUp) {
    fresh_store store;
    append(*store, "task-1", {grows(1), grows(row_bytes_max), grows(2)});
    auto views = runner::open(*store, {any_projection::of<copies>()}).value();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(sizes_of<copies>(*store), ElementsAre(Pair("0", 1U), Pair("2", 2U)));
    EXPECT_THAT(views.parked("copies").value().front().reason, HasSubstr("row \"1\" would take"));
}

TEST(RowSizeOther, OverTheLimitIsToldOfAPluginsRows) {
    fresh_store store;
    append(*store, "task-1", {test::simple_event("Small"), test::simple_event("Flood")});
    auto views = runner::open(*store, load_plugin(DAYBOOK_GOOD_PLUGIN).value()).value();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    const auto parked = views.parked("plugged_streams").value();
    ASSERT_EQ(parked.size(), 1U);
    EXPECT_THAT(parked.front().reason, HasSubstr("row \"task-1\" would take "));
    const auto rows = json_view::open(*store, load_plugin(DAYBOOK_GOOD_PLUGIN).value()[1]).value();
    EXPECT_THAT(rows.get("task-1"),
                test::Holds(testing::Optional(std::string{R"({"events":1,"last":"Small"})"})));
}

TEST(RowSizeOther, OverTheLimitIsExpectedInASpecLikeOtherFailures) {
    EXPECT_EQ(projection_spec<hoard>()
                  .given("task-1", grows(5))
                  .given("task-1", grows(row_bytes_max))
                  .then("task-1", "xxxxx")
                  .then_parked("task-1")
                  .failures(),
              "");
}

}  // namespace
}  // namespace daybook::projections
