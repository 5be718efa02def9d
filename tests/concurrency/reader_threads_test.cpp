// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: all that a store open for reading offers can be used by many threads while it is refreshed
// beside its writer, which seals, reindexes and changes keyspaces; each answer fits some moment.

#include <daybook/metrics.hpp>
#include <daybook/subscription.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <atomic>
#include <thread>

namespace daybook::test {
namespace {

using std::chrono::milliseconds;

class ReaderThreads : public testing::Test {
protected:
    ReaderThreads() {
        put(0);
        auto options = quick_options();
        options.read_only = true;
        reader_.emplace(store::open(writer_.directory(), options).value());
    }
    /// Rows that tell how many events there were.
    void put(std::uint64_t events) {
        auto rows = writer_->open_keyspace("rows").value();
        keyspace_batch batch;
        for (const auto* key : {"a", "b"}) batch.put(key, std::to_string(events));
        rows.write(batch).value();
    }
    template <class Work>
    void again_and_again(Work work) {
        threads_.emplace_back([this, work] {
            while (!over_ && !HasFailure()) work();
        });
    }
    void finish() {
        over_ = true;
        for (auto& one : threads_) one.join();
    }

    fresh_store writer_;
    std::optional<store> reader_;
    std::atomic<bool> over_{false};
    std::vector<std::thread> threads_;
};

TEST_F(ReaderThreads, AnswersFitSomeMomentWhileItIsRefreshed) {
    constexpr std::uint64_t total = 140'000;
    auto& reader = *reader_;
    again_and_again([&] { EXPECT_THAT(reader.refresh(), HoldsValue()); });
    again_and_again([&] {
        const auto end = reader.watermark().value;
        const auto last =
            positions_of(reader.read_all({.direction = direction::backwards, .limit = 1}));
        EXPECT_TRUE(end == 0 || last.at(0) + 1 >= end);
        const auto head = reader.head("filler-3").value();
        const auto all = reader.read_stream("filler-3").value().collect();
        if (all) {
            EXPECT_GE(all->size(), head.last.value);
        } else {
            EXPECT_THAT(all, FailsWith(errc::refused)) << "but for the index that is built again";
        }
        EXPECT_GE(reader.status().events, end);
        EXPECT_GE(reader.metrics().events, end);
    });
    again_and_again([&] {
        const auto rows = reader.open_keyspace("rows").value();
        const auto events = std::stoull(rows.get("a").value().value());
        EXPECT_LE(events, reader.watermark().value) << "rows of events that are not there";
        std::vector<std::string> values;
        EXPECT_THAT(rows.scan({}, {},
                              [&](std::string_view, std::string_view value) {
                                  values.emplace_back(value);
                                  return true;
                              }),
                    HoldsValue());
        EXPECT_EQ(values.at(0), values.at(1));
    });
    again_and_again([&] { EXPECT_THAT(reader.check(), HoldsValue()); });
    std::vector<std::thread> subscribers;
    for (const auto& which :
         {query{}, query::types({"Filled1"}), query{criteria{.stream = "filler-3"}}}) {
        subscribers.emplace_back([this, &reader, which] {
            auto events = reader.subscribe({.which = which}).value();
            std::optional<position> before;
            while (events.cursor().value < total && !HasFailure()) {
                const auto more = events.next(milliseconds{20});
                ASSERT_THAT(more, HoldsValue());
                if (!*more) continue;
                ASSERT_TRUE(!before || *before < events->position());
                before = events->position();
            }
        });
    }
    for (std::uint64_t number = 0; number < total; number += 2'000) {
        fill(*writer_, number, 2'000);
        put(number + 2'000);
        if (number == 100'000) {
            EXPECT_THAT(writer_->reindex(std::nullopt, {}), HoldsValue());
        }
    }
    ASSERT_EQ(reader.wait_above({total - 1}, std::chrono::minutes{1}).value, total);
    for (auto& one : subscribers) one.join();
    finish();
    EXPECT_EQ(positions_of(reader.read_all()).size(), total);
    EXPECT_EQ(facts(read_everything(reader.read_all()).back()),
              facts(read_everything(writer_->read_all()).back()));
}

}  // namespace
}  // namespace daybook::test
