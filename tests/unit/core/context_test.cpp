// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/context.hpp>

#include "stored_event.hpp"
#include "support/matchers.hpp"

#include <thread>

namespace daybook {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

event_id id_of(std::uint8_t last_byte) {
    event_id id;
    id.bytes[15] = last_byte;
    return id;
}

new_event handled_event() {
    new_event handled;
    handled.type = "TaskAssigned";
    handled.id = id_of(1);
    handled.correlation = "sprint-7";
    handled.causes = {id_of(2)};
    handled.actor = {"user", "ann", ""};
    handled.tags = {"phase:CODE", "session:s-1"};
    return handled;
}

TEST(ContextOf, CarriesCorrelationAndSessionOnAndNamesTheEventAsTheCause) {
    const auto made = context::of(test::stored_event(handled_event()));
    EXPECT_EQ(made.correlation, "sprint-7");
    EXPECT_THAT(made.causes, ElementsAre(id_of(1)));
    EXPECT_EQ(made.session, "s-1");
    EXPECT_EQ(made.actor, actor{});
}

TEST(ContextOf, StartsACorrelationNamedAfterTheEvent) {
    auto handled = handled_event();
    handled.correlation.clear();
    handled.tags.clear();
    const auto made = context::of(test::stored_event(handled));
    EXPECT_EQ(made.correlation, to_string(id_of(1)));
    EXPECT_EQ(made.session, "");
}

TEST(ContextScope, IsAmbientUntilItEnds) {
    EXPECT_EQ(context_scope::current().correlation, "");
    {
        const context_scope scope{{.correlation = "sprint-7", .session = "s-1"}};
        EXPECT_EQ(context_scope::current().correlation, "sprint-7");
        EXPECT_EQ(context_scope::current().session, "s-1");
    }
    EXPECT_EQ(context_scope::current().correlation, "");
    EXPECT_THAT(context_scope::current().causes, IsEmpty());
}

TEST(ContextScope, TakesFromTheOuterOneWhatTheInnerLeavesEmpty) {
    const context_scope outer{{.correlation = "sprint-7",
                               .causes = {id_of(1)},
                               .actor = {"agent", "coder", "m-1"},
                               .session = "s-1"}};
    {
        const context_scope inner{{.causes = {id_of(2), id_of(3)}}};
        const auto& now = context_scope::current();
        EXPECT_EQ(now.correlation, "sprint-7");
        EXPECT_THAT(now.causes, ElementsAre(id_of(2), id_of(3)));
        EXPECT_EQ(now.actor, (actor{"agent", "coder", "m-1"}));
        EXPECT_EQ(now.session, "s-1");
        const context_scope innermost{{.correlation = "other", .actor = {"user", "ann", ""}}};
        EXPECT_EQ(context_scope::current().correlation, "other");
        EXPECT_EQ(context_scope::current().actor, (actor{"user", "ann", ""}));
        EXPECT_THAT(context_scope::current().causes, ElementsAre(id_of(2), id_of(3)));
    }
    EXPECT_THAT(context_scope::current().causes, ElementsAre(id_of(1)));
    EXPECT_EQ(context_scope::current().correlation, "sprint-7");
}

TEST(ContextScope, IsOfOneThread) {
    const context_scope scope{{.correlation = "sprint-7"}};
    std::string seen = "nothing";
    std::thread{[&] { seen = context_scope::current().correlation; }}.join();
    EXPECT_EQ(seen, "");
}

}  // namespace
}  // namespace daybook
