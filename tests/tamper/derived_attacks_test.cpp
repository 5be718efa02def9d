// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: snapshots and views that somebody wrote into a store, with every checksum right, do not
// pass for what the log makes. Method: rows 25 and 26 of the catalogue, done to real files.

#include "snapshot_shelf.hpp"
#include "support/kept_tallies.hpp"
#include "support/raw_store.hpp"
#include "tamper/attack.hpp"
#include "view_layout.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace daybook::test {
namespace {

using compliance::verdict;

const std::string snapshot_rows = "view:" + std::string{kept_tallies::snapshot_rows};
const std::string view_rows = "view:" + std::string{kept_tallies::view_rows};

struct derived_attack {
    std::string_view name;
    std::string_view kind;
    std::function<void(raw_store&)> act;
    std::string_view why;  ///< Part of the finding's message.
};

void PrintTo(const derived_attack& one, std::ostream* to) { *to << one.name; }

std::string encoded(const auto& value) {
    std::string bytes;
    encode_value(value, bytes);
    return bytes;
}

/// The snapshot of the first stream, changed and with a checksum that fits.
auto forging_snapshot(void (*change)(snapshots::snapshot_record&)) {
    return [change](raw_store& rows) {
        auto [key, bytes] = rows.rows(snapshot_rows).front();
        auto record = snapshots::decode_record(bytes).value();
        change(record);
        rows.put(snapshot_rows, key, snapshots::encode_record(record));
    };
}

std::vector<derived_attack> attacks_on_snapshots() {
    return {
        {"25 write another state into a snapshot", "snapshot",
         forging_snapshot([](snapshots::snapshot_record& of) { of.state = encoded(tally{7}); }),
         "is not what the events make"},
        {"25 write a state that is none", "snapshot",
         forging_snapshot([](snapshots::snapshot_record& of) { of.state = "\xFF\xFF\xFF"; }),
         "is not what the events make"},
        {"25 damage a snapshot", "snapshot",
         [](raw_store& rows) {
             auto [key, bytes] = rows.rows(snapshot_rows).front();
             bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
             rows.put(snapshot_rows, key, bytes);
         },
         "is not what was written"},
        {"25 give a stream the snapshot of another", "snapshot",
         [](raw_store& rows) {
             const auto all = rows.rows(snapshot_rows);
             rows.put(snapshot_rows, all.back().first, all.front().second);
         },
         "is of events that are not those of this log"},
        {"25 let a snapshot end elsewhere", "snapshot",
         [](raw_store& rows) {
             const auto [key, bytes] = rows.rows(snapshot_rows).front();
             auto earlier = key;
             earlier.back() = static_cast<char>(earlier.back() - 1);
             rows.put(snapshot_rows, earlier, bytes);
         },
         "is of events that are not those of this log"},
    };
}

const std::string ada = projections::layout::row_key("ada");

std::vector<derived_attack> attacks_on_views() {
    return {
        {"26 edit a row of a view", "view",
         [](raw_store& rows) {
             rows.put(view_rows, ada, encoded(tallies::row{1'000, "large"}));
         },
         "1 rows differ; the first: \"ada\""},
        {"26 write a row that is none", "view",
         [](raw_store& rows) { rows.put(view_rows, ada, "\xFF"); }, "1 rows differ"},
        {"26 drop a row of a view", "view", [](raw_store& rows) { rows.erase(view_rows, ada); },
         "1 are missing"},
        {"26 add a row to a view", "view",
         [](raw_store& rows) {
             rows.put(view_rows, projections::layout::row_key("eve"),
                      encoded(tallies::row{1, "small"}));
         },
         "1 are too many; the first: \"eve\""},
        {"26 hide a row from a secondary key", "view",
         [](raw_store& rows) {
             for (const auto& [key, value] : rows.rows(view_rows)) {
                 if (key[0] == 'i' && key.ends_with("ada")) rows.erase(view_rows, key);
             }
         },
         "2 rows whose size is \"large\", and 1 are found"},
        {"26 set the cursor of a view back", "view",
         [](raw_store& rows) {
             for (const auto& [key, value] : rows.rows(view_rows)) {
                 if (key != projections::layout::cursor_key) continue;
                 auto cursor = decode_value<projections::layout::cursor_record>(value).value();
                 cursor.next = position{30};
                 rows.put(view_rows, key, projections::layout::encode_cursor(cursor));
             }
         },
         "2 rows differ"},
        {"26 set the cursor of a view behind the end", "view",
         [](raw_store& rows) {
             for (const auto& [key, value] : rows.rows(view_rows)) {
                 if (key != projections::layout::cursor_key) continue;
                 auto cursor = decode_value<projections::layout::cursor_record>(value).value();
                 cursor.next = position{41};
                 rows.put(view_rows, key, projections::layout::encode_cursor(cursor));
             }
         },
         "the log ends at 40"},
        {"26 edit a checkpoint of a view", "view",
         [](raw_store& rows) {
             for (const auto& family : rows.families()) {
                 if (!family.starts_with(view_rows + ".c")) continue;
                 rows.put(family, ada, encoded(tallies::row{1'000, "large"}));
             }
         },
         "checkpoint at position 20 is not what the log makes: 1 rows differ"},
    };
}

std::vector<derived_attack> derived_attacks() {
    auto all = attacks_on_snapshots();
    const auto more = attacks_on_views();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

class AttackOnDerived : public testing::TestWithParam<derived_attack> {};

TEST_P(AttackOnDerived, IsNoticedAndLeavesTheLogVerified) {
    kept_tallies kept;
    ASSERT_EQ(kept.verify().what(), verdict::verified);
    kept.close();
    {
        raw_store rows{kept.directory()};
        GetParam().act(rows);
    }
    kept.open();
    EXPECT_EQ(kept.book().verify()->what(), verdict::verified) << "the log is what was signed";
    const auto all = kept.verify();
    EXPECT_EQ(all.what(), verdict::tampered);
    ASSERT_EQ(all.findings.size(), 1U);
    EXPECT_EQ(all.findings[0].kind, GetParam().kind);
    EXPECT_THAT(all.findings[0].message, testing::HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(Catalogue, AttackOnDerived, testing::ValuesIn(derived_attacks()),
                         [](const auto& of) { return as_test_name(of.param.name); });

TEST(AttackOnDerived, ThatTakesTheListOfViewsAwayShowsNoViewAtAll) {
    kept_tallies kept;
    kept.close();
    {
        raw_store rows{kept.directory()};
        for (const auto& family : rows.families()) {
            if (!family.starts_with("view:daybook.views")) continue;
            for (const auto& [key, value] : rows.rows(family)) rows.put(family, key, "\xFF");
        }
    }
    kept.open();
    EXPECT_EQ(kept.verify().what(), verdict::tampered);
}

}  // namespace
}  // namespace daybook::test
