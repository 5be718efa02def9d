// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a keyspace is an ordered map of bytes that changes batch by batch and outlives the store.

#include <daybook/keyspace.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <map>
#include <thread>

namespace daybook::test {
namespace {

using rows = std::vector<std::pair<std::string, std::string>>;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

rows scanned(const keyspace& in, std::string_view prefix = {}, std::string_view from = {},
             std::size_t at_most = 1'000'000) {
    rows all;
    in.scan(prefix, from, [&](std::string_view key, std::string_view value) {
          all.emplace_back(key, value);
          return all.size() < at_most;
      }).value();
    return all;
}

void put(keyspace& into, const rows& all) {
    keyspace_batch batch;
    for (const auto& [key, value] : all) batch.put(key, value);
    into.write(batch).value();
}

TEST(StoreKeyspace, PutsGetsAndErases) {
    fresh_store opened;
    auto area = opened->open_keyspace("view.one").value();
    EXPECT_EQ(area.name(), "view.one");
    EXPECT_EQ(area.get("a").value(), std::nullopt);
    put(area, {{"a", "1"}, {"b", ""}, {"", "empty key"}});
    EXPECT_THAT(area.get("a").value(), Optional(std::string{"1"}));
    EXPECT_THAT(area.get("b").value(), Optional(std::string{}));
    EXPECT_THAT(area.get("").value(), Optional(std::string{"empty key"}));
    keyspace_batch batch;
    batch.erase("a");
    batch.erase("never there");
    ASSERT_THAT(area.write(batch), HoldsValue());
    EXPECT_EQ(area.get("a").value(), std::nullopt);
}

TEST(StoreKeyspace, LaterChangesOfABatchWin) {
    fresh_store opened;
    auto area = opened->open_keyspace("v").value();
    keyspace_batch batch;
    batch.put("a", "1");
    batch.put("a", "2");
    batch.put("b", "1");
    batch.erase("b");
    batch.erase("c");
    batch.put("c", "3");
    EXPECT_EQ(batch.size(), 6U);
    ASSERT_THAT(area.write(batch), HoldsValue());
    EXPECT_EQ(scanned(area), (rows{{"a", "2"}, {"c", "3"}}));
}

TEST(StoreKeyspace, ABatchIsReusable) {
    fresh_store opened;
    auto area = opened->open_keyspace("v").value();
    keyspace_batch batch;
    EXPECT_EQ(batch.size(), 0U);
    EXPECT_THAT(area.write(batch), HoldsValue());
    batch.put("a", "1");
    ASSERT_THAT(area.write(batch), HoldsValue());
    batch.clear();
    EXPECT_EQ(batch.size(), 0U);
    batch.put("b", "2");
    keyspace_batch moved = std::move(batch);
    ASSERT_THAT(area.write(moved), HoldsValue());
    EXPECT_EQ(scanned(area), (rows{{"a", "1"}, {"b", "2"}}));
}

TEST(StoreKeyspace, ScansInByteOrderWithinAPrefix) {
    fresh_store opened;
    auto area = opened->open_keyspace("v").value();
    const std::string high{"b\xFF"};
    const std::string zero{"b\0", 2};
    put(area, {{"c", "6"}, {high, "5"}, {"bb", "4"}, {"ba", "3"}, {zero, "2"}, {"a", "1"}});
    EXPECT_EQ(scanned(area),
              (rows{{"a", "1"}, {zero, "2"}, {"ba", "3"}, {"bb", "4"}, {high, "5"}, {"c", "6"}}));
    EXPECT_EQ(scanned(area, "b"), (rows{{zero, "2"}, {"ba", "3"}, {"bb", "4"}, {high, "5"}}));
    EXPECT_EQ(scanned(area, "b", "bb"), (rows{{"bb", "4"}, {high, "5"}}));
    EXPECT_EQ(scanned(area, "b", "bab"), (rows{{"bb", "4"}, {high, "5"}}));
    EXPECT_EQ(scanned(area, "b", "a"), (rows{{zero, "2"}, {"ba", "3"}, {"bb", "4"}, {high, "5"}}));
    EXPECT_EQ(scanned(area, "", "bb"), (rows{{"bb", "4"}, {high, "5"}, {"c", "6"}}));
    EXPECT_THAT(scanned(area, "b", "c"), IsEmpty());
    EXPECT_THAT(scanned(area, "d"), IsEmpty());
    EXPECT_EQ(scanned(area, "\xFF"), rows{});
}

TEST(StoreKeyspace, ScansBackwardsWithinAPrefix) {
    fresh_store opened;
    auto area = opened->open_keyspace("v").value();
    const std::string high{"b\xFF"};
    const std::string zero{"b\0", 2};
    put(area, {{"c", "6"}, {high, "5"}, {"bb", "4"}, {"ba", "3"}, {zero, "2"}, {"\xFF\xFF", "7"}});
    const auto back = [&](std::string_view prefix, std::string_view before,
                          std::size_t at_most = 100) {
        std::string seen;
        area.scan_back(prefix, before,
                       [&](std::string_view, std::string_view value) {
                           seen += value;
                           return seen.size() < at_most;
                       })
            .value();
        return seen;
    };
    EXPECT_EQ(back("", ""), "765432");
    EXPECT_EQ(back("", "", 2), "76");
    EXPECT_EQ(back("", "bb"), "32");
    EXPECT_EQ(back("", "bbb"), "432");
    EXPECT_EQ(back("b", ""), "5432");
    EXPECT_EQ(back("b", "c"), "5432");
    EXPECT_EQ(back("b", high), "432");
    EXPECT_EQ(back("b", "b"), "");
    EXPECT_EQ(back("b", "a"), "");
    EXPECT_EQ(back("\xFF", ""), "7");
    EXPECT_EQ(back("\xFF\xFF", ""), "7");
    EXPECT_EQ(back("a", ""), "");
    EXPECT_EQ(back("d", ""), "");
}

TEST(StoreKeyspace, AScanStopsWhenTold) {
    fresh_store opened;
    auto area = opened->open_keyspace("v").value();
    put(area, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
    EXPECT_EQ(scanned(area, "", "", 2), (rows{{"a", "1"}, {"b", "2"}}));
}

TEST(StoreKeyspace, AScanSeesOneMoment) {
    fresh_store opened;
    auto area = opened->open_keyspace("v").value();
    put(area, {{"a", "1"}, {"b", "1"}, {"c", "1"}});
    rows seen;
    area.scan("", "",
              [&](std::string_view key, std::string_view value) {
                  if (seen.empty()) put(area, {{"b", "2"}, {"d", "2"}});
                  seen.emplace_back(key, value);
                  return true;
              })
        .value();
    EXPECT_EQ(seen, (rows{{"a", "1"}, {"b", "1"}, {"c", "1"}}));
    EXPECT_EQ(scanned(area).size(), 4U);
}

TEST(StoreKeyspace, HandlesOfOneNameShareTheirRows) {
    fresh_store opened;
    auto one = opened->open_keyspace("v").value();
    auto two = opened->open_keyspace("v").value();
    auto other = opened->open_keyspace("v2").value();
    put(one, {{"a", "1"}});
    EXPECT_THAT(two.get("a").value(), Optional(std::string{"1"}));
    EXPECT_EQ(other.get("a").value(), std::nullopt);
}

TEST(StoreKeyspace, OutlivesTheStore) {
    fresh_store opened;
    {
        auto area = opened->open_keyspace("v").value();
        put(area, {{"a", "1"}});
        put(area, {{"big", std::string(1U << 20U, 'x')}});
    }
    opened.reopen();
    EXPECT_THAT(opened->keyspaces().value(), ElementsAre("v"));
    const auto area = opened->open_keyspace("v").value();
    EXPECT_THAT(area.get("a").value(), Optional(std::string{"1"}));
    EXPECT_EQ(area.get("big").value()->size(), 1U << 20U);
}

TEST(StoreKeyspace, IsDroppedWithAllItHolds) {
    fresh_store opened;
    {
        auto area = opened->open_keyspace("v").value();
        put(area, {{"a", "1"}});
    }
    { ASSERT_THAT(opened->open_keyspace("w"), HoldsValue()); }
    EXPECT_THAT(opened->keyspaces().value(), ElementsAre("v", "w"));
    ASSERT_THAT(opened->drop_keyspace("v"), HoldsValue());
    EXPECT_THAT(opened->keyspaces().value(), ElementsAre("w"));
    EXPECT_THAT(opened->drop_keyspace("v"), FailsWith(errc::not_found, "v"));
    EXPECT_EQ(opened->open_keyspace("v")->get("a").value(), std::nullopt);
    opened.reopen();
    EXPECT_EQ(opened->open_keyspace("v")->get("a").value(), std::nullopt);
    EXPECT_THAT(opened->drop_keyspace("never"), FailsWith(errc::not_found, "never"));
}

TEST(StoreKeyspace, AHandleOutlivesTheDropWithoutHarm) {
    fresh_store opened;
    auto area = opened->open_keyspace("v").value();
    put(area, {{"a", "1"}});
    ASSERT_THAT(opened->drop_keyspace("v"), HoldsValue());
    keyspace_batch batch;
    batch.put("b", "2");
    // What these return is not promised; that the store goes on is.
    static_cast<void>(area.write(batch));
    static_cast<void>(area.get("a"));
    EXPECT_THAT(opened->append("task-1", expected::any(), {simple_event("A")}), HoldsValue());
    EXPECT_EQ(opened->open_keyspace("v")->get("a").value(), std::nullopt);
    EXPECT_EQ(opened->open_keyspace("v")->get("b").value(), std::nullopt);
}

TEST(StoreKeyspace, RefusesNamesThatAreNone) {
    fresh_store opened;
    const std::string bad[] = {
        "", "A", "a b", "a/b", "\xC3\xA9", std::string(201, 'a'), "a:b", std::string{"a\0b", 3}};
    for (const auto& name : bad) {
        EXPECT_THAT(opened->open_keyspace(name), FailsWith(errc::invalid_argument))
            << testing::PrintToString(name);
    }
    for (const auto& name : {std::string(200, 'a'), std::string{"a-b_c.0"}, std::string{"default"},
                             std::string{"log"}, std::string{"meta"}, std::string{"index"}}) {
        EXPECT_THAT(opened->open_keyspace(name), HoldsValue()) << name;
    }
    EXPECT_THAT(opened->append("task-1", expected::any(), {simple_event("A")}), HoldsValue());
    EXPECT_THAT(opened->check(), HoldsValue());
}

TEST(StoreKeyspace, HasNoLogEntriesAndTheLogNoRows) {
    fresh_store opened;
    auto area = opened->open_keyspace("v").value();
    put(area, {{"a", "1"}});
    EXPECT_EQ(opened->watermark(), position{0});
    ASSERT_THAT(opened->append("task-1", expected::any(), {simple_event("A")}), HoldsValue());
    EXPECT_EQ(scanned(area), (rows{{"a", "1"}}));
}

}  // namespace
}  // namespace daybook::test
