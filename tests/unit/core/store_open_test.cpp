// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: `store::open` makes, finds and refuses directories as its comment says, and a refusal
// leaves them as they were.

#include <daybook/options.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>
#include <fstream>
#include <set>

namespace daybook::test {
namespace {

using testing::AnyOf;
using testing::IsEmpty;

std::set<std::string> names_in(const std::filesystem::path& directory) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{directory}) {
        names.insert(entry.path().string());
    }
    return names;
}

TEST(StoreOpen, MakesTheDirectoryAndAnEmptyStore) {
    const temp_directory home;
    const auto directory = home / "a" / "b";
    auto made = store::open(directory);
    ASSERT_THAT(made, HoldsValue());
    EXPECT_EQ(made->watermark(), position{0});
    EXPECT_THAT(read_everything(made->read_all()), IsEmpty());
    const auto status = made->status();
    EXPECT_EQ(status.directory, directory);
    EXPECT_EQ(status.format, 1U);
    EXPECT_EQ(status.events, 0U);
    EXPECT_EQ(status.segments_sealed, 0U);
    EXPECT_EQ(status.tail_events, 0U);
    EXPECT_FALSE(status.last_recorded_at);
    EXPECT_FALSE(status.refuses_writes);
    EXPECT_THAT(status.indexed_fields, IsEmpty());
}

TEST(StoreOpen, FindsAgainWhatWasStored) {
    fresh_store opened;
    event_maker make{1};
    for (int i = 0; i < 50; ++i) {
        ASSERT_THAT(opened->append(make.stream(), expected::any(), make.events(5)), HoldsValue());
    }
    const auto before = opened.contents();
    const auto id = opened->status().store_id;
    const auto recorded = opened->status().last_recorded_at;
    opened.reopen();
    EXPECT_EQ(opened.contents(), before);
    EXPECT_EQ(opened->status().store_id, id);
    EXPECT_EQ(opened->status().last_recorded_at, recorded);
    EXPECT_THAT(opened->check(), HoldsValue());
}

TEST(StoreOpen, GivesEachStoreItsOwnId) {
    const fresh_store one;
    const fresh_store other;
    EXPECT_NE(one->status().store_id, other->status().store_id);
    EXPECT_NE(one->status().store_id, event_id{});
}

TEST(StoreOpen, RefusesASecondHandle) {
    fresh_store opened;
    EXPECT_THAT(store::open(opened.directory()), FailsWith(errc::locked, "store"));
    opened.close();
    EXPECT_THAT(store::open(opened.directory()), HoldsValue());
}

TEST(StoreOpen, RefusesAMissingDirectoryWhenToldNotToCreate) {
    const temp_directory home;
    store_options options;
    options.create_if_missing = false;
    EXPECT_THAT(store::open(home / "none", options), FailsWith(errc::not_found, "none"));
    EXPECT_FALSE(std::filesystem::exists(home / "none"));
    EXPECT_THAT(store::open(home.path(), options), FailsWith(errc::not_found));
    EXPECT_THAT(names_in(home.path()), IsEmpty());
}

TEST(StoreOpen, RefusesADirectoryOfSomethingElse) {
    const temp_directory home;
    std::ofstream{home / "letter.txt"} << "not a store";
    EXPECT_THAT(store::open(home.path()), FailsWith(errc::not_found, "letter.txt"));
    EXPECT_EQ(names_in(home.path()), std::set{(home / "letter.txt").string()});
}

TEST(StoreOpen, RefusesAFile) {
    const temp_directory home;
    std::ofstream{home / "file"} << "not a directory";
    EXPECT_THAT(store::open(home / "file"), FailsWith(errc::not_found, "file"));
    EXPECT_THAT(store::open(home / "file" / "below"),
                AnyOf(FailsWith(errc::io), FailsWith(errc::not_found)));
    EXPECT_EQ(names_in(home.path()).size(), 1U);
}

TEST(StoreOpen, TakesTheIndexedFieldsOfTheStoreWhenNoneAreNamed) {
    auto options = quick_options();
    options.indexed_fields = {"/agent_name", "/n"};
    const temp_directory home;
    { ASSERT_THAT(store::open(home / "s", options), HoldsValue()); }
    {
        const auto same = store::open(home / "s", options);
        ASSERT_THAT(same, HoldsValue());
        EXPECT_EQ(same->status().indexed_fields, *options.indexed_fields);
    }
    options.indexed_fields.reset();
    const auto unnamed = store::open(home / "s", options);
    ASSERT_THAT(unnamed, HoldsValue());
    EXPECT_EQ(unnamed->status().indexed_fields, (std::vector<std::string>{"/agent_name", "/n"}));
}

TEST(StoreOpen, RefusesOtherIndexedFieldsThanTheStoreHas) {
    auto options = quick_options();
    options.indexed_fields = {"/agent_name"};
    const temp_directory home;
    { ASSERT_THAT(store::open(home / "s", options), HoldsValue()); }
    options.indexed_fields = {"/other"};
    EXPECT_THAT(store::open(home / "s", options), FailsWith(errc::invalid_argument));
    options.indexed_fields = std::vector<std::string>{};
    EXPECT_THAT(store::open(home / "s", options), FailsWith(errc::invalid_argument));
}

TEST(StoreOpen, RefusesIndexedFieldsThatAreNotPointersOrTooMany) {
    const temp_directory home;
    auto options = quick_options();
    options.indexed_fields = {"agent_name"};
    EXPECT_THAT(store::open(home / "s", options), FailsWith(errc::invalid_argument, "agent_name"));
    options.indexed_fields = {"/a~2"};
    EXPECT_THAT(store::open(home / "s", options), FailsWith(errc::invalid_argument));
    options.indexed_fields = {"/a", "/a"};
    EXPECT_THAT(store::open(home / "s", options), FailsWith(errc::invalid_argument, "/a"));
    options.indexed_fields = std::vector<std::string>{};
    for (std::size_t i = 0; i <= limits::indexed_fields_max; ++i) {
        options.indexed_fields->push_back("/f" + std::to_string(i));
    }
    EXPECT_THAT(store::open(home / "s", options),
                AnyOf(FailsWith(errc::invalid_argument), FailsWith(errc::too_large)));
    options.indexed_fields->pop_back();
    EXPECT_THAT(store::open(home / "s", options), HoldsValue());
}

TEST(StoreOpen, RefusesACommitLimitAboveTheCeiling) {
    const temp_directory home;
    auto options = quick_options();
    options.commit_bytes_max = limits::commit_bytes_max_ceiling + 1;
    EXPECT_THAT(store::open(home / "s", options),
                AnyOf(FailsWith(errc::invalid_argument), FailsWith(errc::too_large)));
    options.commit_bytes_max = limits::commit_bytes_max_ceiling;
    EXPECT_THAT(store::open(home / "s", options), HoldsValue());
}

TEST(StoreOpen, ReadOnlyReadsAndWritesNothing) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), {simple_event("A")}), HoldsValue());
    {
        auto area = opened->open_keyspace("old").value();
        keyspace_batch batch;
        batch.put("a", "1");
        ASSERT_THAT(area.write(batch), HoldsValue());
    }
    const auto before = opened.contents();
    opened.close();
    store_options options;
    options.read_only = true;
    auto reading = store::open(opened.directory(), options);
    ASSERT_THAT(reading, HoldsValue());
    std::string seen;
    for (const auto& e : read_everything(reading->read_all())) seen += facts(e) + "\n\n";
    EXPECT_EQ(seen, before);
    EXPECT_THAT(reading->append("task-1", expected::any(), {simple_event("B")}),
                FailsWith(errc::refused));
    EXPECT_THAT(reading->open_keyspace("new"), FailsWith(errc::refused));
    EXPECT_THAT(reading->drop_keyspace("old"), FailsWith(errc::refused));
    EXPECT_THAT(reading->reindex(), FailsWith(errc::refused));
    auto old = reading->open_keyspace("old");
    ASSERT_THAT(old, HoldsValue());
    EXPECT_EQ(old->get("a").value(), "1");
    keyspace_batch batch;
    batch.put("a", "2");
    EXPECT_THAT(old->write(batch), FailsWith(errc::refused));
    EXPECT_EQ(reading->watermark(), position{1});
}

TEST(StoreOpen, ReadOnlyNeedsAStore) {
    const temp_directory home;
    store_options options;
    options.read_only = true;
    EXPECT_THAT(store::open(home / "none", options), FailsWith(errc::not_found));
    EXPECT_FALSE(std::filesystem::exists(home / "none"));
}

TEST(StoreOpen, AMovedStoreGoesOn) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), {simple_event("A")}), HoldsValue());
    store moved = std::move(*opened);
    EXPECT_THAT(moved.append("task-1", expected::at({1}), {simple_event("B")}), HoldsValue());
    EXPECT_EQ(types_of(read_everything(moved.read_all())), (std::vector<std::string>{"A", "B"}));
}

TEST(StoreOpen, OpensWithEveryCompression) {
    for (const auto kind : {compression::none, compression::lz4, compression::zstd}) {
        auto options = quick_options();
        options.log_compression = kind;
        fresh_store opened{options};
        ASSERT_THAT(opened->append("task-1", expected::any(), {simple_event("A")}), HoldsValue());
        opened.reopen();
        EXPECT_EQ(opened->watermark(), position{1});
    }
}

TEST(StoreOpen, ReportsBytesThatAreNotItsOwn) {
    fresh_store opened;
    ASSERT_THAT(opened->append("task-1", expected::any(), {simple_event("A")}), HoldsValue());
    opened.close();
    std::ofstream{opened.directory() / "CURRENT", std::ios::trunc} << "garbage\n";
    EXPECT_THAT(store::open(opened.directory()),
                AnyOf(FailsWith(errc::corrupt), FailsWith(errc::io)));
}

TEST(StoreStatus, CountsWhatIsThere) {
    fresh_store opened;
    event_maker make{2};
    ASSERT_THAT(opened->append("task-1", expected::any(), {simple_event("A"), simple_event("B")}),
                HoldsValue());
    const auto status = opened->status();
    EXPECT_EQ(status.events, 2U);
    EXPECT_EQ(status.tail_events, 2U);
    EXPECT_EQ(status.last_recorded_at, opened->read_one(position{1}).value().view().recorded_at());
}

}  // namespace
}  // namespace daybook::test
