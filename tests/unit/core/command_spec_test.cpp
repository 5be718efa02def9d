// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a test of a command says what is wrong, and finds deciders that are not pure.

#include <daybook/aggregate.hpp>
#include <daybook/command_spec.hpp>

#include "sample_aggregates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {

struct count_calls {};
decision<account> decide(const account&, const count_calls&) {
    static std::int64_t calls = 0;
    return events_of<account>{deposited{++calls}};
}

struct deposit_less_than_nothing {};
decision<account> decide(const account&, const deposit_less_than_nothing&) {
    return events_of<account>{deposited{-1}};
}

namespace {

using testing::HasSubstr;

static_assert(check_aggregate<account>());

TEST(CommandSpec, HoldsIfTheEventsAreTheWantedOnes) {
    EXPECT_EQ(command_spec<account>()
                  .given(deposited{500}, withdrawn{100})
                  .when(withdraw{400})
                  .then(withdrawn{400})
                  .failures(),
              "");
    EXPECT_EQ(command_spec<account>().when(deposit{0}).then_nothing().failures(), "");
}

TEST(CommandSpec, HoldsIfTheCommandIsRejectedAsWanted) {
    EXPECT_EQ(command_spec<account>()
                  .given(deposited{5})
                  .when(withdraw{6})
                  .then_rejected("only 5 cents")
                  .failures(),
              "");
}

TEST(CommandSpec, ShowsWhatWasWantedAndWhatWasDecided) {
    EXPECT_EQ(command_spec<account>().when(deposit{7}).then(deposited{8}).failures(),
              "wanted:\n  Deposited {\"cents\":8}\nfound:\n  Deposited {\"cents\":7}\n");
    EXPECT_EQ(command_spec<account>().when(withdraw{7}).then(withdrawn{7}).failures(),
              "wanted:\n  Withdrawn {\"cents\":7}\nfound:\n  rejected: only 0 cents\n");
    EXPECT_EQ(command_spec<account>().when(deposit{7}).then_rejected("no").failures(),
              "wanted:\n  rejected: no\nfound:\n  Deposited {\"cents\":7}\n");
}

TEST(CommandSpec, FindsDecidersThatAreNotPure) {
    EXPECT_THAT(command_spec<account>().when(count_calls{}).then(deposited{1}).failures(),
                HasSubstr("decided twice"));
}

TEST(CommandSpec, FindsEventsThatDoNotApply) {
    EXPECT_THAT(
        command_spec<account>().when(deposit_less_than_nothing{}).then(deposited{-1}).failures(),
        HasSubstr("threw: less than nothing"));
}

TEST(CommandSpec, SaysWhatTheTestItselfLacks) {
    EXPECT_THAT(command_spec<account>().failures(), HasSubstr("when()"));
    EXPECT_THAT(command_spec<account>().when(deposit{1}).failures(), HasSubstr("then()"));
}

TEST(CommandSpec, GivesTheStateAfterwards) {
    EXPECT_EQ(command_spec<account>().given(deposited{3}).when(deposit{4}).state(),
              (account{.cents = 7, .changes = 2}));
}

}  // namespace
}  // namespace daybook::test
