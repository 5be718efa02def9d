// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: cursors and keyspace names mean the same to whoever reads them later.

#include "view_layout.hpp"

#include "sample_projections.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "view_catalog.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::Holds;

keyspace keyspace_with(test::fresh_store& store, std::string_view cursor) {
    auto rows = store->open_keyspace("view.x.v1").value();
    keyspace_batch batch;
    batch.put(layout::cursor_key, cursor);
    rows.write(batch).value();
    return rows;
}

// The bytes are on disk in every store that has a view.
TEST(ViewLayout, WritesTheCursorInTheseBytes) {
    const layout::cursor_record record{1, position{300}, 5, 127, 128};
    EXPECT_EQ(layout::encode_cursor(record), std::string("\x01\xAC\x02\x05\x7F\x80\x01", 7));
    EXPECT_EQ(layout::row_key("k"), "rk");
    EXPECT_EQ(layout::cursor_key, "mcursor");
}

TEST(ViewLayout, ReadsBackTheCursor) {
    test::fresh_store store;
    const layout::cursor_record record{1, position{300}, 5, 127, 128};
    const auto rows = keyspace_with(store, layout::encode_cursor(record));
    EXPECT_THAT(layout::read_cursor(rows), Holds(std::optional{record}));
}

TEST(ViewLayout, HasNoCursorInAnEmptyKeyspace) {
    test::fresh_store store;
    const auto rows = store->open_keyspace("view.x.v1").value();
    EXPECT_THAT(layout::read_cursor(rows), Holds(std::optional<layout::cursor_record>{}));
}

TEST(ViewLayout, RefusesDamagedAndNewerCursors) {
    test::fresh_store store;
    EXPECT_THAT(layout::read_cursor(keyspace_with(store, "\x01")),
                FailsWith(errc::corrupt, "view.x.v1"));
    EXPECT_THAT(layout::read_cursor(keyspace_with(store, "")), FailsWith(errc::corrupt));
    EXPECT_THAT(layout::read_cursor(keyspace_with(store, "\x02xyz")),
                FailsWith(errc::unsupported, "format 2"));
}

TEST(ViewLayout, TellsWhatChangedSinceTheRowsWereBuilt) {
    const auto of = any_projection::of<test::open_orders>();
    layout::cursor_record record;
    record.query_fingerprint = of.query_fingerprint();
    record.row_fingerprint = of.row_fingerprint();
    EXPECT_EQ(layout::check_cursor(record, of), std::nullopt);
    ++record.row_fingerprint;
    EXPECT_THAT(layout::check_cursor(record, of)->message,
                testing::HasSubstr("its row type changed"));
    ++record.query_fingerprint;
    EXPECT_THAT(layout::check_cursor(record, of)->message, testing::HasSubstr("its query changed"));
}

TEST(ViewLayout, ReadsKeyspaceNames) {
    const auto read = layout::parse_keyspace_name("view.open_orders.v12");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->name, "open_orders");
    EXPECT_EQ(read->version, 12U);
    EXPECT_EQ(read->generation, 1U);
    const auto later = layout::parse_keyspace_name("view.open_orders.v12.g30");
    ASSERT_TRUE(later);
    EXPECT_EQ(later->version, 12U);
    EXPECT_EQ(later->generation, 30U);
    EXPECT_EQ(layout::keyspace_stem("open_orders", 12), "view.open_orders.v12");
    for (const auto* foreign : {"", "view.", "view.x", "view.x.v", "view.x.v1a", "other.x.v1",
                                "view..v1", "view.X.v1", "view.x.v99999999999", "view.x.v1.",
                                "view.x.v1.g", "view.x.v1.g2x", "view.x.v1.h2", "view.x.v.g2"}) {
        EXPECT_FALSE(layout::parse_keyspace_name(foreign)) << foreign;
    }
}

TEST(ViewCatalog, WritesARecordInTheseBytes) {
    catalog::view_record record;
    record.revision = 3;
    record.active_version = 1;
    record.add(1, generation_place::kept);
    record.add(1, generation_place::serving);
    std::string bytes;
    encode_value(record, bytes);
    EXPECT_EQ(bytes, std::string("\x01\x03\x01\x01\x02\x02"
                                 "\x01\x01\x04\x00\x00"
                                 "\x01\x02\x02\x00\x00",
                                 16));
    EXPECT_THAT(catalog::decode("x", bytes), Holds(record));
    EXPECT_EQ(catalog::keyspace_of("x", record.generations[0]), "view.x.v1");
    EXPECT_EQ(catalog::keyspace_of("x", record.generations[1]), "view.x.v1.g2");
}

}  // namespace
}  // namespace daybook::projections
