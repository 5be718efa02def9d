// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: the queue holds exactly its capacity, gives items out in order, and neither loses nor
// doubles nor leaks any. What several threads do with it is in tests/concurrency.

#include "bounded_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace daybook {
namespace {

TEST(BoundedQueue, HoldsExactlyItsCapacity) {
    for (const std::size_t capacity : {1U, 2U, 3U, 10U, 64U, 100U}) {
        SCOPED_TRACE(capacity);
        bounded_queue<std::string> queue{capacity};
        for (int round = 0; round < 5; ++round) {
            for (std::size_t i = 0; i < capacity; ++i) {
                auto item = std::to_string(i);
                ASSERT_EQ(queue.push(item), i) << "tells how many were there";
            }
            std::string more = "one too many";
            EXPECT_EQ(queue.push(more), std::nullopt);
            EXPECT_EQ(more, "one too many") << "and leaves it";
            for (std::size_t i = 0; i < capacity; ++i) ASSERT_EQ(queue.pop(), std::to_string(i));
            EXPECT_EQ(queue.pop(), std::nullopt);
        }
        EXPECT_EQ(queue.pushed(), 5 * capacity);
        EXPECT_EQ(queue.popped(), 5 * capacity);
    }
}

TEST(BoundedQueue, GoesOnWhereItIsHalfEmpty) {
    bounded_queue<std::string> queue{3};
    int in = 0;
    int out = 0;
    const auto push = [&] {
        auto item = std::to_string(in);
        if (queue.push(item)) ++in;
    };
    push();
    push();
    for (int i = 0; i < 100; ++i) {
        push();
        push();  // Refused.
        EXPECT_EQ(queue.pop(), std::to_string(out++));
    }
    EXPECT_EQ(in, 102);
}

TEST(BoundedQueue, DestroysWhatIsLeft) {
    const auto watched = std::make_shared<int>(1);
    {
        bounded_queue<std::shared_ptr<int>> queue{8};
        for (int i = 0; i < 5; ++i) {
            auto copy = watched;
            ASSERT_TRUE(queue.push(copy));
            EXPECT_EQ(copy, nullptr);
        }
        EXPECT_TRUE(queue.pop());
        EXPECT_EQ(watched.use_count(), 5);
    }
    EXPECT_EQ(watched.use_count(), 1);
}

}  // namespace
}  // namespace daybook
