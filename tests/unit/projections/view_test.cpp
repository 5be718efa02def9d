// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: rows are read back as they were written, typed and as JSON, by key and by prefix.

#include <daybook/projections/row_reader.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::count_by_type;
using test::FailsWith;
using test::fresh_store;
using test::Holds;
using testing::ElementsAre;

struct count_of_a : count_by_type {
    static query wants() { return query::types({"A"}); }
};

struct shown_row {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(shown_row, (), (text))

/// Shows something else than it keeps.
struct presented {
    static constexpr std::string_view name = "presented";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row count, const event_view&) { return count + 1; }
    static shown_row present(const row& count) { return {std::to_string(count) + " events"}; }
};

class View : public testing::Test {
protected:
    View() {
        for (const auto* type : {"a", "a/1", "a/2", "a/2", "b"}) {
            store->append("task-1", expected::any(), {test::simple_event(type)}).value();
        }
        runner::open(*store, {any_projection::of<count_by_type>(), any_projection::of<presented>()})
            .value()
            .catch_up()
            .value();
    }
    fresh_store store;
};

TEST_F(View, GivesARowByItsKeyOrNothing) {
    const auto counts = view<count_by_type>::open(*store).value();
    EXPECT_THAT(counts.get("a/2"), Holds(std::optional<std::uint64_t>{2}));
    EXPECT_THAT(counts.get("c"), Holds(std::optional<std::uint64_t>{}));
    EXPECT_THAT(counts.cursor(), Holds(position{5}));
}

TEST_F(View, VisitsRowsByPrefixInOrder) {
    const auto counts = view<count_by_type>::open(*store).value();
    const auto keys = [&](std::string_view prefix) {
        std::vector<std::string> seen;
        counts
            .for_each(prefix, [&](std::string_view key, std::uint64_t) { seen.emplace_back(key); })
            .value();
        return seen;
    };
    EXPECT_THAT(keys(""), ElementsAre("a", "a/1", "a/2", "b"));
    EXPECT_THAT(keys("a/"), ElementsAre("a/1", "a/2"));
    EXPECT_THAT(keys("c"), ElementsAre());
}

TEST_F(View, GivesRowsOfARangeInEitherDirection) {
    const auto counts = view<count_by_type>::open(*store).value();
    const auto live = view<count_by_type>::open(*store, view_mode::live).value();
    const auto keys = [&](const row_range& range) {
        std::string seen;
        for (const auto& [key, row] : counts.rows(range).value()) seen += key + ' ';
        std::string same;
        for (const auto& [key, row] : live.rows(range).value()) same += key + ' ';
        EXPECT_EQ(seen, same);
        return seen;
    };
    constexpr auto back = direction::backwards;
    EXPECT_EQ(keys({}), "a a/1 a/2 b ");
    EXPECT_EQ(keys({.dir = back}), "b a/2 a/1 a ");
    EXPECT_EQ(keys({.from = "a/1", .before = "b"}), "a/1 a/2 ");
    EXPECT_EQ(keys({.from = "a/1", .before = "b", .dir = back}), "a/2 a/1 ");
    EXPECT_EQ(keys({.prefix = "a/", .from = "a"}), "a/1 a/2 ");
    EXPECT_EQ(keys({.prefix = "a/", .before = "c", .dir = back}), "a/2 a/1 ");
    EXPECT_EQ(keys({.prefix = "a", .before = "a/2", .limit = 1, .dir = back}), "a/1 ");
    EXPECT_EQ(keys({.limit = 2}), "a a/1 ");
    EXPECT_EQ(keys({.limit = 0}), "");
    EXPECT_EQ(keys({.limit = 0, .dir = back}), "");
    EXPECT_EQ(keys({.from = "b", .before = "a"}), "");
    EXPECT_EQ(keys({.from = std::string_view{"a\0", 2}, .limit = 1}), "a/1 ");
}

TEST_F(View, StopsVisitingWhenTold) {
    int visited = 0;
    view<count_by_type>::open(*store)
        .value()
        .for_each("", [&](std::string_view, std::uint64_t) { return ++visited < 2; })
        .value();
    EXPECT_EQ(visited, 2);
}

TEST_F(View, ReportsARowThatCannotBeRead) {
    keyspace_batch batch;
    batch.put("ra/1", "");
    store->open_keyspace("view.count_by_type.v1").value().write(batch).value();
    const auto counts = view<count_by_type>::open(*store).value();
    EXPECT_THAT(counts.get("a/1"), FailsWith(errc::corrupt));
    EXPECT_THAT(counts.for_each("", [](std::string_view, std::uint64_t) {}),
                FailsWith(errc::corrupt));
}

TEST_F(View, IsShownAsJson) {
    const auto counts = json_view::open(*store, any_projection::of<count_by_type>()).value();
    EXPECT_THAT(counts.get("a/2"), Holds(std::optional<std::string>{"2"}));
    EXPECT_THAT(counts.get("c"), Holds(std::optional<std::string>{}));
    std::vector<std::string> lines;
    counts
        .for_each("a", "a/1",
                  [&](std::string_view key, std::string_view row) {
                      lines.push_back(std::string{key} + "=" + std::string{row});
                      return true;
                  })
        .value();
    EXPECT_THAT(lines, ElementsAre("a/1=1", "a/2=2"));
    EXPECT_THAT(counts.cursor(), Holds(position{5}));
}

TEST_F(View, IsShownAsItsProjectionPresentsIt) {
    const auto rows = json_view::open(*store, any_projection::of<presented>()).value();
    EXPECT_THAT(rows.get("a/2"), Holds(std::optional<std::string>{R"({"text":"2 events"})"}));
}

TEST_F(View, IsNotThereUntilItWasBuilt) {
    EXPECT_THAT(view<test::trail>::open(*store),
                FailsWith(errc::not_found, "view \"trail\" version 1"));
    EXPECT_EQ(store->keyspaces().value().size(), 3U);  // Two views, and what is recorded of them.
    EXPECT_THAT(view<count_of_a>::open(*store), FailsWith(errc::invalid_argument, "its query"));
}

TEST_F(View, IsListedWithItsCursor) {
    store->open_keyspace("something.else").value();
    const auto found = built_views(*store).value();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].name, "count_by_type");
    EXPECT_EQ(found[0].version, 1U);
    EXPECT_EQ(found[0].keyspace, "view.count_by_type.v1");
    EXPECT_EQ(found[0].cursor, position{5});
    EXPECT_EQ(found[0].events_applied, 5U);
    EXPECT_EQ(found[1].name, "presented");
}

}  // namespace
}  // namespace daybook::projections
