// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a view that does not go on is told from one that has nothing to do, by clocks that the
// tests move by hand, and everything a view tells can be read by Prometheus.

#include <daybook/projections/health.hpp>

#include "park_support.hpp"
#include "sample_projections.hpp"
#include "support/exposition.hpp"
#include "support/matchers.hpp"
#include "vital_signs.hpp"

#include <gtest/gtest.h>

#include <future>

namespace daybook::projections {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::append_tagged;
using test::fresh_store;
using test::trail;
using testing::HasSubstr;

/// Two clocks that stand until they are moved.
struct hands {
    std::chrono::microseconds passed{0};

    runner_options options() {
        const auto began =
            std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        return {.batch_events_max = 2,
                .health = {.stuck_after = seconds{60}, .silent_after = seconds{30}},
                .clock = [this, began] { return began + passed; },
                .ticks = [this] { return std::chrono::steady_clock::time_point{passed}; }};
    }
};

view_status only_status(const runner& of) { return of.status().at(0); }

TEST(ViewHealth, IsWellWhileThereIsNothingToDo) {
    fresh_store store;
    hands clock;
    append_tagged(*store, {"key:a"});
    auto views = runner::open(*store, {any_projection::of<trail>()}, clock.options()).value();
    views.catch_up().value();
    clock.passed += std::chrono::hours{5};
    const auto status = only_status(views);
    EXPECT_EQ(status.health, view_health::well);
    EXPECT_EQ(status.still_for, std::chrono::hours{5});
    EXPECT_EQ(status.lag_bytes, 0U);
    EXPECT_EQ(status.eta, milliseconds{0});
    EXPECT_TRUE(is_healthy(views.status()));
    EXPECT_EQ(health_report(views.status()), "");
}

TEST(ViewHealth, IsStuckWhenItsCursorStandsAndEventsWait) {
    fresh_store store;
    hands clock;
    auto views = runner::open(*store, {any_projection::of<trail>()}, clock.options()).value();
    for (int i = 0; i < 4; ++i) append_tagged(*store, {"key:a"});
    clock.passed += seconds{55};
    EXPECT_EQ(only_status(views).health, view_health::well);
    clock.passed += seconds{10};
    EXPECT_EQ(only_status(views).health, view_health::stuck);
    EXPECT_FALSE(is_healthy(views.status()));
    EXPECT_EQ(health_report(views.status()),
              "view \"trail\" is stuck at position 0, 4 events behind\n");
    views.step().value();
    EXPECT_EQ(only_status(views).health, view_health::well) << "slow is not stuck";
    EXPECT_EQ(only_status(views).lag_events, 2U);
    clock.passed += seconds{61};
    EXPECT_EQ(only_status(views).health, view_health::stuck);
}

TEST(ViewHealth, DoesNotCallAViewStuckThatSleptUntilAnEventCame) {
    const view_status slept{
        .lag_events = 1, .lag_time = seconds{1}, .still_for = std::chrono::hours{9}};
    EXPECT_EQ(health_of(slept, {}, {}), view_health::well);
}

TEST(ViewHealth, IsStoppedWhenTheViewIs) {
    fresh_store store;
    test::picky::broken = true;
    append_tagged(*store, {"key:a", "bad:yes"});
    auto views =
        runner::open(*store, {any_projection::of<test::picky>()}, {.parking = {.strict = true}})
            .value();
    EXPECT_FALSE(views.catch_up());
    EXPECT_EQ(only_status(views).health, view_health::stopped);
    EXPECT_FALSE(only_status(views).eta);
    EXPECT_THAT(health_report(views.status()), HasSubstr("is stopped at position 0"));
    EXPECT_THAT(health_report(views.status()), HasSubstr("cannot take this"));
}

/// Waits in `apply` until it is let go.
struct hanging {
    static constexpr std::string_view name = "hanging";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::uint64_t;
    static inline std::promise<void>* entered = nullptr;
    static inline std::shared_future<void> released;
    static row apply(row count, const event_view&) {
        entered->set_value();
        released.wait();
        return count + 1;
    }
};

TEST(ViewHealth, IsSilentWhenTheThreadIsNotHeardOf) {
    fresh_store store;
    std::promise<void> entered, release;
    hanging::entered = &entered;
    hanging::released = release.get_future().share();
    std::atomic<std::int64_t> passed_s{0};
    append_tagged(*store, {"key:a"});
    auto views =
        runner::open(
            *store, {any_projection::of<hanging>()},
            {.health = {.silent_after = seconds{30}},
             .ticks =
                 [&] { return std::chrono::steady_clock::time_point{seconds{passed_s.load()}}; }})
            .value();
    passed_s = 100;
    EXPECT_EQ(only_status(views).health, view_health::well) << "there is no thread to hear of";
    views.start();
    entered.get_future().wait();
    EXPECT_EQ(only_status(views).health, view_health::well);
    passed_s = 131;
    EXPECT_EQ(only_status(views).health, view_health::silent);
    release.set_value();
    views.stop();
    EXPECT_EQ(only_status(views).health, view_health::well);
}

TEST(ViewStatus, TellsLagInBytesAndParkedEventsToPrometheus) {
    fresh_store store;
    test::picky::broken = true;
    append_tagged(*store, {"key:a", "bad:yes"});
    append_tagged(*store, {"key:a"});
    auto views =
        runner::open(*store, {any_projection::of<test::picky>(), any_projection::of<trail>()})
            .value();
    views.catch_up().value();
    append_tagged(*store, {"key:a"});
    const auto text = status_text("/a \"b\"", views.status());
    const auto read = test::parse_exposition(text);
    EXPECT_EQ(read.faults, "");
    const std::map<std::string, std::string> picky{
        {"store", "/a \"b\""}, {"view", "picky"}, {"version", "1"}};
    EXPECT_EQ(read.value("daybook_view_parked_keys", picky), 1);
    EXPECT_EQ(read.value("daybook_view_parked_events", picky), 2);
    EXPECT_EQ(read.value("daybook_view_lag_events", picky), 1);
    EXPECT_EQ(read.value("daybook_view_cursor_position", picky), 3);
    EXPECT_EQ(read.value("daybook_view_healthy", picky), 1);
    EXPECT_EQ(read.value("daybook_view_parked_keys", {{"view", "trail"}}), 0);
    EXPECT_EQ(test::parse_exposition(status_text("x", {})).faults, "");
}

TEST(ViewStatus, EstimatesLagInBytesFromTheMeanEvent) {
    fresh_store store;
    view_status behind{.lag_events = 5};
    complete_status(behind, *store, test::test_time());
    EXPECT_EQ(behind.lag_bytes, 0U);
    EXPECT_FALSE(behind.eta);
    behind.events_per_second = 10;
    complete_status(behind, *store, test::test_time());
    EXPECT_EQ(behind.eta, milliseconds{500});
}

}  // namespace
}  // namespace daybook::projections
