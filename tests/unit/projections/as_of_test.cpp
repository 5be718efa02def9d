// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a view as of a moment has the rows of a view that was stopped there, whatever it was folded
// from and however it is read.
// Method: a runner steps event by event over a small generated log, and what its views hold after
// each step is written down; the same is then asked of every position, from the first event and
// from a checkpoint at every place before.

#include <daybook/projections/as_of.hpp>
#include <daybook/projections/built_in.hpp>
#include <daybook/projections/checkpoints.hpp>
#include <daybook/projections/declared_view.hpp>
#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/orchestration_events.hpp>
#include <daybook/projections/park.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::Holds;
using test::HoldsValue;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using rows_by_key = std::map<std::string, std::string>;

struct task_put {
    std::string id;
    std::string owner;
};
BOOST_DESCRIBE_STRUCT(task_put, (), (id, owner))

struct task_gone {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(task_gone, (), (id))

/// Rows that come and go, found by a secondary key too.
struct owned {
    static constexpr std::string_view name = "owned";
    static constexpr std::uint32_t version = 1;
    struct row {
        std::string owner;
        std::uint64_t puts = 0;
    };
    using events = std::variant<task_put, task_gone>;
    static std::string key(const auto& event) { return event.id; }
    static row apply(row before, const task_put& e) { return {e.owner, before.puts + 1}; }
    static removed apply(row, const task_gone&) { return {}; }
    static std::vector<secondary_key> secondary(const row& r) { return {{"owner", r.owner}}; }
};
BOOST_DESCRIBE_STRUCT(owned::row, (), (owner, puts))

/// The same rows as a kind, for a stage that is made from them.
struct task_kind : owned {
    static constexpr std::string_view name = "task";
};

struct load_kind {
    static constexpr std::string_view name = "load";
    using from = task_kind;
    using row = std::int64_t;
    static std::vector<std::string> key(const row_changed<task_kind>& c) {
        std::vector<std::string> owners;
        if (c.before != nullptr) owners.push_back(c.before->owner);
        if (c.after != nullptr) owners.push_back(c.after->owner);
        return owners;
    }
    static std::optional<row> apply(row open, const row_changed<task_kind>& c,
                                    std::string_view owner) {
        if (c.before != nullptr && c.before->owner == owner) --open;
        if (c.after != nullptr && c.after->owner == owner) ++open;
        return open == 0 ? std::nullopt : std::optional{open};
    }
};

struct board {
    static constexpr std::string_view name = "board";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<task_kind, load_kind>;
};

any_projection declared_count() {
    constexpr std::string_view text =
        R"({"name":"declared_count","version":1,"key":"$type","columns":{"n":"count"}})";
    return declared_projection(boost::json::parse(text)).value();
}

/// Events of all built-in views, and of those above.
class mixed_events {
public:
    explicit mixed_events(std::uint64_t seed) : random_{seed} {}

    void append_to(store& log) {
        new_event made;
        switch (random_.below(3)) {
            case 0: made = task_event(); break;
            case 1: made = test::simple_event("cart_closed", R"({"cart":"c1"})"); break;
            default: made = work_event(); break;
        }
        if (made.type == "cart_closed" && random_.chance(80)) {
            made = test::simple_event(random_.chance(60) ? "item_added" : "item_taken",
                                      R"({"cart":"c)" + digit() + R"(","count":)" + digit() + "}");
        }
        if (random_.chance(50)) made.actor = {"agent", "agent-" + digit(), ""};
        log.append("issue-" + digit(), expected::any(), {std::move(made)}).value();
    }

private:
    std::string digit() { return std::to_string(random_.below(3)); }

    new_event task_event() {
        const auto id = R"({"id":"t)" + digit() + '"';
        if (random_.chance(30)) return test::simple_event("task_gone", id + "}");
        return test::simple_event("task_put", id + R"(,"owner":"o)" + digit() + R"("})");
    }
    new_event work_event() {
        const auto known = known_event_types();
        return test::simple_event(
            std::string{known[random_.below(known.size())].type},
            R"({"agent_name":"a)" + digit() + R"(","gap_id":"g)" + digit() + R"(","task_id":"t)" +
                digit() + R"(","status":"completed","severity":"error","phase":"CODE"})");
    }

    test::randomness random_;
};

rows_by_key rows_of(const row_reader& from, const row_range& range = {}) {
    rows_by_key rows;
    from.scan(range,
              [&](std::string_view key, std::string_view row) {
                  rows[std::string{key}] = row;
                  return true;
              })
        .value();
    return rows;
}

std::vector<any_projection> views_under_test() {
    auto all = built_in_projections();
    all.push_back(any_projection::of<test::trail>());
    all.push_back(any_projection::of<test::carts>());
    all.push_back(any_projection::of<owned>());
    all.push_back(any_projection::of<board>());
    all.push_back(declared_count());
    return all;
}

/// What a view held when it stood at a position.
struct stop {
    rows_by_key rows;
    view_digest digest;
};

using stops = std::vector<stop>;  ///< By cursor.

stop look_at(store& log, const any_projection& of) {
    stop now{rows_of(stored_view::open(log, of).value()), {}};
    for (const auto& one : built_views(log).value()) {
        if (one.name == of.name()) now.digest = digest_of(log, one).value();
    }
    return now;
}

void expect_equal(store& log, const any_projection& of, std::uint64_t cursor, const stop& wanted,
                  const std::set<std::string>& keys, const as_of_options& options = {}) {
    SCOPED_TRACE(of.name() + " at " + std::to_string(cursor));
    const auto as_of_then = as_of::before(position{cursor});
    const auto one_by_one = as_of_view::open(log, of, as_of_then, options).value();
    for (const auto& key : keys) {
        const auto at = wanted.rows.find(key);
        const auto row = at == wanted.rows.end() ? std::nullopt : std::optional{at->second};
        EXPECT_THAT(one_by_one.get(key), Holds(row)) << key;
    }
    const auto then = as_of_view::open(log, of, as_of_then, options).value();
    EXPECT_EQ(rows_of(then), wanted.rows);
    EXPECT_EQ(digest_of(then).value(), wanted.digest);
    for (const auto& key : keys)
        EXPECT_EQ(then.get(key).value().has_value(), wanted.rows.contains(key));
}

std::set<std::string> keys_in(const stops& all) {
    std::set<std::string> keys{"never"};
    for (const auto& each : all) {
        for (const auto& [key, row] : each.rows) keys.insert(key);
    }
    return keys;
}

class AsOf : public testing::Test {
protected:
    static constexpr std::size_t events = 60;

    void append(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) maker.append_to(*store);
    }

    test::fresh_store store;
    mixed_events maker{4711};
};

TEST_F(AsOf, EveryPositionHasTheRowsOfAViewStoppedThere) {
    append(events);
    const auto views = views_under_test();
    auto running = runner::open(*store, views, {.batch_events_max = 1}).value();
    std::vector<stops> seen(views.size());
    for (bool more = true; more; more = running.step().value()) {
        for (std::size_t i = 0; i < views.size(); ++i) seen[i].push_back(look_at(*store, views[i]));
    }
    for (std::size_t i = 0; i < views.size(); ++i) {
        ASSERT_EQ(seen[i].size(), events + 1);
        const auto keys = keys_in(seen[i]);
        for (std::size_t cursor = 0; cursor <= events; ++cursor)
            expect_equal(*store, views[i], cursor, seen[i][cursor], keys);
    }
}

TEST_F(AsOf, ItDoesNotMatterFromWhichCheckpointItStarts) {
    constexpr std::size_t few = 25;
    append(few);
    for (const auto& of : views_under_test()) {
        stops seen;
        std::vector<view_checkpoint> kept;
        {
            auto running = runner::open(*store, {of}, {.batch_events_max = 1}).value();
            for (bool more = true; more; more = running.step().value()) {
                seen.push_back(look_at(*store, of));
                if (seen.size() > 1) kept.push_back(keep_checkpoint(*store, of).value());
            }
        }
        const auto keys = keys_in(seen);
        for (std::size_t from = few; from > 0; --from) {
            for (std::size_t cursor = from; cursor <= few; ++cursor) {
                const auto then =
                    as_of_view::open(*store, of, as_of::before(position{cursor})).value();
                ASSERT_EQ(then.starts_at(), position{from});
                // All of every third pair: each fold costs all of the keys.
                if ((cursor + from) % 3 == 0) {
                    expect_equal(*store, of, cursor, seen[cursor], keys);
                } else {
                    EXPECT_EQ(digest_of(then).value(), seen[cursor].digest);
                }
            }
            drop_checkpoint(*store, kept[from - 1]).value();
        }
        drop_version(*store, of.name(), of.version()).value();
    }
}

TEST_F(AsOf, RowsThatDoNotFitIntoMemoryAreTheSame) {
    append(events);
    const test::temp_directory scratch;
    const as_of_options small{.rows_bytes_max = 200, .scratch = scratch.path()};
    for (const auto& of : views_under_test()) {
        auto running = runner::open(*store, {of}, {.batch_events_max = 20}).value();
        running.step().value();
        keep_checkpoint(*store, of).value();
        running.catch_up().value();
        const auto wanted = look_at(*store, of);
        const auto now = as_of_view::open(*store, of, as_of::before(position{events}), small);
        EXPECT_EQ(now->starts_at(), position{20});
        EXPECT_EQ(rows_of(*now), wanted.rows) << of.name();
        if (wanted.rows.size() > 10) {
            EXPECT_FALSE(std::filesystem::is_empty(scratch.path()));
        }
        for (const auto& [key, row] : wanted.rows)
            EXPECT_THAT(now->get(key), Holds(std::optional{row}));
    }
    EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
}

// A row per event, more than a page of them, half of them a checkpoint's, some of these removed.
struct numbered {
    static constexpr std::string_view name = "numbered";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static std::string key(const event_view& e) { return std::string{*e.tag("n")}; }
    static std::optional<row> apply(row seen, const event_view& e) {
        if (e.type() == "Gone") return std::nullopt;
        return seen + 1;
    }
};

class AsOfPages : public testing::TestWithParam<std::size_t> {
protected:
    static constexpr std::size_t rows = 3000;

    void append(std::string_view type, std::size_t first, std::size_t step) {
        std::vector<new_event> made;
        for (std::size_t n = first; n < rows; n += step) {
            made.push_back(test::simple_event(std::string{type}));
            made.back().tags = {"n:" + std::to_string(10'000 + n)};
            if (made.size() == 500)
                store->append("task-1", expected::any(), std::exchange(made, {})).value();
        }
        if (!made.empty()) store->append("task-1", expected::any(), made).value();
    }

    test::fresh_store store;
};

TEST_P(AsOfPages, AreVisitedAsThoseOfAStoredView) {
    const auto of = any_projection::of<numbered>();
    append("Come", 0, 2);
    auto running = runner::open(*store, {of}).value();
    running.catch_up().value();
    keep_checkpoint(*store, of).value();
    append("Come", 1, 2);
    append("Gone", 0, 7);
    append("Come", 0, 14);
    running.catch_up().value();
    const auto stored = stored_view::open(*store, of).value();
    const auto then = as_of_view::open(*store, of, as_of::before(store->watermark()),
                                       {.rows_bytes_max = GetParam()})
                          .value();
    EXPECT_LT(then.starts_at(), store->watermark());
    EXPECT_GT(then.starts_at(), position{0});
    EXPECT_TRUE(compare_rows(stored, then).value().same_rows());
    const auto keys = [](const row_reader& from, const row_range& range) {
        std::vector<std::string> found;
        from.scan(range,
                  [&](std::string_view key, std::string_view) {
                      found.emplace_back(key);
                      return true;
                  })
            .value();
        return found;
    };
    for (const auto dir : {direction::forwards, direction::backwards}) {
        for (const std::string_view prefix : {"", "1", "11", "129", "13", "0", "9"}) {
            for (const std::string_view from : {"", "10500", "10501", "2"}) {
                for (const std::string_view before : {"", "10500", "12750", "0"}) {
                    for (const std::size_t limit : {0U, 1U, 7U, 100'000U}) {
                        const row_range range{prefix, from, before, limit, dir};
                        ASSERT_EQ(keys(then, range), keys(stored, range))
                            << prefix << ' ' << from << ' ' << before << ' ' << limit;
                    }
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(, AsOfPages, testing::Values(1000, 100'000'000),
                         [](const auto& of) { return of.param == 1000 ? "Spilled" : "InMemory"; });

TEST_F(AsOf, SecondaryKeysFindWhatTheyFoundThen) {
    append(events);
    auto running =
        runner::open(*store, {any_projection::of<owned>()}, {.batch_events_max = 1}).value();
    const auto of_owner = [](const view<owned>& rows) {
        std::vector<std::string> keys;
        rows.for_each_by("owner", "o1",
                         [&](std::string_view key, const owned::row& row) {
                             EXPECT_EQ(row.owner, "o1");
                             keys.emplace_back(key);
                         })
            .value();
        return keys;
    };
    while (running.step().value()) {
        const auto stopped = view<owned>::open(*store).value();
        const auto cursor = stopped.cursor().value();
        const auto then = view<owned>::open(*store, as_of::before(cursor)).value();
        EXPECT_EQ(of_owner(then), of_owner(stopped));
        EXPECT_THAT(then.cursor(), Holds(cursor));
    }
    const auto carts =
        as_of_view::open(*store, any_projection::of<test::carts>(), as_of::before(position{3}));
    EXPECT_THAT(carts->scan_by("owner", "o1", {}),
                FailsWith(errc::invalid_argument, "no secondary keys"));
}

TEST_F(AsOf, ATimeIsAllThatWasRecordedUntilThen) {
    append(3);
    const auto of = any_projection::of<test::trail>();
    const auto times = [&] {
        std::vector<timestamp> found;
        for (const auto& e : store->read_all().value().collect().value())
            found.push_back(e.view().recorded_at());
        return found;
    }();
    for (std::size_t i = 0; i < times.size(); ++i) {
        const auto wanted = store->position_after(times[i]).value();
        EXPECT_GT(wanted, position{i});
        EXPECT_THAT(as_of::recorded_by(times[i]).cursor_in(*store), Holds(wanted));
        EXPECT_THAT(as_of_view::open(*store, of, as_of::recorded_by(times[i]))->cursor(),
                    Holds(wanted));
    }
    const auto before_all = as_of::recorded_by(times.front() - std::chrono::microseconds{1});
    EXPECT_THAT(before_all.cursor_in(*store), Holds(position{0}));
    EXPECT_THAT(rows_of(as_of_view::open(*store, of, before_all).value()), IsEmpty());
    EXPECT_THAT(as_of::at(position{1}).cursor_in(*store), Holds(position{2}));
    EXPECT_THAT(as_of::before(position{3}).cursor_in(*store), Holds(position{3}));
}

TEST_F(AsOf, AMomentThatTheLogDoesNotReachIsRefused) {
    const auto of = any_projection::of<test::trail>();
    EXPECT_THAT(as_of_view::open(*store, of, as_of::at(position{0})),
                FailsWith(errc::invalid_argument, "the log ends before its first event"));
    append(3);
    EXPECT_THAT(
        view<test::trail>::open(*store, as_of::at(position{3})),
        FailsWith(errc::invalid_argument, "as of position 3: the log ends with position 2"));
    EXPECT_THAT(json_view::open(*store, of, as_of::before(position{4})),
                FailsWith(errc::invalid_argument, "as of position 3"));
    const position last{std::numeric_limits<std::uint64_t>::max()};
    EXPECT_THAT(as_of::at(last).cursor_in(*store), FailsWith(errc::invalid_argument, "ends with"));
    const auto tomorrow = std::chrono::floor<std::chrono::microseconds>(
        std::chrono::system_clock::now() + std::chrono::hours{24});
    EXPECT_THAT(as_of::recorded_by(tomorrow).cursor_in(*store),
                FailsWith(errc::invalid_argument, "that time has not come"));
}

TEST_F(AsOf, WaitsForNothing) {
    append(3);
    const auto then = view<test::trail>::open(*store, as_of::at(position{1})).value();
    EXPECT_THAT(then.wait_for(at_least{position{1}}, std::chrono::milliseconds{0}), HoldsValue());
    EXPECT_THAT(then.wait_for(at_least{position{2}}, std::chrono::hours{1}),
                FailsWith(errc::timed_out, "will never have position 2"));
}

/// Throws at what is marked, for the streams where it comes; strict or not.
struct touchy : test::trail {
    static constexpr std::string_view name = "touchy";
    static row apply(row seen, const event_view& e) {
        if (e.tag("bad") == "yes") throw std::runtime_error{"cannot take this"};
        seen.push_back(e.position());
        return seen;
    }
};
struct strict_touchy : touchy {
    static constexpr std::string_view name = "strict_touchy";
    static constexpr bool strict = true;
};

/// Cannot tell the key of what is marked.
struct keyless : touchy {
    static constexpr std::string_view name = "keyless";
    static constexpr bool keyed_by_stream = false;
    static std::string key(const event_view& e) {
        if (e.tag("bad") == "yes") throw std::runtime_error{"cannot tell"};
        return std::string{e.stream()};
    }
    static row apply(row seen, const event_view& e) {
        seen.push_back(e.position());
        return seen;
    }
};

class AsOfParked : public testing::TestWithParam<any_projection> {
protected:
    /// A third of the events cannot be taken, of some streams.
    void append(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            auto made = test::simple_event("A");
            const auto stream = random.below(4);
            if (stream > 0 && random.chance(33)) made.tags = {"bad:yes"};
            store->append("task-" + std::to_string(stream), expected::any(), {made}).value();
        }
    }

    test::fresh_store store;
    test::randomness random{99};
};

TEST_P(AsOfParked, EveryPositionHasTheRowsOfAViewStoppedThere) {
    append(30);
    std::vector<std::pair<std::uint64_t, stop>> seen;
    auto views = runner::open(*store, {GetParam()}, {.batch_events_max = 1}).value();
    const auto step_to_end = [&] {
        // What is told of parked events is no event for these views, but has its positions.
        for (bool more = true; more; more = views.step().value()) {
            const auto now = look_at(*store, GetParam());
            seen.emplace_back(now.digest.cursor.value, now);
        }
    };
    step_to_end();
    const auto name = GetParam().name();
    const auto parked = parked_events(*store, "view." + name + ".v1").value();
    ASSERT_FALSE(parked.empty());
    EXPECT_THAT(keep_checkpoint(*store, GetParam()), FailsWith(errc::refused, "keys are parked"));
    views.skip_event(name, parked.front().at, "of no use").value();
    append(5);
    // The skip is an event: it is known from the next position on, if the view knows it already.
    views.step().value();
    step_to_end();
    for (const auto& [cursor, wanted] : seen) {
        expect_equal(*store, GetParam(), cursor, wanted, {"task-0", "task-1", "task-2", "task-3"});
    }
}

INSTANTIATE_TEST_SUITE_P(, AsOfParked,
                         testing::Values(any_projection::of<touchy>(),
                                         any_projection::of<keyless>()),
                         [](const auto& of) { return of.param.name(); });

TEST_F(AsOf, ACheckpointWithASkipIsNotUsedForAMomentBeforeTheSkip) {
    append(5);
    auto bad = test::simple_event("A");
    bad.tags = {"bad:yes"};
    store->append("task-1", expected::any(), {bad}).value();
    store->append("task-1", expected::any(), {test::simple_event("A")}).value();
    const auto end = store->watermark();
    const auto of = any_projection::of<touchy>();
    auto views = runner::open(*store, {of}).value();
    views.catch_up().value();
    const auto parked = look_at(*store, of);
    views.skip_event("touchy", position{5}, "of no use").value();
    const auto skipped = look_at(*store, of);
    EXPECT_NE(parked.rows, skipped.rows);
    if (view<touchy>::open(*store)->cursor().value() < store->watermark()) {
        keep_checkpoint(*store, of).value();
    }
    views.catch_up().value();
    keep_checkpoint(*store, of).value();
    append(1);
    const auto before = as_of_view::open(*store, of, as_of::before(end)).value();
    EXPECT_EQ(rows_of(before), parked.rows);
    const auto after = as_of_view::open(*store, of, as_of::before(store->watermark())).value();
    EXPECT_GT(after.starts_at(), position{0});
    EXPECT_EQ(after.get("task-1").value(), skipped.rows.at("task-1"));
}

TEST_F(AsOf, AStrictViewFailsAtAnEventThatItCannotTake) {
    store->append("task-1", expected::any(), {test::simple_event("Good")}).value();
    auto bad = test::simple_event("Bad");
    bad.tags = {"bad:yes"};
    store->append("task-1", expected::any(), {bad}).value();
    const auto good = view<strict_touchy>::open(*store, as_of::at(position{0})).value();
    EXPECT_THAT(good.get("task-1").value().value(), ElementsAre(position{0}));
    const auto strict = view<strict_touchy>::open(*store, as_of::at(position{1})).value();
    const auto asked_to_be =
        view<touchy>::open(*store, as_of::at(position{1}), {.strict = true}).value();
    const auto failed = FailsWith(errc::projection_failed, "position 1 (Bad of task-1)");
    EXPECT_THAT(strict.get("task-1"), failed);
    EXPECT_THAT(asked_to_be.get("task-1"), failed);
    for (int again = 0; again < 2; ++again) {
        EXPECT_THAT(strict.rows(), failed);
        EXPECT_THAT(asked_to_be.rows(), failed);
    }
}

TEST_F(AsOf, AnInlineViewIsReadInTheSameWay) {
    append(10);
    const auto of = any_projection::of<owned>();
    stops seen(10);  // Those are of no interest.
    {
        auto kept = inline_views::open(*store, {of}).value();
        seen.push_back(look_at(*store, of));
        while (store->watermark() < position{40}) {
            if (store->watermark() == position{20}) keep_checkpoint(*store, of).value();
            append(1);
            seen.push_back(look_at(*store, of));
        }
        for (std::size_t cursor = 10; cursor <= 40; ++cursor)
            expect_equal(*store, of, cursor, seen[cursor], {"t0", "t1", "t2"});
    }
    EXPECT_EQ(as_of_view::open(*store, of, as_of::at(position{30}))->starts_at(), position{20});
}

TEST_F(AsOf, TheDifferenceOfTwoMomentsIsFound) {
    for (const auto* cart : {"a", "b", "c"}) {
        store
            ->append("task-1", expected::any(),
                     {test::simple_event("item_added",
                                         R"({"count":1,"cart":")" + std::string{cart} + "\"}")})
            .value();
    }
    store->append("task-1", expected::any(), {test::simple_event("cart_closed", R"({"cart":"b"})")})
        .value();
    store
        ->append("task-1", expected::any(),
                 {test::simple_event("item_added", R"({"cart":"a","count":1})")})
        .value();
    const auto of = any_projection::of<test::carts>();
    const auto before = as_of_view::open(*store, of, as_of::at(position{1})).value();
    const auto after = as_of_view::open(*store, of, as_of::at(position{4})).value();
    const auto found = compare_rows(before, after).value();
    EXPECT_EQ(found.cursor_before, position{2});
    EXPECT_EQ(found.cursor_after, position{5});
    EXPECT_EQ(found.rows_before, 2U);
    EXPECT_EQ(found.rows_after, 2U);
    EXPECT_EQ(found.rows_added, 1U);
    EXPECT_EQ(found.rows_removed, 1U);
    EXPECT_EQ(found.rows_changed, 1U);
    ASSERT_EQ(found.examples.size(), 3U);
    EXPECT_EQ(found.examples[0].key, "a");
    EXPECT_TRUE(compare_rows(before, before).value().same_rows());
    EXPECT_THAT(compare_rows(before, after, {.examples_max = 0})->examples, IsEmpty());
}

TEST_F(AsOf, ManyThreadsReadWhileARunnerAndAnAppenderWrite) {
    append(events);
    const auto views = views_under_test();
    std::vector<stop> wanted;
    {
        auto running = runner::open(*store, views).value();
        running.catch_up().value();
        for (const auto& of : views) wanted.push_back(look_at(*store, of));
    }
    auto running =
        runner::open(*store, views,
                     {.batch_events_max = 7, .checkpoint_every_events = 10, .checkpoints_kept = 2})
            .value();
    running.start();
    std::atomic<std::size_t> at_work{2};
    const auto read = [&] {
        for (std::size_t i = 0; i < views.size(); ++i)
            expect_equal(*store, views[i], events, wanted[i], {"t1", "load/o1", "issue-1"});
        --at_work;
    };
    std::thread one{read};
    std::thread other{read};
    while (at_work > 0) {
        if (store->watermark() < position{2000}) append(1);
        std::this_thread::yield();
    }
    one.join();
    other.join();
    running.stop();
    EXPECT_FALSE(running.status("owned")->last_error);
}

TEST_F(AsOf, OneReaderServesManyThreads) {
    append(events);
    const auto of = any_projection::of<board>();
    const auto then = as_of_view::open(*store, of, as_of::before(position{events})).value();
    const auto alone = as_of_view::open(*store, of, as_of::before(position{events})).value();
    const auto wanted = rows_of(alone);
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&, i] {
            if (i % 2 == 0) {
                EXPECT_EQ(rows_of(then), wanted);
            }
            for (const auto& [key, row] : wanted)
                EXPECT_THAT(then.get(key), Holds(std::optional{row}));
        });
    }
    for (auto& each : readers) each.join();
}

TEST_F(AsOf, IsReadBesideAWriterByAStoreThatIsOpenForReading) {
    append(30);
    const auto of = any_projection::of<owned>();
    auto running = runner::open(*store, {of}, {.batch_events_max = 10}).value();
    running.step().value();
    keep_checkpoint(*store, of).value();
    running.step().value();
    const auto wanted = look_at(*store, of);
    auto options = test::quick_options();
    options.read_only = true;
    auto beside = store::open(store.directory(), options).value();
    const auto then = as_of_view::open(beside, of, as_of::at(position{19})).value();
    EXPECT_EQ(then.starts_at(), position{10});
    expect_equal(beside, of, 20, wanted, {"t0", "t1"});
    EXPECT_THAT(keep_checkpoint(beside, of), FailsWith(errc::refused, "read-only"));
    // What the writer drops is gone here too, and is not taken for rows that are not there.
    prune_checkpoints(*store, "owned", 0).value();
    beside.refresh().value();
    EXPECT_THAT(then.get("t0"), FailsWith(errc::not_found, "it was dropped"));
    EXPECT_THAT(then.load(), FailsWith(errc::not_found, "it was dropped"));
    expect_equal(beside, of, 20, wanted, {"t0", "t1"});
}

}  // namespace
}  // namespace daybook::projections
