// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a store that was written in format 1 opens, says the same and can be written to, for ever.
// tests/golden/store_v1 is that store, store_v1.records the records in it, one after the other.

#include "golden/golden_file.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <set>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;

store_options golden_options() {
    auto options = quick_options();
    options.indexed_fields = indexed_fields_of_tests();
    options.memtable_bytes = 64U << 10U;  // So that some of it is in tables, not in the log.
    return options;
}

void write_golden_store(const fs::path& directory) {
    auto made = store::open(directory, golden_options()).value();
    event_maker make{20251222};
    for (int i = 0; i < 55; ++i) {
        auto events = make.events(5);
        for (auto& e : events) {
            // Random payloads of tens of kilobytes are not worth their place in the tree.
            if (e.payload.size() > 2000) e.payload = "\"" + std::string(5000, 'x') + "\"";
        }
        made.append(make.stream(), expected::any(), events).value();
    }
    auto area = made.open_keyspace("view.one").value();
    keyspace_batch rows;
    rows.put("key", "value");
    area.write(rows).value();
}

/// Files that RocksDB writes for people, or again at every open.
void remove_what_is_not_needed(const fs::path& directory) {
    for (const auto& entry : fs::directory_iterator{directory}) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("LOG") || name.starts_with("OPTIONS") || name == "LOCK") {
            fs::remove(entry.path());
        }
    }
}

std::string records_of(const store& opened) {
    std::string all;
    for (const auto& e : read_everything(opened.read_all())) all += e.view().record();
    return all;
}

TEST(GoldenStore, OfFormat1OpensAndSaysTheSame) {
    const auto golden = golden_path("store_v1");
    if (writes_golden_files() && !fs::exists(golden)) {
        write_golden_store(golden);
        const temp_directory home;
        fs::copy(golden, home / "s");
        compare_with_golden("store_v1.records", records_of(store::open(home / "s").value()));
        remove_what_is_not_needed(golden);
    }
    const temp_directory home;
    fs::copy(golden, home / "s");
    auto options = golden_options();
    options.create_if_missing = false;
    auto opened = store::open(home / "s", options);
    ASSERT_THAT(opened, HoldsValue());
    EXPECT_EQ(opened->status().format, 1U);
    EXPECT_TRUE(records_of(*opened) == read_file(golden_path("store_v1.records")));
    EXPECT_THAT(opened->check(), HoldsValue());
    EXPECT_EQ(opened->open_keyspace("view.one")->get("key").value(), "value");

    // It is a store like any other.
    const auto end = opened->watermark();
    EXPECT_THAT(opened->append("task-1", expected::stream_exists(), {simple_event("New")}),
                HoldsValue());
    EXPECT_EQ(opened->read_one(end)->type(), "New");
    EXPECT_THAT(opened->reindex(), HoldsValue());
    EXPECT_THAT(opened->check(), HoldsValue());
}

TEST(GoldenStore, OfFormat1StaysSmall) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::directory_iterator{golden_path("store_v1")}) {
        bytes += entry.file_size();
    }
    EXPECT_LT(bytes, 100'000U);
}

}  // namespace
}  // namespace daybook::test
