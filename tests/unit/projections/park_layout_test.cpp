// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what a view keeps about parked events means the same to whoever reads it later.

#include "park_layout.hpp"

#include "park_events.hpp"
#include "park_policy.hpp"
#include "sample_projections.hpp"
#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using namespace std::string_literals;
using test::FailsWith;
using test::fresh_store;

keyspace keyspace_with(fresh_store& store, std::string_view key, std::string_view value) {
    auto rows = store->open_keyspace("view.x.v1").value();
    keyspace_batch batch;
    batch.put(key, value);
    rows.write(batch).value();
    return rows;
}

const auto any_head = [](std::string_view, const layout::park_record&) { return true; };

// The bytes are on disk in every store that has parked events.
TEST(ParkLayout, WritesTheseBytes) {
    EXPECT_EQ(layout::head_key(layout::lane_of_key("ada")), "phkada");
    EXPECT_EQ(layout::head_key(layout::lane_of_event(position{258})), "phe\0\0\0\0\0\0\x01\x02"s);
    EXPECT_EQ(layout::queue_key(layout::lane_of_key("a"), position{7}),
              "pq\0\0\0\0\0\0\0\x02ka\0\0\0\0\0\0\0\x07"s);
    EXPECT_EQ(layout::note_key(1), "pn\0\0\0\0\0\0\0\x01"s);
    const layout::park_record head{1,
                                   position{300},
                                   2,
                                   timestamp{std::chrono::microseconds{1}},
                                   timestamp{std::chrono::microseconds{2}},
                                   std::nullopt,
                                   5,
                                   "s",
                                   "no"};
    EXPECT_EQ(layout::encode(head), "\x01\xAC\x02\x02\x02\x04\0\x05\x01s\x02no"s);
}

TEST(ParkLayout, TellsLanesApart) {
    EXPECT_EQ(layout::key_of_lane(layout::lane_of_key("")), "");
    EXPECT_EQ(layout::key_of_lane(layout::lane_of_event(position{1})), std::nullopt);
}

TEST(ParkLayout, RefusesDamagedAndNewerRecords) {
    fresh_store store;
    EXPECT_THAT(layout::visit_heads(keyspace_with(store, "phka", "\x02"), any_head),
                FailsWith(errc::unsupported, "format 2"));
    EXPECT_THAT(layout::visit_heads(keyspace_with(store, "phka", "\x01"), any_head),
                FailsWith(errc::corrupt, "a parked event cannot be read"));
    const auto lane = layout::lane_of_key("a");
    EXPECT_THAT(layout::visit_queue(keyspace_with(store, layout::queue_prefix(lane) + "x", ""),
                                    lane, position{0}, [](position) { return true; }),
                FailsWith(errc::corrupt, "a held event"));
    EXPECT_THAT(layout::visit_notes(keyspace_with(store, layout::note_key(1), "x"),
                                    [](std::uint64_t, const layout::park_note&) { return true; }),
                FailsWith(errc::corrupt, "a note"));
}

TEST(ParkEvents, KeepKeysThatAreNoText) {
    const auto of = any_projection::of<test::trail>();
    const auto given = test::stored_payload("{}");
    for (const auto& key : {"ada"s, ""s, "quote\"\n\t"s, "\xFF\x00\x80"s, "h\xC3\xA9"s}) {
        const auto lane = layout::lane_of_key(key);
        const auto told = park_events::skipped(of, lane, given, "r", test::test_time());
        const auto stored = test::stored({{park_stream("trail"), told}}).front();
        const auto skip = park_events::read_skip(of, stored);
        ASSERT_TRUE(skip) << told.payload;
        EXPECT_EQ(skip->lane, lane);
        EXPECT_EQ(skip->at, given.position());
    }
}

TEST(ParkEvents, IgnoreWhatIsNoSkipOfThisVersion) {
    const auto of = any_projection::of<test::trail>();
    for (const auto* payload :
         {"[]", "{}", R"({"version":2,"key":"a","position":1})", R"({"version":1,"key":"a"})",
          R"({"version":1,"position":1})", R"({"version":1,"key":7,"position":1})",
          R"({"version":1,"key":"a","position":-1})",
          R"({"version":1,"key":"","key_hex":"0","position":1})",
          R"({"version":1,"key":"","key_hex":"zz","position":1})"}) {
        const auto stored =
            test::stored({{"s-1", test::simple_event("event_skipped", payload)}}).front();
        EXPECT_FALSE(park_events::read_skip(of, stored)) << payload;
    }
    const auto other = test::stored(
        {{"s-1", test::simple_event("other", R"({"version":1,"key":"a","position":1})")}});
    EXPECT_FALSE(park_events::read_skip(of, other.front()));
    const auto keyless = test::stored(
        {{"s-1", test::simple_event("event_skipped", R"({"version":1,"key":null,"position":1})")}});
    EXPECT_EQ(park_events::read_skip(of, keyless.front())->lane,
              layout::lane_of_event(position{1}));
}

TEST(ParkPolicy, CutsReasonsBetweenCharacters) {
    const auto given = test::stored_payload("{}");
    std::string reason(park_reason_bytes_max - 1, 'x');
    reason += "\xC3\xA9";
    const auto head = park_policy::first_failure(given, fail(errc::projection_failed, reason), {},
                                                 test::test_time());
    EXPECT_EQ(head.reason, std::string(park_reason_bytes_max - 1, 'x'));
}

TEST(ParkPolicy, RestsLongerUpToALimit) {
    const retry_policy policy{.attempts_max = 9,
                              .rest_first = std::chrono::milliseconds{10},
                              .rest_max = std::chrono::milliseconds{100},
                              .rest_factor = 3};
    EXPECT_EQ(rest_after(policy, 1).count(), 10);
    EXPECT_EQ(rest_after(policy, 2).count(), 30);
    EXPECT_EQ(rest_after(policy, 3).count(), 90);
    EXPECT_EQ(rest_after(policy, 4).count(), 100);
    EXPECT_EQ(rest_after(policy, 4'000'000'000U).count(), 100);
    EXPECT_EQ(rest_after({.rest_factor = 1}, 4'000'000'000U).count(), 100);
    EXPECT_EQ(rest_after({.rest_factor = 0}, 3).count(), 100);
}

}  // namespace
}  // namespace daybook::projections
