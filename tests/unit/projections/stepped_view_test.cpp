// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: one view between batches: what is offered is written once, with the cursor, or not at all.
// Method: the keyspace is a map; a "crash" forgets the view and goes on from the map.

#include "stepped_view.hpp"

#include "sample_projections.hpp"
#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gtest/gtest.h>

#include <map>

namespace daybook::projections {
namespace {

using test::FailsWith;

using keyspace_map = std::map<std::string, std::string, std::less<>>;

template <class P>
class stepping {
public:
    stepping() { reopen(); }

    /// Forgets everything that is not in the map, as a crash does.
    void reopen() {
        const auto of = any_projection::of<P>();
        layout::cursor_record start;
        start.query_fingerprint = of.query_fingerprint();
        start.row_fingerprint = of.row_fingerprint();
        if (const auto at = stored.find(layout::cursor_key); at != stored.end()) {
            start = decode_value<layout::cursor_record>(at->second).value();
        }
        const auto look_up = [this](std::string_view key) -> result<std::optional<std::string>> {
            const auto at = stored.find(layout::row_key(key));
            if (at == stored.end()) return std::optional<std::string>{};
            return std::optional{at->second};
        };
        view.emplace(of, start, look_up, fold_options{.starts_empty = start.next == position{0}});
    }

    result<void> offer(const event& e) { return view->offer(json_event{e}); }

    /// What is to be written; a key without a value is to be erased.
    std::map<std::string, std::optional<std::string>, std::less<>> close(position reached) {
        std::map<std::string, std::optional<std::string>, std::less<>> writes;
        view->close(reached,
                    [&](std::string_view key, const std::optional<std::string_view>& value) {
                        writes[std::string{key}] = value;
                    });
        return writes;
    }
    void store(position reached) {
        for (auto& [key, value] : close(reached)) {
            if (value) {
                stored[key] = *value;
            } else {
                stored.erase(key);
            }
        }
        view->written();
    }

    keyspace_map stored;
    std::optional<stepped_view> view;
};

std::vector<event> numbered_events(std::size_t count) {
    std::vector<std::pair<std::string, new_event>> given;
    for (std::size_t i = 0; i < count; ++i) {
        given.emplace_back("task-" + std::to_string(i % 3), test::simple_event("T"));
    }
    return test::stored(given);
}

TEST(SteppedView, WritesRowsAndCursorTogether) {
    stepping<test::trail> of;
    const auto events = numbered_events(2);
    for (const auto& event : events) of.offer(event).value();
    const auto writes = of.close(position{2});
    EXPECT_EQ(writes.size(), 3U);
    EXPECT_TRUE(writes.contains("rtask-0"));
    const auto cursor = decode_value<layout::cursor_record>(*writes.at("mcursor")).value();
    EXPECT_EQ(cursor.next, position{2});
    EXPECT_EQ(cursor.events_applied, 2U);
    EXPECT_EQ(of.view->cursor(), position{0});
    of.view->written();
    EXPECT_EQ(of.view->cursor(), position{2});
    EXPECT_EQ(of.view->events_applied(), 2U);
}

TEST(SteppedView, IgnoresEventsBeforeItsCursor) {
    stepping<test::trail> of;
    const auto events = numbered_events(3);
    for (const auto& event : events) of.offer(event).value();
    of.store(position{3});
    for (const auto& event : events) of.offer(event).value();
    EXPECT_EQ(of.close(position{3}).size(), 1U);
}

TEST(SteppedView, MovesItsCursorOverEventsThatItDoesNotWant) {
    stepping<test::open_orders> of;
    for (const auto& event : numbered_events(3)) of.offer(event).value();
    of.store(position{3});
    EXPECT_EQ(of.view->cursor(), position{3});
    EXPECT_EQ(of.view->events_applied(), 0U);
}

TEST(SteppedView, TakesBackWhatWasNotWritten) {
    stepping<test::trail> of;
    const auto events = numbered_events(4);
    of.offer(events[0]).value();
    of.store(position{1});
    of.offer(events[3]).value();
    of.close(position{4});
    of.view->abandon();
    for (const auto& event : events) of.offer(event).value();
    of.store(position{4});
    EXPECT_EQ(decode_value<test::trail::row>(of.stored.at("rtask-0")).value(),
              (test::trail::row{position{0}, position{3}}));
    EXPECT_EQ(of.view->events_applied(), 4U);
}

// Every event is applied exactly once, wherever the crash falls: before a batch is closed, between
// its close and its write, or after the write.
TEST(SteppedView, MissesAndRepeatsNothingAfterACrashAtAnyStep) {
    const auto events = numbered_events(12);
    for (std::size_t batch = 1; batch <= 5; ++batch) {
        for (std::size_t crash = 0; crash <= 3 * events.size(); ++crash) {
            stepping<test::trail> of;
            std::size_t steps = 0;
            const auto crashes_now = [&] { return steps++ == crash; };
            for (std::size_t at = 0; at < events.size(); at = of.view->cursor().value) {
                const auto end = std::min(events.size(), at + batch);
                for (auto i = at; i < end; ++i) of.offer(events[i]).value();
                if (crashes_now()) {
                    of.reopen();
                    continue;
                }
                const auto writes = of.close(position{end});
                if (crashes_now()) {
                    of.reopen();
                    continue;
                }
                for (const auto& [key, value] : writes) of.stored[key] = *value;
                if (crashes_now()) {
                    of.reopen();
                    continue;
                }
                of.view->written();
            }
            for (std::uint64_t stream = 0; stream < 3; ++stream) {
                test::trail::row wanted;
                for (auto p = stream; p < events.size(); p += 3) wanted.push_back(position{p});
                const auto row = of.stored.at("rtask-" + std::to_string(stream));
                ASSERT_EQ(decode_value<test::trail::row>(row).value(), wanted)
                    << batch << ", " << crash;
            }
        }
    }
}

TEST(SteppedView, StandsBeforeTheEventThatFailed) {
    auto bad = test::simple_event("T");
    bad.tags = {"bad:yes"};
    const auto events =
        test::stored({{"task-1", test::simple_event("T")}, {"task-1", bad}, {"task-1", bad}});
    stepping<test::fragile> of;
    of.offer(events[0]).value();
    const auto failed = of.offer(events[1]);
    ASSERT_THAT(failed, FailsWith(errc::projection_failed, "position 1"));
    of.view->abandon();
    of.offer(events[0]).value();
    of.store(position{1});
    of.view->fail_at_cursor(failed.error());
    EXPECT_TRUE(of.view->failure());
    EXPECT_EQ(of.view->cursor(), position{1});
    of.view->retry();
    EXPECT_FALSE(of.view->failure());
}

}  // namespace
}  // namespace daybook::projections
