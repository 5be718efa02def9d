// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what a process asks for is done once for each event, wherever it is killed. Method: a child
// process (this program again) places orders and handles them until it kills itself.
// Replay one failure with DAYBOOK_TEST_SEED=<seed>; more rounds with DAYBOOK_TEST_ROUNDS=<n>.

#include <daybook/process_manager.hpp>

#include "support/fresh_store.hpp"
#include "support/killed_child.hpp"
#include "support/randomness.hpp"
#include "support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <variant>

namespace daybook::test {

struct order_placed {
    std::string customer;
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(order_placed, (), (customer, cents))

struct order_paid {
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(order_paid, (), (cents))

struct order_confirmed {
    std::uint64_t orders = 0;
};
BOOST_DESCRIBE_STRUCT(order_confirmed, (), (orders))

/// What all orders came to.
struct till {
    static constexpr std::string_view name = "till";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<order_paid>;
    std::int64_t cents = 0;
    void apply(const order_paid& e) { cents += e.cents; }
};
BOOST_DESCRIBE_STRUCT(till, (), (cents))

struct pay {
    std::int64_t cents = 0;
};
decision<till> decide(const till&, const pay& command) {
    return events_of<till>{order_paid{command.cents}};
}

/// Pays an order in two halves, and confirms it.
struct paying {
    static constexpr std::string_view name = "paying";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<order_placed>;
    std::uint64_t orders = 0;
    static std::string key(const order_placed& e) { return e.customer; }
    void on(const order_placed& e, reactions& then) {
        ++orders;
        then.execute<till>("1", pay{e.cents / 2});
        then.execute<till>("1", pay{e.cents - e.cents / 2});
        then.append("customer-" + e.customer, order_confirmed{orders});
    }
};
BOOST_DESCRIBE_STRUCT(paying, (), (orders))

namespace {

/// What runs in the child: never returns.
[[noreturn]] void pay_until_killed(const std::filesystem::path& directory, std::uint64_t seed) {
    randomness random{seed};
    auto log = store::open(directory, quick_options()).value();
    auto payments = process_manager<paying>::open(log).value();
    const bool by_time = random.chance(70);  // Then the kill falls anywhere.
    std::thread killer;
    if (by_time) {
        killer = std::thread{[after = std::chrono::microseconds{random.between(1, 20'000)}] {
            std::this_thread::sleep_for(after);
            static_cast<void>(std::raise(SIGKILL));
        }};
    }
    for (auto steps = random.between(1, 40); by_time || steps > 0; --steps) {
        const order_placed order{"c" + std::to_string(random.below(5)),
                                 static_cast<std::int64_t>(random.between(1, 1000))};
        if (random.chance(60)) log.append("orders-1", expected::any(), {make_event(order)}).value();
        payments.step().value();
    }
    static_cast<void>(std::raise(SIGKILL));
    std::abort();
}

// Run by hand it does nothing; the test below runs it in a process of its own.
TEST(ProcessCrashChild, PaysUntilItIsKilled) {
    const auto orders = orders_of_child();
    if (!orders) GTEST_SKIP() << "only of use to ProcessCrash";
    pay_until_killed(orders->directory, orders->seed);
}

/// What the log says of one order.
struct order_account {
    std::int64_t cents = 0;
    std::int64_t paid = 0;
    int payments = 0;
    int confirmations = 0;
};

std::map<event_id, order_account> accounts_of(const store& log) {
    std::map<event_id, order_account> accounts;
    auto events = log.read_all().value();
    while (events.next().value()) {
        if (const auto& type = events->type(); type == "order_placed") {
            accounts[events->id()].cents = event_as<order_placed>(*events).value().cents;
        } else if (type == "order_paid") {
            auto& account = accounts[events->causes()[0]];
            account.paid += event_as<order_paid>(*events).value().cents;
            ++account.payments;
        } else {
            ++accounts[events->causes()[0]].confirmations;
        }
    }
    return accounts;
}

TEST(ProcessCrash, DoesWhatAnEventAsksForOnceWhereverItIsKilled) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    const auto rounds = count_from_environment("DAYBOOK_TEST_ROUNDS", 12);
    randomness random{seed};
    const temp_directory home;
    const auto directory = home / "store";
    for (std::uint64_t round = 0; round < rounds; ++round) {
        ASSERT_TRUE(
            dies_by_kill("ProcessCrashChild.PaysUntilItIsKilled", {directory, random.next()}))
            << "round " << round;
    }
    auto log = store::open(directory, quick_options()).value();
    auto payments = process_manager<paying>::open(log).value();
    payments.catch_up().value();

    std::int64_t cents = 0;
    std::uint64_t orders = 0;
    for (const auto& [id, account] : accounts_of(log)) {
        EXPECT_EQ(account.paid, account.cents);
        EXPECT_EQ(account.payments, 2);
        EXPECT_EQ(account.confirmations, 1);
        cents += account.cents;
        ++orders;
    }
    std::uint64_t counted = 0;
    for (int i = 0; i < 5; ++i) {
        const auto instance = payments.instance("c" + std::to_string(i)).value();
        counted += instance ? instance->orders : 0;
    }
    EXPECT_EQ(counted, orders);
    EXPECT_EQ(repository<till>{log}.load("1").value()->cents, cents);
}

}  // namespace
}  // namespace daybook::test
