// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a decision rests on the newest state, nothing is lost or done twice, whoever is faster.

#include <daybook/context.hpp>
#include <daybook/repository.hpp>

#include "sample_aggregates.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace daybook::test {

/// The same account, but that it throws at a type of event that it does not expect.
struct picky_account {
    static constexpr std::string_view name = "account";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<deposited>;
    std::int64_t cents = 0;
    void apply(const deposited& e) {
        if (e.cents == 13) throw std::runtime_error{"thirteen"};
        cents += e.cents;
    }
};
BOOST_DESCRIBE_STRUCT(picky_account, (), (cents))

struct throw_up {};
decision<account> decide(const account&, const throw_up&) { throw std::runtime_error{"no idea"}; }

namespace {

using testing::SizeIs;

class Repository : public testing::Test {
protected:
    std::vector<event> stream(const std::string& name) {
        return read_everything(log->read_stream(name));
    }
    fresh_store log;
};

TEST_F(Repository, AppendsWhatWasDecidedAndTellsTheNewState) {
    repository<account> accounts{*log};
    const auto first = accounts.execute("7", deposit{500});
    ASSERT_THAT(first, HoldsValue());
    EXPECT_EQ(*first->now, (account{.cents = 500, .changes = 1}));
    EXPECT_EQ(first->now.last, sequence{1});
    EXPECT_EQ(first->retries, 0U);
    const auto events = stream("account-7");
    ASSERT_THAT(events, SizeIs(1));
    EXPECT_EQ(events[0].view().type(), "Deposited");
    EXPECT_EQ(events[0].view().payload(), "{\"cents\":500}");
    EXPECT_EQ(events[0].view().schema(), "1.0.0");
    ASSERT_THAT(accounts.execute("7", withdraw{200}), HoldsValue());
    EXPECT_EQ(stream("account-7")[1].view().schema(), "2.1.0");
    EXPECT_EQ(accounts.load("7").value()->cents, 300);
}

TEST_F(Repository, AppendsNothingWhenRejectedOrNothingWasDecided) {
    repository<account> accounts{*log};
    EXPECT_THAT(accounts.execute("7", withdraw{1}), FailsWith(errc::rejected, "only 0 cents"));
    const auto nothing = accounts.execute("7", deposit{0});
    ASSERT_THAT(nothing, HoldsValue());
    EXPECT_FALSE(nothing->receipt);
    EXPECT_EQ(log->watermark(), position{0});
}

TEST_F(Repository, TakesAFunctionInPlaceOfACommand) {
    repository<account> accounts{*log};
    const auto done = accounts.execute("7", [](const account& now) -> decision<account> {
        return events_of<account>{deposited{now.cents + 1}, deposited{2}};
    });
    ASSERT_THAT(done, HoldsValue());
    EXPECT_EQ(done->now->cents, 3);
    EXPECT_THAT(done->events, SizeIs(2));
}

TEST_F(Repository, SeesWhatOthersAppended) {
    repository<account> accounts{*log};
    ASSERT_THAT(accounts.execute("7", deposit{5}), HoldsValue());
    log->append("account-7", expected::any(), {make_event(deposited{10})}).value();
    log->append("account-7", expected::any(), {simple_event("Unknown", "[1]")}).value();
    const auto now = accounts.load("7").value();
    EXPECT_EQ(now->cents, 15);
    EXPECT_EQ(now.last, sequence{3});
}

TEST_F(Repository, LoadsFromMemoryWhatDidNotChange) {
    repository<account> accounts{*log};
    ASSERT_THAT(accounts.execute("7", deposit{5}), HoldsValue());
    log->append("other-1", expected::any(), {simple_event("X")}).value();
    EXPECT_EQ(accounts.load("7").value()->cents, 5);
    EXPECT_EQ(accounts.load("7").value()->cents, 5);
    const auto counts = accounts.counts();
    EXPECT_EQ(counts.loads, 3U);
    EXPECT_EQ(counts.loads_from_memory, 2U);
    EXPECT_EQ(counts.events_read, 0U);
}

TEST_F(Repository, KeepsNoMoreStatesThanAsked) {
    repository<account> accounts{*log, {.states_cached_max = 16}};
    for (int i = 0; i < 200; ++i)
        ASSERT_THAT(accounts.execute(std::to_string(i), deposit{i + 1}), HoldsValue());
    for (int i = 0; i < 200; ++i) EXPECT_EQ(accounts.load(std::to_string(i)).value()->cents, i + 1);
    EXPECT_GE(accounts.counts().events_read, 184U);
}

TEST_F(Repository, WorksWithoutMemory) {
    repository<account> accounts{*log, {.states_cached_max = 0}};
    ASSERT_THAT(accounts.execute("7", deposit{5}), HoldsValue());
    ASSERT_THAT(accounts.execute("7", deposit{6}), HoldsValue());
    EXPECT_EQ(accounts.load("7").value()->cents, 11);
    EXPECT_EQ(accounts.counts().loads_from_memory, 0U);
}

TEST_F(Repository, LoadsTheStateOfAnySequence) {
    repository<account> accounts{*log};
    for (int i = 1; i <= 5; ++i) ASSERT_THAT(accounts.execute("7", deposit{i}), HoldsValue());
    std::int64_t cents = 0;
    for (std::uint64_t last = 0; last <= 5; ++last) {
        cents += static_cast<std::int64_t>(last);
        EXPECT_EQ(accounts.load_at("7", sequence{last}).value()->cents, cents);
    }
    EXPECT_THAT(accounts.load_at("7", sequence{6}),
                FailsWith(errc::invalid_argument, "ends at sequence 5; 6 was asked for"));
}

TEST_F(Repository, NamesTheEventThatDoesNotApply) {
    log->append("account-7", expected::any(), {make_event(deposited{1})}).value();
    log->append("account-7", expected::any(), {make_event(deposited{13})}).value();
    const repository<picky_account> accounts{*log};
    EXPECT_THAT(accounts.load("7"), FailsWith(errc::projection_failed,
                                              "\"account-7\", sequence 2 (position 1, Deposited): "
                                              "thirteen"));
    log->append("account-8", expected::any(), {simple_event("Deposited", R"({"cents":"x"})")})
        .value();
    EXPECT_THAT(accounts.load("8"), FailsWith(errc::projection_failed, "\"cents\" is \"x\""));
}

TEST_F(Repository, ReportsADeciderThatThrows) {
    repository<account> accounts{*log};
    EXPECT_THAT(accounts.execute("7", throw_up{}),
                FailsWith(errc::projection_failed, "decider of \"account\" threw: no idea"));
}

TEST_F(Repository, AppendsNothingThatDoesNotApply) {
    repository<account> accounts{*log};
    EXPECT_THAT(accounts.execute("7", deposit{-5}),
                FailsWith(errc::projection_failed, "was not appended: less than nothing"));
    EXPECT_EQ(log->watermark(), position{0});
}

TEST_F(Repository, HandsTheContextOn) {
    repository<account> accounts{*log};
    const auto cause = numbered_id(4);
    {
        const context_scope scope{{.correlation = "c-1", .causes = {cause}}};
        ASSERT_THAT(accounts.execute("7", deposit{5}), HoldsValue());
    }
    const auto event = stream("account-7").front();
    EXPECT_EQ(event.view().correlation(), "c-1");
    EXPECT_EQ(event.view().causes().front(), cause);
}

TEST_F(Repository, ExecutesACommandOnceForItsId) {
    const auto command = numbered_id(9);
    {
        repository<account> accounts{*log};
        const auto first = accounts.execute_once("7", command, deposit{5});
        ASSERT_THAT(first, HoldsValue());
        EXPECT_FALSE(first->receipt->repeated);
        ASSERT_THAT(accounts.execute("7", withdraw{5}), HoldsValue());
    }
    repository<account> accounts{*log};
    const auto again = accounts.execute_once("7", command, deposit{5});
    ASSERT_THAT(again, HoldsValue());
    EXPECT_TRUE(again->receipt->repeated);
    EXPECT_EQ(again->receipt->last_sequence, sequence{1});
    EXPECT_EQ(again->now->cents, 0);
    EXPECT_EQ(log->watermark(), position{2});
    EXPECT_THAT(accounts.execute_once("8", command, deposit{5}),
                FailsWith(errc::invalid_argument, "was executed for stream \"account-7\""));
}

TEST_F(Repository, GivesUpAfterSoManyConflicts) {
    repository<account> accounts{*log, {.conflict_retries_max = 3}};
    int decided = 0;
    const auto rival = [&](const account&) -> decision<account> {
        ++decided;
        log->append("account-7", expected::any(), {make_event(deposited{1})}).value();
        return events_of<account>{deposited{100}};
    };
    EXPECT_THAT(accounts.execute("7", rival), FailsWith(errc::conflict));
    EXPECT_EQ(decided, 4);
    EXPECT_EQ(accounts.counts().conflicts, 4U);
    EXPECT_EQ(accounts.load("7").value()->cents, 4);
}

TEST_F(Repository, LetsCommandsToOneAggregateWaitForEachOther) {
    constexpr int clients = 8;
    constexpr int commands = 50;
    repository<account> accounts{*log, {.conflict_retries_max = 0}};
    std::atomic<int> deciding = 0;
    std::atomic<int> together_max = 0;
    std::vector<std::thread> threads;
    for (int c = 0; c < clients; ++c) {
        threads.emplace_back([&] {
            const auto decider = [&](const account&) -> decision<account> {
                if (++deciding > 1) together_max = deciding.load();
                std::this_thread::yield();
                --deciding;
                return events_of<account>{deposited{1}};
            };
            for (int i = 0; i < commands; ++i)
                EXPECT_THAT(accounts.execute("7", decider), HoldsValue());
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(together_max, 0);
    EXPECT_EQ(accounts.counts().conflicts, 0U);
    EXPECT_EQ(accounts.load("7").value()->cents, clients * commands);
}

TEST_F(Repository, ExecutesACommandInsideADecider) {
    repository<account> accounts{*log};
    int decided = 0;
    const auto nested = [&](const account&) -> decision<account> {
        if (++decided == 1) {
            EXPECT_THAT(accounts.execute("7", deposit{1}), HoldsValue());
            EXPECT_THAT(accounts.execute("8", deposit{1}), HoldsValue());
        }
        return events_of<account>{deposited{100}};
    };
    const auto done = accounts.execute("7", nested);
    ASSERT_THAT(done, HoldsValue());
    EXPECT_EQ(done->retries, 1U);
    EXPECT_EQ(done->now->cents, 101);
    EXPECT_EQ(accounts.execute("7", deposit{1}).value().retries, 0U);
}

TEST_F(Repository, GoesOnAfterADeciderThatThrew) {
    repository<account> accounts{*log};
    EXPECT_THAT(accounts.execute("7", throw_up{}), FailsWith(errc::projection_failed));
    EXPECT_THAT(accounts.execute("7", deposit{1}), HoldsValue());
    std::thread{[&] { EXPECT_THAT(accounts.execute("7", deposit{1}), HoldsValue()); }}.join();
}

TEST_F(Repository, LosesNoUpdateOfManyClients) {
    constexpr int clients = 8;
    constexpr int commands = 50;
    repository<account> shared{*log, {.conflict_retries_max = 100'000}};
    repository<account> other{*log, {.conflict_retries_max = 100'000}};
    std::atomic<std::uint64_t> retries = 0;
    std::vector<std::thread> threads;
    for (int c = 0; c < clients; ++c) {
        threads.emplace_back([&, c] {
            auto& accounts = c % 2 == 0 ? shared : other;
            for (int i = 0; i < commands; ++i)
                retries += accounts.execute(std::to_string(i % 3), deposit{1}).value().retries;
        });
    }
    for (auto& thread : threads) thread.join();
    std::int64_t cents = 0;
    for (int i = 0; i < 3; ++i) cents += shared.load(std::to_string(i)).value()->cents;
    EXPECT_EQ(cents, clients * commands);
    EXPECT_EQ(log->watermark(), position{clients * commands});
    EXPECT_EQ(shared.counts().conflicts + other.counts().conflicts, retries);
}

}  // namespace
}  // namespace daybook::test
