// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what one inline view does with the commits that it is shown, also when they fail. Method:
// the calls that a store makes, made by hand; nothing is written unless the test writes it.

#include "inline_view.hpp"

#include <daybook/projections/runner.hpp>

#include "sample_projections.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::fresh_store;
using test::trail;

class InlineView : public testing::Test {
protected:
    InlineView() {
        runner::open(*store, {any_projection::of<trail>()}).value();
        view =
            inline_view::open(*store, any_projection::of<trail>(), {.rows_cached_max = 0}).value();
    }

    void append() { store->append("task-1", expected::any(), {test::simple_event("T")}).value(); }

    /// Shows the events at `positions` of a log of events of one stream; the row that is written.
    trail::row take(const std::vector<std::size_t>& positions) {
        std::vector<event_view> shown;
        for (const auto at : positions) shown.push_back(events[at].view());
        batch.clear();
        view->take(shown, batch).value();
        auto rows = store->open_keyspace("view.trail.v1").value();
        return written(rows);
    }

    /// Writes the last batch; the row that is then stored.
    trail::row written(keyspace& rows) {
        rows.write(batch).value();
        const auto bytes = rows.get("rtask-1").value();
        return decode_value<trail::row>(bytes.value()).value();
    }

    fresh_store store;
    std::vector<event> events = test::stored({{"task-1", test::simple_event("T")},
                                              {"task-1", test::simple_event("T")},
                                              {"task-1", test::simple_event("T")},
                                              {"task-1", test::simple_event("T")}});
    std::unique_ptr<inline_view> view;
    keyspace_batch batch;
};

trail::row up_to(std::uint64_t last) {
    trail::row positions;
    for (std::uint64_t p = 0; p <= last; ++p) positions.push_back(position{p});
    return positions;
}

TEST_F(InlineView, GoesOnFromStoredRowsWhenAGroupWasLost) {
    EXPECT_EQ(take({0}), up_to(0));
    view->settle(true);
    // Taken and shown, but the group fails: the same positions come again.
    std::vector<event_view> lost{events[1].view()};
    keyspace_batch forgotten;
    view->take(lost, forgotten).value();
    view->take(std::vector<event_view>{events[2].view()}, forgotten).value();
    view->settle(false);
    EXPECT_EQ(view->status(position{1}).cursor, position{1});
    EXPECT_EQ(take({1, 2}), up_to(2));
}

TEST_F(InlineView, TakesBackTheLastCommitOnly) {
    EXPECT_EQ(take({0}), up_to(0));
    keyspace_batch refused;
    view->take(std::vector<event_view>{events[1].view()}, refused).value();
    view->undo();
    EXPECT_EQ(take({1}), up_to(1));
    view->settle(true);
    EXPECT_EQ(view->status(position{2}).cursor, position{2});
    EXPECT_EQ(view->status(position{2}).events_applied, 2U);
}

TEST_F(InlineView, ReadsWhatCameBackWithoutIt) {
    for (int i = 0; i < 3; ++i) append();
    EXPECT_EQ(take({3}), up_to(3));
}

}  // namespace
}  // namespace daybook::projections
