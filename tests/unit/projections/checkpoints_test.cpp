// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a checkpoint is used where it fits and nowhere else, and goes with what it was made of.

#include <daybook/projections/as_of.hpp>
#include <daybook/projections/checkpoints.hpp>
#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "claims.hpp"
#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "view_layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace daybook::projections {
namespace {

using test::count_by_type;
using test::FailsWith;
using test::Holds;
using test::HoldsValue;
using test::trail;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The same view with other code: its query, or its row.
struct trail_of_a : trail {
    static query wants() { return query::types({"A"}); }
};
struct short_trail {
    static constexpr std::string_view name = "trail";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = position;
    static row apply(row, const event_view& e) { return e.position(); }
};
struct trail_two : trail {
    static constexpr std::uint32_t version = 2;
};

class Checkpoints : public testing::Test {
protected:
    Checkpoints() { append(20); }

    void append(std::size_t count) {
        const std::vector<new_event> events(count, test::simple_event("A"));
        store->append("task-1", expected::any(), events).value();
    }
    runner open_runner(runner_options options = {}) {
        return runner::open(*store, {of}, options).value();
    }
    /// Kept at these positions; the view then has everything.
    std::vector<view_checkpoint> keep_at(std::initializer_list<std::uint64_t> cursors) {
        std::vector<view_checkpoint> kept;
        auto views = open_runner({.batch_events_max = 1});
        for (const auto cursor : cursors) {
            while (views.status("trail")->cursor < position{cursor}) views.step().value();
            kept.push_back(keep_checkpoint(*store, of).value());
        }
        views.catch_up().value();
        return kept;
    }
    std::vector<std::uint64_t> cursors() {
        std::vector<std::uint64_t> found;
        for (const auto& one : view_checkpoints(*store).value()) found.push_back(one.cursor.value);
        return found;
    }
    std::size_t checkpoint_keyspaces() {
        const auto names = store->keyspaces().value();
        return static_cast<std::size_t>(std::count_if(
            names.begin(), names.end(),
            [](const auto& name) { return layout::parse_checkpoint_name(name).has_value(); }));
    }
    as_of_view open_at(std::uint64_t cursor) {
        return as_of_view::open(*store, of, as_of::before(position{cursor})).value();
    }
    void overwrite(const std::string& keyspace, std::string_view key, std::string_view value) {
        keyspace_batch batch;
        batch.put(key, value);
        store->open_keyspace(keyspace).value().write(batch).value();
    }
    void erase(const std::string& keyspace, std::string_view key) {
        keyspace_batch batch;
        batch.erase(key);
        store->open_keyspace(keyspace).value().write(batch).value();
    }

    any_projection of = any_projection::of<trail>();
    test::fresh_store store;
};

TEST_F(Checkpoints, TheNearestOneThatIsNotAfterTheMomentIsUsed) {
    keep_at({5, 10, 15});
    EXPECT_EQ(open_at(4).starts_at(), position{0});
    EXPECT_EQ(open_at(5).starts_at(), position{5});
    EXPECT_EQ(open_at(14).starts_at(), position{10});
    EXPECT_EQ(open_at(20).starts_at(), position{15});
    EXPECT_THAT(open_at(20).checkpoints_ignored(), IsEmpty());
    const auto never =
        as_of_view::open(*store, of, as_of::before(position{20}), {.from_checkpoints = false});
    EXPECT_EQ(never->starts_at(), position{0});
}

TEST_F(Checkpoints, TellWhatTheyAre) {
    const auto kept = keep_at({7});
    const auto told = view_checkpoints(*store).value();
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(told[0].view, "trail");
    EXPECT_EQ(told[0].version, 1U);
    EXPECT_EQ(told[0].generation, 1U);
    EXPECT_EQ(told[0].cursor, position{7});
    EXPECT_EQ(told[0].rows, 1U);
    EXPECT_EQ(told[0].query_fingerprint, of.query_fingerprint());
    EXPECT_EQ(told[0].row_fingerprint, of.row_fingerprint());
    EXPECT_EQ(told[0].last_event, store->read_one(position{6})->id());
    EXPECT_EQ(told[0].keyspace, kept[0].keyspace);
    EXPECT_GT(told[0].made_at, store->read_one(position{6})->view().recorded_at());
    EXPECT_THAT(told[0].keyspace, testing::StartsWith("view.trail.v1.c"));
    // The generations are still the same ones.
    EXPECT_THAT(built_views(*store).value(), SizeIs(1));
}

TEST_F(Checkpoints, OneThatStandsThereIsNotMadeTwice) {
    const auto kept = keep_at({20});
    EXPECT_EQ(keep_checkpoint(*store, of)->keyspace, kept[0].keyspace);
    EXPECT_EQ(checkpoint_keyspaces(), 1U);
}

TEST_F(Checkpoints, AreRefusedWhereThereIsNothingToCopy) {
    EXPECT_THAT(keep_checkpoint(*store, of), FailsWith(errc::not_found, "never built"));
    auto views = open_runner();
    EXPECT_THAT(keep_checkpoint(*store, of),
                FailsWith(errc::invalid_argument, "read no event yet"));
    EXPECT_THAT(keep_checkpoint(*store, any_projection::of<trail_two>()),
                FailsWith(errc::not_found, "version 2"));
    views.catch_up().value();
    EXPECT_THAT(keep_checkpoint(*store, any_projection::of<short_trail>()),
                FailsWith(errc::invalid_argument, "row type"));
    EXPECT_THAT(keep_checkpoint(*store, any_projection::of<trail_of_a>()),
                FailsWith(errc::invalid_argument, "query"));
    EXPECT_EQ(checkpoint_keyspaces(), 0U);
    const auto somebody = claim::take(*store, "view.trail.v1.checkpoints");
    EXPECT_THAT(keep_checkpoint(*store, of), FailsWith(errc::locked, "is being made already"));
}

TEST_F(Checkpoints, OfOtherCodeAreReportedAndNotUsed) {
    keep_at({10});
    const auto other_row =
        as_of_view::open(*store, any_projection::of<short_trail>(), as_of::before(position{20}))
            .value();
    EXPECT_EQ(other_row.starts_at(), position{0});
    EXPECT_THAT(
        other_row.checkpoints_ignored(),
        ElementsAre("view \"trail\": the checkpoint at position 10 is not used: it was made "
                    "with another row type"));
    const auto other_query =
        as_of_view::open(*store, any_projection::of<trail_of_a>(), as_of::before(position{20}))
            .value();
    EXPECT_EQ(other_query.starts_at(), position{0});
    EXPECT_THAT(other_query.checkpoints_ignored(), ElementsAre(HasSubstr("another query")));
    const auto other_version =
        as_of_view::open(*store, any_projection::of<trail_two>(), as_of::before(position{20}))
            .value();
    EXPECT_EQ(other_version.starts_at(), position{0});
    EXPECT_THAT(other_version.checkpoints_ignored(), IsEmpty());
}

// A rebuild is asked for when the code has changed: what was copied before may be wrong.
TEST_F(Checkpoints, OfAGenerationThatDoesNotServeAreReportedAndNotUsed) {
    keep_at({5, 10});
    {
        auto views = open_runner();
        views.rebuild("trail").value();
        views.catch_up().value();
    }
    EXPECT_EQ(open_at(20).starts_at(), position{0});
    EXPECT_THAT(open_at(20).checkpoints_ignored(),
                ElementsAre(HasSubstr("position 10 is not used: it was made of generation 1, which "
                                      "does not serve"),
                            HasSubstr("position 5 is not used")));
    auto views = open_runner();
    views.switch_to("trail", 1).value();
    views.catch_up().value();
    EXPECT_EQ(open_at(20).starts_at(), position{10});
    views.rebuild("trail").value();
    views.rebuild("trail").value();
    EXPECT_THAT(cursors(), ElementsAre(5U, 10U));
}

TEST_F(Checkpoints, OfAnotherHistoryAreReportedAndNotUsed) {
    const auto kept = keep_at({5, 10});
    // As if the log had lost its end since, and gone on otherwise.
    layout::checkpoint_record other;
    other.rows = 1;
    other.last_event = test::numbered_id(77);
    std::string bytes;
    encode_value(other, bytes);
    overwrite(kept[1].keyspace, layout::checkpoint_key, bytes);
    EXPECT_EQ(open_at(20).starts_at(), position{5});
    EXPECT_THAT(open_at(20).checkpoints_ignored(), ElementsAre(HasSubstr("another history")));
}

TEST_F(Checkpoints, ThatCannotBeReadAreReportedAndNotUsed) {
    const auto kept = keep_at({5, 10, 15});
    erase(kept[2].keyspace, layout::checkpoint_key);
    overwrite(kept[1].keyspace, layout::checkpoint_key, "\x09");
    EXPECT_EQ(open_at(20).starts_at(), position{5});
    EXPECT_THAT(
        open_at(20).checkpoints_ignored(),
        ElementsAre(HasSubstr("record of the checkpoint is missing"), HasSubstr("format 9")));
    EXPECT_THAT(view_checkpoints(*store), FailsWith(errc::unsupported, "format 9"));
    overwrite(kept[1].keyspace, layout::checkpoint_key, "\x01");
    EXPECT_THAT(open_at(20).checkpoints_ignored(),
                ElementsAre(HasSubstr("is missing"), HasSubstr("cannot be read")));
}

TEST_F(Checkpoints, HalfMadeOnesAreNeverUsedAndGoWithTheNext) {
    const auto kept = keep_at({5, 10});
    erase(kept[1].keyspace, layout::cursor_key);
    EXPECT_THAT(cursors(), ElementsAre(5U));
    EXPECT_EQ(open_at(20).starts_at(), position{5});
    EXPECT_EQ(checkpoint_keyspaces(), 2U);
    keep_checkpoint(*store, of).value();
    EXPECT_THAT(cursors(), ElementsAre(5U, 20U));
    EXPECT_EQ(checkpoint_keyspaces(), 2U);
}

TEST_F(Checkpoints, ArePrunedFromTheOldestOn) {
    keep_at({5, 10, 15});
    prune_checkpoints(*store, "trail", 2).value();
    EXPECT_THAT(cursors(), ElementsAre(10U, 15U));
    prune_checkpoints(*store, "count_by_type", 0).value();
    EXPECT_THAT(cursors(), ElementsAre(10U, 15U));
    const auto first = view_checkpoints(*store)->front();
    EXPECT_THAT(drop_checkpoint(*store, first), HoldsValue());
    EXPECT_THAT(drop_checkpoint(*store, first), FailsWith(errc::not_found));
    prune_checkpoints(*store, "trail", 0).value();
    EXPECT_EQ(checkpoint_keyspaces(), 0U);
}

TEST_F(Checkpoints, GoWithTheirVersionAndGeneration) {
    keep_at({10});
    drop_version(*store, "trail", 1).value();
    EXPECT_EQ(checkpoint_keyspaces(), 0U);

    keep_at({10});
    {
        auto views = open_runner();
        views.rebuild("trail").value();
        views.catch_up().value();
    }
    const auto kept = built_views(*store)->front();
    EXPECT_EQ(kept.place, generation_place::kept);
    EXPECT_EQ(checkpoint_keyspaces(), 1U);
    drop_generation(*store, "trail", kept.generation).value();
    EXPECT_EQ(checkpoint_keyspaces(), 0U);
}

TEST_F(Checkpoints, OfADroppedGenerationGoAsTheNextOneIsBegun) {
    keep_at({10});
    auto views = open_runner();
    views.rebuild("trail").value();
    views.catch_up().value();
    EXPECT_EQ(checkpoint_keyspaces(), 1U);
    views.rebuild("trail").value();
    EXPECT_EQ(checkpoint_keyspaces(), 0U);
}

TEST_F(Checkpoints, ARunnerKeepsThemEverySoManyEvents) {
    {
        auto views = open_runner(
            {.batch_events_max = 1, .checkpoint_every_events = 4, .checkpoints_kept = 3});
        views.catch_up().value();
        EXPECT_THAT(cursors(), ElementsAre(12U, 16U, 20U));
    }
    append(3);
    auto views =
        open_runner({.batch_events_max = 1, .checkpoint_every_events = 4, .checkpoints_kept = 3});
    views.catch_up().value();
    EXPECT_THAT(cursors(), ElementsAre(12U, 16U, 20U));
    append(1);
    views.catch_up().value();
    EXPECT_THAT(cursors(), ElementsAre(16U, 20U, 24U));
    EXPECT_THAT(open_at(23).get("task-1").value(), open_at(23).get("task-1").value());
}

TEST_F(Checkpoints, ARunnerKeepsThemOfWhatItBuildsBeside) {
    keep_at({});
    auto views = open_runner({.batch_events_max = 1, .checkpoint_every_events = 8});
    views.rebuild("trail").value();
    views.catch_up().value();
    EXPECT_EQ(open_at(20).starts_at(), position{16});
    EXPECT_EQ(open_at(15).starts_at(), position{8});
    EXPECT_THAT(open_at(15).checkpoints_ignored(), IsEmpty());
}

TEST_F(Checkpoints, ARunnerMakesNoneWhileEventsAreParked) {
    auto bad = test::simple_event("A");
    bad.tags = {"bad:yes"};
    store->append("task-1", expected::any(), {bad}).value();
    append(10);
    const auto fragile = any_projection::of<test::fragile>();
    auto views =
        runner::open(*store, {fragile}, {.batch_events_max = 1, .checkpoint_every_events = 8})
            .value();
    EXPECT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(cursors(), ElementsAre(8U, 16U));
    views.skip_event("fragile", position{20}, "of no use").value();
    views.catch_up().value();
    append(1);
    views.catch_up().value();
    EXPECT_GT(cursors().back(), 20U);
}

TEST_F(Checkpoints, ARunnerThatShallKeepNoneOfThoseItMakesIsRefused) {
    EXPECT_THAT(runner::open(*store, {of}, {.checkpoint_every_events = 5, .checkpoints_kept = 0}),
                FailsWith(errc::invalid_argument, "checkpoints_kept is 0"));
}

TEST(CheckpointNames, AreThoseOfGenerationsAndATime) {
    const timestamp at{std::chrono::microseconds{1'766'399'400'000'000}};
    for (const auto* generation : {"view.a.v1", "view.a-b_c.v12.g7"}) {
        const auto name = layout::checkpoint_keyspace(generation, at);
        const auto parsed = layout::parse_checkpoint_name(name);
        ASSERT_TRUE(parsed) << name;
        EXPECT_EQ(parsed->made_at, at);
        EXPECT_EQ(parsed->of.generation, generation == std::string{"view.a.v1"} ? 1U : 7U);
        EXPECT_FALSE(layout::parse_keyspace_name(name));
    }
    for (const auto* other : {"view.a.v1", "view.a.v1.c", "view.a.v1.cx", "view.a.v1.c1x", "a.c1",
                              "view.a.v1.g2.c99999999999999999999", "view.a.c1"}) {
        EXPECT_FALSE(layout::parse_checkpoint_name(other)) << other;
    }
}

}  // namespace
}  // namespace daybook::projections
