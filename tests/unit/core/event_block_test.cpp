// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a block gives back the events that were put into it, whatever became of their source.

#include <daybook/event_block.hpp>

#include "support/event_maker.hpp"
#include "support/facts.hpp"
#include "support/fresh_store.hpp"

#include <gtest/gtest.h>

namespace daybook {
namespace {

TEST(EventBlock, KeepsEventsThatItsSourceForgot) {
    test::fresh_store store;
    test::event_maker make{1};
    for (int i = 0; i < 20; ++i)
        store->append(make.stream(), expected::any(), make.events(3)).value();
    const auto wanted = store->read_all().value().collect().value();
    event_block block;
    std::size_t bytes = 0;
    auto reader = store->read_all().value();
    while (reader.next().value()) {
        block.add(*reader);
        bytes += reader->record().size();
    }
    ASSERT_EQ(block.size(), wanted.size());
    EXPECT_EQ(block.bytes(), bytes);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_EQ(block[i].record(), wanted[i].view().record());
}

TEST(EventBlock, IsFilledAnewAfterItWasCleared) {
    test::fresh_store store;
    store
        ->append("task-1", expected::any(),
                 {test::simple_event("First"), test::simple_event("Second")})
        .value();
    const auto events = store->read_all().value().collect().value();
    event_block block;
    EXPECT_TRUE(block.empty());
    block.add(events[0]);
    const auto capacity = block.capacity_bytes();
    block.clear();
    EXPECT_TRUE(block.empty());
    EXPECT_EQ(block.bytes(), 0U);
    EXPECT_EQ(block.capacity_bytes(), capacity);
    block.add(events[1]);
    EXPECT_EQ(block[0].type(), "Second");
}

}  // namespace
}  // namespace daybook
