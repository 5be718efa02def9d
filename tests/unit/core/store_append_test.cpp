// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: `store::append` stores what it was given where it says, or explains why not and stores
// nothing.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <set>

namespace daybook::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<new_event> named(std::initializer_list<const char*> types) {
    std::vector<new_event> events;
    for (const auto* type : types) events.push_back(simple_event(type));
    return events;
}

new_event with_id(std::uint64_t number, std::string type, std::string payload = "{}") {
    auto made = simple_event(std::move(type), std::move(payload));
    made.id = numbered_id(number);
    return made;
}

TEST(StoreAppend, GivesPositionsAndSequencesWithoutGaps) {
    fresh_store opened;
    const auto first = opened->append("task-1", expected::no_stream(), named({"A", "B"})).value();
    EXPECT_EQ(first.first, position{0});
    EXPECT_EQ(first.last, position{1});
    EXPECT_EQ(first.first_sequence, sequence{1});
    EXPECT_EQ(first.last_sequence, sequence{2});
    EXPECT_FALSE(first.repeated);
    const auto other = opened->append("task-2", expected::any(), named({"C"})).value();
    EXPECT_EQ(other.first, position{2});
    EXPECT_EQ(other.first_sequence, sequence{1});
    const auto more = opened->append("task-1", expected::at({2}), named({"D", "E", "F"})).value();
    EXPECT_EQ(more.first, position{3});
    EXPECT_EQ(more.last, position{5});
    EXPECT_EQ(more.first_sequence, sequence{3});
    EXPECT_EQ(more.last_sequence, sequence{5});
    EXPECT_EQ(opened->watermark(), position{6});
    EXPECT_EQ(opened->head("task-1")->last, sequence{5});
    EXPECT_EQ(opened->head("task-1")->at, position{5});
    EXPECT_EQ(opened->head("task-2")->at, position{2});
}

TEST(StoreAppend, KeepsEveryFieldExactly) {
    fresh_store opened;
    event_maker make{3};
    std::vector<expected_event> wanted;
    std::map<std::string, std::uint64_t> heads;
    for (int i = 0; i < 200; ++i) {
        const auto stream = make.stream();
        auto events = make.events(4);
        ASSERT_THAT(opened->append(stream, expected::at({heads[stream]}), events), HoldsValue());
        for (auto& e : events) {
            wanted.push_back({stream, wanted.size(), ++heads[stream], std::move(e)});
        }
    }
    const auto stored = read_everything(opened->read_all());
    ASSERT_EQ(stored.size(), wanted.size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
        EXPECT_EQ(difference(stored[i], wanted[i]), "");
    }
}

TEST(StoreAppend, FillsWhatIsLeftOpen) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"A", "A"})), HoldsValue());
    const auto stored = read_everything(opened->read_all());
    ASSERT_EQ(stored.size(), 2U);
    EXPECT_EQ(stored[0].id().bytes[6] >> 4U, 7);
    EXPECT_LT(stored[0].id(), stored[1].id());
    const auto age = stored[0].view().recorded_at() - stored[0].view().occurred_at();
    EXPECT_GE(age, std::chrono::microseconds{0});
    EXPECT_LT(age, std::chrono::minutes{1});
    EXPECT_EQ(stored[0].payload(), "{}");
    EXPECT_EQ(stored[0].view().content_type(), json_content_type);
    EXPECT_EQ(stored[0].view().correlation(), "");
    EXPECT_THAT(stored[0].view().causes(), IsEmpty());
    EXPECT_EQ(stored[0].view().tags().size(), 0U);
}

TEST(StoreAppend, RecordsTimesThatNeverDecrease) {
    fresh_store opened;
    for (int i = 0; i < 100; ++i) {
        ASSERT_THAT(opened->append("task-1", expected::any(), named({"A", "B"})), HoldsValue());
        if (i == 50) opened.reopen();
    }
    auto before = timestamp_min;
    for (const auto& e : read_everything(opened->read_all())) {
        EXPECT_LE(before, e.view().recorded_at());
        before = e.view().recorded_at();
    }
}

struct expectation_case {
    const char* name;
    expected at;
    bool missing_passes;  ///< On a stream that does not exist.
    bool two_passes;      ///< On a stream of two events.
};

TEST(StoreAppend, ChecksEveryExpectation) {
    const expectation_case cases[] = {
        {"any", expected::any(), true, true},
        {"no stream", expected::no_stream(), true, false},
        {"stream exists", expected::stream_exists(), false, true},
        {"sequence 0", expected::at({0}), true, false},
        {"sequence 1", expected::at({1}), false, false},
        {"sequence 2", expected::at({2}), false, true},
        {"sequence 3", expected::at({3}), false, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        fresh_store opened;
        ASSERT_THAT(opened->append("task-2", expected::any(), named({"A", "B"})), HoldsValue());
        EXPECT_EQ(opened->append("task-1", c.at, named({"C"})).has_value(), c.missing_passes);
        EXPECT_EQ(opened->append("task-2", c.at, named({"C"})).has_value(), c.two_passes);
        const auto stored = 2U + (c.missing_passes ? 1U : 0U) + (c.two_passes ? 1U : 0U);
        EXPECT_EQ(opened->watermark(), position{stored});
        EXPECT_EQ(opened->head("task-1")->last, sequence{c.missing_passes ? 1U : 0U});
    }
}

TEST(StoreAppend, AConflictTellsWhatCameBetween) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"A", "B"})), HoldsValue());
    ASSERT_THAT(opened->append("task-2", expected::any(), named({"X"})), HoldsValue());
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"C", "D"})), HoldsValue());
    const auto before = opened.contents();
    const auto refused = opened->append("task-1", expected::at({2}), named({"E"}));
    ASSERT_THAT(refused, FailsWith(errc::conflict, "task-1"));
    const auto& told = *refused.error().conflict;
    EXPECT_EQ(told.what, conflict::kind::expectation);
    EXPECT_EQ(told.stream, "task-1");
    EXPECT_EQ(told.wanted.exact(), sequence{2});
    EXPECT_EQ(told.actual, sequence{4});
    EXPECT_EQ(types_of(told.events), (std::vector<std::string>{"C", "D"}));
    EXPECT_EQ(opened.contents(), before);
}

TEST(StoreAppend, AConflictShowsAtMost32Events) {
    fresh_store opened;
    ASSERT_THAT(
        opened->append("task-1", expected::any(), std::vector<new_event>(50, simple_event("A"))),
        HoldsValue());
    const auto refused = opened->append("task-1", expected::at({3}), named({"E"}));
    ASSERT_THAT(refused, FailsWith(errc::conflict));
    const auto& events = refused.error().conflict->events;
    ASSERT_EQ(events.size(), 32U);
    EXPECT_EQ(events.front().sequence(), sequence{4});
    EXPECT_EQ(events.back().sequence(), sequence{35});
}

TEST(StoreAppend, AConflictWithAStreamThatIsBehindHasNoEvents) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"A"})), HoldsValue());
    const auto ahead = opened->append("task-1", expected::at({5}), named({"E"}));
    ASSERT_THAT(ahead, FailsWith(errc::conflict));
    EXPECT_EQ(ahead.error().conflict->actual, sequence{1});
    EXPECT_THAT(ahead.error().conflict->events, IsEmpty());
    const auto missing = opened->append("task-2", expected::stream_exists(), named({"E"}));
    ASSERT_THAT(missing, FailsWith(errc::conflict, "task-2"));
    EXPECT_EQ(missing.error().conflict->actual, sequence{0});
    EXPECT_THAT(missing.error().conflict->events, IsEmpty());
}

TEST(StoreAppend, ARepeatReturnsTheFirstReceipt) {
    fresh_store opened;
    const std::vector events{with_id(1, "A"), with_id(2, "B")};
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"Before"})), HoldsValue());
    const auto first = opened->append("task-1", expected::at({1}), events).value();
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"After"})), HoldsValue());
    const auto before = opened.contents();
    for (const auto at : {expected::at({1}), expected::any(), expected::stream_exists()}) {
        SCOPED_TRACE(to_string(at));
        const auto again = opened->append("task-1", at, events);
        ASSERT_THAT(again, HoldsValue());
        EXPECT_TRUE(again->repeated);
        EXPECT_EQ(again->first, first.first);
        EXPECT_EQ(again->last, first.last);
        EXPECT_EQ(again->first_sequence, first.first_sequence);
        EXPECT_EQ(again->last_sequence, first.last_sequence);
    }
    EXPECT_EQ(opened.contents(), before);
    opened.reopen();
    EXPECT_TRUE(opened->append("task-1", expected::at({1}), events)->repeated);
    EXPECT_EQ(opened.contents(), before);
}

TEST(StoreAppend, ARepeatOfTheFirstAppendExpectsNoStream) {
    fresh_store opened;
    const std::vector events{with_id(1, "A")};
    ASSERT_THAT(opened->append("task-1", expected::no_stream(), events), HoldsValue());
    const auto again = opened->append("task-1", expected::no_stream(), events);
    ASSERT_THAT(again, HoldsValue());
    EXPECT_TRUE(again->repeated);
}

TEST(StoreAppend, ARepeatElsewhereIsAConflict) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"Before"})), HoldsValue());
    ASSERT_THAT(opened->append("task-1", expected::any(), {with_id(1, "A")}), HoldsValue());
    const auto before = opened.contents();
    EXPECT_THAT(opened->append("task-1", expected::no_stream(), {with_id(1, "A")}),
                FailsWith(errc::conflict));
    EXPECT_THAT(opened->append("task-1", expected::at({2}), {with_id(1, "A")}),
                FailsWith(errc::conflict));
    const auto other = opened->append("task-2", expected::any(), {with_id(1, "A")});
    ASSERT_THAT(other, FailsWith(errc::conflict));
    EXPECT_EQ(other.error().conflict->what, conflict::kind::id);
    EXPECT_EQ(other.error().conflict->stream, "task-1");
    EXPECT_EQ(types_of(other.error().conflict->events), std::vector<std::string>{"A"});
    EXPECT_EQ(opened.contents(), before);
}

TEST(StoreAppend, AnIdMayNotMeanTwoThings) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), {with_id(1, "A")}), HoldsValue());
    const auto before = opened.contents();
    for (const auto& other : {with_id(1, "B"), with_id(1, "A", R"({"n":1})")}) {
        const auto refused = opened->append("task-1", expected::any(), {other});
        ASSERT_THAT(refused, FailsWith(errc::conflict, to_string(numbered_id(1))));
        EXPECT_EQ(refused.error().conflict->what, conflict::kind::id);
        EXPECT_EQ(positions_of(refused.error().conflict->events), std::vector<std::uint64_t>{0});
    }
    EXPECT_EQ(opened.contents(), before);
}

TEST(StoreAppend, APartOfAnOldAppendIsNotARepeat) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), {with_id(1, "A"), with_id(2, "B")}),
                HoldsValue());
    const auto before = opened.contents();
    EXPECT_THAT(opened->append("task-1", expected::any(), {with_id(2, "B"), with_id(3, "C")}),
                FailsWith(errc::conflict));
    EXPECT_THAT(opened->append("task-1", expected::any(), {with_id(3, "C"), with_id(1, "A")}),
                FailsWith(errc::conflict));
    EXPECT_THAT(opened->append("task-1", expected::any(), {with_id(2, "B"), with_id(1, "A")}),
                FailsWith(errc::conflict));
    EXPECT_THAT(opened->append("task-1", expected::any(), {with_id(1, "A"), simple_event("B")}),
                FailsWith(errc::conflict));
    EXPECT_EQ(opened.contents(), before);
}

TEST(StoreAppend, TwoOldAppendsTogetherAreARepeatOnlyWithoutAGap) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), {with_id(1, "A")}), HoldsValue());
    ASSERT_THAT(opened->append("task-1", expected::any(), {with_id(2, "B")}), HoldsValue());
    ASSERT_THAT(opened->append("task-2", expected::any(), named({"Between"})), HoldsValue());
    ASSERT_THAT(opened->append("task-1", expected::any(), {with_id(3, "C")}), HoldsValue());
    const auto before = opened.contents();
    const auto adjacent =
        opened->append("task-1", expected::any(), {with_id(1, "A"), with_id(2, "B")});
    if (adjacent) {
        EXPECT_TRUE(adjacent->repeated);
        EXPECT_EQ(adjacent->last.value, adjacent->first.value + 1);
    }
    // A receipt says that the positions follow each other; these do not.
    EXPECT_THAT(opened->append("task-1", expected::any(), {with_id(2, "B"), with_id(3, "C")}),
                FailsWith(errc::conflict));
    EXPECT_EQ(opened.contents(), before);
}

TEST(StoreAppend, AnIdTwiceInOneAppendIsRefused) {
    fresh_store opened;
    const auto refused =
        opened->append("task-1", expected::any(), {with_id(1, "A"), with_id(1, "A")});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused,
                testing::AnyOf(FailsWith(errc::invalid_argument), FailsWith(errc::conflict)));
    EXPECT_NE(refused.error().message.find(to_string(numbered_id(1))), std::string::npos);
    EXPECT_EQ(opened->watermark(), position{0});
}

TEST(StoreAppend, ARepeatWithoutTimesIsRecognised) {
    fresh_store opened;
    auto timed = with_id(1, "A");
    ASSERT_THAT(opened->append("task-1", expected::any(), {timed}), HoldsValue());
    EXPECT_TRUE(opened->append("task-1", expected::any(), {timed})->repeated);
    timed.occurred_at = test_time();
    EXPECT_THAT(opened->append("task-1", expected::any(), {timed}), FailsWith(errc::conflict));
}

TEST(StoreAppend, EveryDurabilityIsSeenAtOnceAndSurvivesAClose) {
    fresh_store opened;
    std::uint64_t stored = 0;
    for (const auto durable : {durability::buffered, durability::written, durability::synced}) {
        for (int i = 0; i < 10; ++i) {
            ASSERT_THAT(opened->append("task-1", expected::at({stored}), named({"A"}), durable),
                        HoldsValue());
            ++stored;
            EXPECT_EQ(read_everything(opened->read_all()).size(), stored);
            EXPECT_EQ(opened->head("task-1")->last, sequence{stored});
        }
    }
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"A"}), durability::buffered),
                HoldsValue());
    opened.reopen();
    EXPECT_EQ(opened->watermark(), position{stored + 1});
}

TEST(StoreAppend, SyncWorksAtAnyTime) {
    fresh_store opened;
    EXPECT_THAT(opened->sync(), HoldsValue());
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"A"}), durability::buffered),
                HoldsValue());
    EXPECT_THAT(opened->sync(), HoldsValue());
    EXPECT_THAT(opened->sync(), HoldsValue());
}

TEST(StoreAppend, NamesAnExpectation) {
    EXPECT_EQ(to_string(expected::any()), "any");
    EXPECT_EQ(to_string(expected::no_stream()), "no stream");
    EXPECT_EQ(to_string(expected::stream_exists()), "stream exists");
    EXPECT_EQ(to_string(expected::at({7})), "sequence 7");
}

TEST(StoreWait, ReturnsAtOnceWhenThereIsMore) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), named({"A", "B"})), HoldsValue());
    EXPECT_EQ(opened->wait_above(position{0}, std::chrono::hours{1}), position{2});
    EXPECT_EQ(opened->wait_above(position{1}, std::chrono::hours{1}), position{2});
}

TEST(StoreWait, GivesUpWhenTheTimeIsOver) {
    fresh_store opened;
    EXPECT_EQ(opened->wait_above(position{0}, std::chrono::milliseconds{0}), position{0});
    EXPECT_EQ(opened->wait_above(position{0}, std::chrono::milliseconds{5}), position{0});
    EXPECT_EQ(opened->wait_above(position{9}, std::chrono::milliseconds{-5}), position{0});
}

}  // namespace
}  // namespace daybook::test
