// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a view may have several kinds of rows, some made from the changes of others, and its rows
// do not depend on batches, restarts or modes.

#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/projection_types.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/testing.hpp>
#include <daybook/projections/view.hpp>

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::fresh_store;
using test::Holds;
using testing::ElementsAre;
using testing::Pair;

struct task_assigned {
    std::string id;
    std::string sprint;
    std::string owner;
};
BOOST_DESCRIBE_STRUCT(task_assigned, (), (id, sprint, owner))

struct task_done {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(task_done, (), (id))

struct sprint_named {
    std::string sprint;
    std::string title;
};
BOOST_DESCRIBE_STRUCT(sprint_named, (), (sprint, title))

struct tasks {
    static constexpr std::string_view name = "tasks";
    struct row {
        std::string sprint;
        std::string owner;
        friend bool operator==(const row&, const row&) = default;
    };
    using events = std::variant<task_assigned, task_done>;
    static std::string key(const auto& event) { return event.id; }
    static row apply(row, const task_assigned& e) { return {e.sprint, e.owner}; }
    static removed apply(row, const task_done&) { return {}; }
};
BOOST_DESCRIBE_STRUCT(tasks::row, (), (sprint, owner))

/// How many open tasks everybody has: made from the rows of `tasks` alone.
struct load {
    static constexpr std::string_view name = "load";
    using from = tasks;
    using row = std::int64_t;
    static std::vector<std::string> key(const row_changed<tasks>& c) {
        std::vector<std::string> owners;
        if (c.before != nullptr) owners.push_back(c.before->owner);
        if (c.after != nullptr) owners.push_back(c.after->owner);
        return owners;
    }
    static std::optional<row> apply(row open, const row_changed<tasks>& c, std::string_view owner) {
        if (c.before != nullptr && c.before->owner == owner) --open;
        if (c.after != nullptr && c.after->owner == owner) ++open;
        return open == 0 ? std::nullopt : std::optional{open};
    }
};

/// A stage of a stage: how many people have that many open tasks.
struct spread {
    static constexpr std::string_view name = "spread";
    using from = load;
    using row = std::int64_t;
    static std::vector<std::string> key(const row_changed<load>& c) {
        std::vector<std::string> sizes;
        if (c.before != nullptr) sizes.push_back(std::to_string(*c.before));
        if (c.after != nullptr) sizes.push_back(std::to_string(*c.after));
        return sizes;
    }
    static row apply(row people, const row_changed<load>& c, std::string_view size) {
        if (c.before != nullptr && std::to_string(*c.before) == size) --people;
        if (c.after != nullptr && std::to_string(*c.after) == size) ++people;
        return people;
    }
};

/// Sorts before the others by name, and has events of its own.
struct about {
    static constexpr std::string_view name = "about";
    using row = std::string;
    using events = std::variant<sprint_named>;
    static std::string key(const sprint_named& e) { return e.sprint; }
    static row apply(row, const sprint_named& e) { return e.title; }
};

struct board {
    static constexpr std::string_view name = "board";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<tasks, load, spread, about>;
};

/// The same with secondary keys over all kinds.
struct indexed_board {
    static constexpr std::string_view name = "indexed_board";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<tasks, load>;
    static std::vector<secondary_key> secondary(const std::variant<tasks::row, load::row>& r) {
        if (const auto* task = std::get_if<tasks::row>(&r)) return {{"owner", task->owner}};
        return {};
    }
};

template <class E>
new_event event_of(const E& e) {
    return test::simple_event(std::string{event_type_name<E>()}, event_to_json(e));
}

template <class E>
void append(store& log, const E& e) {
    log.append("task-1", expected::any(), {event_of(e)}).value();
}

void append_sample(store& log) {
    append(log, sprint_named{"s1", "First"});
    append(log, task_assigned{"a", "s1", "ada"});
    append(log, task_assigned{"b", "s1", "ada"});
    append(log, task_assigned{"c", "s1", "bob"});
    append(log, task_assigned{"a", "s1", "bob"});
    append(log, task_done{"b"});
}

template <class Kind>
std::map<std::string, typename Kind::row> rows_of(const view<board>& of,
                                                  std::string_view prefix = "") {
    std::map<std::string, typename Kind::row> rows;
    of.for_each<Kind>(prefix, [&](std::string_view key, typename Kind::row row) {
          rows.emplace(key, std::move(row));
      }).value();
    return rows;
}

void expect_sample(const view<board>& rows) {
    EXPECT_THAT(rows_of<tasks>(rows), ElementsAre(Pair("a", tasks::row{"s1", "bob"}),
                                                  Pair("c", tasks::row{"s1", "bob"})));
    EXPECT_THAT(rows_of<load>(rows), ElementsAre(Pair("bob", 2)));
    EXPECT_THAT(rows_of<spread>(rows), ElementsAre(Pair("1", 0), Pair("2", 1)));
    EXPECT_THAT(rows_of<about>(rows), ElementsAre(Pair("s1", "First")));
    EXPECT_THAT(rows_of<tasks>(rows, "a"), ElementsAre(Pair("a", tasks::row{"s1", "bob"})));
    EXPECT_THAT(rows.get<load>("bob"), Holds(std::optional<std::int64_t>{2}));
    EXPECT_THAT(rows.get<load>("ada"), Holds(std::optional<std::int64_t>{}));
    EXPECT_EQ(rows.rows().value().size(), 6U);
}

TEST(Kinds, LieInOneViewAndAreReadApart) {
    for (const std::size_t batch : {1U, 2U, 1000U}) {
        for (const std::size_t cached : {0U, 1000U}) {
            fresh_store store;
            append_sample(*store);
            runner::open(*store, {any_projection::of<board>()},
                         {.batch_events_max = batch, .rows_cached_max = cached})
                .value()
                .catch_up()
                .value();
            expect_sample(view<board>::open(*store).value());
        }
    }
}

TEST(Kinds, WorkInEveryMode) {
    fresh_store store;
    const auto inlined = inline_views::open(*store, {any_projection::of<board>()}).value();
    append_sample(*store);
    expect_sample(view<board>::open(*store, view_mode::inlined).value());
    expect_sample(view<board>::open(*store, view_mode::live).value());
}

TEST(Kinds, HaveASpec) {
    EXPECT_EQ(projection_spec<board>()
                  .given("task-1", task_assigned{"a", "s1", "ada"})
                  .given("task-1", task_assigned{"b", "s1", "ada"})
                  .given("task-1", task_done{"a"})
                  .then("tasks/b", tasks::row{"s1", "ada"})
                  .then_nothing(kind_key<tasks>("a"))
                  .then_rows(4)
                  .failures(),
              "");
}

TEST(Kinds, AskForTheEventsOfAllOfThem) {
    const auto wants = [](const new_event& e) {
        const auto stored = test::stored({{"task-1", e}}).front();
        return any_projection::of<board>().wants().matches(stored.view());
    };
    EXPECT_TRUE(wants(event_of(task_done{"a"})));
    EXPECT_TRUE(wants(event_of(sprint_named{"s", "t"})));
    EXPECT_FALSE(wants(test::simple_event("Other")));
}

TEST(Kinds, AreShownAsJson) {
    fresh_store store;
    append_sample(*store);
    runner::open(*store, {any_projection::of<board>()}).value().catch_up().value();
    const auto rows = json_view::open(*store, any_projection::of<board>()).value();
    EXPECT_THAT(rows.get("tasks/c"),
                Holds(std::optional<std::string>{R"({"sprint":"s1","owner":"bob"})"}));
    EXPECT_THAT(rows.get("load/bob"), Holds(std::optional<std::string>{"2"}));
}

TEST(Kinds, MayHaveSecondaryKeys) {
    fresh_store store;
    append_sample(*store);
    runner::open(*store, {any_projection::of<indexed_board>()}).value().catch_up().value();
    std::vector<std::string> keys;
    view<indexed_board>::open(*store)
        .value()
        .for_each_by("owner", "bob", [&](std::string_view key, auto&&) { keys.emplace_back(key); })
        .value();
    EXPECT_THAT(keys, ElementsAre("tasks/a", "tasks/c"));
}

TEST(Kinds, ReportARowOfAnotherKind) {
    fresh_store store;
    append_sample(*store);
    runner::open(*store, {any_projection::of<board>()}).value().catch_up().value();
    keyspace_batch batch;
    std::string bytes;
    encode_value(row_of<board>{std::in_place_index<1>, 7}, bytes);
    batch.put("rtasks/a", bytes);
    store->open_keyspace("view.board.v1").value().write(batch).value();
    const auto rows = view<board>::open(*store).value();
    EXPECT_THAT(rows.get<tasks>("a"), FailsWith(errc::corrupt, "not of the kind"));
    append(*store, task_done{"a"});
    auto views = runner::open(*store, {any_projection::of<board>()}).value();
    EXPECT_FALSE(views.catch_up());
}

}  // namespace
}  // namespace daybook::projections
