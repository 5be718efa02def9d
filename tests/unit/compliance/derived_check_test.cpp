// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what is made from the log is compared with what the log makes, and what cannot be compared
// is told apart from what differs. (What somebody does to the files: tests/tamper.)

#include "support/kept_tallies.hpp"
#include "support/matchers.hpp"

#include <gmock/gmock.h>

namespace daybook::compliance {

/// The states and views after their code was changed.
struct next_tally : test::tally {
    static constexpr std::uint32_t version = 2;
};
BOOST_DESCRIBE_STRUCT(next_tally, (test::tally), ())

struct changed_tally : test::tally {
    void apply(const test::tally_added& e) { sum += 2 * e.amount; }
};
BOOST_DESCRIBE_STRUCT(changed_tally, (test::tally), ())

struct wider_tally : test::tally {
    std::string note;
};
BOOST_DESCRIBE_STRUCT(wider_tally, (test::tally), (note))

struct next_tallies : test::tallies {
    static constexpr std::uint32_t version = 2;
};

struct wider_tallies : test::tallies {
    struct row {
        std::int64_t sum = 0;
    };
    static row apply(row before, const test::tally_added& e) { return {before.sum + e.amount}; }
    static std::vector<projections::secondary_key> secondary(const row&) { return {}; }
};
BOOST_DESCRIBE_STRUCT(wider_tallies::row, (), (sum))

namespace {

using projections::any_projection;
using test::kept_tallies;
using test::tally_added;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

auto Finds(verdict what, const std::string& kind, const std::string& why) {
    return AllOf(Field(&finding::what, what), Field(&finding::kind, kind),
                 Field(&finding::message, HasSubstr(why)));
}

derived_check snapshots_of(store& log, std::vector<known_state> states) {
    return check_snapshots(log, states).value();
}

derived_check views_of(store& log, std::vector<any_projection> views) {
    return check_views(log, views).value();
}

TEST(DerivedCheck, OfWhatTheLogMakesFindsNothing) {
    kept_tallies kept;
    const auto snapshots = snapshots_of(kept.log(), {known_state::of<test::tally>()});
    EXPECT_EQ(snapshots.looked_at, 2U);
    EXPECT_THAT(snapshots.findings, IsEmpty());
    std::vector<std::uint64_t> told;
    const std::array views{kept_tallies::tallies_view()};
    const auto found = check_views(kept.log(), views, [&](std::uint64_t done, std::uint64_t of) {
        told.push_back(done);
        EXPECT_EQ(of, 2U);
    });
    EXPECT_EQ(found->looked_at, 2U) << "its rows and a checkpoint";
    EXPECT_THAT(found->findings, IsEmpty());
    EXPECT_THAT(told, ElementsAre(1, 2));
    EXPECT_EQ(kept.verify().what(), verdict::verified);
}

TEST(DerivedCheck, OfAStoreThatHasNothingDerivedFindsNothing) {
    test::signed_store log;
    EXPECT_EQ(snapshots_of(*log.log, {}).looked_at, 0U);
    EXPECT_EQ(views_of(*log.log, {}).looked_at, 0U);
}

TEST(DerivedCheck, CannotTellOfWhatNothingHereMakes) {
    kept_tallies kept;
    EXPECT_THAT(snapshots_of(kept.log(), {}).findings,
                AllOf(SizeIs(2), Each(Finds(verdict::unverifiable, "snapshot",
                                            "(tally, version 1) "
                                            "cannot be"))));
    EXPECT_THAT(snapshots_of(kept.log(), {known_state::of<next_tally>()}).findings,
                AllOf(SizeIs(2), Each(Finds(verdict::unverifiable, "snapshot", "cannot be"))));
    EXPECT_THAT(snapshots_of(kept.log(), {known_state::of<wider_tally>()}).findings,
                AllOf(SizeIs(2), Each(Finds(verdict::unverifiable, "snapshot", "cannot be"))));
    const auto unknown = Finds(verdict::unverifiable, "view", "its projection is not known here");
    EXPECT_THAT(views_of(kept.log(), {}).findings, ElementsAre(unknown, unknown));
    EXPECT_THAT(views_of(kept.log(), {any_projection::of<next_tallies>()}).findings,
                ElementsAre(unknown, unknown));
    const auto other = Finds(verdict::unverifiable, "view", "another projection");
    EXPECT_THAT(views_of(kept.log(), {any_projection::of<wider_tallies>()}).findings,
                ElementsAre(other, other));
}

TEST(DerivedCheck, FindsCodeThatChangedWithoutItsVersion) {
    kept_tallies kept;
    const auto found = snapshots_of(kept.log(), {known_state::of<changed_tally>()}).findings;
    EXPECT_THAT(found, AllOf(SizeIs(2), Each(Finds(verdict::tampered, "snapshot",
                                                   "is not what the events make"))));
    EXPECT_EQ(found.back().at, position{38}) << "the event that the snapshot ends with";
    // What a row is made of by other code: what was parked is taken now.
    kept.add("tally-1", {"ada", -1});
    kept.build();
    EXPECT_THAT(views_of(kept.log(), {kept_tallies::tallies_view()}).findings, IsEmpty())
        << "what is parked is no difference by itself";
    test::tallies::takes_negative = true;
    const auto parked = views_of(kept.log(), {kept_tallies::tallies_view()}).findings;
    test::tallies::takes_negative = false;
    EXPECT_THAT(parked, ElementsAre(Finds(verdict::unverifiable, "view", "events are parked")));
}

TEST(DerivedCheck, CannotTellIfEventsCannotBeRead) {
    kept_tallies kept;
    class nothing_is_read : public read_check {
        result<void> look(std::span<const event_view>) const override {
            return fail(errc::corrupt, "damaged");
        }
    };
    kept.close();
    kept.open();
    kept.log().check_reads(std::make_shared<const nothing_is_read>());
    const std::array states{known_state::of<test::tally>()};
    EXPECT_THAT(check_snapshots(kept.log(), states)->findings,
                AllOf(SizeIs(2), Each(Finds(verdict::unverifiable, "snapshot", "damaged"))));
    EXPECT_THAT(views_of(kept.log(), {kept_tallies::tallies_view()}).findings,
                ElementsAre(Finds(verdict::unverifiable, "view", "damaged")))
        << "readers pass over a checkpoint whose last event cannot be read";
}

TEST(DerivedCheck, FindsViewsThatAreAheadOfTheLog) {
    kept_tallies kept;
    projections::runner::open(kept.log(), {kept_tallies::tallies_view()}).value();
    auto rows = kept.log().open_keyspace(kept_tallies::view_rows).value();
    const auto cursor = rows.get("mcursor").value().value();
    kept.add("tally-1", {"ada", 1});
    kept.build();
    const auto ahead = rows.get("mcursor").value().value();
    ASSERT_NE(cursor, ahead);
    kept_tallies other;
    auto others = other.log().open_keyspace(kept_tallies::view_rows).value();
    keyspace_batch batch;
    batch.put("mcursor", ahead);
    others.write(batch).value();
    EXPECT_THAT(views_of(other.log(), {kept_tallies::tallies_view()}).findings,
                ElementsAre(Finds(verdict::tampered, "view", "the log ends at 40")));
}

TEST(AddFindings, KeepsThemInOrderOfPosition) {
    verification all;
    all.findings = {{verdict::tampered, "event", position{3}, ""},
                    {verdict::tampered, "event", position{9}, ""}};
    add_findings(all, {{verdict::tampered, "snapshot", position{5}, ""},
                       {verdict::tampered, "view", {}, ""}});
    std::vector<std::string> kinds;
    for (const auto& one : all.findings) kinds.push_back(one.kind);
    EXPECT_THAT(kinds, ElementsAre("view", "event", "snapshot", "event"));
}

}  // namespace
}  // namespace daybook::compliance
