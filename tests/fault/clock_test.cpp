// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: recorded times never go back, whatever the clock does. Method: the store is given a clock.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "testing_hooks.hpp"

#include <atomic>

namespace daybook::test {
namespace {

std::atomic<std::int64_t> clock_at{0};

class Clock : public testing::Test {
protected:
    Clock() {
        testing_hooks::clock = [] { return test_time(clock_at); };
    }
    ~Clock() override { testing_hooks::clock = nullptr; }

    timestamp recorded_when_it_is(std::int64_t microseconds) {
        clock_at = microseconds;
        const auto made = opened_->append("task-1", expected::any(), {simple_event("A")}).value();
        return opened_->read_one(made.first).value().view().recorded_at();
    }
    fresh_store opened_;
};

TEST_F(Clock, SetBackKeepsTheLastTimeUntilItIsPassed) {
    EXPECT_EQ(recorded_when_it_is(1000), test_time(1000));
    EXPECT_EQ(recorded_when_it_is(-5'000'000), test_time(1000));
    EXPECT_EQ(recorded_when_it_is(999), test_time(1000));
    EXPECT_EQ(recorded_when_it_is(1001), test_time(1001));
}

TEST_F(Clock, SetBackWhileTheStoreIsClosed) {
    EXPECT_EQ(recorded_when_it_is(1'000'000), test_time(1'000'000));
    opened_.reopen();
    EXPECT_EQ(recorded_when_it_is(5), test_time(1'000'000));
    EXPECT_THAT(opened_->check(), HoldsValue());
}

TEST_F(Clock, SetForwardAndBackAgain) {
    recorded_when_it_is(0);
    const auto far = recorded_when_it_is(std::int64_t{86'400'000'000} * 365);
    EXPECT_EQ(recorded_when_it_is(1), far);
    EXPECT_EQ(opened_->position_after(test_time(1)).value(), position{1});
    EXPECT_THAT(opened_->check(), HoldsValue());
}

}  // namespace
}  // namespace daybook::test
