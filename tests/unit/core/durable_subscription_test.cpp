// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a named subscription goes on exactly behind what was acknowledged, and belongs to one
// holder and one query.

#include <daybook/durable_subscription.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

namespace daybook::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

void append_some(store& log, int count, const char* stream = "task-1") {
    for (int i = 0; i < count; ++i) {
        log.append(stream, expected::any(), {simple_event("Tested")}).value();
    }
}

std::vector<std::uint64_t> drained(durable_subscription& events) {
    std::vector<std::uint64_t> found;
    while (events.next(0ms).value()) found.push_back(events->position().value);
    return found;
}

TEST(DurableSubscription, GoesOnBehindWhatWasAcknowledged) {
    fresh_store opened;
    append_some(*opened, 5);
    {
        auto events = durable_subscription::open(*opened, "mails").value();
        EXPECT_EQ(events.name(), "mails");
        EXPECT_THAT(drained(events), ElementsAre(0, 1, 2, 3, 4));
        EXPECT_EQ(events.acknowledged(), position{0});
        ASSERT_THAT(events.acknowledge(position{2}), HoldsValue());
        EXPECT_EQ(events.acknowledged(), position{3});
        EXPECT_EQ(events.lag(), 2U);
    }
    opened.reopen();
    auto events = durable_subscription::open(*opened, "mails").value();
    EXPECT_THAT(drained(events), ElementsAre(3, 4));
}

TEST(DurableSubscription, BeginsANameWhereItIsToldAndOnlyThen) {
    fresh_store opened;
    append_some(*opened, 3);
    const durable_options at_end{.from = start_from::end()};
    {
        auto events = durable_subscription::open(*opened, "late", at_end).value();
        EXPECT_THAT(drained(events), IsEmpty());
    }
    append_some(*opened, 2);
    auto events = durable_subscription::open(*opened, "late", at_end).value();
    EXPECT_THAT(drained(events), ElementsAre(3, 4));
}

TEST(DurableSubscription, TakesAnAcknowledgementOnlyOfWhatWasReturned) {
    fresh_store opened;
    append_some(*opened, 3);
    auto events = durable_subscription::open(*opened, "mails").value();
    EXPECT_THAT(events.acknowledge(position{0}), FailsWith(errc::invalid_argument, "not returned"));
    ASSERT_THAT(events.next(0ms), Holds(true));
    EXPECT_THAT(events.acknowledge(position{1}), FailsWith(errc::invalid_argument, "mails"));
    ASSERT_THAT(events.next(0ms), Holds(true));
    ASSERT_THAT(events.acknowledge(position{1}), HoldsValue());
    EXPECT_THAT(events.acknowledge(position{0}), HoldsValue());
    EXPECT_EQ(events.acknowledged(), position{2});
}

TEST(DurableSubscription, BelongsToOneQueryAndOneHolder) {
    fresh_store opened;
    const auto open = [&](const query& q) {
        return durable_subscription::open(*opened, "mails", {.which = q});
    };
    {
        const auto first = open(criteria{.category = "task"}).value();
        EXPECT_THAT(open(criteria{.category = "task"}), FailsWith(errc::locked, "mails"));
        EXPECT_THAT(drop_durable_subscription(*opened, "mails"), FailsWith(errc::locked));
    }
    EXPECT_THAT(open(criteria{.category = "note"}),
                FailsWith(errc::invalid_argument, "another query"));
    EXPECT_THAT(open(criteria{.category = "task"}), HoldsValue());
}

TEST(DurableSubscription, RefusesBadNamesQueriesAndStarts) {
    fresh_store opened;
    for (const auto* name : {"", "Mails", "a b", "a/b"}) {
        EXPECT_THAT(durable_subscription::open(*opened, name), FailsWith(errc::invalid_argument));
    }
    EXPECT_THAT(durable_subscription::open(*opened, std::string(201, 'a')),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(durable_subscription::open(*opened, std::string(200, 'a')), HoldsValue());
    EXPECT_THAT(durable_subscription::open(*opened, "bad", {.which = criteria{.stream = "x"}}),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(durable_subscription::open(*opened, "bad", {.from = start_from::at(position{1})}),
                FailsWith(errc::invalid_argument));
    EXPECT_EQ(durable_subscriptions(*opened)->size(), 1U) << "nothing was begun by what failed";
}

TEST(DurableSubscription, TellsAnUnknownNameAndChangesNothing) {
    fresh_store opened;
    EXPECT_THAT(durable_subscription::open(*opened, "none", {.create_if_missing = false}),
                FailsWith(errc::not_found, "none"));
    EXPECT_THAT(drop_durable_subscription(*opened, "none"), FailsWith(errc::not_found));
    EXPECT_THAT(opened->keyspaces().value(), IsEmpty());
    static_cast<void>(durable_subscription::open(*opened, "some").value());
    EXPECT_THAT(durable_subscription::open(*opened, "none", {.create_if_missing = false}),
                FailsWith(errc::not_found));
    EXPECT_THAT(drop_durable_subscription(*opened, "none"), FailsWith(errc::not_found));
}

TEST(DurableSubscription, IsListedAndDropped) {
    fresh_store opened;
    EXPECT_THAT(durable_subscriptions(*opened).value(), IsEmpty());
    append_some(*opened, 4);
    {
        auto events = durable_subscription::open(*opened, "b").value();
        static_cast<void>(durable_subscription::open(*opened, "a").value());
        ASSERT_THAT(events.next(0ms), Holds(true));
        events.acknowledge(position{0}).value();
    }
    const auto all = durable_subscriptions(*opened).value();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].name, "a");
    EXPECT_EQ(all[1].name, "b");
    EXPECT_EQ(all[1].acknowledged, position{1});
    EXPECT_EQ(all[1].lag_events, 3U);
    EXPECT_FALSE(all[1].group);
    ASSERT_THAT(drop_durable_subscription(*opened, "b"), HoldsValue());
    EXPECT_EQ(durable_subscriptions(*opened)->size(), 1U);
    auto anew = durable_subscription::open(*opened, "b").value();
    EXPECT_EQ(drained(anew).size(), 4U);
}

TEST(DurableSubscription, StopsLikeAnyOther) {
    fresh_store opened;
    std::stop_source source;
    auto events =
        durable_subscription::open(*opened, "mails", {.stop = source.get_token()}).value();
    source.request_stop();
    EXPECT_TRUE(events.stopped());
    EXPECT_THAT(events.next(1h), Holds(false));
}

TEST(DurableSubscription, SaysThatItsRowIsDamagedOrNewer) {
    fresh_store opened;
    static_cast<void>(durable_subscription::open(*opened, "mails").value());
    const auto write = [&](std::string_view value) {
        auto rows = opened->open_keyspace("daybook.subscriptions").value();
        keyspace_batch batch;
        batch.put("cmails", value);
        rows.write(batch).value();
    };
    write("\x01");
    EXPECT_THAT(durable_subscription::open(*opened, "mails"), FailsWith(errc::corrupt, "mails"));
    write(std::string(18, '\x02'));
    EXPECT_THAT(durable_subscription::open(*opened, "mails"), FailsWith(errc::unsupported));
    EXPECT_THAT(durable_subscriptions(*opened), FailsWith(errc::unsupported));
    write("");
    EXPECT_THAT(durable_subscription::open(*opened, "mails"), FailsWith(errc::corrupt));
}

}  // namespace
}  // namespace daybook::test
