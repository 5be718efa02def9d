// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: snapshots make loading short, and a wrong one makes no wrong state.

#include <daybook/repository.hpp>
#include <daybook/snapshot.hpp>

#include "sample_aggregates.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace daybook::test {

/// The account after its rule was changed without raising the version.
struct changed_account : account {
    void apply(const deposited& e) { cents += 2 * e.cents; }
    using account::apply;
};
BOOST_DESCRIBE_STRUCT(changed_account, (account), ())

/// The account after a member was added without raising the version.
struct wider_account : account {
    std::string owner;
};
BOOST_DESCRIBE_STRUCT(wider_account, (account), (owner))

struct next_account : account {
    static constexpr std::uint32_t version = 2;
};
BOOST_DESCRIBE_STRUCT(next_account, (account), ())

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Snapshots : public testing::Test {
protected:
    void deposit_many(int count, const std::string& id = "7") {
        for (int i = 0; i < count; ++i)
            log->append("account-" + id, expected::any(), {make_event(deposited{1})}).value();
    }
    /// Changes the bytes that are kept, of every snapshot.
    void damage() {
        auto area = log->open_keyspace("daybook.snapshots").value();
        std::vector<std::pair<std::string, std::string>> all;
        area.scan("", "",
                  [&](std::string_view key, std::string_view value) {
                      all.emplace_back(key, value);
                      return true;
                  })
            .value();
        keyspace_batch batch;
        for (auto& [key, value] : all) {
            value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 1);
            batch.put(key, value);
        }
        area.write(batch).value();
    }
    static std::vector<snapshot_verdict> verdicts(const std::vector<snapshot_finding>& of) {
        std::vector<snapshot_verdict> all;
        for (const auto& one : of) all.push_back(one.verdict);
        return all;
    }
    fresh_store log;
};

TEST_F(Snapshots, AreKeptEverySoManyEventsAndLoadedFrom) {
    {
        repository<account> accounts{*log, {.snapshot_every = 10}};
        for (int i = 0; i < 25; ++i) {
            ASSERT_THAT(accounts.execute("7", deposit{1}), HoldsValue());
            accounts.finish_snapshots();
        }
        EXPECT_EQ(accounts.counts().snapshots_taken, 2U);
    }
    const repository<account> accounts{*log, {.snapshot_every = 10}};
    const auto now = accounts.load("7").value();
    EXPECT_EQ(now->cents, 25);
    EXPECT_EQ(now->changes, 25U);
    EXPECT_EQ(accounts.counts().loads_from_snapshot, 1U);
    EXPECT_EQ(accounts.counts().events_read, 5U);
}

TEST_F(Snapshots, AreNotTakenMoreOftenWithoutMemory) {
    repository<account> accounts{*log, {.states_cached_max = 0, .snapshot_every = 10}};
    for (int i = 0; i < 30; ++i) {
        ASSERT_THAT(accounts.execute("7", deposit{1}), HoldsValue());
        accounts.finish_snapshots();
    }
    EXPECT_EQ(accounts.counts().snapshots_taken, 2U);
}

TEST_F(Snapshots, AreTakenByHandAtASequence) {
    deposit_many(8);
    repository<account> accounts{*log, {.snapshot_every = 0}};
    const auto taken = accounts.take_snapshot("7", sequence{5});
    ASSERT_THAT(taken, HoldsValue());
    EXPECT_EQ(taken->stream, "account-7");
    EXPECT_EQ(taken->last, sequence{5});
    EXPECT_EQ(taken->at, position{4});
    const auto listed = list_snapshots(*log).value();
    ASSERT_THAT(listed, SizeIs(1));
    EXPECT_EQ(listed[0].state, "account");
    EXPECT_EQ(listed[0].last, sequence{5});
    EXPECT_EQ(accounts.load_at("7", sequence{7}).value()->cents, 7);
    EXPECT_EQ(accounts.load_at("7", sequence{4}).value()->cents, 4);
    EXPECT_EQ(accounts.counts().loads_from_snapshot, 1U);
    EXPECT_THAT(accounts.take_snapshot("8"),
                FailsWith(errc::invalid_argument, "there is no event"));
    EXPECT_THAT(accounts.take_snapshot("7", sequence{9}),
                FailsWith(errc::invalid_argument, "ends at sequence 8"));
}

TEST_F(Snapshots, OnlyTheNewestAreKept) {
    deposit_many(9);
    repository<account> accounts{*log, {.snapshot_every = 0, .snapshots_kept = 2}};
    for (std::uint64_t last = 1; last <= 9; ++last)
        ASSERT_THAT(accounts.take_snapshot("7", sequence{last}), HoldsValue());
    const auto listed = list_snapshots(*log, "account-7").value();
    ASSERT_THAT(listed, SizeIs(2));
    EXPECT_EQ(listed[0].last, sequence{9});
    EXPECT_EQ(listed[1].last, sequence{8});
}

TEST_F(Snapshots, ThatAreDamagedArePassedOverAndFound) {
    deposit_many(6);
    {
        repository<account> accounts{*log};
        ASSERT_THAT(accounts.take_snapshot("7"), HoldsValue());
    }
    damage();
    const repository<account> accounts{*log};
    EXPECT_EQ(accounts.load("7").value()->cents, 6);
    EXPECT_EQ(accounts.counts().snapshots_passed_over, 1U);
    EXPECT_EQ(accounts.counts().events_read, 6U);
    EXPECT_THAT(verdicts(verify_snapshots(*log).value()), ElementsAre(snapshot_verdict::damaged));
    EXPECT_THAT(verdicts(accounts.verify_snapshots("7").value()),
                ElementsAre(snapshot_verdict::damaged));
}

TEST_F(Snapshots, OfAnotherPastArePassedOverAndFound) {
    deposit_many(6);
    repository<account> accounts{*log, {.states_cached_max = 0}};
    ASSERT_THAT(accounts.take_snapshot("7"), HoldsValue());
    // The same bytes under the key of a stream with other events.
    deposit_many(6, "8");
    auto area = log->open_keyspace("daybook.snapshots").value();
    keyspace_batch batch;
    area.scan("account-7", "",
              [&](std::string_view key, std::string_view value) {
                  std::string moved{key};
                  moved[8] = '8';
                  batch.put(moved, value);
                  return true;
              })
        .value();
    area.write(batch).value();
    EXPECT_EQ(accounts.load("8").value()->cents, 6);
    EXPECT_EQ(accounts.counts().snapshots_passed_over, 1U);
    EXPECT_THAT(verdicts(verify_snapshots(*log).value()),
                ElementsAre(snapshot_verdict::sound, snapshot_verdict::other_past));
}

TEST_F(Snapshots, OfAStateThatIsMadeOtherwiseNowAreFound) {
    deposit_many(6);
    repository<account> accounts{*log};
    ASSERT_THAT(accounts.take_snapshot("7"), HoldsValue());
    EXPECT_THAT(verdicts(accounts.verify_snapshots("7").value()),
                ElementsAre(snapshot_verdict::sound));
    const repository<changed_account> changed{*log};
    EXPECT_THAT(verdicts(changed.verify_snapshots("7").value()),
                ElementsAre(snapshot_verdict::other_state));
}

TEST_F(Snapshots, OfAnotherShapeOrVersionAreNotUsed) {
    deposit_many(6);
    {
        repository<account> accounts{*log};
        ASSERT_THAT(accounts.take_snapshot("7"), HoldsValue());
    }
    const repository<wider_account> wider{*log};
    EXPECT_EQ(wider.load("7").value()->cents, 6);
    EXPECT_EQ(wider.counts().snapshots_passed_over, 1U);
    EXPECT_THAT(verdicts(wider.verify_snapshots("7").value()),
                ElementsAre(snapshot_verdict::stale));
    const repository<next_account> next{*log};
    EXPECT_EQ(next.load("7").value()->cents, 6);
    EXPECT_EQ(next.counts().loads_from_snapshot, 0U);
    EXPECT_THAT(next.verify_snapshots("7").value(), IsEmpty());
}

TEST_F(Snapshots, SayTheSameOfTheStateAtEverySequence) {
    deposit_many(40);
    repository<account> accounts{*log, {.states_cached_max = 0, .snapshots_kept = 100}};
    for (std::uint64_t last = 3; last <= 40; last += 7)
        ASSERT_THAT(accounts.take_snapshot("7", sequence{last}), HoldsValue());
    for (std::uint64_t last = 0; last <= 40; ++last) {
        EXPECT_EQ(*accounts.load_at("7", sequence{last}).value(),
                  (account{.cents = static_cast<std::int64_t>(last), .changes = last}));
    }
    EXPECT_THAT(verdicts(accounts.verify_snapshots("7").value()),
                testing::Each(snapshot_verdict::sound));
}

TEST_F(Snapshots, AreDroppedByStreamAndNumber) {
    for (const auto* id : {"7", "8"}) {
        deposit_many(5, id);
        repository<account> accounts{*log, {.snapshots_kept = 5}};
        for (std::uint64_t last = 1; last <= 5; ++last)
            ASSERT_THAT(accounts.take_snapshot(id, sequence{last}), HoldsValue());
    }
    EXPECT_THAT(drop_snapshots(*log, "account-7", 1), Holds(4U));
    EXPECT_THAT(list_snapshots(*log, "account-7").value(), SizeIs(1));
    EXPECT_THAT(drop_snapshots(*log), Holds(6U));
    EXPECT_THAT(list_snapshots(*log).value(), IsEmpty());
    EXPECT_THAT(drop_snapshots(*log), Holds(0U));
}

TEST_F(Snapshots, AreNotKeptInAStoreThatIsOpenForReading) {
    deposit_many(60);
    auto options = quick_options();
    options.read_only = true;
    auto reader = store::open(log.directory(), options).value();
    repository<account> accounts{reader};
    EXPECT_EQ(accounts.load("7").value()->cents, 60);
    accounts.finish_snapshots();
    EXPECT_EQ(accounts.counts().snapshots_failed, 1U);
    EXPECT_THAT(accounts.take_snapshot("7"), FailsWith(errc::refused, "open for reading"));
}

TEST_F(Snapshots, NobodyHasTakenAreNotThere) {
    EXPECT_THAT(list_snapshots(*log).value(), IsEmpty());
    EXPECT_THAT(verify_snapshots(*log).value(), IsEmpty());
}

}  // namespace
}  // namespace daybook::test
