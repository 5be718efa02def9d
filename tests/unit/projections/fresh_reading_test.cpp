// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a reader that names an event sees it, or is told in time that the view is not so far.

#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace daybook::projections {
namespace {

using namespace std::chrono_literals;
using test::count_by_type;
using test::FailsWith;
using test::fresh_store;
using test::Holds;
using test::trail;

constexpr auto long_enough = 60s;
using count = std::optional<std::uint64_t>;

append_receipt append_one(store& log, const std::string& type = "A") {
    return log.append("task-1", expected::any(), {test::simple_event(type)}).value();
}

TEST(FreshReading, SeesWhatWasJustAppended) {
    fresh_store store;
    auto views = runner::open(*store, {any_projection::of<count_by_type>()}).value();
    views.start();
    const auto counts = view<count_by_type>::open(*store).value();
    for (std::uint64_t n = 1; n <= 50; ++n) {
        const auto receipt = append_one(*store);
        EXPECT_THAT(counts.get("A", at_least{receipt.last}, long_enough), Holds(count{n}));
    }
}

TEST(FreshReading, DoesNotWaitForWhatIsThere) {
    fresh_store store;
    const auto receipt = append_one(*store);
    runner::open(*store, {any_projection::of<count_by_type>()}).value().catch_up().value();
    const auto counts = view<count_by_type>::open(*store).value();
    EXPECT_THAT(counts.get("A", at_least{receipt.last}, 0ms), Holds(count{1}));
}

TEST(FreshReading, SaysHowFarTheViewIsWhenTheTimeIsOver) {
    fresh_store store;
    append_one(*store);
    runner::open(*store, {any_projection::of<count_by_type>()}).value().catch_up().value();
    const auto receipt = append_one(*store);
    const auto counts = view<count_by_type>::open(*store).value();
    EXPECT_THAT(counts.get("A", at_least{receipt.last}, 1ms),
                FailsWith(errc::timed_out, "\"count_by_type\": it has all events before 1"));
    EXPECT_THAT(counts.wait_for(at_least{receipt.last}, -1ms), FailsWith(errc::timed_out));
    EXPECT_THAT(counts.get("A"), Holds(count{1}));
}

TEST(FreshReading, IsWokenByWorkOnAnotherThread) {
    fresh_store store;
    auto views = runner::open(*store, {any_projection::of<count_by_type>()}).value();
    const auto counts = view<count_by_type>::open(*store).value();
    std::thread later{[&] {
        append_one(*store);
        views.catch_up().value();
    }};
    EXPECT_THAT(counts.get("A", at_least{position{0}}, std::chrono::milliseconds::max()),
                Holds(count{1}));
    later.join();
}

TEST(FreshReading, WorksBesideTheWriterThatRunsTheViews) {
    fresh_store writer;
    auto views = runner::open(*writer, {any_projection::of<count_by_type>()}).value();
    append_one(*writer);
    views.catch_up().value();
    auto options = test::quick_options();
    options.read_only = true;
    auto reader = store::open(writer.directory(), options).value();
    const auto counts = view<count_by_type>::open(reader).value();
    const auto receipt = append_one(*writer);
    EXPECT_THAT(counts.get("A", at_least{receipt.last}, 1ms), FailsWith(errc::timed_out));
    std::thread later{[&] { views.catch_up().value(); }};
    EXPECT_THAT(counts.get("A", at_least{receipt.last}, long_enough), Holds(count{2}));
    later.join();
}

TEST(FreshReading, WaitsForSeveralViewsByName) {
    fresh_store store;
    auto views =
        runner::open(*store, {any_projection::of<count_by_type>(), any_projection::of<trail>()})
            .value();
    const auto receipt = append_one(*store);
    EXPECT_THAT(wait_for_views(views, receipt.last, {"count_by_type", "trail"}, 1ms),
                FailsWith(errc::timed_out, "\"count_by_type\""));
    views.start();
    EXPECT_TRUE(wait_for_views(views, receipt.last, {"count_by_type", "trail"}, long_enough));
    EXPECT_THAT(view<count_by_type>::open(*store).value().get("A"), Holds(count{1}));
    EXPECT_THAT(wait_for_views(views, receipt.last, {"nobody"}, 1ms), FailsWith(errc::not_found));
}

TEST(FreshReading, IsToldThatAViewFailed) {
    fresh_store store;
    auto views =
        runner::open(*store, {any_projection::of<test::fragile>()}, {.parking = {.strict = true}})
            .value();
    auto bad = test::simple_event("A");
    bad.tags = {"bad:yes"};
    const auto receipt = store->append("task-1", expected::any(), {bad}).value();
    EXPECT_FALSE(views.catch_up());
    EXPECT_THAT(wait_for_views(views, receipt.last, {"fragile"}, long_enough),
                FailsWith(errc::projection_failed));
}

}  // namespace
}  // namespace daybook::projections
