// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a view over old events is the view over the new ones that they are upcast to, in every mode
// and however it is built; what cannot be upcast is parked like any other failure.

#include <daybook/projections/as_of.hpp>
#include <daybook/projections/check.hpp>
#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/testing.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/upcasters.hpp>

#include "park_support.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace daybook::projections {

struct sold {
    static constexpr std::string_view type_name = "Sold";
    static constexpr std::string_view schema_version = "3.0.0";
    std::string shop;
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(sold, (), (shop, cents))

struct taken_back {
    static constexpr std::string_view type_name = "TakenBack";
    std::string shop;
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(taken_back, (), (shop, cents))

struct sold_v1 {
    static constexpr std::string_view type_name = "Sold";
    std::string shop;
    std::int64_t euros = 0;
};
BOOST_DESCRIBE_STRUCT(sold_v1, (), (shop, euros))

/// How it was called before that.
struct item_sold {
    static constexpr std::string_view type_name = "ItemSold";
    std::string shop;
    std::int64_t euros = 0;
};
BOOST_DESCRIBE_STRUCT(item_sold, (), (shop, euros))

/// Sold in one shop, taken back in another.
struct swapped {
    static constexpr std::string_view type_name = "Swapped";
    std::string from;
    std::string to;
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(swapped, (), (from, to, cents))

struct ticked {
    static constexpr std::string_view type_name = "Ticked";
    std::string shop;
};
BOOST_DESCRIBE_STRUCT(ticked, (), (shop))

/// What each shop took, in order; it cannot take 13 while it is broken.
struct takings {
    static constexpr std::string_view name = "takings";
    static constexpr std::uint32_t version = 1;
    using row = std::vector<std::int64_t>;
    using events = std::variant<sold, taken_back>;
    static inline bool broken = false;

    static std::string key(const auto& event) { return event.shop; }
    static row apply(row all, const sold& e) {
        if (broken && e.cents == 13) throw std::runtime_error{"thirteen"};
        all.push_back(e.cents);
        return all;
    }
    static row apply(row all, const taken_back& e) {
        all.push_back(-e.cents);
        return all;
    }
};

/// How many of each type, by stream; all events.
struct types_of_stream {
    static constexpr std::string_view name = "types_of_stream";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::vector<std::string>;
    static row apply(row all, const event_view& e) {
        all.emplace_back(e.type());
        return all;
    }
};

/// Stops where `takings` parks.
struct strict_takings : takings {
    static constexpr std::string_view name = "strict_takings";
    static constexpr bool strict = true;
};

namespace {

using test::FailsWith;
using test::fresh_store;
using test::Holds;
using test::HoldsValue;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;
using testing::Pair;
using testing::SizeIs;

using rows = std::map<std::string, takings::row>;

std::shared_ptr<const upcasters> to_today() {
    static const auto made = [] {
        upcaster_builder chain;
        chain.add(versioned_type_of<sold_v1>(), {"Sold", "2.0.0"},
                  [](boost::json::object& payload) {
                      payload["cents"] = payload.at("euros").as_int64() * 100;
                      payload.erase("euros");
                  });
        chain.add({"Sold", "2.0.0"}, versioned_type_of<sold>(), [](boost::json::object&) {});
        chain.add<item_sold, sold_v1>([](const item_sold& old) {
            return sold_v1{old.shop, old.euros};
        });
        chain.split<swapped, taken_back, sold>([](const swapped& old) {
            return std::vector<std::variant<taken_back, sold>>{taken_back{old.from, old.cents},
                                                               sold{old.to, old.cents}};
        });
        chain.drop<ticked>();
        return chain.build().value();
    }();
    return made;
}

template <class P = takings>
any_projection today() {
    return any_projection::of<P>().with_upcasters(to_today());
}

template <class P = takings>
view<P> open_view(store& log, view_mode mode = view_mode::async) {
    return view<P>::over(open_rows(log, today<P>(), mode).value());
}

template <class P = takings>
auto rows_of(const view<P>& of) {
    std::map<std::string, typename P::row> all;
    of.for_each("", [&](std::string_view key, auto row) { all[std::string{key}] = row; }).value();
    return all;
}

/// The same history as it would be written today, and as it was written over the years.
class histories {
public:
    explicit histories(std::uint64_t seed) : random{seed} {}

    void write(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) write_one();
    }

    fresh_store old;
    fresh_store new_;
    test::randomness random;

private:
    std::string shop() { return "s" + std::to_string(random.below(12)); }

    template <class... E>
    void put(fresh_store& into, const E&... events) {
        into->append("shop-1", expected::any(), {make_event(events)...}).value();
    }

    void write_one() {
        const auto euros = static_cast<std::int64_t>(random.below(1000));
        const auto first = shop();
        const auto second = shop();
        switch (random.below(6)) {
            case 0: put(old, ticked{first}); return;
            case 1:
                put(old, swapped{first, second, euros});
                put(new_, taken_back{first, euros}, sold{second, euros});
                return;
            case 2: put(old, item_sold{first, euros}); break;
            case 3: put(old, sold_v1{first, euros}); break;
            case 4:
                put(old, sold{first, euros * 100}, taken_back{second, euros});
                put(new_, sold{first, euros * 100}, taken_back{second, euros});
                return;
            default: put(old, sold{first, euros * 100});
        }
        put(new_, sold{first, euros * 100});
    }
};

rows rows_today(fresh_store& log) {
    auto views = runner::open(*log, {any_projection::of<takings>()}).value();
    views.catch_up().value();
    return rows_of(view<takings>::open(*log).value());
}

class UpcastViews : public testing::Test {
protected:
    UpcastViews() { takings::broken = false; }

    template <class... E>
    void append(const std::string& stream, const E&... events) {
        (log->append(stream, expected::any(), {make_event(events)}).value(), ...);
    }
    void append_of(const std::string& stream, versioned_type kind, std::string payload) {
        auto made = test::simple_event(kind.type, std::move(payload));
        made.schema = kind.version;
        log->append(stream, expected::any(), {made}).value();
    }
    template <class P = takings>
    runner open() {
        return runner::open(*log, {today<P>()}).value();
    }

    fresh_store log;
};

TEST_F(UpcastViews, AreThoseOfTheNewEventsInEveryMode) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    histories both{seed};
    both.write(400);
    const auto wanted = rows_today(both.new_);
    auto& old = *both.old;
    EXPECT_EQ(rows_of(open_view(old, view_mode::live)), wanted);
    EXPECT_EQ(rows_of(view<takings>::over(
                  open_rows(old, today(), as_of::before(old.watermark())).value())),
              wanted);
    {
        auto views = runner::open(old, {today()}, {.batch_events_max = 7}).value();
        ASSERT_THAT(views.catch_up(), HoldsValue());
        EXPECT_EQ(rows_of(open_view(old)), wanted);
        EXPECT_EQ(views.status("takings").value().parked.keys, 0U);
    }
    const auto report = check_projection(old, today()).value();
    EXPECT_TRUE(report.passed());
    EXPECT_EQ(report.events_refused, 0U);

    auto inlined = inline_views::open(old, {today()}).value();
    both.write(50);
    EXPECT_EQ(rows_of(open_view(old)), rows_today(both.new_));
}

TEST_F(UpcastViews, AreTheSameBuiltByManyThreads) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    histories both{seed};
    both.write(1000);
    const auto wanted = rows_today(both.new_);
    for (const std::size_t threads : {1U, 2U, 5U}) {
        auto views = runner::open(*both.old, {today(), today<types_of_stream>()},
                                  {.batch_events_max = 64, .build_threads = threads})
                         .value();
        views.rebuild("takings").value();
        ASSERT_THAT(views.catch_up(), HoldsValue());
        EXPECT_EQ(rows_of(open_view(*both.old)), wanted) << threads << " threads";
    }
    const auto types = rows_of(open_view<types_of_stream>(*both.old)).at("shop-1");
    std::vector<std::string> written;
    for (const auto& e : test::read_everything(both.new_->read_all()))
        written.emplace_back(e.view().type());
    EXPECT_EQ(types, written);
}

TEST_F(UpcastViews, WithoutUpcastersAreAsTheyWere) {
    EXPECT_EQ(any_projection::of<takings>().with_upcasters(nullptr).query_fingerprint(),
              any_projection::of<takings>().query_fingerprint());
    append("shop-1", sold{"a", 1}, taken_back{"a", 2});
    auto views = runner::open(*log, {any_projection::of<takings>()}).value();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(rows_of(view<takings>::open(*log).value()),
                ElementsAre(Pair("a", ElementsAre(1, -2))));
}

TEST_F(UpcastViews, AskForANewVersionWhenOtherTypesComeToLeadToTheirOwn) {
    const auto same_types =
        upcaster_builder{}
            .add({"Sold", "2.0.0"}, {"Sold", "3.0.0"}, [](boost::json::object&) {})
            .build()
            .value();
    append("shop-1", sold{"a", 1});
    ASSERT_THAT(runner::open(*log, {any_projection::of<takings>()}).value().catch_up(),
                HoldsValue());
    EXPECT_THAT(runner::open(*log, {any_projection::of<takings>().with_upcasters(same_types)}),
                HoldsValue());
    EXPECT_THAT(runner::open(*log, {today()}), FailsWith(errc::invalid_argument, "query changed"));
    EXPECT_THAT(open_rows(*log, today(), view_mode::async), FailsWith(errc::invalid_argument));
}

// What cannot be upcast, or not be taken.

TEST_F(UpcastViews, ParkAnEventThatCannotBeUpcastAlone) {
    append("shop-1", sold_v1{"a", 1});
    append_of("shop-1", {"Sold", "9.0.0"}, R"({"shop":"a","cents":5})");
    append_of("shop-1", {"Sold", "1.0.0"}, R"({"shop":"a"})");
    append_of("shop-1", {"Foreign", "9.0.0"}, "{}");
    append("shop-1", sold_v1{"a", 2});
    auto views = open();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(rows_of(open_view(*log)), ElementsAre(Pair("a", ElementsAre(100, 200))));
    const auto parked = views.parked("takings").value();
    ASSERT_THAT(parked, SizeIs(2));
    EXPECT_FALSE(parked[0].key);
    EXPECT_EQ(parked[0].at, position{1});
    EXPECT_THAT(parked[0].reason, HasSubstr("view \"takings\": stream \"shop-1\", sequence 2 "
                                            "(position 1, Sold 9.0.0): its version"));
    EXPECT_EQ(parked[1].at, position{2});
    EXPECT_THAT(parked[1].reason, HasSubstr("upcaster from Sold 1.0.0 to Sold 2.0.0: "));
}

TEST_F(UpcastViews, ParkTheStreamIfThatIsTheKey) {
    append("shop-1", sold_v1{"a", 1});
    append_of("shop-1", {"Sold", "9.0.0"}, "{}");
    append("shop-1", sold_v1{"a", 2});
    append("shop-2", sold_v1{"a", 3});
    auto views = open<types_of_stream>();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(
        rows_of(open_view<types_of_stream>(*log)),
        ElementsAre(Pair("shop-1", ElementsAre("Sold")), Pair("shop-2", ElementsAre("Sold"))));
    const auto parked = views.parked("types_of_stream").value();
    ASSERT_THAT(parked, SizeIs(2));
    EXPECT_THAT(parked[0].key, Optional(std::string{"shop-1"}));
    EXPECT_TRUE(parked[1].held);
    EXPECT_EQ(open_view<types_of_stream>(*log, view_mode::live).get("shop-2").value()->size(), 1U);
    EXPECT_THAT(open_view<types_of_stream>(*log, view_mode::live).get("shop-1"),
                FailsWith(errc::projection_failed));
}

TEST_F(UpcastViews, ParkTheKeyOfThePartThatFailedAndTakeTheOthers) {
    takings::broken = true;
    append("shop-1", swapped{"a", "b", 13}, swapped{"b", "b", 5}, swapped{"a", "c", 6});
    auto views = open();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    EXPECT_THAT(rows_of(open_view(*log)),
                ElementsAre(Pair("a", ElementsAre(-13, -6)), Pair("c", ElementsAre(6))));
    const auto status = views.status("takings").value();
    EXPECT_EQ(status.parked.keys, 1U);
    const auto parked = views.parked("takings").value();
    ASSERT_THAT(parked, SizeIs(2));
    EXPECT_THAT(parked[0].key, Optional(std::string{"b"}));
    EXPECT_EQ(parked[0].held_behind, 1U);  // Both its parts are for this key.

    takings::broken = false;
    ASSERT_THAT(views.retry_all("takings"), HoldsValue());
    EXPECT_THAT(rows_of(open_view(*log)).at("b"), ElementsAre(13, -5, 5));
    EXPECT_THAT(views.parked("takings").value(), IsEmpty());
    EXPECT_EQ(rows_of(open_view(*log)), rows_of(open_view(*log, view_mode::live)));
}

TEST_F(UpcastViews, TakeAParkedEventWhenItsVersionHasBecomeKnown) {
    append_of("shop-1", {"Sold", "9.0.0"}, R"({"shop":"a","price":5})");
    append("shop-1", sold_v1{"a", 1});
    {
        auto views = open();
        ASSERT_THAT(views.catch_up(), HoldsValue());
    }
    upcaster_builder more;
    more.add({"Sold", "9.0.0"}, {"Sold", "3.0.0"},
             [](boost::json::object& payload) { payload["cents"] = payload.at("price"); });
    more.add({"Sold", "1.0.0"}, {"Sold", "3.0.0"}, [](boost::json::object& payload) {
        payload["cents"] = payload.at("euros").as_int64() * 100;
    });
    more.add({"ItemSold"}, {"Sold", "1.0.0"}, [](boost::json::object&) {});
    more.split({"Swapped"}, {{"Sold"}, {"TakenBack"}},
               [](const boost::json::object&) { return std::vector<upcast_part>{}; });
    const auto of = any_projection::of<takings>().with_upcasters(more.build().value());
    auto views = runner::open(*log, {of}).value();
    ASSERT_THAT(views.retry_all("takings"), HoldsValue());
    EXPECT_THAT(views.parked("takings").value(), IsEmpty());
    const auto read = view<takings>::over(open_rows(*log, of, view_mode::async).value());
    EXPECT_THAT(rows_of(read).at("a"), testing::UnorderedElementsAre(100, 5));
}

TEST_F(UpcastViews, StopBeforeItIfTheyAreStrict) {
    append("shop-1", sold_v1{"a", 1});
    append_of("shop-1", {"Sold", "9.0.0"}, "{}");
    auto views = open<strict_takings>();
    EXPECT_THAT(views.catch_up(), FailsWith(errc::projection_failed, "Sold 9.0.0"));
    EXPECT_EQ(views.status("strict_takings").value().cursor, position{1});
}

TEST_F(UpcastViews, RefuseTheAppendIfTheyAreInline) {
    auto inlined = inline_views::open(*log, {today()}).value();
    auto unknown = test::simple_event("Sold");
    unknown.schema = "9.0.0";
    EXPECT_THAT(log->append("shop-1", expected::any(), {unknown}),
                FailsWith(errc::projection_failed, "its version is not known"));
    EXPECT_EQ(log->watermark(), position{0});
    append("shop-1", swapped{"a", "b", 5});
    EXPECT_THAT(rows_of(open_view(*log)),
                ElementsAre(Pair("a", ElementsAre(-5)), Pair("b", ElementsAre(5))));
}

// The spec.

TEST(UpcastSpec, TakesOldEventsAndNewOnes) {
    takings::broken = false;
    EXPECT_EQ(projection_spec<takings>()
                  .upcast_by(to_today())
                  .given("shop-1", sold_v1{"a", 1})
                  .given("shop-1", swapped{"a", "b", 5})
                  .given("shop-1", ticked{"a"})
                  .given("shop-1", sold{"b", 7})
                  .then("a", {100, -5})
                  .then("b", {5, 7})
                  .then_rows(2)
                  .failures(),
              "");
    auto unknown = test::simple_event("Sold");
    unknown.schema = "9.0.0";
    EXPECT_EQ(projection_spec<takings>()
                  .upcast_by(to_today())
                  .given("shop-1", unknown)
                  .then_parked(std::nullopt)
                  .then_rows(0)
                  .failures(),
              "");
}

}  // namespace
}  // namespace daybook::projections
