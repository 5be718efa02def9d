// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: cursors and keyspace names mean the same to whoever reads them later.

#include "view_layout.hpp"

#include "sample_projections.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

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
                testing::HasSubstr("its row type is not"));
    ++record.query_fingerprint;
    EXPECT_THAT(layout::check_cursor(record, of)->message, testing::HasSubstr("its query is not"));
}

TEST(ViewLayout, ReadsKeyspaceNames) {
    const auto read = layout::parse_keyspace_name("view.open_orders.v12");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->name, "open_orders");
    EXPECT_EQ(read->version, 12U);
    for (const auto* foreign : {"", "view.", "view.x", "view.x.v", "view.x.v1a", "other.x.v1",
                                "view..v1", "view.X.v1", "view.x.v99999999999"}) {
        EXPECT_FALSE(layout::parse_keyspace_name(foreign)) << foreign;
    }
}

}  // namespace
}  // namespace daybook::projections
