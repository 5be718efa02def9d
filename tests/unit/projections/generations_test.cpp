// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a view is built again, or in a new version, beside the rows that readers get, and is
// switched to and back in one piece. Method: the runner is stepped on the test's own thread, in
// batches of two events; nothing waits for time.

#include <daybook/projections/generations.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "view_catalog.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::count_by_type;
using test::FailsWith;
using test::Holds;
using test::HoldsValue;
using test::trail;
using testing::ElementsAre;
using testing::IsEmpty;

struct trail_two : trail {
    static constexpr std::uint32_t version = 2;
};

/// Throws at events of type "Bad" while it is broken.
struct mendable {
    static constexpr std::string_view name = "mendable";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static constexpr bool strict = true;
    static inline bool broken = false;
    static std::string_view key(const event_view&) { return "all"; }
    static row apply(row count, const event_view& e) {
        if (broken && e.type() == "Bad") throw std::runtime_error{"broken"};
        return count + 1;
    }
};

/// A number that no projection under test makes: it shows whose rows a reader gets.
const std::vector<position> mark{position{1'000'000}};

class Generations : public testing::Test {
protected:
    Generations() { append(20); }

    void append(std::size_t count, const std::string& type = "A") {
        const std::vector<new_event> events(count, test::simple_event(type));
        store->append("task-1", expected::any(), events).value();
    }

    runner open_runner(std::vector<any_projection> of, runner_options options = {}) {
        options.batch_events_max = 2;
        return runner::open(*store, std::move(of), options).value();
    }
    /// With the view built and live.
    runner open_built(runner_options options = {}) {
        auto views = open_runner({any_projection::of<trail>()}, options);
        views.catch_up().value();
        return views;
    }

    void put_mark(std::string_view keyspace) {
        std::string row;
        encode_value(mark, row);
        keyspace_batch batch;
        batch.put("rtask-1", row);
        store->open_keyspace(keyspace).value().write(batch).value();
    }

    template <class P>
    std::size_t events_in_row() {
        return view<P>::open(*store).value().get("task-1").value()->size();
    }

    /// "version.generation place", of every generation.
    std::vector<std::string> places() {
        std::vector<std::string> told;
        for (const auto& one : built_views(*store).value()) {
            told.push_back(std::to_string(one.version) + "." + std::to_string(one.generation) +
                           " " + boost::describe::enum_to_string(one.place, "?") +
                           (one.active ? ", active" : ""));
        }
        return told;
    }

    test::fresh_store store;
};

TEST_F(Generations, FirstVersionServesFromItsFirstEventOn) {
    auto views = open_runner({any_projection::of<trail>()});
    views.step().value();
    EXPECT_EQ(events_in_row<trail>(), 2U);
    EXPECT_THAT(places(), ElementsAre("1.1 serving, active"));
    EXPECT_TRUE(views.status("trail").value().active);
    EXPECT_EQ(views.status("trail").value().generation, 1U);
}

TEST_F(Generations, ANewVersionIsNotReadUntilItHasCaughtUp) {
    open_built();
    auto views = open_runner({any_projection::of<trail_two>()});
    views.step().value();
    EXPECT_THAT(view<trail_two>::open(*store),
                FailsWith(errc::not_found, "version 2 is being built beside version 1"));
    EXPECT_EQ(events_in_row<trail>(), 20U);
    EXPECT_THAT(active_version(*store, "trail"), Holds(std::optional{1U}));
    EXPECT_THAT(places(), ElementsAre("1.1 serving, active", "2.2 building"));
    const auto status = views.status("trail").value();
    EXPECT_EQ(status.state, view_state::building);
    EXPECT_EQ(status.generation, 0U);
    EXPECT_FALSE(status.active);

    views.catch_up().value();
    EXPECT_EQ(events_in_row<trail_two>(), 20U);
    EXPECT_EQ(events_in_row<trail>(), 20U);
    EXPECT_THAT(active_version(*store, "trail"), Holds(std::optional{2U}));
    EXPECT_THAT(places(), ElementsAre("1.1 serving", "2.2 serving, active"));
    EXPECT_EQ(views.status("trail").value().state, view_state::live);
}

TEST_F(Generations, TheOldVersionStaysLiveIfItsCodeIsThereToo) {
    open_built();
    auto views = open_runner({any_projection::of<trail>(), any_projection::of<trail_two>()});
    for (std::size_t events = 21; events < 25; ++events) {
        append(1);
        views.step().value();
        EXPECT_EQ(events_in_row<trail>(), events);
    }
    EXPECT_EQ(views.status("trail").value().version, 2U);
    EXPECT_EQ(views.status("trail").value().beside->cursor, position{8});
    views.catch_up().value();
    append(1);
    views.catch_up().value();
    EXPECT_EQ(events_in_row<trail>(), 25U);
    EXPECT_EQ(events_in_row<trail_two>(), 25U);
}

TEST_F(Generations, AnOlderVersionDoesNotBecomeTheActiveOne) {
    open_runner({any_projection::of<trail_two>()}).catch_up().value();
    open_built();
    EXPECT_THAT(places(), ElementsAre("1.2 serving", "2.1 serving, active"));
    EXPECT_THAT(activate_version(*store, "trail", 1), HoldsValue());
    EXPECT_THAT(places(), ElementsAre("1.2 serving, active", "2.1 serving"));
    EXPECT_THAT(activate_version(*store, "trail", 3), FailsWith(errc::not_found, "version 3"));
    EXPECT_THAT(activate_version(*store, "nobody", 1), FailsWith(errc::not_found, "nobody"));
}

TEST_F(Generations, AReaderThatIsOpenFollowsTheSwitch) {
    auto views = open_built();
    put_mark("view.trail.v1");
    const auto reader = view<trail>::open(*store).value();
    views.rebuild("trail").value();
    while (views.status("trail").value().beside) {
        EXPECT_THAT(reader.get("task-1"), Holds(std::optional{mark}));
        EXPECT_THAT(reader.cursor(), Holds(position{20}));
        ASSERT_THAT(views.step(), Holds(true));
    }
    EXPECT_EQ(reader.get("task-1").value()->size(), 20U);
    EXPECT_THAT(reader.cursor(), Holds(position{20}));
}

TEST_F(Generations, AReaderInAnotherProcessFollowsTheSwitch) {
    auto views = open_built();
    put_mark("view.trail.v1");
    auto options = test::quick_options();
    options.read_only = true;
    auto beside = store::open(store.directory(), options).value();
    const auto reader = view<trail>::open(beside).value();
    EXPECT_THAT(reader.get("task-1"), Holds(std::optional{mark}));
    views.rebuild("trail").value();
    views.catch_up().value();
    EXPECT_THAT(reader.get("task-1"), Holds(std::optional{mark}));
    beside.refresh().value();
    EXPECT_EQ(reader.get("task-1").value()->size(), 20U);
    views.rebuild("trail").value();  // Drops the first generation.
    views.catch_up().value();
    beside.refresh().value();
    EXPECT_EQ(reader.get("task-1").value()->size(), 20U);
}

TEST_F(Generations, AReaderOfADroppedViewKeepsWhatItHas) {
    open_built();
    const auto reader = view<trail>::open(*store).value();
    drop_view(*store, any_projection::of<trail>()).value();
    EXPECT_EQ(reader.get("task-1").value()->size(), 20U);
    open_built();
    EXPECT_THAT(places(), ElementsAre("1.2 serving, active"));
    put_mark("view.trail.v1.g2");
    EXPECT_THAT(reader.get("task-1"), Holds(std::optional{mark}));
}

TEST_F(Generations, LiveViewsDoNotWaitForABuild) {
    auto views = open_runner({any_projection::of<trail>(), any_projection::of<count_by_type>()});
    views.catch_up().value();
    views.rebuild("trail").value();
    for (std::uint64_t built = 2; built <= 12; built += 2) {
        append(1);
        views.step().value();
        EXPECT_EQ(views.status("trail").value().lag_events, 0U);
        EXPECT_EQ(views.status("count_by_type").value().lag_events, 0U);
        EXPECT_EQ(views.status("trail").value().beside->cursor, position{built});
    }
}

TEST_F(Generations, SwitchesAtThePlaceWhereReadersAre) {
    auto views = open_built();
    views.rebuild("trail").value();
    const auto reader = view<trail>::open(*store).value();
    position seen;
    while (views.status("trail").value().beside) {
        append(1);
        views.step().value();
        const auto cursor = reader.cursor().value();
        EXPECT_GE(cursor, seen);
        seen = cursor;
        EXPECT_EQ(reader.get("task-1").value()->size(), cursor.value);
    }
    EXPECT_THAT(places(), ElementsAre("1.1 kept", "1.2 serving, active"));
}

TEST_F(Generations, ABuildGoesOnWhereItWasAfterReopening) {
    {
        auto views = open_built();
        views.rebuild("trail").value();
        for (int i = 0; i < 4; ++i) views.step().value();
    }
    store.reopen();
    auto views = open_runner({any_projection::of<trail>()});
    const auto beside = views.status("trail").value().beside.value();
    EXPECT_EQ(beside.generation, 2U);
    EXPECT_EQ(beside.cursor, position{8});
    EXPECT_EQ(beside.events_applied, 8U);
    EXPECT_EQ(beside.lag_events, 12U);
    EXPECT_EQ(beside.state, build_state::building);
    views.catch_up().value();
    EXPECT_THAT(places(), ElementsAre("1.1 kept", "1.2 serving, active"));
    EXPECT_EQ(events_in_row<trail>(), 20U);
}

TEST_F(Generations, APausedBuildWaitsAlsoOverReopening) {
    {
        auto views = open_built();
        views.rebuild("trail").value();
        views.step().value();
        EXPECT_THAT(views.pause("trail"), HoldsValue());
    }
    store.reopen();
    auto views = open_runner({any_projection::of<trail>()});
    append(1);
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_EQ(events_in_row<trail>(), 21U);
    auto beside = views.status("trail").value().beside.value();
    EXPECT_EQ(beside.state, build_state::paused);
    EXPECT_EQ(beside.cursor, position{2});
    EXPECT_TRUE(find_generation(*store, "trail", 2)->paused);
    EXPECT_THAT(views.resume("trail"), HoldsValue());
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_FALSE(views.status("trail").value().beside);
    EXPECT_THAT(views.pause("trail"), FailsWith(errc::not_found, "pause view \"trail\""));
    EXPECT_THAT(views.resume("trail"), FailsWith(errc::not_found, "resume view \"trail\""));
    EXPECT_THAT(views.pause("nobody"), FailsWith(errc::not_found, "nobody"));
}

TEST_F(Generations, AThrottledBuildTakesItsPortionAndLetsLiveViewsGo) {
    auto views = open_built({.build_events_per_second_max = 1});
    views.rebuild("trail").value();
    views.step().value();
    EXPECT_EQ(views.status("trail").value().beside->cursor, position{1});
    append(1);
    views.step().value();
    EXPECT_EQ(events_in_row<trail>(), 21U);
    views.throttle(0);
    views.catch_up().value();
    EXPECT_FALSE(views.status("trail").value().beside);
}

TEST_F(Generations, CatchingUpWaitsForTheThrottle) {
    auto views = open_built({.build_events_per_second_max = 1'000'000});
    views.rebuild("trail").value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_FALSE(views.status("trail").value().beside);
}

TEST_F(Generations, ABuildThatIsNotToSwitchOverWaitsForTheWord) {
    auto views = open_built({.switches_over = false});
    views.rebuild("trail").value();
    views.catch_up().value();
    append(1);
    views.catch_up().value();
    put_mark("view.trail.v1");
    const auto beside = views.status("trail").value().beside.value();
    EXPECT_EQ(beside.state, build_state::waiting);
    EXPECT_EQ(beside.lag_events, 0U);
    EXPECT_THAT(places(), ElementsAre("1.1 serving, active", "1.2 building"));
    const auto compared = views.compare("trail").value();
    EXPECT_EQ(compared.rows_changed, 1U);
    EXPECT_EQ(compared.cursor_before, compared.cursor_after);
    EXPECT_THAT(views.switch_to("trail", 2), HoldsValue());
    EXPECT_THAT(places(), ElementsAre("1.1 kept", "1.2 serving, active"));
    EXPECT_EQ(events_in_row<trail>(), 21U);
}

TEST_F(Generations, SwitchesBackToAKeptGenerationAfterItReadWhatItMissed) {
    auto views = open_built();
    views.rebuild("trail").value();
    views.catch_up().value();
    append(10);
    views.catch_up().value();
    put_mark("view.trail.v1.g2");
    EXPECT_THAT(views.switch_to("trail", 1), HoldsValue());
    EXPECT_THAT(view<trail>::open(*store).value().get("task-1"), Holds(std::optional{mark}));
    EXPECT_EQ(views.status("trail").value().beside->cursor, position{20});
    views.catch_up().value();
    EXPECT_THAT(places(), ElementsAre("1.1 serving, active", "1.2 kept"));
    EXPECT_EQ(events_in_row<trail>(), 30U);
}

TEST_F(Generations, SwitchingToWhatServesMakesItsVersionActive) {
    auto views = open_built();
    open_runner({any_projection::of<trail_two>()}).catch_up().value();
    EXPECT_FALSE(views.status("trail").value().active);
    EXPECT_THAT(views.switch_to("trail", 1), HoldsValue());
    EXPECT_TRUE(views.status("trail").value().active);
}

TEST_F(Generations, RefusesToSwitchToWhatIsNotThere) {
    auto views = open_built();
    open_runner({any_projection::of<trail_two>()}).catch_up().value();
    EXPECT_THAT(views.switch_to("trail", 9), FailsWith(errc::not_found, "no generation 9"));
    EXPECT_THAT(views.switch_to("trail", 2), FailsWith(errc::not_found, "version 1 has no"));
    EXPECT_THAT(views.switch_to("nobody", 1), FailsWith(errc::not_found, "nobody"));
    views.rebuild("trail").value();
    views.catch_up().value();
    EXPECT_THAT(views.switch_to("trail", 1), HoldsValue());
    views.catch_up().value();
    append(10);
    views.switch_to("trail", 3).value();
    EXPECT_THAT(views.switch_to("trail", 3), HoldsValue());
}

TEST_F(Generations, RefusesASwitchWhileAnotherIsBuilt) {
    auto views = open_built();
    views.rebuild("trail").value();
    views.catch_up().value();
    append(10);
    views.switch_to("trail", 1).value();
    EXPECT_THAT(places(), ElementsAre("1.1 building", "1.2 serving, active"));
    views.rebuild("trail").value();
    EXPECT_THAT(places(), ElementsAre("1.2 serving, active", "1.3 building"));
    EXPECT_THAT(views.switch_to("trail", 1), FailsWith(errc::not_found));
}

TEST_F(Generations, ARebuildDropsWhatWasKeptAndWhatWasBeingBuilt) {
    auto views = open_built();
    for (int i = 0; i < 3; ++i) {
        views.rebuild("trail").value();
        views.step().value();
    }
    EXPECT_THAT(places(), ElementsAre("1.1 serving, active", "1.4 building"));
    views.catch_up().value();
    views.rebuild("trail").value();
    EXPECT_THAT(places(), ElementsAre("1.4 serving, active", "1.5 building"));
    EXPECT_THAT(store->keyspaces().value(),
                ElementsAre("daybook.views", "view.trail.v1.g4", "view.trail.v1.g5"));
}

TEST_F(Generations, ABuildCanBeAbandoned) {
    auto views = open_built();
    views.rebuild("trail").value();
    EXPECT_THAT(views.abandon("trail"), HoldsValue());
    EXPECT_THAT(places(), ElementsAre("1.1 serving, active"));
    EXPECT_THAT(store->keyspaces().value(), ElementsAre("daybook.views", "view.trail.v1"));
    EXPECT_THAT(views.abandon("trail"), FailsWith(errc::not_found, "abandon view \"trail\""));
    EXPECT_THAT(views.catch_up(), HoldsValue());
}

TEST_F(Generations, AKeptGenerationCanBeDroppedWhileTheViewIsLive) {
    auto views = open_built();
    views.rebuild("trail").value();
    EXPECT_THAT(drop_generation(*store, "trail", 2), FailsWith(errc::locked, "generation 2"));
    views.catch_up().value();
    EXPECT_THAT(drop_generation(*store, "trail", 1), HoldsValue());
    EXPECT_THAT(places(), ElementsAre("1.2 serving, active"));
    EXPECT_THAT(drop_generation(*store, "trail", 2),
                FailsWith(errc::invalid_argument, "what readers get"));
    EXPECT_THAT(drop_generation(*store, "trail", 1), FailsWith(errc::not_found, "no generation 1"));
    EXPECT_THAT(find_generation(*store, "trail", 1), FailsWith(errc::not_found));
}

TEST_F(Generations, ABuildThatNobodyKeepsCanBeDropped) {
    {
        auto views = open_built();
        views.rebuild("trail").value();
    }
    EXPECT_THAT(drop_generation(*store, "trail", 2), HoldsValue());
    EXPECT_THAT(store->keyspaces().value(), ElementsAre("daybook.views", "view.trail.v1"));
}

TEST_F(Generations, DroppingTheActiveVersionLeavesTheNextOneActive) {
    open_built();
    open_runner({any_projection::of<trail_two>()}).catch_up().value();
    EXPECT_THAT(drop_view(*store, any_projection::of<trail_two>()), HoldsValue());
    EXPECT_THAT(places(), ElementsAre("1.1 serving, active"));
    EXPECT_THAT(drop_view(*store, any_projection::of<trail_two>()),
                FailsWith(errc::not_found, "version 2 was never built"));
    EXPECT_THAT(drop_view(*store, any_projection::of<trail>()), HoldsValue());
    EXPECT_THAT(places(), IsEmpty());
    EXPECT_THAT(active_version(*store, "trail"), Holds(std::optional<std::uint32_t>{}));
}

TEST_F(Generations, AFailedBuildLeavesWhatServesAlone) {
    append(1, "Bad");
    append(3);
    auto views = open_runner({any_projection::of<mendable>()});
    views.catch_up().value();
    mendable::broken = true;
    views.rebuild("mendable").value();
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "position 20"));
    append(1);
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "position 20"));
    auto status = views.status("mendable").value();
    EXPECT_EQ(status.state, view_state::live);
    EXPECT_FALSE(status.last_error);
    EXPECT_EQ(status.beside->state, build_state::failed);
    EXPECT_EQ(status.beside->last_error->code, errc::projection_failed);
    EXPECT_EQ(view<mendable>::open(*store).value().get("all").value(), 25U);
    mendable::broken = false;
    views.retry("mendable").value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_FALSE(views.status("mendable").value().beside);
    EXPECT_EQ(view<mendable>::open(*store).value().get("all").value(), 25U);
}

/// The same, but that it parks them.
struct parking_mendable : mendable {
    static constexpr std::string_view name = "parking_mendable";
    static constexpr bool strict = false;
};

TEST_F(Generations, ABuildThatParksMoreThanWhatServesWaitsToBeSwitchedTo) {
    append(1, "Bad");
    append(3);
    auto views = open_runner({any_projection::of<parking_mendable>()});
    views.catch_up().value();
    parking_mendable::broken = true;
    views.rebuild("parking_mendable").value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    const auto status = views.status("parking_mendable").value();
    ASSERT_TRUE(status.beside);
    EXPECT_EQ(status.beside->state, build_state::waiting);
    EXPECT_EQ(status.beside->parked, (parked_counts{.keys = 1, .events = 4}));
    EXPECT_EQ(view<parking_mendable>::open(*store).value().get("all").value(), 24U);

    views.switch_to("parking_mendable", status.beside->generation).value();
    EXPECT_FALSE(views.status("parking_mendable").value().beside);
    EXPECT_EQ(view<parking_mendable>::open(*store).value().get("all").value(), 20U);
    parking_mendable::broken = false;
}

TEST_F(Generations, ABuildThatWaitsForItsParkedEventsSwitchesOverWhenTheyAreTaken) {
    append(1, "Bad");
    append(3);
    auto views = open_runner({any_projection::of<parking_mendable>()});
    views.catch_up().value();
    parking_mendable::broken = true;
    views.rebuild("parking_mendable").value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    parking_mendable::broken = false;
    EXPECT_EQ(views.retry_all("parking_mendable").value().keys_freed, 1U);
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_FALSE(views.status("parking_mendable").value().beside);
    EXPECT_EQ(view<parking_mendable>::open(*store).value().get("all").value(), 24U);
}

TEST_F(Generations, RowsThatNoRecordKnowsAreDroppedAtOpen) {
    open_built();
    store->open_keyspace("view.trail.v1.g7").value();
    store->open_keyspace("view.trail.v3.g8").value();
    const auto views = open_runner({any_projection::of<trail>()});
    EXPECT_THAT(store->keyspaces().value(),
                ElementsAre("daybook.views", "view.trail.v1", "view.trail.v3.g8"));
}

TEST_F(Generations, AViewOlderThanRecordsIsTakenAsItIs) {
    open_built();
    store->drop_keyspace("daybook.views").value();
    EXPECT_THAT(places(), ElementsAre("1.1 serving, active"));
    EXPECT_EQ(events_in_row<trail>(), 20U);
    const auto reader = view<trail>::open(*store).value();
    auto views = open_runner({any_projection::of<trail>()});
    EXPECT_EQ(views.status("trail").value().cursor, position{20});
    views.rebuild("trail").value();
    views.catch_up().value();
    EXPECT_THAT(places(), ElementsAre("1.1 kept", "1.2 serving, active"));
}

// What a reader sees that was held up between reading the record and opening what it names.
TEST_F(Generations, AReaderDoesNotMakeWhatARecordNamesAndIsGone) {
    open_built();
    const auto reader = view<trail>::open(*store).value();
    catalog::change(*store, "trail", [](catalog::view_record& record) -> result<void> {
        record.generations.front().generation = 9;
        return {};
    }).value();
    EXPECT_EQ(reader.get("task-1").value()->size(), 20U);
    EXPECT_THAT(view<trail>::open(*store), FailsWith(errc::not_found, "never built"));
    EXPECT_THAT(store->keyspaces().value(), ElementsAre("daybook.views", "view.trail.v1"));
}

TEST_F(Generations, RefusesRecordsThatCannotBeRead) {
    open_built();
    const auto reader = view<trail>::open(*store).value();
    auto records = store->open_keyspace("daybook.views").value();
    for (const auto& [bytes, code] : {std::pair{std::string{"\x01"}, errc::corrupt},
                                      std::pair{std::string{"\x02x"}, errc::unsupported}}) {
        keyspace_batch batch;
        batch.put("trail", bytes);
        records.write(batch).value();
        EXPECT_THAT(runner::open(*store, {any_projection::of<trail>()}), FailsWith(code, "trail"));
        EXPECT_THAT(view<trail>::open(*store), FailsWith(code, "trail"));
        EXPECT_THAT(reader.get("task-1"), FailsWith(code, "trail"));
        EXPECT_THAT(built_views(*store), FailsWith(code, "trail"));
    }
}

}  // namespace
}  // namespace daybook::projections
