// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: nothing that is read from the disk passes by who checks it, whichever way it is read.
// Method: a check that counts what it sees and finds fault with one position.

#include <daybook/read_check.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>

namespace daybook::test {
namespace {

constexpr std::uint64_t stored = 300;

class inspector final : public read_check {
public:
    result<void> look(std::span<const event_view> events) const override {
        for (const auto& e : events) {
            ++seen;
            if (e.position() == bad) {
                return fail(errc::corrupt, "the inspector finds fault with position 170");
            }
        }
        return {};
    }
    std::optional<position> bad;
    mutable std::atomic<std::uint64_t> seen{0};
};

class ReadCheck : public testing::Test {
protected:
    ReadCheck() {
        for (std::uint64_t i = 0; i < stored; ++i) {
            auto event = simple_event("T");
            event.payload = R"({"text":")" + std::string(200, 'x') + "\"}";
            store->append("task-" + std::to_string(i % 7), expected::any(), {event}).value();
        }
    }
    fresh_store store;
    std::shared_ptr<inspector> check = std::make_shared<inspector>();
};

TEST_F(ReadCheck, SeesEveryEventOnce) {
    store->check_reads(check);
    EXPECT_EQ(store->read_all().value().collect().value().size(), stored);
    EXPECT_EQ(check->seen, stored);
    EXPECT_EQ(store->read_all({.unchecked = true}).value().collect().value().size(), stored);
    EXPECT_EQ(check->seen, stored);
    store->check_reads(nullptr);
    EXPECT_EQ(store->read_all().value().collect().value().size(), stored);
    EXPECT_EQ(check->seen, stored);
}

TEST_F(ReadCheck, SeesWhatIsKeptInMemoryOnlyTheFirstTime) {
    EXPECT_TRUE(store->read_one(position{170}));
    store->check_reads(check);
    EXPECT_TRUE(store->read_one(position{170})) << "it is read again";
    const auto first = check->seen.load();
    EXPECT_GT(first, 0U);
    EXPECT_TRUE(store->read_one(position{170}));
    EXPECT_EQ(check->seen, first);
}

TEST_F(ReadCheck, FailsEveryWayOfReadingWhatItFindsFaultWith) {
    check->bad = position{170};
    const auto id = store->read_one(position{170}).value().id();
    store->check_reads(check);
    const auto fault = [] { return FailsWith(errc::corrupt, "position 170"); };
    EXPECT_THAT(store->read_one(position{170}), fault());
    EXPECT_THAT(store->read_one(id), fault());
    EXPECT_THAT(store->read_all().value().collect(), fault());
    EXPECT_THAT(store->read_all({.direction = direction::backwards}).value().collect(), fault());
    EXPECT_THAT(store->read_stream("task-2").value().collect(), fault());
    EXPECT_THAT(store->read(query::types({"T"})).value().collect(), fault());
    EXPECT_TRUE(store->read_one(position{0})) << "the others can be read";
}

TEST_F(ReadCheck, GoesOnInAReaderThatRefreshes) {
    auto reader = store::open(store.directory(), {.read_only = true}).value();
    reader.check_reads(check);
    store->append("task-1", expected::any(), {simple_event("T")}).value();
    store->sync().value();
    EXPECT_EQ(reader.refresh().value(), position{stored + 1});
    EXPECT_EQ(reader.read_all().value().collect().value().size(), stored + 1);
    EXPECT_EQ(check->seen, stored + 1);
}

}  // namespace
}  // namespace daybook::test
