// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what an event leaves empty is filled from the ambient context, and nothing else is.

#include <daybook/context.hpp>
#include <daybook/limits.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <thread>

namespace daybook::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const actor coder{"agent", "coder", "model-4"};

class StoreContext : public testing::Test {
protected:
    event append(new_event e) {
        const auto at = opened_->append("task-1", expected::any(), {std::move(e)}).value();
        return opened_->read_one(at.first).value();
    }
    std::vector<std::string> tags_of(const event& e) {
        std::vector<std::string> tags;
        for (const std::string_view tag : e.view().tags()) tags.emplace_back(tag);
        return tags;
    }
    fresh_store opened_;
};

TEST_F(StoreContext, FillsWhatIsEmpty) {
    const context_scope scope{{"run-1", {numbered_id(1), numbered_id(2)}, coder, "s-1"}};
    auto given = simple_event("A");
    given.tags = {"phase:CODE"};
    const auto stored = append(given);
    EXPECT_EQ(stored.view().correlation(), "run-1");
    EXPECT_THAT(stored.view().causes(), ElementsAre(numbered_id(1), numbered_id(2)));
    EXPECT_EQ(stored.view().actor().type, "agent");
    EXPECT_EQ(stored.view().actor().id, "coder");
    EXPECT_EQ(stored.view().actor().model, "model-4");
    EXPECT_THAT(tags_of(stored), ElementsAre("phase:CODE", "session:s-1"));
}

TEST_F(StoreContext, LeavesWhatIsGiven) {
    const context_scope scope{{"run-1", {numbered_id(1)}, coder, "s-1"}};
    auto given = simple_event("A");
    given.correlation = "other";
    given.causes = {numbered_id(9)};
    given.actor = {"user", "ann", ""};
    given.tags = {"session:mine"};
    const auto stored = append(given);
    EXPECT_EQ(difference(stored, {"task-1", 0, 1, given}), "");
}

TEST_F(StoreContext, IsEmptyOutsideAnyScope) {
    EXPECT_EQ(context_scope::current().correlation, "");
    EXPECT_THAT(context_scope::current().causes, IsEmpty());
    EXPECT_EQ(context_scope::current().actor, actor{});
    EXPECT_EQ(context_scope::current().session, "");
    const auto given = simple_event("A");
    EXPECT_EQ(difference(append(given), {"task-1", 0, 1, given}), "");
}

TEST_F(StoreContext, NestsAndComesBack) {
    const context_scope outer{{"run-1", {numbered_id(1)}, coder, "s-1"}};
    {
        const context_scope inner{{"", {numbered_id(2)}, {}, ""}};
        const auto stored = append(simple_event("A"));
        EXPECT_EQ(stored.view().correlation(), "run-1");
        EXPECT_THAT(stored.view().causes(), ElementsAre(numbered_id(2)));
        EXPECT_EQ(stored.view().actor().id, "coder");
        EXPECT_EQ(stored.view().tag("session"), "s-1");
    }
    EXPECT_THAT(append(simple_event("A")).view().causes(), ElementsAre(numbered_id(1)));
}

TEST_F(StoreContext, OfAnEventMakesItTheCauseAndGoesOn) {
    auto given = simple_event("A");
    given.correlation = "run-1";
    given.tags = {"session:s-1", "phase:CODE"};
    given.actor = coder;
    const auto handled = append(given);
    const context_scope scope{context::of(handled)};
    const auto next = append(simple_event("B"));
    EXPECT_EQ(next.view().correlation(), "run-1");
    EXPECT_THAT(next.view().causes(), ElementsAre(handled.id()));
    EXPECT_THAT(tags_of(next), ElementsAre("session:s-1"));
}

TEST_F(StoreContext, OfAnEventWithoutACorrelationStartsOne) {
    const auto handled = append(simple_event("A"));
    const auto made = context::of(handled);
    EXPECT_EQ(made.correlation, to_string(handled.id()));
    EXPECT_THAT(made.causes, ElementsAre(handled.id()));
    EXPECT_EQ(made.session, "");
}

TEST_F(StoreContext, FillsEveryPartOfACommit) {
    const context_scope scope{{"run-1", {}, {}, ""}};
    ASSERT_THAT(opened_->commit({.streams = {{"task-1", expected::any(), {simple_event("A")}},
                                             {"task-2", expected::any(), {simple_event("B")}}}}),
                HoldsValue());
    for (const auto& e : read_everything(opened_->read_all())) {
        EXPECT_EQ(e.view().correlation(), "run-1");
    }
}

TEST_F(StoreContext, BelongsToItsThread) {
    const context_scope scope{{"run-1", {}, {}, ""}};
    std::string other;
    std::thread{[&] { other = context_scope::current().correlation; }}.join();
    EXPECT_EQ(other, "");
    EXPECT_EQ(context_scope::current().correlation, "run-1");
}

const trace_context traced{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=1"};
const trace_context other_trace{"00-4bf92f3577b34da6a3ce929d0e0e4736-1111111111111111-01", ""};

TEST_F(StoreContext, CarriesTheTraceFromTheCallerToTheEventAndBack) {
    const context_scope scope{{.trace = traced}};
    const auto stored = append(simple_event("A"));
    EXPECT_EQ(stored.view().trace(), traced);
    {
        const context_scope handling{context::of(stored)};
        EXPECT_EQ(append(simple_event("B")).view().trace(), traced);
    }
    opened_.reopen();
    EXPECT_EQ(opened_->read_one(position{1})->view().trace(), traced);
    auto own = simple_event("C");
    own.extensions = with_trace(R"({"x":1})", other_trace);
    EXPECT_EQ(append(own).view().trace(), other_trace);
}

TEST_F(StoreContext, HasNoTraceOutsideAnyScope) {
    const auto stored = append(simple_event("A"));
    EXPECT_TRUE(stored.view().trace().empty());
    EXPECT_EQ(stored.view().extensions(), "");
}

TEST_F(StoreContext, RefusesATraceThatIsNotValid) {
    auto wrong = simple_event("A");
    wrong.extensions = with_trace("", {"00-nonsense", ""});
    const auto refused = opened_->append("task-1", expected::any(), {wrong});
    ASSERT_THAT(refused, FailsWith(errc::invalid_argument));
    EXPECT_THAT(refused.error().message, testing::HasSubstr("event 1 of 1: traceparent"));
    wrong.extensions = R"({"traceparent":7})";
    EXPECT_THAT(opened_->append("task-1", expected::any(), {wrong}),
                FailsWith(errc::invalid_argument));
    const context_scope scope{{.trace = {"", "a=1"}}};
    EXPECT_THAT(opened_->append("task-1", expected::any(), {simple_event("A")}),
                FailsWith(errc::invalid_argument));
    EXPECT_EQ(opened_->watermark(), position{0});
}

TEST_F(StoreContext, KeepsExtensionsWithTheTraceWithinTheirLimit) {
    auto large = simple_event("A");
    large.extensions = R"({"x":")" + std::string(limits::extensions_bytes_max - 8, 'x') + R"("})";
    EXPECT_THAT(opened_->append("task-1", expected::any(), {large}), HoldsValue());
    const context_scope scope{{.trace = traced}};
    EXPECT_THAT(opened_->append("task-1", expected::any(), {large}), FailsWith(errc::too_large));
}

TEST_F(StoreContext, ARepeatFromAnotherSpanIsStillARepeat) {
    auto given = simple_event("A");
    given.id = numbered_id(1);
    given.extensions = with_trace(R"({"x":1})", traced);
    append(given);
    for (const auto& trace : {traced, other_trace, trace_context{}}) {
        given.extensions = with_trace(R"({"x":1})", trace);
        const auto again = opened_->append("task-1", expected::any(), {given});
        ASSERT_THAT(again, HoldsValue());
        EXPECT_TRUE(again->repeated);
    }
    given.extensions = R"({"x":2})";
    EXPECT_THAT(opened_->append("task-1", expected::any(), {given}), FailsWith(errc::conflict));
    given.extensions = R"({"x":1})";
    given.payload = "[]";
    EXPECT_THAT(opened_->append("task-1", expected::any(), {given}), FailsWith(errc::conflict));
}

TEST_F(StoreContext, IsCheckedLikeWhatIsGiven) {
    {
        const context_scope scope{{"bad \xFF", {}, {}, ""}};
        EXPECT_THAT(opened_->append("task-1", expected::any(), {simple_event("A")}),
                    FailsWith(errc::invalid_argument));
    }
    {
        const context_scope scope{{"", {}, {}, std::string(limits::tag_bytes_max, 's')}};
        EXPECT_FALSE(opened_->append("task-1", expected::any(), {simple_event("A")}));
    }
    {
        const context_scope scope{
            {"", std::vector<event_id>(limits::causes_max + 1, numbered_id(1)), {}, ""}};
        EXPECT_FALSE(opened_->append("task-1", expected::any(), {simple_event("A")}));
    }
    EXPECT_EQ(opened_->watermark(), position{0});
}

TEST_F(StoreContext, RefusesAppendsInAReplayOfTheStore) {
    const replay_mark again{.name = "again", .store = opened_->status().store_id};
    const context_scope scope{{.replay = again}};
    EXPECT_TRUE(context_scope::current().replay);
    EXPECT_THAT(opened_->append("task-1", expected::any(), {simple_event("A")}),
                FailsWith(errc::refused, "\"again\""));
    EXPECT_EQ(opened_->watermark(), position{0});
}

TEST_F(StoreContext, MarksWhatAReplayMayAppendHereOrAppendsElsewhere) {
    auto again =
        replay_mark{.name = "again", .store = opened_->status().store_id, .may_append = true};
    {
        const context_scope scope{{.replay = again}};
        EXPECT_THAT(tags_of(append(simple_event("A"))), ElementsAre("replay:again"));
        auto marked = simple_event("A");
        marked.tags = {"replay:again"};
        EXPECT_THAT(tags_of(append(marked)), ElementsAre("replay:again"));
    }
    again = {.name = "elsewhere", .store = numbered_id(1)};
    const context_scope scope{{.replay = again}};
    const context_scope inner{{.session = "s-1"}};
    EXPECT_THAT(tags_of(append(simple_event("A"))), ElementsAre("session:s-1", "replay:elsewhere"));
}

TEST_F(StoreContext, IsHiddenWhereEventsAreCompleteAsTheyAre) {
    const replay_mark again{.name = "again", .store = opened_->status().store_id};
    const context_scope scope{
        {.correlation = "run-1", .actor = coder, .session = "s-1", .replay = again}};
    const context_scope alone{{}, outer_context::hidden};
    EXPECT_FALSE(context_scope::current().replay);
    const auto stored = append(simple_event("A"));
    EXPECT_EQ(stored.view().correlation(), "");
    EXPECT_EQ(stored.view().actor().id, "");
    EXPECT_THAT(tags_of(stored), IsEmpty());
}

}  // namespace
}  // namespace daybook::test
