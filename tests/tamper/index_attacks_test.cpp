// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: nobody hides an event from a query by way of the indexes. Method: row 27 of the catalogue,
// on a store whose first segment is sealed, so that its indexes are what is on the disk.

#include <daybook/limits.hpp>

#include "support/raw_store.hpp"
#include "tamper/victim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t rare_events = 7;

/// One full segment; a few of its events are in the stream "rare-1", of the type "Rare".
void fill(const fs::path& directory) {
    auto log = store::open(directory, quick_options()).value();
    const auto book =
        compliance::ledger::open(log, {.origin = std::string{test_origin}, .key = test_log_key()})
            .value();
    const std::vector<new_event> batch(4096, simple_event("Noted", "{}"));
    for (std::uint64_t i = 0; i < rare_events; ++i) {
        log.append("task-" + std::to_string(i), expected::any(), batch).value();
        log.append("rare-1", expected::any(), {simple_event("Rare", "{}")}).value();
    }
    while (log.watermark().value < limits::segment_events)
        log.append("task-1", expected::any(), batch).value();
    log.finish_background_work().value();
}

/// What is done to the rows of the index.
struct index_attack {
    std::string_view name;
    std::function<void(raw_store&)> act;
};

/// The index has the field in the fifth byte of a key: core/docs/index.md.
auto for_each_of(char field, void (*change)(raw_store&, const raw_store::row&)) {
    return [field, change](raw_store& rows) {
        bool any = false;
        for (const auto& row : rows.rows("index")) {
            if (row.first[4] != field) continue;
            change(rows, row);
            any = true;
        }
        if (!any) throw std::runtime_error{"the index has nothing of the kind"};
    };
}

void drop(raw_store& rows, const raw_store::row& row) { rows.erase("index", row.first); }

void change_last_byte(raw_store& rows, const raw_store::row& row) {
    auto changed = row.second;
    changed.back() = static_cast<char>(changed.back() ^ 1);
    rows.put("index", row.first, changed);
}

std::vector<index_attack> index_attacks() {
    return {
        {"27 take streams out of the index", for_each_of('\x83', drop)},
        {"27 let streams lead elsewhere", for_each_of('\x83', change_last_byte)},
        {"27 take types out of the index", for_each_of('\x11', drop)},
        {"27 let types lead elsewhere", for_each_of('\x11', change_last_byte)},
        {"27 take ids out of the index", for_each_of('\x80', drop)},
        {"27 change the times of a segment", for_each_of('\x01', change_last_byte)},
        {"27 take streams out of the list of streams",
         [](raw_store& rows) {
             for (const auto& [key, value] : rows.rows("streams")) rows.erase("streams", key);
         }},
    };
}

/// What is found in the whole store; or why it is not opened.
std::string verdict_on(const fs::path& directory) {
    auto log = store::open(directory, quick_options());
    if (!log) return "refused: " + log.error().message;
    const auto book = compliance::ledger::open(*log, {.key = test_log_key()}).value();
    const auto all = book.verify().value();
    if (all.findings.empty()) return std::string{to_string(all.what())};
    return std::string{to_string(all.what())} + ": " + all.findings.front().kind;
}

TEST(AttackOnIndexes, IsNoticed) {  // 27
    const temp_directory home;
    fill(home / "sound");
    ASSERT_EQ(verdict_on(home / "sound"), "verified");
    for (const auto& one : index_attacks()) {
        fs::remove_all(home / "copy");
        fs::copy(home / "sound", home / "copy");
        {
            raw_store rows{home / "copy"};
            one.act(rows);
        }
        EXPECT_EQ(verdict_on(home / "copy"), "tampered: index") << one.name;
    }
}

}  // namespace
}  // namespace daybook::test
