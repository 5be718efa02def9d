// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: rows are found by their secondary keys, exactly those that have them now.

#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "secondary_index.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::fresh_store;
using testing::ElementsAre;
using testing::IsEmpty;

struct task_put {
    std::string id;
    std::string owner;
    std::vector<std::string> labels;
};
BOOST_DESCRIBE_STRUCT(task_put, (), (id, owner, labels))

struct task_dropped {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(task_dropped, (), (id))

/// Found by owner and by any of its labels.
struct tasks {
    static constexpr std::string_view name = "tasks";
    static constexpr std::uint32_t version = 1;
    struct row {
        std::string owner;
        std::vector<std::string> labels;
    };
    using events = std::variant<task_put, task_dropped>;

    static std::string key(const auto& event) { return event.id; }
    static row apply(row, const task_put& e) { return {e.owner, e.labels}; }
    static removed apply(row, const task_dropped&) { return {}; }
    static std::vector<secondary_key> secondary(const row& r) {
        if (r.owner == "trouble") throw std::runtime_error{"no such owner"};
        std::vector<secondary_key> keys{{"owner", r.owner}};
        for (const auto& label : r.labels) keys.push_back({"label", label});
        return keys;
    }
};
BOOST_DESCRIBE_STRUCT(tasks::row, (), (owner, labels))

new_event event_of(const auto& e) {
    return test::simple_event(std::string{event_type_name<std::decay_t<decltype(e)>>()},
                              event_to_json(e));
}

void append(store& log, const auto& e) {
    log.append("task-1", expected::any(), {event_of(e)}).value();
}

std::vector<std::string> found(const view<tasks>& in, std::string_view index,
                               std::string_view value) {
    std::vector<std::string> keys;
    in.for_each_by(index, value, [&](std::string_view key, tasks::row&&) {
          keys.emplace_back(key);
      }).value();
    return keys;
}

void append_sample(store& log) {
    append(log, task_put{"a", "ada", {"red", "red"}});
    append(log, task_put{"b", "bob", {"red", "blue"}});
    append(log, task_put{"c", "ada", {}});
    append(log, task_put{"a", "bob", {"blue"}});
    append(log, task_dropped{"c"});
    append(log, task_dropped{"never"});
}

void expect_sample(const view<tasks>& rows) {
    EXPECT_THAT(found(rows, "owner", "ada"), IsEmpty());
    EXPECT_THAT(found(rows, "owner", "bob"), ElementsAre("a", "b"));
    EXPECT_THAT(found(rows, "label", "red"), ElementsAre("b"));
    EXPECT_THAT(found(rows, "label", "blue"), ElementsAre("a", "b"));
    EXPECT_THAT(found(rows, "label", "bl"), IsEmpty());
    EXPECT_THAT(found(rows, "nothing", "bob"), IsEmpty());
}

std::size_t entries_in(store& log) {
    std::size_t count = 0;
    log.open_keyspace("view.tasks.v1")
        .value()
        .scan("i", "", [&](auto, auto) { return ++count; })
        .value();
    return count;
}

TEST(SecondaryKeys, FindTheRowsThatHaveThemWhateverTheBatches) {
    for (const std::size_t batch : {1U, 2U, 1000U}) {
        fresh_store store;
        append_sample(*store);
        auto views =
            runner::open(*store, {any_projection::of<tasks>()}, {.batch_events_max = batch})
                .value();
        views.catch_up().value();
        expect_sample(view<tasks>::open(*store).value());
        EXPECT_EQ(entries_in(*store), 5U);  // bob and blue twice, red once: none is left over.
        views.rebuild("tasks").value();
        views.catch_up().value();
        expect_sample(view<tasks>::open(*store).value());
    }
}

TEST(SecondaryKeys, WorkInEveryMode) {
    fresh_store store;
    const auto inlined = inline_views::open(*store, {any_projection::of<tasks>()}).value();
    append_sample(*store);
    expect_sample(view<tasks>::open(*store, view_mode::inlined).value());
    EXPECT_EQ(entries_in(*store), 5U);
    expect_sample(view<tasks>::open(*store, view_mode::live).value());
}

TEST(SecondaryKeys, FindRowsAsJson) {
    fresh_store store;
    append_sample(*store);
    const auto rows = json_view::open(*store, any_projection::of<tasks>(), view_mode::live).value();
    std::string found;
    rows.for_each_by("label", "red",
                     [&](std::string_view key, std::string_view row) {
                         found += std::string{key} + std::string{row};
                         return true;
                     })
        .value();
    EXPECT_EQ(found, R"(b{"owner":"bob","labels":["red","blue"]})");
}

TEST(SecondaryKeys, StopWhenTold) {
    fresh_store store;
    append_sample(*store);
    const auto rows = view<tasks>::open(*store, view_mode::live).value();
    int seen = 0;
    rows.for_each_by("owner", "bob", [&](std::string_view, tasks::row&&) { return ++seen < 1; })
        .value();
    EXPECT_EQ(seen, 1);
}

TEST(SecondaryKeys, AreNotFoundThroughAnEntryThatIsOutOfDate) {
    fresh_store store;
    append(*store, task_put{"a", "ada", {}});
    runner::open(*store, {any_projection::of<tasks>()}).value().catch_up().value();
    // As if the row had changed between the look at the entry and the look at the row.
    keyspace_batch batch;
    batch.put(layout::index_entries("owner", "bob") + "a", "");
    batch.put(layout::index_entries("owner", "bob") + "gone", "");
    store->open_keyspace("view.tasks.v1").value().write(batch).value();
    EXPECT_THAT(found(view<tasks>::open(*store).value(), "owner", "bob"), IsEmpty());
}

TEST(SecondaryKeys, MayHoldAnyBytes) {
    const std::string zero{"a\0b", 3};
    EXPECT_EQ(layout::index_entries("i", zero), std::string("ii\0\1a\0\xFF"
                                                            "b\0\1",
                                                            10));
    fresh_store store;
    append(*store, task_put{"x", zero, {}});
    append(*store, task_put{"y", "a", {}});
    append(*store, task_put{"z", "", {}});
    runner::open(*store, {any_projection::of<tasks>()}).value().catch_up().value();
    const auto rows = view<tasks>::open(*store).value();
    EXPECT_THAT(found(rows, "owner", zero), ElementsAre("x"));
    EXPECT_THAT(found(rows, "owner", "a"), ElementsAre("y"));
    EXPECT_THAT(found(rows, "owner", ""), ElementsAre("z"));
}

TEST(SecondaryKeys, AreMissedIfTheProjectionHasNone) {
    fresh_store store;
    const live_view rows{*store, any_projection::of<test::carts>()};
    EXPECT_THAT(rows.scan_by("owner", "ada", [](auto, auto) { return true; }),
                FailsWith(errc::invalid_argument, "no secondary keys"));
}

TEST(SecondaryKeys, ThatCannotBeMadeStopTheView) {
    fresh_store store;
    append(*store, task_put{"a", "trouble", {}});
    auto views = runner::open(*store, {any_projection::of<tasks>()}).value();
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "no such owner"));
    EXPECT_EQ(views.status("tasks").value().cursor, position{0});
}

struct plain_tasks {
    static constexpr std::string_view name = "tasks";
    static constexpr std::uint32_t version = 1;
    using row = tasks::row;
    using events = tasks::events;
    static std::string key(const task_put& e) { return e.id; }
    static std::string key(const task_dropped& e) { return e.id; }
    static row apply(row, const task_put& e) { return {e.owner, e.labels}; }
    static row apply(row r, const task_dropped&) { return r; }
};

TEST(SecondaryKeys, NeedANewVersionWhenAdded) {
    fresh_store store;
    runner::open(*store, {any_projection::of<plain_tasks>()}).value();
    EXPECT_THAT(runner::open(*store, {any_projection::of<tasks>()}),
                FailsWith(errc::invalid_argument, "raise the version"));
}

}  // namespace
}  // namespace daybook::projections
