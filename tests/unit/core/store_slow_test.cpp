// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what takes longer than the threshold is told, with what a person needs to mend it; a
// callback can do what it likes. A threshold of 0 makes everything slow, so nothing here is timed.

#include <daybook/logging.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>
#include <stdexcept>

namespace daybook::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class StoreSlow : public testing::Test {
protected:
    static store_options options_with(log_callback log,
                                      std::optional<std::chrono::microseconds> threshold = 0us) {
        auto options = quick_options();
        options.log = std::move(log);
        options.slow_operation = threshold;
        return options;
    }
    log_callback keep() {
        return [this](const log_entry& entry) { told_.push_back(entry); };
    }
    static std::string field(const log_entry& entry, std::string_view name) {
        const auto at = std::find_if(entry.fields.begin(), entry.fields.end(),
                                     [&](const log_field& one) { return one.name == name; });
        return at == entry.fields.end() ? "(none)" : at->value;
    }

    std::vector<log_entry> told_;
};

TEST_F(StoreSlow, AppendIsToldWithStreamSizeAndOutcome) {
    fresh_store opened{options_with(keep())};
    ASSERT_TRUE(opened->append("task-1", expected::any(), {simple_event("A"), simple_event("B")}));
    ASSERT_THAT(told_, SizeIs(1));
    const auto& entry = told_[0];
    EXPECT_EQ(entry.level, log_level::warning);
    EXPECT_THAT(entry.message, HasSubstr("slow append: "));
    EXPECT_THAT(entry.message, HasSubstr("stream task-1"));
    EXPECT_EQ(field(entry, "operation"), "append");
    EXPECT_EQ(field(entry, "events"), "2");
    EXPECT_EQ(field(entry, "durability"), "written");
    EXPECT_EQ(field(entry, "outcome"), "stored");
    EXPECT_NE(field(entry, "took_us"), "(none)");
    ASSERT_THAT(opened->append("task-1", expected::no_stream(), {simple_event("A")}),
                FailsWith(errc::conflict));
    EXPECT_EQ(field(told_.at(1), "outcome"), "conflict");
}

TEST_F(StoreSlow, CommitToSeveralStreamsSaysHowMany) {
    fresh_store opened{options_with(keep())};
    ASSERT_TRUE(opened->commit({.streams = {{"task-1", expected::any(), {simple_event("A")}},
                                            {"task-2", expected::any(), {simple_event("B")}}}}));
    EXPECT_EQ(field(told_.at(0), "streams"), "2");
}

TEST_F(StoreSlow, QueryIsToldWithItsPlan) {
    fresh_store opened{options_with(keep())};
    ASSERT_TRUE(opened->append("task-1", expected::any(),
                               {simple_event("A", R"({"n":1})"), simple_event("B")}));
    told_.clear();
    auto wanted = query::types({"A", "B"});
    wanted.where.push_back(parse_payload_condition("/n=1").value());
    read_everything(opened->read(wanted));
    ASSERT_THAT(told_, SizeIs(1));
    EXPECT_EQ(field(told_[0], "operation"), "query");
    EXPECT_EQ(field(told_[0], "query"), "types=A|B where /n=1");
    EXPECT_EQ(field(told_[0], "events"), "1");
    EXPECT_EQ(field(told_[0], "plan"),
              "type=A postings 1, type=B postings 1, the rest read and check 2; "
              "1 of 1 segments, 2 candidates, 1 matches");
    ASSERT_TRUE(opened->read_page(wanted, 5));
    EXPECT_EQ(field(told_.at(1), "operation"), "page");
    EXPECT_THAT(field(told_.at(1), "plan"), HasSubstr("2 candidates"));
    ASSERT_TRUE(opened->count(wanted));
    EXPECT_EQ(field(told_.at(2), "operation"), "count");
    EXPECT_EQ(field(told_.at(2), "query"), "types=A|B where /n=1");
}

TEST_F(StoreSlow, LoadIsToldWithItsStream) {
    fresh_store opened{options_with(keep())};
    ASSERT_TRUE(opened->append("task-1", expected::any(), {simple_event("A")}));
    told_.clear();
    read_everything(opened->read_stream("task-1"));
    read_everything(opened->read_stream("task-2"));  // There is none.
    ASSERT_THAT(told_, SizeIs(2));
    EXPECT_EQ(field(told_[0], "operation"), "load");
    EXPECT_EQ(field(told_[0], "stream"), "task-1");
    EXPECT_EQ(field(told_[0], "events"), "1");
    EXPECT_EQ(field(told_[1], "events"), "0");
}

TEST_F(StoreSlow, PlanOfAnIndexThatIsGoneIsStillTold) {
    auto options = options_with(keep());
    options.indexed_fields = {"/n"};
    fresh_store opened{options};
    ASSERT_TRUE(opened->append("task-1", expected::any(), {simple_event("A", R"({"n":1})")}));
    query wanted;
    wanted.where.push_back(parse_payload_condition("/n=1").value());
    auto reader = opened->read(wanted).value();
    ASSERT_TRUE(opened->reindex(std::vector<std::string>{}));
    told_.clear();
    ASSERT_THAT(reader.next(), FailsWith(errc::refused));
    EXPECT_THAT(field(told_.at(0), "plan"), HasSubstr("not indexed any more"));
}

TEST_F(StoreSlow, NothingBelowTheThresholdIsTold) {
    fresh_store opened{options_with(keep(), 1h)};
    ASSERT_TRUE(opened->append("task-1", expected::any(), {simple_event("A")}));
    read_everything(opened->read_all());
    EXPECT_THAT(told_, IsEmpty());
}

TEST_F(StoreSlow, NothingIsToldByDefault) {
    fresh_store opened{options_with(keep(), std::nullopt)};
    ASSERT_TRUE(opened->append("task-1", expected::any(), {simple_event("A")}));
    EXPECT_THAT(told_, IsEmpty());
    fresh_store without_callback{options_with({}, 0us)};
    ASSERT_TRUE(without_callback->append("task-1", expected::any(), {simple_event("A")}));
}

TEST_F(StoreSlow, CallbackMayUseTheStoreAndIsNotToldOfThat) {
    const store* used = nullptr;
    store* written = nullptr;
    auto log = [&](const log_entry& entry) {
        told_.push_back(entry);
        if (written == nullptr) return;
        // Nothing is locked: each of these would wait for ever for a lock held by this thread.
        EXPECT_THAT(written->append("log-1", expected::any(), {simple_event("Slow")}),
                    HoldsValue());
        EXPECT_THAT(written->reindex(), HoldsValue());
        EXPECT_THAT(used->count(query::all()), HoldsValue());
    };
    fresh_store opened{options_with(log)};
    used = &*opened;
    written = &*opened;
    const auto receipt = opened->append("task-1", expected::any(), {simple_event("A")});
    ASSERT_THAT(receipt, HoldsValue());
    EXPECT_EQ(receipt->first, position{0});
    read_everything(opened->read(query::types({"A"})));
    ASSERT_TRUE(opened->read_page(query::types({"A"}), 1));
    EXPECT_THAT(told_, SizeIs(3));
    EXPECT_EQ(opened->watermark(), position{4});
}

TEST_F(StoreSlow, CallbackThatThrowsHurtsNobody) {
    fresh_store opened{options_with([](const log_entry&) { throw std::runtime_error{"no"}; })};
    EXPECT_THAT(opened->append("task-1", expected::any(), {simple_event("A")}), HoldsValue());
    EXPECT_THAT(read_everything(opened->read_all()), SizeIs(1));
    EXPECT_THAT(opened->read_one(position{0}), HoldsValue());
}

}  // namespace
}  // namespace daybook::test
