// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a digest is a function of the rows and nothing else; a comparison finds every difference.
// Method: views built in many ways, and rows that are changed by hand.

#include <daybook/projections/generations.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::Holds;
using test::trail;

/// One row per event: as many rows as one likes.
struct row_of_each {
    static constexpr std::string_view name = "row_of_each";
    static constexpr std::uint32_t version = 1;
    static constexpr bool row_per_event = true;
    using row = std::uint64_t;
    static std::string key(const event_view& e) {
        auto digits = std::to_string(e.position().value);
        return std::string(8 - digits.size(), '0') + digits;
    }
    static row apply(row, const event_view& e) { return e.position().value; }
};

class Compare : public testing::Test {
protected:
    void append(std::size_t count) {
        const std::vector<new_event> events(count, test::simple_event("A"));
        store->append("task-1", expected::any(), events).value();
    }

    /// Generation 1 serves and generation 2 is built beside it, both with everything.
    runner build_twice() {
        auto views =
            runner::open(*store, {any_projection::of<row_of_each>()}, {.switches_over = false})
                .value();
        views.catch_up().value();
        views.rebuild("row_of_each").value();
        views.catch_up().value();
        return views;
    }

    void put(std::string_view keyspace, const std::string& key, std::string_view row) {
        keyspace_batch batch;
        batch.put("r" + key, row);
        store->open_keyspace(keyspace).value().write(batch).value();
    }
    void erase(std::string_view keyspace, const std::string& key) {
        keyspace_batch batch;
        batch.erase("r" + key);
        store->open_keyspace(keyspace).value().write(batch).value();
    }

    view_digest digest(std::uint32_t generation, std::string_view view = "row_of_each") {
        return digest_of(*store, find_generation(*store, view, generation).value()).value();
    }

    test::fresh_store store;
    const std::string first = "view.row_of_each.v1";
    const std::string second = "view.row_of_each.v1.g2";
};

TEST_F(Compare, FindsNoDifferenceBetweenTwoBuildings) {
    append(3000);  // More than a page of rows.
    auto views = build_twice();
    const auto found = views.compare("row_of_each").value();
    EXPECT_TRUE(found.same_rows());
    EXPECT_EQ(found.rows_before, 3000U);
    EXPECT_EQ(found.rows_after, 3000U);
    EXPECT_EQ(found.cursor_before, position{3000});
    EXPECT_EQ(found.cursor_after, position{3000});
    EXPECT_FALSE(found.rows_of_other_type);
    EXPECT_TRUE(found.examples.empty());
    EXPECT_EQ(digest(1), digest(2));
}

TEST_F(Compare, CountsRowsThatWereAddedRemovedAndChanged) {
    append(3000);
    auto views = build_twice();
    put(second, "x1", "new");
    put(second, "x2", "new");
    erase(second, "00000000");
    put(second, "00001500", "other");
    const auto found = views.compare("row_of_each").value();
    EXPECT_FALSE(found.same_rows());
    EXPECT_EQ(found.rows_added, 2U);
    EXPECT_EQ(found.rows_removed, 1U);
    EXPECT_EQ(found.rows_changed, 1U);
    EXPECT_EQ(found.rows_after, found.rows_before + 1);
    ASSERT_EQ(found.examples.size(), 4U);
    EXPECT_EQ(found.examples[0].key, "00000000");
    EXPECT_FALSE(found.examples[0].after);
    EXPECT_EQ(found.examples[1].key, "00001500");
    EXPECT_EQ(found.examples[1].after, "other");
    EXPECT_TRUE(found.examples[1].before);
    EXPECT_EQ(found.examples[2].key, "x1");
    EXPECT_FALSE(found.examples[2].before);
    EXPECT_NE(digest(1), digest(2));
}

TEST_F(Compare, GivesSoManyExamplesOfEachKind) {
    append(10);
    auto views = build_twice();
    for (int i = 0; i < 5; ++i) {
        put(second, "x" + std::to_string(i), "new");
        put(second, "0000000" + std::to_string(i), "other");
    }
    const auto found = views.compare("row_of_each", {.examples_max = 2}).value();
    EXPECT_EQ(found.rows_added, 5U);
    EXPECT_EQ(found.rows_changed, 5U);
    EXPECT_EQ(found.examples.size(), 4U);
}

TEST_F(Compare, ComparesWithTheKeptGenerationIfNothingIsBuilt) {
    append(10);
    auto views = build_twice();
    views.switch_to("row_of_each", 2).value();
    append(2);
    views.catch_up().value();
    const auto found = views.compare("row_of_each").value();
    EXPECT_EQ(found.cursor_before, position{10});
    EXPECT_EQ(found.cursor_after, position{12});
    EXPECT_EQ(found.rows_added, 2U);
}

TEST_F(Compare, NeedsTwoGenerations) {
    append(1);
    auto views = runner::open(*store, {any_projection::of<trail>()}).value();
    views.catch_up().value();
    EXPECT_THAT(views.compare("trail"), FailsWith(errc::not_found, "not two generations"));
    EXPECT_THAT(views.compare("nobody"), FailsWith(errc::not_found, "nobody"));
    auto gone = find_generation(*store, "trail", 1).value();
    gone.keyspace = "view.trail.v1.g9";
    EXPECT_THAT(digest_of(*store, gone), FailsWith(errc::not_found, "view.trail.v1.g9"));
    EXPECT_THAT(compare_generations(*store, gone, gone), FailsWith(errc::not_found));
}

TEST_F(Compare, TellsThatRowsAreOfAnotherType) {
    append(2);
    auto views =
        runner::open(*store, {any_projection::of<trail>(), any_projection::of<row_of_each>()})
            .value();
    views.catch_up().value();
    const auto found = compare_generations(*store, find_generation(*store, "trail", 1).value(),
                                           find_generation(*store, "row_of_each", 1).value())
                           .value();
    EXPECT_TRUE(found.rows_of_other_type);
    EXPECT_EQ(found.rows_removed, 1U);
    EXPECT_EQ(found.rows_added, 2U);
}

TEST_F(Compare, RefusesToCompareWhatMoves) {
    append(2000);
    const auto views = build_twice();
    const auto before = find_generation(*store, "row_of_each", 1).value();
    const auto after = find_generation(*store, "row_of_each", 2).value();
    std::atomic<bool> done = false;
    std::thread mover{[&] {
        auto rows = store->open_keyspace(second).value();
        const auto cursor = rows.get("mcursor").value().value();
        auto other = cursor;
        other[1] = static_cast<char>(other[1] ^ 1);
        keyspace_batch batch;
        for (bool moved = false; !done; moved = !moved) {
            batch.clear();
            batch.put("mcursor", moved ? cursor : other);
            rows.write(batch).value();
        }
    }};
    // Whether it moves in between is up to the scheduler; that it once does is not.
    auto found = compare_generations(*store, before, after);
    while (found) found = compare_generations(*store, before, after);
    done = true;
    mover.join();
    EXPECT_THAT(found, FailsWith(errc::locked, "moved meanwhile"));
}

TEST_F(Compare, ADigestDoesNotDependOnBatchesOrRestarts) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::event_maker make{seed};
    for (int i = 0; i < 100; ++i)
        store->append(make.stream(), expected::any(), make.events(3)).value();
    std::set<std::string> digests;
    for (const std::size_t batch : {1U, 7U, 1000U}) {
        auto views = runner::open(*store, {any_projection::of<trail>()},
                                  {.batch_events_max = batch, .rows_cached_max = batch})
                         .value();
        views.rebuild("trail").value();
        views.catch_up().value();
        const auto made = digest(views.status("trail")->generation, "trail");
        EXPECT_EQ(made.cursor, store->watermark());
        EXPECT_EQ(made.digest.size(), 32U);
        digests.insert(made.digest);
    }
    EXPECT_EQ(digests.size(), 1U);
}

// Pieces are hashed with their lengths, so that keys and rows cannot change places. The digests are
// compared across machines and releases: they must not change.
TEST_F(Compare, ADigestIsThis) {
    auto views = runner::open(*store, {any_projection::of<row_of_each>()}).value();
    const auto of_nothing = digest(1);
    EXPECT_EQ(of_nothing.rows, 0U);
    EXPECT_EQ(of_nothing.cursor, position{0});
    EXPECT_EQ(of_nothing.digest, "99aa06d3014798d86001c324468d497f");
    put(first, "ab", "c");
    const auto one = digest(1).digest;
    erase(first, "ab");
    put(first, "a", "bc");
    EXPECT_NE(digest(1).digest, one);
    EXPECT_EQ(digest(1).rows, 1U);
}

}  // namespace
}  // namespace daybook::projections
