// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: folding a whole log gives the rows of its view to the byte, and a part of it those of a log
// that has only that part.
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/replay/folded_rows.hpp>
#include <daybook/replay/replay_events.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <boost/describe/class.hpp>

#include <map>
#include <stdexcept>
#include <variant>

namespace daybook::test {

struct noted {
    std::string who;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(noted, (), (who, count))

struct totals {
    static constexpr std::string_view name = "totals";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    using events = std::variant<noted>;

    static std::string key(const noted& e) { return e.who; }
    static row apply(row sum, const noted& e) {
        if (e.count == 666) throw std::runtime_error{"a bad number"};
        return sum + e.count;
    }
};

namespace {

using projections::any_projection;
using replay::folded_rows;
using row_map = std::map<std::string, std::string, std::less<>>;

class FoldedRows : public testing::Test {
protected:
    void note(const std::string& who, int count) {
        log_->append("task-1", expected::any(),
                     {simple_event("noted", "{\"who\":\"" + who +
                                                "\",\"count\":" + std::to_string(count) + "}")})
            .value();
    }
    fresh_store log_;
};

TEST_F(FoldedRows, AreThoseOfTheView) {
    for (int i = 0; i < 200; ++i) note("agent-" + std::to_string(i % 7), i);
    {
        auto views = projections::runner::open(*log_, {any_projection::of<totals>()}).value();
        ASSERT_THAT(views.catch_up(), HoldsValue());
    }
    row_map stored;
    const auto view = projections::stored_view::open(*log_, any_projection::of<totals>()).value();
    ASSERT_THAT(view.scan({}, {},
                          [&](std::string_view key, std::string_view row) {
                              stored.emplace(key, row);
                              return true;
                          }),
                HoldsValue());
    folded_rows into{any_projection::of<totals>()};
    EXPECT_EQ(into.projection().name(), "totals");
    ASSERT_THAT(replay::replay_events(*log_, {}, into), HoldsValue());
    EXPECT_EQ(stored.size(), 7U);
    EXPECT_EQ(into.rows(), stored);
}

TEST_F(FoldedRows, KeepWhatWasCollectedInBetween) {
    for (int i = 0; i < 20; ++i) note("ann", 1);
    folded_rows into{any_projection::of<totals>()};
    replay::bookmark mark = replay::bookmark::in_store(*log_, "fold").value();
    ASSERT_THAT(replay::replay_events(*log_, {.bookmark = &mark, .bookmark_every = 3}, into),
                HoldsValue());
    ASSERT_EQ(into.rows().size(), 1U);
    EXPECT_THAT(into.projection().row_json(into.rows().at("ann")), Holds("20"));
}

TEST_F(FoldedRows, AreOfWhatWasSelected) {
    note("ann", 1);
    note("ann", 2);
    note("bob", 4);
    folded_rows into{any_projection::of<totals>()};
    ASSERT_THAT(replay::replay_events(*log_, {.what = {.from = start_from::at(position{1})}}, into),
                HoldsValue());
    EXPECT_THAT(into.projection().row_json(into.rows().at("ann")), Holds("2"));
    log_->append("task-1", expected::any(), {simple_event("Other")}).value();
    EXPECT_THAT(into.foresee(log_->read_one(position{0}).value()), Holds("fold"));
    EXPECT_THAT(into.foresee(log_->read_one(position{3}).value()), Holds("pass over"));
}

TEST_F(FoldedRows, EndWithAnEventThatCannotBeTaken) {
    note("ann", 1);
    note("ann", 666);
    folded_rows into{any_projection::of<totals>()};
    EXPECT_THAT(replay::replay_events(*log_, {}, into),
                FailsWith(errc::projection_failed, "a bad number"));
}

}  // namespace
}  // namespace daybook::test
