// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "id_table.hpp"

#include "support/event_maker.hpp"

#include <gtest/gtest.h>

namespace daybook::replay {
namespace {

TEST(IdTable, FindsWhatWasAddedAndNothingElse) {
    constexpr std::uint32_t count = 100'000;
    id_table table{count};
    for (std::uint32_t i = 0; i < count; ++i) ASSERT_TRUE(table.add(test::numbered_id(i), i));
    EXPECT_EQ(table.size(), count);
    for (std::uint32_t i = 0; i < count; ++i) ASSERT_EQ(table.find(test::numbered_id(i)), i);
    for (std::uint32_t i = count; i < 2 * count; ++i)
        ASSERT_FALSE(table.find(test::numbered_id(i))) << i;
}

TEST(IdTable, TellsIdsApartThatDifferInOneBit) {
    id_table table{1000};
    EXPECT_FALSE(table.find(event_id{}));
    ASSERT_TRUE(table.add(event_id{}, 0));
    for (std::uint32_t bit = 0; bit < 128; ++bit) {
        event_id id{};
        id.bytes[bit / 8] = static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(table.find(id)) << bit;
        ASSERT_TRUE(table.add(id, bit + 1));
    }
    EXPECT_EQ(table.find(event_id{}), 0U);
}

TEST(IdTable, TakesNoMoreThanItMay) {
    id_table table{2};
    EXPECT_TRUE(table.add(test::numbered_id(1), 1));
    EXPECT_TRUE(table.add(test::numbered_id(2), 2));
    EXPECT_FALSE(table.add(test::numbered_id(3), 3));
    EXPECT_EQ(table.find(test::numbered_id(2)), 2U);
    EXPECT_FALSE(table.find(test::numbered_id(3)));
}

}  // namespace
}  // namespace daybook::replay
