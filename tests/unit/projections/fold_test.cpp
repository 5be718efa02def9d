// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: rows are what the events say, however small the cache is, and a failure leaves nothing half
// done behind. Method: a fold over a map that stands for the stored rows.

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/fold.hpp>

#include "sample_projections.hpp"
#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gtest/gtest.h>

#include <map>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::Holds;
using testing::ElementsAre;
using testing::Pair;

using stored_rows = std::map<std::string, std::string>;

/// A fold of `P` whose rows are stored in a map.
template <class P>
class folding {
public:
    explicit folding(fold_options options = {})
        : fold_{any_projection::of<P>().make_fold(
              [this](std::string_view key) { return look_up(key); }, std::move(options))} {}

    result<bool> apply(const event& e) { return fold_->apply(json_event{e}); }
    void store() {
        fold_->collect([this](std::string_view key, const std::optional<std::string_view>& row) {
            order.emplace_back(key);
            if (row) {
                rows[std::string{key}] = *row;
            } else {
                rows.erase(std::string{key});
            }
        });
    }
    std::map<std::string, typename P::row> decoded() const {
        std::map<std::string, typename P::row> all;
        for (const auto& [key, bytes] : rows)
            all[key] = decode_value<typename P::row>(bytes).value();
        return all;
    }
    fold& operator*() { return *fold_; }

    stored_rows rows;
    std::vector<std::string> order;
    std::size_t look_ups = 0;
    std::optional<error> failing;

private:
    result<std::optional<std::string>> look_up(std::string_view key) {
        ++look_ups;
        if (failing) return *failing;
        const auto at = rows.find(std::string{key});
        if (at == rows.end()) return std::optional<std::string>{};
        return std::optional{at->second};
    }
    std::unique_ptr<fold> fold_;
};

std::vector<event> events_of(const std::vector<std::string>& types) {
    std::vector<std::pair<std::string, new_event>> given;
    for (const auto& type : types) given.emplace_back("task-1", test::simple_event(type));
    return test::stored(given);
}

event placed(std::string payload) {
    return test::stored({{"order-1", test::simple_event("order_placed", std::move(payload))}})
        .front();
}

TEST(Fold, AppliesTypedEventsByTheirTypeNames) {
    folding<test::open_orders> of;
    const auto events = test::stored(
        {{"order-1", test::simple_event("order_placed", R"({"order_id":"1","total_cents":500})")},
         {"order-1", test::simple_event("OrderPaid", R"({"order_id":"1","amount_cents":200})")},
         {"order-1", test::simple_event("order_paid", R"({"order_id":"1","amount_cents":999})")}});
    EXPECT_THAT(of.apply(events[0]), Holds(true));
    EXPECT_THAT(of.apply(events[1]), Holds(true));
    EXPECT_THAT(of.apply(events[2]), Holds(false));
    of.store();
    EXPECT_THAT(of.decoded(), ElementsAre(Pair("1", 300)));
}

TEST(Fold, AppliesAnEventToEachOfItsKeysOnce) {
    folding<test::count_by_label> of;
    auto labelled = test::simple_event("T");
    labelled.tags = {"label:a", "label:b", "other:x", "label:a"};
    const auto events = test::stored({{"task-1", labelled}, {"task-1", test::simple_event("T")}});
    EXPECT_THAT(of.apply(events[0]), Holds(true));
    EXPECT_THAT(of.apply(events[1]), Holds(false));
    of.store();
    EXPECT_THAT(of.decoded(), ElementsAre(Pair("a", 1U), Pair("b", 1U)));
}

TEST(Fold, KeepsToTheOneKeyThatIsAskedFor) {
    folding<test::count_by_type> of{{.only_key = "B"}};
    for (const auto& event : events_of({"A", "B", "A", "B"})) ASSERT_TRUE(of.apply(event));
    of.store();
    EXPECT_THAT(of.decoded(), ElementsAre(Pair("B", 2U)));
}

TEST(Fold, HandsOutEachChangedRowOnceInOrderOfKeys) {
    folding<test::count_by_type> of;
    for (const auto& event : events_of({"C", "A", "B", "C", "A"})) ASSERT_TRUE(of.apply(event));
    EXPECT_EQ((*of).rows_changed(), 3U);
    of.store();
    EXPECT_THAT(of.order, ElementsAre("A", "B", "C"));
    of.store();
    EXPECT_EQ(of.order.size(), 3U);
    EXPECT_EQ((*of).rows_changed(), 0U);
}

TEST(Fold, GivesTheSameRowsWithAnyCacheSize) {
    std::vector<std::string> types;
    test::randomness random{11};
    for (int i = 0; i < 300; ++i) types.push_back("T" + std::to_string(random.below(20)));
    const auto events = events_of(types);
    std::map<std::string, std::uint64_t> wanted;
    for (const auto& type : types) ++wanted[type];

    for (const std::size_t cached : {0U, 1U, 2U, 7U, 20U, 1000U}) {
        for (const bool starts_empty : {false, true}) {
            folding<test::count_by_type> of{
                {.rows_cached_max = cached, .starts_empty = starts_empty}};
            for (std::size_t i = 0; i < events.size(); ++i) {
                ASSERT_TRUE(of.apply(events[i]));
                if (i % 7 == 0) of.store();
                EXPECT_LE((*of).rows_cached(), 3 * cached / 2 + 7);
            }
            of.store();
            EXPECT_EQ(of.decoded(), wanted) << cached << " rows cached";
        }
    }
}

TEST(Fold, LooksNothingUpWhileItKnowsEveryRow) {
    folding<test::count_by_type> empty{{.starts_empty = true}};
    folding<test::count_by_type> unknown;
    for (const auto& event : events_of({"A", "B", "A"})) {
        ASSERT_TRUE(empty.apply(event));
        ASSERT_TRUE(unknown.apply(event));
    }
    EXPECT_EQ(empty.look_ups, 0U);
    EXPECT_EQ(unknown.look_ups, 2U);
}

std::vector<event> cart_events() {
    const auto of = [](std::string type, std::string payload) {
        return std::pair<std::string, new_event>{
            "cart-1", test::simple_event(std::move(type), std::move(payload))};
    };
    return test::stored({of("item_added", R"({"cart":"a","count":3})"),
                         of("item_taken", R"({"cart":"a","count":3})"),
                         of("item_added", R"({"cart":"b","count":2})"),
                         of("item_taken", R"({"cart":"b","count":1})"),
                         of("item_added", R"({"cart":"a","count":1})"),
                         of("cart_closed", R"({"cart":"b"})"),
                         of("cart_closed", R"({"cart":"never"})")});
}

TEST(Fold, RemovesARowAndBeginsItAgainFromNothing) {
    for (const std::size_t cached : {0U, 1U, 1000U}) {
        for (std::size_t batch = 1; batch <= 7; ++batch) {
            folding<test::carts> of{{.rows_cached_max = cached, .starts_empty = true}};
            std::size_t taken = 0;
            for (const auto& event : cart_events()) {
                EXPECT_THAT(of.apply(event), Holds(true));
                if (++taken % batch == 0) of.store();
            }
            of.store();
            EXPECT_THAT(of.decoded(), ElementsAre(Pair("a", 1))) << cached << ", " << batch;
        }
    }
}

TEST(Fold, HandsOutARemovalOnlyIfTheRowWasStored) {
    folding<test::carts> of;
    const auto events = cart_events();
    for (std::size_t i = 0; i < 2; ++i) ASSERT_TRUE(of.apply(events[i]));
    of.store();
    EXPECT_THAT(of.order, ElementsAre());
    ASSERT_TRUE(of.apply(events[0]));
    of.store();
    ASSERT_TRUE(of.apply(events[1]));
    of.store();
    EXPECT_THAT(of.order, ElementsAre("a", "a"));
    EXPECT_TRUE(of.rows.empty());
}

/// Its row may be nothing, which is not the same as no row.
struct last_label {
    static constexpr std::string_view name = "last_label";
    static constexpr std::uint32_t version = 1;
    using row = std::optional<std::string>;
    static std::string_view key(const event_view&) { return "all"; }
    static row apply(row, const event_view& e) {
        if (e.type() == "Unlabelled") return std::nullopt;
        return std::string{e.type()};
    }
};

TEST(Fold, KeepsARowThatIsAnEmptyOptional) {
    folding<last_label> of;
    for (const auto& event : events_of({"A", "Unlabelled"})) ASSERT_TRUE(of.apply(event));
    of.store();
    EXPECT_THAT(of.decoded(), ElementsAre(Pair("all", std::nullopt)));
}

/// One row per event, but not for all.
struct marked {
    static constexpr std::string_view name = "marked";
    static constexpr std::uint32_t version = 1;
    static constexpr bool row_per_event = true;
    using row = std::string;
    static std::string key(const event_view& e) { return std::to_string(e.position().value); }
    static std::optional<row> apply(row, const event_view& e) {
        if (e.type() != "Marked") return std::nullopt;
        return std::string{e.type()};
    }
};

TEST(Fold, LeavesOutARowPerEventThatIsNone) {
    folding<marked> of;
    for (const auto& event : events_of({"A", "Marked", "B"})) ASSERT_TRUE(of.apply(event));
    of.store();
    EXPECT_THAT(of.decoded(), ElementsAre(Pair("1", "Marked")));
}

TEST(Fold, NamesViewEventAndReasonWhenAProjectionThrows) {
    auto bad = test::simple_event("Broken");
    bad.tags = {"bad:yes"};
    folding<test::fragile> of;
    const auto events = test::stored({{"task-1", test::simple_event("A")}, {"task-1", bad}});
    ASSERT_TRUE(of.apply(events[0]));
    EXPECT_THAT(of.apply(events[1]),
                FailsWith(errc::projection_failed,
                          "view \"fragile\": position 1 (Broken of task-1): cannot take this"));
}

TEST(Fold, NamesThePayloadFieldThatDoesNotFit) {
    folding<test::open_orders> of;
    EXPECT_THAT(of.apply(placed(R"({"order_id":"1","total_cents":"much"})")),
                FailsWith(errc::projection_failed, "\"total_cents\" is \"much\""));
    EXPECT_THAT(of.apply(placed("[]")), FailsWith(errc::projection_failed, "not a JSON object"));
}

TEST(Fold, GoesOnFromStoredRowsAfterDiscard) {
    folding<test::count_by_type> of{{.starts_empty = true}};
    const auto events = events_of({"A", "A", "A"});
    ASSERT_TRUE(of.apply(events[0]));
    of.store();
    ASSERT_TRUE(of.apply(events[1]));
    (*of).discard();
    EXPECT_EQ((*of).rows_changed(), 0U);
    ASSERT_TRUE(of.apply(events[2]));
    of.store();
    EXPECT_THAT(of.decoded(), ElementsAre(Pair("A", 2U)));
}

TEST(Fold, FailsAsItsRowSourceDoes) {
    folding<test::count_by_type> of;
    of.failing = fail(errc::io, "the disk is gone");
    EXPECT_THAT(of.apply(events_of({"A"}).front()), FailsWith(errc::io, "the disk is gone"));
    of.failing.reset();
    of.rows["A"] = "\xFF";
    EXPECT_THAT(of.apply(events_of({"A"}).front()), FailsWith(errc::corrupt, "value of 1 bytes"));
}

}  // namespace
}  // namespace daybook::projections
