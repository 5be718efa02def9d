// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: after a write that the file system refused the store takes no more of them, goes on
// reading, and is whole again when it is opened anew. Method: the process limits the size of its
// own files, so that the next write to the log fails.

#include "support/file_size_limit.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

namespace daybook::test {
namespace {

new_event numbered(std::uint64_t number) {
    auto made = simple_event("A", "\"" + std::string(1000, 'x') + "\"");
    made.id = numbered_id(number);
    return made;
}

class Refusal : public testing::TestWithParam<durability> {
protected:
    /// Appends until the limit of 64 KiB refuses; returns how many events were acknowledged.
    std::uint64_t append_until_refused() {
        const file_size_limit limit{64U << 10U};
        for (std::uint64_t i = 0; i < 1000; ++i) {
            const auto made =
                opened_->append("task-1", expected::at({i}), {numbered(i)}, GetParam());
            if (made) continue;
            failure_ = testing::PrintToString(made.error());
            EXPECT_THAT(made, FailsWith(errc::io));
            return i;
        }
        ADD_FAILURE() << "never refused";
        return 0;
    }
    fresh_store opened_;
    std::string failure_;
};

TEST_P(Refusal, HoldsUntilTheStoreIsOpenedAgain) {
    const auto acknowledged = append_until_refused();
    ASSERT_GT(acknowledged, 0U);
    EXPECT_EQ(opened_->watermark(), position{acknowledged});
    // There is room again, but what is on the disk is unknown.
    EXPECT_THAT(opened_->append("task-2", expected::any(), {simple_event("B")}),
                FailsWith(errc::refused));
    EXPECT_THAT(opened_->sync(), FailsWith(errc::refused));
    EXPECT_TRUE(opened_->status().refuses_writes);
    EXPECT_EQ(opened_->watermark(), position{acknowledged});
    EXPECT_EQ(positions_of(opened_->read_all()).size(), acknowledged);
    EXPECT_EQ(opened_->head("task-1")->last, sequence{acknowledged});
    EXPECT_EQ(positions_of(opened_->read(query::types({"A"}))).size(), acknowledged);
    EXPECT_THAT(opened_->read_one(numbered_id(acknowledged)), FailsWith(errc::not_found));

    opened_.reopen();
    EXPECT_FALSE(opened_->status().refuses_writes);
    const auto stored = opened_->watermark().value;
    EXPECT_GE(stored, acknowledged);
    EXPECT_LE(stored, acknowledged + 1) << "only the refused append may be there or not";
    EXPECT_THAT(opened_->check(), HoldsValue());
    const auto again =
        opened_->append("task-1", expected::at({acknowledged}), {numbered(acknowledged)});
    ASSERT_THAT(again, HoldsValue()) << failure_;
    EXPECT_EQ(again->repeated, stored > acknowledged);
    EXPECT_EQ(opened_->watermark(), position{acknowledged + 1});
}

INSTANTIATE_TEST_SUITE_P(EveryDurability, Refusal,
                         testing::Values(durability::written, durability::synced),
                         [](const auto& one) {
                             return one.param == durability::written ? "Written" : "Synced";
                         });

}  // namespace
}  // namespace daybook::test
