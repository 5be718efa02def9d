// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: whatever reads events into types reads old ones as new ones, and stores none of that.

#include <daybook/command_spec.hpp>
#include <daybook/decide_over.hpp>
#include <daybook/durable_subscription.hpp>
#include <daybook/process_manager.hpp>
#include <daybook/upcasters.hpp>

#include "sample_aggregates.hpp"
#include "sample_upcasts.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace daybook::test {

/// A deposit as it was called once.
struct order_paid {
    static constexpr std::string_view type_name = "OrderPaid";
    std::string order;
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(order_paid, (), (order, cents))

/// Two orders in one event, as it was done once.
struct orders_paid_v1 {
    static constexpr std::string_view type_name = "OrdersPaid";
    std::vector<std::string> orders;
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(orders_paid_v1, (), (orders, cents))

/// Books what was paid for orders to account 7, under the order's own name.
struct booking {
    static constexpr std::string_view name = "booking";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<order_paid>;
    static inline std::string broken_for;

    std::uint64_t payments = 0;
    static std::string key(const order_paid& event) { return event.order; }
    void on(const order_paid& e, reactions& then) {
        if (e.order == broken_for) throw std::runtime_error{"broken"};
        ++payments;
        then.execute<account>("7", deposit{e.cents});
    }
};
BOOST_DESCRIBE_STRUCT(booking, (), (payments))

/// What is in all accounts together.
struct vault {
    using events = std::variant<deposited, withdrawn>;
    std::int64_t cents = 0;
    void apply(const deposited& e) { cents += e.cents; }
    void apply(const withdrawn& e) { cents -= e.cents; }
};

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::shared_ptr<const upcasters> to_today() {
    upcaster_builder chain;
    chain.split<moved_v1, paid_in_v1, withdrawn>([](const moved_v1& old) {
        std::vector<std::variant<paid_in_v1, withdrawn>> parts;
        if (old.in > 0) parts.emplace_back(paid_in_v1{old.in});
        if (old.out > 0) parts.emplace_back(withdrawn{old.out});
        return parts;
    });
    chain.add<paid_in_v1, paid_in_v2>([](const paid_in_v1& old) {
        return paid_in_v2{old.euros * 100, ""};
    });
    chain.add<paid_in_v2, deposited>([](const paid_in_v2& old) { return deposited{old.cents}; });
    chain.drop<counted_v1>();
    chain.split<orders_paid_v1, order_paid>([](const orders_paid_v1& old) {
        std::vector<std::variant<order_paid>> parts;
        for (const auto& order : old.orders) parts.emplace_back(order_paid{order, old.cents});
        return parts;
    });
    return chain.build().value();
}

class Upcasting : public testing::Test {
protected:
    template <class... E>
    void append(const std::string& stream, const E&... events) {
        (log->append(stream, expected::any(), {make_event(events)}).value(), ...);
    }
    void append_all_versions() {
        append("account-7", paid_in_v1{3}, moved_v1{2, 100}, counted_v1{}, paid_in_v2{7, "x"},
               deposited{10}, withdrawn{17}, counted_v1{});
    }
    repository<account> accounts() { return repository<account>{*log, {.upcasters = by}}; }

    const std::shared_ptr<const upcasters> by = to_today();
    fresh_store log;
};

TEST_F(Upcasting, LoadsOldAndNewEventsMixed) {
    append_all_versions();
    const auto before = log.contents();
    auto loaded_accounts = accounts();
    const auto now = loaded_accounts.load("7");
    ASSERT_THAT(now, HoldsValue());
    EXPECT_EQ(**now, (account{.cents = 400, .changes = 6}));
    EXPECT_EQ(now->last, sequence{7});
    ASSERT_THAT(loaded_accounts.execute("7", withdraw{400}), HoldsValue());
    EXPECT_THAT(loaded_accounts.execute("7", withdraw{1}), FailsWith(errc::rejected));
    EXPECT_EQ(log.contents().substr(0, before.size()), before);
}

TEST_F(Upcasting, LoadsWhatEndsWithADroppedEventFromMemoryAndUpToASequence) {
    append("account-7", paid_in_v1{3}, counted_v1{});
    auto loaded_accounts = accounts();
    EXPECT_EQ(loaded_accounts.load_at("7", sequence{2}).value().last, sequence{2});
    EXPECT_EQ(loaded_accounts.load("7").value().last, sequence{2});
    EXPECT_EQ(loaded_accounts.load("7").value()->cents, 300);
    EXPECT_EQ(loaded_accounts.counts().loads_from_memory, 1U);
    append("account-7", counted_v1{});
    EXPECT_EQ(loaded_accounts.load("7").value().last, sequence{3});
    EXPECT_EQ(loaded_accounts.load("7").value()->changes, 1U);
}

TEST_F(Upcasting, BeginsAtASnapshotOfUpcastEvents) {
    append_all_versions();
    ASSERT_THAT(accounts().take_snapshot("7", sequence{2}), HoldsValue());
    ASSERT_THAT(accounts().take_snapshot("7"), HoldsValue());
    append("account-7", paid_in_v1{1});
    auto loaded_accounts = accounts();
    EXPECT_EQ(loaded_accounts.load("7").value()->cents, 500);
    EXPECT_EQ(loaded_accounts.counts().loads_from_snapshot, 1U);
    EXPECT_EQ(loaded_accounts.counts().events_read, 1U);
    for (const auto& found : loaded_accounts.verify_snapshots("7").value())
        EXPECT_EQ(found.verdict, snapshot_verdict::sound);
}

TEST_F(Upcasting, FindsSnapshotsThatWereMadeWithoutTheUpcasters) {
    append_all_versions();
    ASSERT_THAT(repository<account>{*log}.take_snapshot("7"), HoldsValue());
    const auto found = accounts().verify_snapshots("7").value();
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].verdict, snapshot_verdict::other_state);
}

TEST_F(Upcasting, FailsToLoadWhatCannotBeUpcast) {
    append("account-7", deposited{1});
    log->append("account-7", expected::any(), {event_of({"PaidIn", "9"}, "{}")}).value();
    EXPECT_THAT(accounts().load("7"), FailsWith(errc::projection_failed,
                                                "stream \"account-7\", sequence 2 (position 1, "
                                                "PaidIn 9): its version is not known"));
    EXPECT_THAT(accounts().execute("7", deposit{1}), FailsWith(errc::projection_failed));
    log->append("account-8", expected::any(), {event_of({"PaidIn"}, R"({"euros":[]})")}).value();
    EXPECT_THAT(accounts().load("8"), FailsWith(errc::projection_failed, "\"euros\" is []"));
    EXPECT_EQ(log->watermark(), position{3});
}

TEST_F(Upcasting, PassesOverWhatTheAggregateDoesNotName) {
    append("account-7", orders_paid_v1{{"a", "b"}, 5}, deposited{1});
    EXPECT_EQ(accounts().load("7").value()->changes, 1U);
}

// Decisions over a query.

TEST_F(Upcasting, FoldsWhatTheQueryFindsInOldEventsToo) {
    append_all_versions();
    append("account-8", paid_in_v1{1});
    std::int64_t seen = 0;
    const auto look = [&](const vault& now) -> boundary_decision {
        seen = now.cents;
        return std::vector<stream_events>{};
    };
    ASSERT_THAT(decide_over<vault>(*log, query::types({"Deposited"}), look, {.upcasters = by}),
                HoldsValue());
    EXPECT_EQ(seen, 617);
    ASSERT_THAT(decide_over<vault>(*log, query::types({"Deposited"}), look), HoldsValue());
    EXPECT_EQ(seen, 10);
    ASSERT_THAT(decide_over<vault>(*log, query{}, look, {.upcasters = by}), HoldsValue());
    EXPECT_EQ(seen, 500);
}

TEST_F(Upcasting, AsksTheQueryOfUpcastPayloads) {
    append_all_versions();
    std::int64_t seen = 0;
    auto asked = query::types({"Deposited"});
    asked.where.push_back({.pointer = "/cents", .op = comparison::greater, .value = "100"});
    const auto look = [&](const vault& now) -> boundary_decision {
        seen = now.cents;
        return std::vector<stream_events>{};
    };
    ASSERT_THAT(decide_over<vault>(*log, asked, look, {.upcasters = by}), HoldsValue());
    EXPECT_EQ(seen, 500);
}

TEST_F(Upcasting, DecidesAgainWhenAnOldEventCameMeanwhile) {
    int decided = 0;
    const auto done = decide_over<vault>(
        *log, query::types({"Deposited"}),
        [&](const vault& now) -> boundary_decision {
            if (++decided == 1) append("account-7", paid_in_v1{1});  // By an old program.
            return std::vector<stream_events>{
                {.stream = "total-1", .events = {make_event(withdrawn{now.cents})}}};
        },
        {.upcasters = by});
    ASSERT_THAT(done, HoldsValue());
    EXPECT_EQ(done->retries, 1U);
    EXPECT_EQ(read_everything(log->read_stream("total-1"))[0].view().payload(), R"({"cents":100})");
}

TEST_F(Upcasting, FailsToDecideOverWhatCannotBeUpcast) {
    log->append("account-7", expected::any(), {event_of({"PaidIn", "9"}, "{}")}).value();
    const auto nothing = [](const vault&) -> boundary_decision {
        return std::vector<stream_events>{};
    };
    EXPECT_THAT(decide_over<vault>(*log, query::types({"Deposited"}), nothing, {.upcasters = by}),
                FailsWith(errc::projection_failed, "position 0"));
    EXPECT_THAT(decide_over<vault>(*log, query::types({"Withdrawn"}), nothing, {.upcasters = by}),
                HoldsValue());
}

// Processes.

class UpcastProcess : public Upcasting {
protected:
    UpcastProcess() { booking::broken_for.clear(); }
    process_manager<booking> open() {
        return process_manager<booking>::open(*log, {.upcasters = by}).value();
    }
};

TEST_F(UpcastProcess, HandlesThePartsOfAnEventEachForItsInstance) {
    append("shop-1", orders_paid_v1{{"a", "b", "a"}, 5}, order_paid{"a", 7});
    auto booked = open();
    ASSERT_THAT(booked.catch_up(), HoldsValue());
    EXPECT_EQ(booked.instance("a").value()->payments, 3U);
    EXPECT_EQ(booked.instance("b").value()->payments, 1U);
    EXPECT_EQ(accounts().load("7").value()->cents, 22);
    const auto events = read_everything(log->read_stream("account-7"));
    ASSERT_THAT(events, SizeIs(4));
    std::set<std::string> ids;
    for (const auto& e : events) ids.insert(to_string(e.id()));
    EXPECT_THAT(ids, SizeIs(4));
    EXPECT_THAT(events[0].view().causes(),
                ElementsAre(read_everything(log->read_stream("shop-1"))[0].id()));
}

TEST_F(UpcastProcess, DoesNothingTwiceWhenAPartFailed) {
    append("shop-1", orders_paid_v1{{"a", "b", "a"}, 5});
    booking::broken_for = "b";
    auto booked = open();
    EXPECT_THAT(booked.catch_up(), FailsWith(errc::projection_failed, "position 0"));
    EXPECT_EQ(accounts().load("7").value()->cents, 10);
    booking::broken_for.clear();
    ASSERT_THAT(booked.catch_up(), HoldsValue());
    EXPECT_EQ(accounts().load("7").value()->cents, 15);
    EXPECT_EQ(booked.instance("a").value()->payments, 2U);
}

TEST_F(UpcastProcess, DoesNothingTwiceWhenAllIsHandledAgain) {
    append("shop-1", orders_paid_v1{{"a", "b", "a"}, 5});
    ASSERT_THAT(open().catch_up(), HoldsValue());
    const auto before = log.contents();
    drop_durable_subscription(*log, "process.booking.v1").value();
    log->drop_keyspace("daybook.process.booking.v1").value();
    auto booked = open();
    ASSERT_THAT(booked.catch_up(), HoldsValue());
    EXPECT_EQ(booked.instance("a").value()->payments, 2U);
    EXPECT_EQ(log.contents(), before);
}

TEST_F(UpcastProcess, UpcastsWhatItsCommandsAreDecidedOn) {
    append("account-7", paid_in_v1{1});
    append("shop-1", order_paid{"a", 7});
    ASSERT_THAT(open().catch_up(), HoldsValue());
    EXPECT_EQ(accounts().load("7").value()->cents, 107);
}

TEST_F(UpcastProcess, StopsBeforeAnEventThatCannotBeUpcast) {
    log->append("shop-1", expected::any(), {event_of({"OrdersPaid", "3"}, "{}")}).value();
    auto booked = open();
    EXPECT_THAT(booked.step(), FailsWith(errc::projection_failed, "OrdersPaid 3"));
    EXPECT_THAT(booked.step(), FailsWith(errc::projection_failed, "position 0"));
}

TEST_F(UpcastProcess, AsksForANewVersionWhenOtherTypesComeToLeadToItsOwn) {
    append("shop-1", order_paid{"a", 7});
    {
        auto booked = process_manager<booking>::open(*log).value();
        ASSERT_THAT(booked.catch_up(), HoldsValue());
    }
    EXPECT_THAT(process_manager<booking>::open(*log, {.upcasters = by}),
                FailsWith(errc::invalid_argument, "another query"));
}

// The spec of commands, and reading by hand.

TEST_F(Upcasting, TakesOldEventsInSpecsOfCommands) {
    EXPECT_EQ(command_spec<account>(by)
                  .given(make_event(paid_in_v1{3}), deposited{5}, make_event(moved_v1{1, 4}))
                  .given(make_event(counted_v1{}))
                  .when(withdraw{401})
                  .then(withdrawn{401})
                  .failures(),
              "");
    EXPECT_EQ(command_spec<account>(by).given(make_event(moved_v1{1, 4})).state(),
              (account{.cents = 96, .changes = 2}));
    EXPECT_THAT(command_spec<account>(by)
                    .given(event_of({"PaidIn", "9"}, "{}"))
                    .when(withdraw{1})
                    .then_nothing()
                    .failures(),
                HasSubstr("its version is not known"));
}

TEST_F(Upcasting, ReadsALogAsItWouldBeToday) {
    append_all_versions();
    log->append("x-1", expected::any(), {event_of({"Foreign", "9"}, "{}")}).value();
    std::vector<std::string> seen;
    auto events = log->read_all().value();
    ASSERT_THAT(for_each_upcast(events, by,
                                [&](const event_view& event) -> result<void> {
                                    seen.push_back(std::to_string(event.position().value) + ' ' +
                                                   std::string{event.type()});
                                    return {};
                                }),
                HoldsValue());
    EXPECT_THAT(seen, ElementsAre("0 Deposited", "1 Deposited", "1 Withdrawn", "3 Deposited",
                                  "4 Deposited", "5 Withdrawn", "7 Foreign"));
}

TEST_F(Upcasting, ReadsNoFurtherThanAFailure) {
    append("x-1", deposited{1});
    log->append("x-1", expected::any(), {event_of({"PaidIn", "9"}, "{}")}).value();
    std::size_t seen = 0;
    auto events = log->read_all().value();
    const auto count = [&](const event_view&) -> result<void> {
        ++seen;
        return {};
    };
    EXPECT_THAT(for_each_upcast(events, by, count), FailsWith(errc::unsupported, "position 1"));
    EXPECT_EQ(seen, 1U);
    auto again = log->read_all().value();
    EXPECT_THAT(for_each_upcast(again, by,
                                [](const event_view&) -> result<void> {
                                    return fail(errc::rejected, "enough");
                                }),
                FailsWith(errc::rejected, "enough"));
}

}  // namespace
}  // namespace daybook::test
