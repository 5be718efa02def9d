// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what an event leaves empty is filled from the ambient context, and nothing else is.

#include <daybook/context.hpp>

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

}  // namespace
}  // namespace daybook::test
