// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what a process asks for is done once, however often its event is handled.

#include <daybook/durable_subscription.hpp>
#include <daybook/process_manager.hpp>

#include "sample_aggregates.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

namespace daybook::test {

struct order_placed {
    std::string order;
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(order_placed, (), (order, cents))

struct order_shipped {
    std::string order;
};
BOOST_DESCRIBE_STRUCT(order_shipped, (), (order))

struct payment_missing {
    std::string order;
    std::string why;
};
BOOST_DESCRIBE_STRUCT(payment_missing, (), (order, why))

/// Takes the price of an order from account 7; an order that cannot be paid is told of.
struct paying {
    static constexpr std::string_view name = "paying";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<order_placed, order_shipped>;
    using starts_with = std::variant<order_placed>;
    static inline bool broken = false;

    std::string order;
    std::int64_t asked_for = 0;

    static std::optional<std::string> key(const auto& event) {
        if (event.order.empty()) return std::nullopt;
        return event.order;
    }
    void on(const order_placed& e, reactions& then) {
        if (broken) throw std::runtime_error{"broken"};
        order = e.order;
        asked_for += e.cents;
        then.execute<account>("7", withdraw{e.cents});
    }
    void on(const order_shipped&, reactions& then) { then.stop(); }
    void rejected(const rejection& of, reactions& then) {
        then.append("order-" + order, payment_missing{order, of.why});
    }
};
BOOST_DESCRIBE_STRUCT(paying, (), (order, asked_for))

/// The same without an ear for rejections, and begun by every event.
struct curt_paying {
    static constexpr std::string_view name = "curt_paying";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<order_placed>;
    std::uint64_t orders = 0;
    static std::string key(const order_placed&, const event_view& at) {
        return std::string{at.category()};
    }
    void on(const order_placed& e, reactions& then) {
        ++orders;
        then.execute<account>("7", withdraw{e.cents});
        then.execute<account>("7", withdraw{e.cents});
    }
};
BOOST_DESCRIBE_STRUCT(curt_paying, (), (orders))

namespace {

using testing::ElementsAre;
using testing::SizeIs;

class ProcessManager : public testing::Test {
protected:
    ProcessManager() {
        paying::broken = false;
        repository<account>{*log}.execute("7", deposit{100}).value();
    }
    template <class E>
    event place(const std::string& order, const E& what) {
        const auto at = log->append("order-" + order, expected::any(), {make_event(what)}).value();
        return log->read_one(at.last).value();
    }
    std::vector<std::string> types(const std::string& stream) {
        std::vector<std::string> all;
        for (const auto& e : read_everything(log->read_stream(stream)))
            all.emplace_back(e.view().type());
        return all;
    }
    template <class P = paying>
    process_manager<P> open() {
        return process_manager<P>::open(*log).value();
    }
    /// As if everything that the process knows had been lost.
    void forget(const std::string& name) {
        drop_durable_subscription(*log, "process." + name + ".v1").value();
        log->drop_keyspace("daybook.process." + name + ".v1").value();
    }
    fresh_store log;
};

TEST_F(ProcessManager, ExecutesWhatEventsAskForAsTheirEffect) {
    const auto order = place("a", order_placed{"a", 30});
    auto payments = open();
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    EXPECT_THAT(types("account-7"), ElementsAre("Deposited", "Withdrawn"));
    const auto paid = read_everything(log->read_stream("account-7"))[1];
    EXPECT_THAT(paid.view().causes(), ElementsAre(order.id()));
    EXPECT_EQ(paid.view().correlation(), to_string(order.id()));
    EXPECT_EQ(payments.instance("a").value()->asked_for, 30);
    EXPECT_EQ(payments.counts().commands, 1U);
}

TEST_F(ProcessManager, GoesOnWhereItWasLeft) {
    place("a", order_placed{"a", 30});
    ASSERT_THAT(open().catch_up(), HoldsValue());
    place("a", order_placed{"a", 20});
    auto payments = open();
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    EXPECT_EQ(payments.counts().events, 1U);
    EXPECT_EQ(payments.instance("a").value()->asked_for, 50);
    EXPECT_EQ(repository<account>{*log}.load("7").value()->cents, 50);
}

TEST_F(ProcessManager, DoesNothingTwiceWhenAllIsHandledAgain) {
    place("a", order_placed{"a", 30});
    place("b", order_placed{"b", 400});
    place("a", order_placed{"a", 20});
    ASSERT_THAT(open().catch_up(), HoldsValue());
    const auto before = log.contents();
    forget("paying");
    auto payments = open();
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    EXPECT_EQ(payments.counts().events, 3U);
    EXPECT_EQ(payments.instance("a").value()->asked_for, 50);
    EXPECT_EQ(log.contents(), before);
}

// As after a restored backup, which has cursors and no instances.
TEST_F(ProcessManager, BeginsAgainIfItsInstancesAreGone) {
    place("a", order_placed{"a", 30});
    ASSERT_THAT(open().catch_up(), HoldsValue());
    const auto before = log.contents();
    log->drop_keyspace("daybook.process.paying.v1").value();
    auto payments = open();
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    ASSERT_THAT(payments.instance("a"), Holds(testing::Optional(testing::_)));
    EXPECT_EQ(payments.instance("a").value()->asked_for, 30);
    EXPECT_EQ(log.contents(), before);
}

TEST_F(ProcessManager, HandlesAnEventOnceIfOnlyItsAcknowledgementWasLost) {
    place("a", order_placed{"a", 30});
    ASSERT_THAT(open().catch_up(), HoldsValue());
    drop_durable_subscription(*log, "process.paying.v1").value();
    auto payments = open();
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    EXPECT_EQ(payments.instance("a").value()->asked_for, 30);
    EXPECT_EQ(payments.counts().commands, 0U);
}

TEST_F(ProcessManager, TellsTheProcessOfRejectedCommands) {
    place("b", order_placed{"b", 400});
    auto payments = open();
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    EXPECT_THAT(types("order-b"), ElementsAre("order_placed", "payment_missing"));
    const auto told = read_everything(log->read_stream("order-b"))[1];
    EXPECT_EQ(told.view().payload(), R"({"order":"b","why":"only 100 cents"})");
    EXPECT_EQ(payments.counts().rejected, 1U);
}

TEST_F(ProcessManager, CountsRejectionsThatNobodyHears) {
    place("a", order_placed{"a", 60});
    auto payments = open<curt_paying>();
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    EXPECT_EQ(payments.counts().rejected, 1U);
    EXPECT_EQ(payments.counts().commands, 2U);
    EXPECT_EQ(payments.instance("order").value()->orders, 1U);
}

TEST_F(ProcessManager, TellsApartTwoCommandsForOneAggregate) {
    place("a", order_placed{"a", 10});
    ASSERT_THAT(open<curt_paying>().catch_up(), HoldsValue());
    EXPECT_THAT(types("account-7"), ElementsAre("Deposited", "Withdrawn", "Withdrawn"));
}

TEST_F(ProcessManager, EndsAnInstanceAndBeginsAnotherOnlyWithWhatStartsOne) {
    place("a", order_placed{"a", 10});
    place("a", order_shipped{"a"});
    place("a", order_shipped{"a"});
    place("x", order_shipped{"x"});
    log->append("order-y", expected::any(), {make_event(order_placed{"", 1})}).value();
    auto payments = open();
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    EXPECT_FALSE(payments.instance("a").value());
    EXPECT_EQ(payments.counts().passed_over, 2U);
    place("a", order_placed{"a", 5});
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    EXPECT_EQ(payments.instance("a").value()->asked_for, 5);
}

TEST_F(ProcessManager, StandsBeforeAnEventThatItCannotHandleAndTriesAgain) {
    place("a", order_placed{"a", 10});
    auto payments = open();
    paying::broken = true;
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(payments.catch_up(),
                    FailsWith(errc::projection_failed,
                              "process \"paying\", event at position 1 (order_placed): broken"));
    }
    EXPECT_THAT(types("account-7"), SizeIs(1));
    paying::broken = false;
    ASSERT_THAT(payments.catch_up(), HoldsValue());
    EXPECT_THAT(types("account-7"), SizeIs(2));
}

TEST_F(ProcessManager, HasOneHolder) {
    const auto payments = open();
    EXPECT_THAT(process_manager<paying>::open(*log), FailsWith(errc::locked));
}

TEST_F(ProcessManager, RunsUntilItIsToldToStop) {
    auto payments = open();
    std::jthread worker{
        [&](const std::stop_token& stop) { EXPECT_THAT(payments.run(stop), HoldsValue()); }};
    place("a", order_placed{"a", 10});
    // Its effect is the next event but one.
    auto seen = position{2};
    while (log->watermark() <= seen) log->wait_above(seen, std::chrono::milliseconds{100});
    worker.request_stop();
    worker.join();
    EXPECT_THAT(types("account-7"), SizeIs(2));
}

}  // namespace
}  // namespace daybook::test
