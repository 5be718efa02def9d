// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a projection that is not a function of the log is found out, with the first event at which
// it shows, and stored rows that the log does not make; whatever is pure passes.
// Method: projections that are wrong on purpose, each in one way, and rows changed by hand.

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/check.hpp>
#include <daybook/projections/declared_view.hpp>
#include <daybook/projections/runner.hpp>

#include "odd_events.hpp"
#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::trail;
using testing::ElementsAre;
using testing::HasSubstr;

/// Which runs differ.
std::vector<check_run> differing(const check_report& report) {
    std::vector<check_run> found;
    for (const auto& one : report.runs) {
        if (one.verdict == check_verdict::differs) found.push_back(one.run);
    }
    return found;
}

const check_outcome& outcome(const check_report& report, check_run run) {
    return report.runs.at(static_cast<std::size_t>(run));
}

const check_difference& difference(const check_report& report, check_run run) {
    return outcome(report, run).difference.value();
}

class Check : public testing::Test {
protected:
    void append(const std::string& stream, const std::string& type, std::size_t count = 1) {
        for (; count > 0; count -= std::min<std::size_t>(count, 1000)) {
            const std::vector<new_event> events(std::min<std::size_t>(count, 1000),
                                                test::simple_event(type));
            store->append(stream, expected::any(), events).value();
        }
    }
    template <class P>
    check_report check(check_options options = {.seed = 7}) {
        return check_projection(*store, any_projection::of<P>(), options).value();
    }
    template <class P>
    void build() {
        auto views = runner::open(*store, {any_projection::of<P>()}).value();
        views.catch_up().value();
    }

    test::fresh_store store;
};

// What is pure passes ---------------------------------------------------------------------------

TEST_F(Check, PassesAPureProjectionInEveryRun) {
    append("task-1", "A", 3);
    append("task-2", "B", 2);
    build<trail>();
    const auto report = check<trail>();
    EXPECT_TRUE(report.passed());
    EXPECT_EQ(report.view, "trail");
    EXPECT_EQ(report.version, 1U);
    EXPECT_EQ(report.seed, 7U);
    EXPECT_EQ(report.events_applied, 5U);
    EXPECT_EQ(report.events_refused, 0U);
    std::vector<check_run> runs;
    for (const auto& one : report.runs) {
        runs.push_back(one.run);
        EXPECT_EQ(one.verdict, check_verdict::same);
        EXPECT_FALSE(one.difference);
        if (one.run != check_run::apart) {
            EXPECT_EQ(one.digest, report.digest);
        }
    }
    EXPECT_THAT(runs, ElementsAre(check_run::plain, check_run::again, check_run::one_by_one,
                                  check_run::odd_batches, check_run::interrupted,
                                  check_run::divided, check_run::apart, check_run::stored));
}

TEST_F(Check, PassesEveryBuiltInViewOverALogOfAllEventTypes) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::odd_events odd{seed};
    for (int i = 0; i < 4500; ++i)
        store->append(odd.stream(), expected::any(), {odd.next()}).value();
    auto views = runner::open(*store, built_in_projections(), {.batch_events_max = 700}).value();
    views.catch_up().value();
    for (const auto& of : built_in_projections()) {
        const auto report = check_projection(*store, of, {.seed = seed}).value();
        for (const auto& one : report.runs) {
            const bool divided = one.run != check_run::divided || of.divides_by_key();
            EXPECT_EQ(one.verdict, divided ? check_verdict::same : check_verdict::not_run)
                << of.name() << ' ' << (one.difference ? one.difference->what : one.reason);
        }
        EXPECT_GT(report.digest.rows, 0U) << of.name();
    }
}

struct item_counted {
    static constexpr std::string_view name = "item_counted";
    using row = std::int64_t;
    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row count, const event_view&) { return count + 1; }
};
/// How many types have been seen so often.
struct items_seen {
    static constexpr std::string_view name = "items_seen";
    using row = std::int64_t;
    using from = item_counted;
    static std::vector<std::string> key(const row_changed<item_counted>& change) {
        std::vector<std::string> keys{std::to_string(*change.after)};
        if (change.before != nullptr) keys.push_back(std::to_string(*change.before));
        return keys;
    }
    static std::optional<row> apply(row count, const row_changed<item_counted>& change,
                                    std::string_view key) {
        const auto next = count + (key == std::to_string(*change.after) ? 1 : -1);
        if (next == 0) return std::nullopt;
        return next;
    }
};
struct staged {
    static constexpr std::string_view name = "staged";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<item_counted, items_seen>;
};
struct in_stream {
    static constexpr std::string_view name = "in_stream";
    using row = std::int64_t;
    static std::string_view key(const event_view& e) { return e.stream(); }
    static row apply(row count, const event_view&) { return count + 1; }
};
struct two_kinds {
    static constexpr std::string_view name = "two_kinds";
    static constexpr std::uint32_t version = 1;
    static constexpr bool strict = true;
    using kinds = std::tuple<item_counted, in_stream>;
};

TEST_F(Check, PassesStagesRemovalsAndDeclaredViews) {
    for (const char* type : {"A", "B", "A", "C", "B", "A", "A", "D"}) append("task-1", type);
    EXPECT_TRUE(check<staged>().passed());
    const auto declared = declared_projection(boost::json::parse(
        R"({"name":"by_type","version":1,"key":"$type","columns":{"events":"count"}})"));
    const auto report = check_projection(*store, *declared, {.seed = 7}).value();
    EXPECT_TRUE(report.passed());
    EXPECT_EQ(report.digest.rows, 4U);
}

TEST_F(Check, PassesAnEmptyLog) {
    const auto report = check<trail>();
    EXPECT_TRUE(report.passed());
    EXPECT_EQ(report.digest.rows, 0U);
    EXPECT_EQ(report.digest.cursor, position{0});
}

// What is not, is named ---------------------------------------------------------------------------

/// Wrong on purpose: its rows depend on how often it was called.
struct counts_calls {
    static constexpr std::string_view name = "counts_calls";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    static query wants() { return query::types({"Counted"}); }
    static std::string_view key(const event_view& e) { return e.stream(); }
    static row apply(row, const event_view&) {
        static row calls = 0;
        return ++calls;
    }
};

TEST_F(Check, FindsAStaticCounterAtTheFirstEventThatIsCounted) {
    append("task-1", "Other", 3);
    append("task-2", "Counted", 20);
    const auto report = check<counts_calls>();
    EXPECT_FALSE(report.passed());
    EXPECT_THAT(differing(report),
                ElementsAre(check_run::again, check_run::one_by_one, check_run::odd_batches,
                            check_run::interrupted, check_run::divided, check_run::apart));
    const auto& found = difference(report, check_run::again);
    EXPECT_EQ(found.at, position{3});
    EXPECT_EQ(found.type, "Counted");
    EXPECT_EQ(found.stream, "task-2");
    EXPECT_EQ(found.key, "task-2");
    EXPECT_TRUE(found.repeats);
    EXPECT_NE(found.plain_row.value(), found.row.value());
    EXPECT_EQ(found.what, "after position 3 (Counted of task-2): row \"task-2\" was " +
                              *found.plain_row + " and, folded once more, is " + *found.row);
    EXPECT_FALSE(outcome(report, check_run::again).digest);
}

/// A fold by hand, as somebody would write for a format of their own: a number for each stream.
class number_fold : public fold {
public:
    number_fold(row_source rows, fold_options options)
        : rows_{std::move(rows)}, options_{std::move(options)} {}

    result<bool> apply(const json_event& event) override {
        const std::string key{event->stream()};
        if (options_.only_key && key != *options_.only_key) return false;
        changed_[key] = next(number_of(key), event.view());
        return true;
    }
    void collect(const row_sink& sink) override {
        for (const auto& [key, number] : changed_) {
            std::string bytes;
            encode_value(number, bytes);
            sink(key, std::optional<std::string_view>{bytes});
        }
        changed_.clear();
    }
    void discard() override { changed_.clear(); }
    std::size_t rows_changed() const noexcept override { return changed_.size(); }
    std::size_t rows_cached() const noexcept override { return changed_.size(); }

protected:
    virtual std::int64_t next(std::int64_t number, const event_view& event) = 0;
    std::size_t rows_in_batch() const { return changed_.size(); }
    std::int64_t number_of(const std::string& key) {
        if (const auto at = changed_.find(key); at != changed_.end()) return at->second;
        const auto stored = rows_(key).value();
        return stored ? decode_value<std::int64_t>(*stored).value() : 0;
    }

private:
    row_source rows_;
    fold_options options_;
    std::map<std::string, std::int64_t> changed_;
};

template <class Fold>
any_projection by_hand(const std::string& name) {
    projection_parts parts;
    parts.name = name;
    parts.version = 1;
    parts.make_fold = [](const query&, row_source rows, fold_options options) {
        return std::unique_ptr<fold>{std::make_unique<Fold>(std::move(rows), std::move(options))};
    };
    parts.row_json = [](std::string_view bytes) -> result<std::string> {
        const auto number = decode_value<std::int64_t>(bytes);
        if (!number) return number.error();
        return std::to_string(*number);
    };
    return any_projection::of_parts(std::move(parts)).value();
}

/// Wrong on purpose: counts the rows of its batch.
struct counts_batch final : number_fold {
    using number_fold::number_fold;
    std::int64_t next(std::int64_t number, const event_view&) override {
        return number + static_cast<std::int64_t>(rows_in_batch());
    }
};

TEST_F(Check, FindsARowThatDependsOnBatchBorders) {
    for (const char* stream : {"task-1", "task-2", "task-3"}) append(stream, "A");
    const auto report =
        check_projection(*store, by_hand<counts_batch>("batch"), {.seed = 7}).value();
    EXPECT_EQ(outcome(report, check_run::again).verdict, check_verdict::same);
    const auto& found = difference(report, check_run::one_by_one);
    // The first event finds an empty batch in any case.
    EXPECT_EQ(found.at, position{1});
    EXPECT_EQ(found.key, "task-2");
    EXPECT_EQ(found.plain_row, "1");
    EXPECT_EQ(found.row, "0");
}

/// Wrong on purpose: reads the row of another key.
struct reads_neighbour final : number_fold {
    using number_fold::number_fold;
    std::int64_t next(std::int64_t number, const event_view& event) override {
        return number + 1 + (event.stream() == "task-2" ? number_of("task-1") : 0);
    }
};

TEST_F(Check, FindsAProjectionThatReadsTheRowOfAnotherKey) {
    append("task-2", "A", 2);
    append("task-1", "A", 3);
    append("task-2", "B", 2);
    const auto report =
        check_projection(*store, by_hand<reads_neighbour>("neighbour"), {.seed = 7}).value();
    EXPECT_THAT(differing(report), ElementsAre(check_run::apart));
    const auto& found = difference(report, check_run::apart);
    EXPECT_EQ(found.at, position{5});
    EXPECT_EQ(found.type, "B");
    EXPECT_EQ(found.key, "task-2");
    EXPECT_EQ(found.plain_row, "6");
    EXPECT_EQ(found.row, "3");
    EXPECT_THAT(found.what, HasSubstr("folded without other keys, is 3"));
}

/// Wrong on purpose: where its row lies in memory.
struct tells_address {
    static constexpr std::string_view name = "tells_address";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    struct row {
        std::string text;
        std::uint64_t address = 0;
    };
    static row apply(row r, const event_view&) {
        r.text.resize(100, 'x');
        r.address = reinterpret_cast<std::uintptr_t>(r.text.data());
        return r;
    }
};
BOOST_DESCRIBE_STRUCT(tells_address::row, (), (text, address))

TEST_F(Check, FindsARowThatDependsOnAddresses) {
    append("task-1", "A", 3);
    const auto report = check<tells_address>();
    EXPECT_EQ(difference(report, check_run::again).at, position{0});
}

/// Wrong on purpose: the order of a hash table, of the kind whose every instance has another salt.
struct tells_hash_order {
    static constexpr std::string_view name = "tells_hash_order";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::vector<std::string>;
    static row apply(row, const event_view&) {
        static std::uint64_t tables = 0;
        test::randomness salted{++tables};
        std::map<std::uint64_t, std::string> table;
        for (int i = 0; i < 20; ++i) table.emplace(salted.next(), std::to_string(i));
        row order;
        for (const auto& [hash, text] : table) order.push_back(text);
        return order;
    }
};

TEST_F(Check, FindsARowInTheOrderOfAHashTable) {
    append("task-1", "A", 3);
    const auto report = check<tells_hash_order>();
    EXPECT_EQ(difference(report, check_run::again).at, position{0});
}

/// Wrong on purpose: it looks at the clock.
struct looks_at_clock {
    static constexpr std::string_view name = "looks_at_clock";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::int64_t;
    static query wants() { return query::types({"Timed"}); }
    /// How long ago something is cannot be the same twice.
    static row apply(row, const event_view&) {
        static auto last = std::chrono::steady_clock::now();
        auto now = std::chrono::steady_clock::now();
        while (now == last) now = std::chrono::steady_clock::now();
        last = now;
        return now.time_since_epoch().count();
    }
};

TEST_F(Check, FindsARowThatDependsOnTheClock) {
    append("task-1", "A", 3);
    append("task-1", "Timed", 3);
    const auto report = check<looks_at_clock>();
    EXPECT_EQ(difference(report, check_run::again).at, position{3});
}

/// Wrong on purpose: a member of its row is not described, and so not stored.
struct forgets_member {
    static constexpr std::string_view name = "forgets_member";
    static constexpr std::uint32_t version = 1;
    struct row {
        std::int64_t shown = 0;
        std::int64_t hidden = 0;
    };
    static std::string_view key(const event_view& e) { return e.stream(); }
    static row apply(row r, const event_view& e) {
        if (e.type() == "Hide") r.hidden = 1;
        if (e.type() == "Show") r.shown += r.hidden;
        return r;
    }
};
BOOST_DESCRIBE_STRUCT(forgets_member::row, (), (shown))

TEST_F(Check, FindsAMemberThatIsNotStoredOnlyByInterrupting) {
    append("task-1", "Hide");
    append("task-2", "Other", 300);
    append("task-1", "Show");
    append("task-1", "Show");
    const auto report = check<forgets_member>();
    EXPECT_THAT(differing(report), ElementsAre(check_run::interrupted));
    const auto& found = difference(report, check_run::interrupted);
    EXPECT_EQ(found.at, position{301});
    EXPECT_EQ(found.type, "Show");
    EXPECT_EQ(found.key, "task-1");
    EXPECT_EQ(found.plain_row, R"({"shown":1})");
    EXPECT_EQ(found.row, R"({"shown":0})");
    EXPECT_EQ(found.what,
              "after position 301 (Show of task-1): row \"task-1\" was {\"shown\":1} "
              "and, interrupted, is {\"shown\":0}");
}

TEST_F(Check, NamesTheEventInALaterStretchOfALongLog) {
    append("task-2", "Other", 6000);
    append("task-1", "Hide");
    append("task-2", "Other", 300);
    append("task-1", "Show");
    const auto report = check<forgets_member>();
    EXPECT_EQ(difference(report, check_run::interrupted).at, position{6301});
    EXPECT_TRUE(difference(report, check_run::interrupted).repeats);
    EXPECT_EQ(outcome(report, check_run::odd_batches).digest, report.digest);
}

TEST_F(Check, NamesTheEventThatShowsWhatWasHiddenLongBefore) {
    append("task-1", "Hide");
    append("task-2", "Other", 6000);
    append("task-1", "Other");
    append("task-1", "Show");
    append("task-2", "Other", 300);
    const auto report = check<forgets_member>();
    for (const auto run : {check_run::interrupted, check_run::divided}) {
        const auto& found = difference(report, run);
        EXPECT_EQ(found.at, position{6002});
        EXPECT_TRUE(found.repeats);
        EXPECT_EQ(found.key, "task-1");
        EXPECT_EQ(found.plain_row, R"({"shown":1})");
        EXPECT_EQ(found.row, R"({"shown":0})");
    }
    // The one that is folded alone from the rows of the stretch before cannot tell.
    EXPECT_FALSE(difference(report, check_run::apart).repeats);
    EXPECT_EQ(difference(report, check_run::apart).at, position{6001});
    EXPECT_THAT(difference(report, check_run::apart).what,
                HasSubstr("somewhere after position 6001 (Other of task-1)"));
}

/// Wrong on purpose: remembers which key it had before.
struct remembers_key {
    static constexpr std::string_view name = "remembers_key";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::string;
    static row apply(row, const event_view& e) {
        static std::string last;
        auto before = e.sequence().value == 1 ? std::string{} : last;
        last = e.stream();
        return before;
    }
};

TEST_F(Check, FindsAProjectionThatRemembersAnotherKey) {
    append("task-1", "A");
    append("task-2", "A");
    append("task-1", "B");
    const auto report = check<remembers_key>();
    EXPECT_EQ(outcome(report, check_run::again).verdict, check_verdict::same);
    EXPECT_EQ(difference(report, check_run::apart).at, position{2});
    EXPECT_EQ(difference(report, check_run::apart).key, "task-1");
    EXPECT_EQ(difference(report, check_run::apart).row, R"("task-1")");
}

TEST_F(Check, DividesKeysOfWhatCanBeDivided) {
    append("task-1", "A", 3);
    EXPECT_EQ(outcome(check<trail>(), check_run::divided).verdict, check_verdict::same);
    EXPECT_EQ(outcome(check<two_kinds>(), check_run::divided).verdict, check_verdict::same);
    const auto stages = check<staged>();
    EXPECT_EQ(outcome(stages, check_run::divided).verdict, check_verdict::not_run);
    EXPECT_THAT(outcome(stages, check_run::divided).reason, HasSubstr("made from another"));
}

/// Wrong on purpose: throws when it is called for the twelfth time, and never again.
struct throws_once {
    static constexpr std::string_view name = "throws_once";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::int64_t;
    static row apply(row count, const event_view&) {
        static int calls = 0;
        if (++calls == 12) throw std::runtime_error{"not now"};
        return count + 1;
    }
};

TEST_F(Check, FindsAProjectionThatThrowsInOneRunAlone) {
    append("task-1", "A", 8);
    const auto report = check<throws_once>();
    const auto& found = difference(report, check_run::again);
    EXPECT_EQ(found.at, position{3});  // The plain run calls it 8 times.
    EXPECT_FALSE(found.repeats);
    EXPECT_FALSE(found.key);
    EXPECT_THAT(found.what, HasSubstr("position 3 (A of task-1): it is taken, and refused folded "
                                      "once more: view \"throws_once\""));
    EXPECT_THAT(found.what, HasSubstr("not now"));
}

TEST_F(Check, LeavesOutWhatIsRefusedInEveryRun) {
    append("task-1", "A", 3);
    auto bad = test::simple_event("B");
    bad.tags = {"bad:yes"};
    store->append("task-1", expected::any(), {bad, bad}).value();
    append("task-1", "C", 3);
    const auto report = check<test::fragile>();
    EXPECT_TRUE(report.passed());
    EXPECT_EQ(report.events_applied, 6U);
    EXPECT_EQ(report.events_refused, 2U);
    EXPECT_THAT(report.first_refusal, HasSubstr("position 3 (B of task-1): cannot take this"));
}

TEST_F(Check, DecidesBySeed) {
    append("task-1", "Hide");
    append("task-1", "Show", 200);
    std::set<std::uint64_t> places;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto one = check<forgets_member>({.seed = seed});
        const auto same = check<forgets_member>({.seed = seed});
        const auto at = difference(one, check_run::interrupted).at;
        EXPECT_EQ(at, difference(same, check_run::interrupted).at);
        places.insert(at->value);
    }
    EXPECT_GT(places.size(), 1U);
    // It can be repeated with what is told.
    const auto fresh = check<forgets_member>({});
    EXPECT_EQ(difference(fresh, check_run::interrupted).at,
              difference(check<forgets_member>({.seed = fresh.seed}), check_run::interrupted).at);
}

// Stored rows -------------------------------------------------------------------------------------

class CheckStored : public Check {
protected:
    static constexpr const char* keyspace = "view.trail.v1";

    CheckStored() {
        append("task-1", "A", 3);
        append("task-2", "B", 2);
        build<trail>();
    }
    std::string stored(const std::string& key) {
        return *store->open_keyspace(keyspace).value().get(key).value();
    }
    void put(const std::string& key, const std::string& value) {
        keyspace_batch batch;
        batch.put(key, value);
        store->open_keyspace(keyspace).value().write(batch).value();
    }
    void erase(const std::string& key) {
        keyspace_batch batch;
        batch.erase(key);
        store->open_keyspace(keyspace).value().write(batch).value();
    }
    const check_outcome& stored_outcome() {
        report_ = check<trail>();
        for (const auto& one : report_.runs) {
            if (one.run != check_run::stored) {
                EXPECT_EQ(one.verdict, check_verdict::same);
            }
        }
        return outcome(report_, check_run::stored);
    }

    check_report report_;
};

TEST_F(CheckStored, FindsAChangedByte) {
    const auto row = stored("rtask-2");
    auto changed = row;
    changed.back() ^= 1;
    put("rtask-2", changed);
    const auto& found = stored_outcome();
    ASSERT_EQ(found.verdict, check_verdict::differs);
    EXPECT_FALSE(found.difference->at);
    EXPECT_EQ(found.difference->key, "task-2");
    EXPECT_EQ(found.difference->plain_row, "[3,4]");
    EXPECT_EQ(found.difference->row, "[3,5]");
    EXPECT_EQ(found.difference->what,
              "stored rows are not what the log makes: row \"task-2\" was [3,4] and, as stored, is "
              "[3,5]; rows that differ: 1, missing: 0, too many: 0");
    EXPECT_NE(found.digest, report_.digest);
    put("rtask-2", row);
    EXPECT_EQ(stored_outcome().verdict, check_verdict::same);
}

TEST_F(CheckStored, FindsMissingAndUnreadableRowsAndRowsTooMany) {
    erase("rtask-1");
    EXPECT_EQ(stored_outcome().difference->row, std::nullopt);
    put("rtask-1", "x");
    EXPECT_THAT(*stored_outcome().difference->row, HasSubstr("\""));
    build<trail>();
    put("rtask-9", stored("rtask-2"));
    EXPECT_THAT(stored_outcome().difference->what, HasSubstr("too many: 1"));
}

TEST_F(CheckStored, AreComparedAtTheirCursor) {
    append("task-1", "A", 3);
    const auto& behind = stored_outcome();
    EXPECT_EQ(behind.verdict, check_verdict::same);
    EXPECT_EQ(behind.digest->cursor, position{5});
    EXPECT_EQ(report_.digest.cursor, position{8});
    put("rtask-2", stored("rtask-1"));
    EXPECT_EQ(stored_outcome().verdict, check_verdict::differs);
}

TEST_F(CheckStored, TellWhyTheyAreNotCompared) {
    const auto reason = [&](const check_report& report) {
        EXPECT_TRUE(report.passed());
        EXPECT_EQ(outcome(report, check_run::stored).verdict, check_verdict::not_run);
        return outcome(report, check_run::stored).reason;
    };
    EXPECT_EQ(reason(check<test::count_by_type>()), "it is not built in this store");
    EXPECT_EQ(reason(check<trail>({.at = position{2}})),
              "it is at position 5, beyond the end of the check");
    EXPECT_EQ(reason(check<trail>({.from = position{2}})), "not folded from the first event");
}

/// Another projection by the name of `trail`.
struct other_trail {
    static constexpr std::string_view name = "trail";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::uint64_t;
    static row apply(row count, const event_view&) { return count + 1; }
};

TEST_F(CheckStored, OfAnotherProjectionAreNotCompared) {
    const auto report = check<other_trail>();
    EXPECT_THAT(outcome(report, check_run::stored).reason, HasSubstr("another projection"));
}

/// Takes what is marked "bad:yes" only when it has been mended.
struct mendable {
    static constexpr std::string_view name = "mendable";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::int64_t;
    static inline bool mended = false;
    static row apply(row count, const event_view& e) {
        if (!mended && e.tag("bad") == "yes") throw std::runtime_error{"cannot take this"};
        return count + 1;
    }
};

TEST_F(CheckStored, AreNotBlamedForEventsThatCouldNotBeTaken) {
    auto bad = test::simple_event("B");
    bad.tags = {"bad:yes"};
    store->append("task-1", expected::any(), {bad}).value();
    mendable::mended = false;
    build<mendable>();
    // Left out of the one and parked in the other.
    EXPECT_EQ(outcome(check<mendable>(), check_run::stored).verdict, check_verdict::same);
    append("task-1", "C");
    build<mendable>();
    // Taken in the one, held behind the parked one in the other.
    const auto refused = check<mendable>();
    EXPECT_TRUE(refused.passed());
    EXPECT_THAT(outcome(refused, check_run::stored).reason,
                HasSubstr("before its cursor that the projection does not take: 1"));
    mendable::mended = true;
    const auto parked = check<mendable>();
    EXPECT_TRUE(parked.passed());
    EXPECT_EQ(outcome(parked, check_run::stored).reason, "events that are parked or held in it: 2");
    build<mendable>();
    EXPECT_EQ(outcome(check<mendable>(), check_run::stored).verdict, check_verdict::same);
}

TEST_F(CheckStored, AreTakenAsTheyWereWhenTheCheckBegan) {
    append("task-2", "B", 5000);
    auto views = runner::open(*store, {any_projection::of<trail>()}).value();
    views.catch_up().value();
    const check_options moving{.seed = 7, .progress = [&](position, position) {
                                   append("task-1", "A");
                                   views.catch_up().value();
                               }};
    const auto report = check<trail>(moving);
    EXPECT_EQ(outcome(report, check_run::stored).verdict, check_verdict::same);
    EXPECT_EQ(outcome(report, check_run::stored).digest->cursor, position{5005});
    EXPECT_EQ(report.digest.cursor, position{5005});
    put("rtask-9", stored("rtask-2"));
    const auto differs = outcome(check<trail>(moving), check_run::stored);
    EXPECT_EQ(differs.verdict, check_verdict::differs);
    EXPECT_THAT(differs.difference->what, HasSubstr("the view was moved meanwhile"));
}

/// Another day, other rows: nothing that is seen within one day.
struct tells_day {
    static constexpr std::string_view name = "tells_day";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::int64_t;
    static inline row day = 1;
    static row apply(row, const event_view&) { return day; }
};

TEST_F(Check, FindsByStoredRowsWhatNoRunOfTodayCanShow) {
    append("task-1", "A");
    tells_day::day = 1;
    build<tells_day>();
    EXPECT_TRUE(check<tells_day>().passed());
    tells_day::day = 2;
    EXPECT_THAT(differing(check<tells_day>()), ElementsAre(check_run::stored));
}

// Digests and ranges ------------------------------------------------------------------------------

TEST_F(Check, GivesTheDigestOfAViewThatStandsAtThePosition) {
    append("task-1", "A", 3);
    build<trail>();
    append("task-2", "B", 2);
    const auto report = check<trail>({.at = position{3}});
    EXPECT_EQ(report.digest, digest_of(*store, built_views(*store).value().front()).value());
    EXPECT_NE(report.digest, check<trail>().digest);
    // The same log in another place.
    test::fresh_store elsewhere;
    const std::vector<new_event> events(3, test::simple_event("A"));
    elsewhere->append("task-1", expected::any(), events).value();
    EXPECT_EQ(check_projection(*elsewhere, any_projection::of<trail>()).value().digest,
              report.digest);
}

TEST_F(Check, FoldsARangeAsIfTheLogBeganThere) {
    append("task-1", "A", 3);
    append("task-2", "B", 2);
    const auto report = check<trail>({.at = position{4}, .from = position{3}});
    EXPECT_EQ(report.digest.rows, 1U);
    EXPECT_EQ(report.events_applied, 1U);
    EXPECT_EQ(report.from, position{3});
}

TEST_F(Check, RefusesARangeThatIsNotInTheLog) {
    append("task-1", "A", 3);
    const auto of = any_projection::of<trail>();
    EXPECT_THAT(check_projection(*store, of, {.at = position{4}}),
                FailsWith(errc::invalid_argument, "position 4 is beyond the end of the log, 3"));
    EXPECT_THAT(check_projection(*store, of, {.at = position{1}, .from = position{2}}),
                FailsWith(errc::invalid_argument, "begin at position 2"));
}

TEST_F(Check, TellsHowFarItIs) {
    append("task-1", "A", 5000);
    std::vector<position> told;
    check<trail>({.seed = 7, .progress = [&](position reached, position end) {
                      told.push_back(reached);
                      EXPECT_EQ(end, position{5000});
                  }});
    EXPECT_THAT(told, ElementsAre(position{4096}));
}

}  // namespace
}  // namespace daybook::projections
