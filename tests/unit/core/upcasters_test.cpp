// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: an old event is read as what its upcasters say, wholly or not at all, and nothing else is
// touched.

#include <daybook/raw_json.hpp>
#include <daybook/upcaster_spec.hpp>
#include <daybook/upcasters.hpp>

#include "sample_aggregates.hpp"
#include "sample_upcasts.hpp"
#include "stored_event.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <thread>

namespace daybook::test {
namespace {

using boost::json::object;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using ready = std::shared_ptr<const upcasters>;

event stored_of(versioned_type kind, std::string payload) {
    return stored_event(event_of(std::move(kind), std::move(payload)));
}

/// "type version payload" of each.
std::vector<std::string> shown(const result<std::span<const event_view>>& parts) {
    std::vector<std::string> all;
    for (const auto& part : parts.value()) {
        all.push_back(std::string{part.type()} + ' ' + std::string{part.schema()} + ' ' +
                      std::string{part.payload()});
    }
    return all;
}

std::vector<std::string> upcast(const ready& by, const event& stored) {
    event_upcaster upcaster{by};
    return shown(upcaster.upcast(stored));
}

auto adds(const char* member) {
    return [member](object& payload) { payload[member] = payload.size(); };
}

/// A type "T" in five versions.
upcaster_builder five_versions() {
    upcaster_builder chain;
    chain.add({"T", "4.0.0"}, {"T", "5.0.0"}, adds("d"))
        .add({"T", "1.0.0"}, {"T", "2.0.0"}, adds("a"))
        .add({"T", "3.0.0"}, {"T", "4.0.0"}, adds("c"))
        .add({"T", "2.0.0"}, {"T", "3.0.0"}, adds("b"));
    return chain;
}

TEST(Upcasters, LeadFromWhereverAnEventBeginsToTheNewestVersion) {
    const auto all = five_versions().build().value();
    EXPECT_THAT(upcast(all, stored_of({"T", "1.0.0"}, "{}")),
                ElementsAre(R"(T 5.0.0 {"a":0,"b":1,"c":2,"d":3})"));
    EXPECT_THAT(upcast(all, stored_of({"T", "3.0.0"}, "{}")),
                ElementsAre(R"(T 5.0.0 {"c":0,"d":1})"));
}

TEST(Upcasters, LeaveTheNewestVersionAndForeignTypesUntouched) {
    const auto all = five_versions().build().value();
    event_upcaster upcaster{all};
    for (const auto& kind : {versioned_type{"T", "5.0.0"}, versioned_type{"U", "77"},
                             versioned_type{"t", "1.0.0"}, versioned_type{"U", ""}}) {
        const auto stored = stored_of(kind, "[not, json");
        const auto parts = upcaster.upcast(stored);
        ASSERT_THAT(parts, HoldsValue());
        ASSERT_THAT(*parts, SizeIs(1));
        EXPECT_EQ(parts->front().record().data(), stored.view().record().data());
    }
}

TEST(Upcasters, CountAnEventWithoutAVersionAs100) {
    const auto all = five_versions().build().value();
    EXPECT_THAT(upcast(all, stored_of({"T", ""}, R"({"x":1})")),
                ElementsAre(R"(T 5.0.0 {"x":1,"a":1,"b":2,"c":3,"d":4})"));
}

TEST(Upcasters, KeepEverythingButTypeVersionAndPayload) {
    new_event old = event_of({"T", ""}, R"({"x":1})");
    old.tags = {"phase:CODE", "empty:"};
    old.correlation = "corr-1";
    old.causes = {event_id{{1, 2, 3}}, event_id{{4, 5}}};
    old.actor = {"agent", "a-7", "model-x"};
    old.content_type = "application/vnd.t+json";
    old.extensions = R"({"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})";
    old.id = event_id{{9, 9, 9}};
    const auto stored = stored_event(old);
    const auto before = std::string{stored.view().record()};
    event_upcaster upcaster{
        upcaster_builder{}.add({"T"}, {"Longer.Name", "2.0.0"}, adds("y")).build().value()};
    const auto parts = upcaster.upcast(stored);
    ASSERT_THAT(parts, HoldsValue());
    ASSERT_THAT(*parts, SizeIs(1));
    const auto part = parts->front();
    ASSERT_THAT(event_view::parse(part.record()), HoldsValue());
    EXPECT_EQ(part.type(), "Longer.Name");
    EXPECT_EQ(part.schema(), "2.0.0");
    EXPECT_EQ(part.payload(), R"({"x":1,"y":1})");
    EXPECT_EQ(part.position(), stored.position());
    EXPECT_EQ(part.sequence(), stored.sequence());
    EXPECT_EQ(part.id(), stored.id());
    EXPECT_EQ(part.stream(), stored.stream());
    EXPECT_EQ(part.occurred_at(), stored.view().occurred_at());
    EXPECT_EQ(part.recorded_at(), stored.view().recorded_at());
    EXPECT_EQ(part.correlation(), "corr-1");
    EXPECT_TRUE(std::ranges::equal(part.causes(), old.causes));
    EXPECT_TRUE(std::ranges::equal(part.tags(), old.tags));
    EXPECT_EQ(part.actor().model, "model-x");
    EXPECT_EQ(part.content_type(), old.content_type);
    EXPECT_EQ(part.extensions(), old.extensions);
    EXPECT_EQ(stored.view().record(), before);
}

TEST(Upcasters, HandStructsFromStepToStep) {
    upcaster_builder chain;
    chain.add<paid_in_v1, paid_in_v2>([](const paid_in_v1& old, const event_view& at) {
        return paid_in_v2{old.euros * 100, std::string{at.actor().id}};
    });
    chain.add<paid_in_v2, deposited>([](const paid_in_v2& old) { return deposited{old.cents}; });
    const auto all = chain.build().value();
    EXPECT_THAT(upcast(all, stored_event(make_event(paid_in_v1{7}))),
                ElementsAre(R"(Deposited 1.0.0 {"cents":700})"));
    EXPECT_THAT(upcast(all, stored_event(make_event(paid_in_v2{7, "x"}))),
                ElementsAre(R"(Deposited 1.0.0 {"cents":7})"));
}

TEST(Upcasters, GoFromStructsToJsonAndBack) {
    upcaster_builder chain;
    chain.add<paid_in_v1, paid_in_v2>([](const paid_in_v1& old) {
        return paid_in_v2{old.euros * 100, "nobody"};
    });
    chain.add(versioned_type_of<paid_in_v2>(), {"PaidIn", "3.0.0"}, [](object& payload) {
        payload["cents"] = payload["cents"].as_int64() + 1;
        payload.erase("by");
    });
    chain.add({"PaidIn", "3.0.0"}, {"PaidIn", "3.1.0"},
              [](object& payload) { payload["checked"] = true; });
    const auto all = chain.build().value();
    EXPECT_THAT(upcast(all, stored_event(make_event(paid_in_v1{7}))),
                ElementsAre(R"(PaidIn 3.1.0 {"cents":701,"checked":true})"));
}

upcaster_builder splitting() {
    upcaster_builder chain;
    chain.split<moved_v1, paid_in_v1, withdrawn>([](const moved_v1& old) {
        std::vector<std::variant<paid_in_v1, withdrawn>> parts;
        if (old.in > 0) parts.emplace_back(paid_in_v1{old.in});
        if (old.out > 0) parts.emplace_back(withdrawn{old.out});
        return parts;
    });
    chain.add<paid_in_v1, paid_in_v2>([](const paid_in_v1& old) {
        return paid_in_v2{old.euros * 100, ""};
    });
    chain.add<paid_in_v2, deposited>([](const paid_in_v2& old) { return deposited{old.cents}; });
    return chain;
}

TEST(Upcasters, SplitAnEventInOrderAndUpcastItsParts) {
    const auto all = splitting().build().value();
    const auto stored = stored_event(make_event(moved_v1{3, 5}));
    EXPECT_THAT(upcast(all, stored),
                ElementsAre(R"(Deposited 1.0.0 {"cents":300})", R"(Withdrawn 2.1.0 {"cents":5})"));
    event_upcaster upcaster{all};
    for (const auto& part : upcaster.upcast(stored).value()) {
        EXPECT_EQ(part.position(), stored.position());
        EXPECT_EQ(part.sequence(), stored.sequence());
        EXPECT_EQ(part.id(), stored.id());
        EXPECT_THAT(event_view::parse(part.record()), HoldsValue());
    }
    EXPECT_THAT(upcast(all, stored_event(make_event(moved_v1{0, 0}))), IsEmpty());
}

TEST(Upcasters, SplitJson) {
    upcaster_builder chain;
    chain.split({"Many"}, {{"One", "1.0.0"}, {"Two", "2.0.0"}}, [](const object& payload) {
        std::vector<upcast_part> parts;
        for (const auto& each : payload.at("all").as_array())
            parts.push_back({each.as_int64() % 2 == 0 ? versioned_type{"Two", "2.0.0"}
                                                      : versioned_type{"One", "1.0.0"},
                             {{"n", each}}});
        return parts;
    });
    chain.add({"One"}, {"Two", "2.0.0"}, adds("was_one"));
    EXPECT_THAT(upcast(chain.build().value(), stored_of({"Many"}, R"({"all":[1,2,3]})")),
                ElementsAre(R"(Two 2.0.0 {"n":1,"was_one":1})", R"(Two 2.0.0 {"n":2})",
                            R"(Two 2.0.0 {"n":3,"was_one":1})"));
}

TEST(Upcasters, DropWithoutReadingThePayload) {
    upcaster_builder chain;
    chain.drop<counted_v1>().add({"Beat", "1.0.0"}, {"Beat", "2.0.0"}, adds("x"));
    chain.drop({"Beat", "2.0.0"});
    const auto all = chain.build().value();
    EXPECT_THAT(upcast(all, stored_of({"Counted"}, "not json")), IsEmpty());
    EXPECT_THAT(upcast(all, stored_of({"Beat"}, "{}")), IsEmpty());
}

TEST(Upcasters, UseTheirMemoryAgainForEventsOfAnySize) {
    event_upcaster upcaster{five_versions().build().value()};
    for (const std::size_t size : {10U, 3'000'000U, 0U, 40'000U, 7U}) {
        const auto text = std::string(size, 'x');
        const auto stored = stored_of({"T", "4.0.0"}, "{\"text\":\"" + text + "\"}");
        EXPECT_THAT(shown(upcaster.upcast(stored)),
                    ElementsAre("T 5.0.0 {\"text\":\"" + text + "\",\"d\":1}"));
    }
}

TEST(Upcasters, WithoutAnyLetEverythingPass) {
    const auto stored = stored_of({"T", "9"}, "not json");
    event_upcaster upcaster;
    auto moved = std::move(upcaster);
    const auto parts = moved.upcast(stored);
    ASSERT_THAT(parts, HoldsValue());
    EXPECT_EQ(parts->front().record().data(), stored.view().record().data());
}

TEST(Upcasters, ServeManyThreads) {
    const auto all = splitting().build().value();
    const auto stored = stored_event(make_event(moved_v1{3, 5}));
    const auto wanted = upcast(all, stored);
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            event_upcaster mine{all};
            for (int n = 0; n < 200; ++n) wrong += shown(mine.upcast(stored)) != wanted;
        });
    }
    for (auto& one : threads) one.join();
    EXPECT_EQ(wrong, 0);
}

// What cannot be upcast.

TEST(UpcastersFail, ForAVersionThatNothingNames) {
    event_upcaster upcaster{five_versions().build().value()};
    const auto failed = upcaster.upcast(stored_of({"T", "6.0.0"}, "{}"));
    EXPECT_THAT(failed, FailsWith(errc::unsupported, "position 41, T 6.0.0"));
    EXPECT_THAT(failed, FailsWith(errc::unsupported, "stream \"task-42\", sequence 3"));
    EXPECT_THAT(failed, FailsWith(errc::unsupported, "known are \"1.0.0, 2.0.0, 3"));
    EXPECT_THAT(upcaster.upcast(stored_of({"T", "1.0"}, "{}")), FailsWith(errc::unsupported));
    event_upcaster tolerant{five_versions().accept({"T", "6.0.0"}).build().value()};
    EXPECT_THAT(shown(tolerant.upcast(stored_of({"T", "6.0.0"}, "{}"))), ElementsAre("T 6.0.0 {}"));
}

TEST(UpcastersFail, ForAVersionOfATypeThatIsOnlyMadeOrOnlyRenamed) {
    const auto all = upcaster_builder{}.add({"Old"}, {"New", "2.0.0"}, adds("x")).build().value();
    event_upcaster upcaster{all};
    EXPECT_THAT(upcaster.upcast(stored_of({"Old", "2.0.0"}, "{}")), FailsWith(errc::unsupported));
    EXPECT_THAT(upcaster.upcast(stored_of({"New", "1.0.0"}, "{}")), FailsWith(errc::unsupported));
    EXPECT_THAT(upcaster.upcast(stored_of({"New", "2.0.0"}, "{}")), HoldsValue());
}

TEST(UpcastersFail, ForPayloadsThatAreNoJsonObject) {
    event_upcaster upcaster{five_versions().build().value()};
    const auto of = [](std::string payload, std::string content_type = "application/json") {
        auto old = event_of({"T"}, std::move(payload));
        old.content_type = std::move(content_type);
        return stored_event(old);
    };
    const auto broken = of("{\"a\":1");
    EXPECT_THAT(upcaster.upcast(broken), FailsWith(errc::projection_failed, "not JSON: byte 7"));
    EXPECT_THAT(upcaster.upcast(of("")), FailsWith(errc::projection_failed, "not JSON"));
    EXPECT_THAT(upcaster.upcast(of("{}x")), FailsWith(errc::projection_failed, "not JSON"));
    EXPECT_THAT(upcaster.upcast(of("\"\xff\"")), FailsWith(errc::projection_failed, "not JSON"));
    EXPECT_THAT(upcaster.upcast(of("[1]")),
                FailsWith(errc::projection_failed, "the payload is not a JSON object"));
    EXPECT_THAT(upcaster.upcast(of("null")), FailsWith(errc::projection_failed, "T 1.0.0 to T 2"));
    EXPECT_THAT(upcaster.upcast(of("{}", "text/plain")),
                FailsWith(errc::projection_failed, "\"text/plain\""));
    EXPECT_THAT(shown(upcaster.upcast(of("{}"))), SizeIs(1));
}

TEST(UpcastersFail, ForWhatCannotBeWrittenAsJson) {
    const auto made = [](boost::json::value odd) {
        return upcaster_builder{}
            .add({"T", "1"}, {"T", "2"},
                 [odd](boost::json::object& payload) { payload["x"] = odd; })
            .build()
            .value();
    };
    event_upcaster plain{made(1)};
    EXPECT_THAT(plain.upcast(stored_of({"T", "1"}, R"({"y":1e308})")), HoldsValue());
    const auto beyond = plain.upcast(stored_of({"T", "1"}, R"({"y":1e583})"));
    EXPECT_THAT(beyond, FailsWith(errc::projection_failed, "upcast to T 2, it is not JSON: byte"));
    EXPECT_THAT(beyond, FailsWith(errc::projection_failed, "a number that no double holds"));
    for (const double odd : {std::numeric_limits<double>::infinity(), std::nan("")}) {
        event_upcaster upcaster{made(odd)};
        EXPECT_THAT(upcaster.upcast(stored_of({"T", "1"}, "{}")),
                    FailsWith(errc::projection_failed, "is not JSON"));
    }
    event_upcaster text{made("\xff")};
    EXPECT_THAT(text.upcast(stored_of({"T", "1"}, "{}")),
                FailsWith(errc::projection_failed, "is not JSON"));
}

TEST(UpcastersFail, ForNestingThatNoPayloadMayHave) {
    event_upcaster upcaster{five_versions().build().value()};
    const auto nested = [](std::size_t depth) {
        return stored_of({"T"},
                         "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') + "}");
    };
    EXPECT_THAT(upcaster.upcast(nested(json_depth_max - 1)), HoldsValue());
    EXPECT_THAT(upcaster.upcast(nested(100'000)), FailsWith(errc::projection_failed, "not JSON"));
}

TEST(UpcastersFail, ForMembersOfAnotherKind) {
    const auto all = splitting().build().value();
    event_upcaster upcaster{all};
    const auto failed = upcaster.upcast(stored_of({"PaidIn"}, R"({"euros":"many"})"));
    EXPECT_THAT(failed, FailsWith(errc::projection_failed,
                                  "PaidIn 1.0.0 to PaidIn 2.0.0: payload field \"euros\" is"));
    EXPECT_THAT(upcaster.upcast(stored_of({"Moved"}, R"({"in":1.5})")),
                FailsWith(errc::projection_failed, "to PaidIn 1.0.0 and others: payload field"));
}

TEST(UpcastersFail, WhenOneThrows) {
    const auto thrown_by = [](auto what) {
        return upcaster_builder{}
            .add({"T"}, {"T", "2.0.0"}, [what](object&) { what(); })
            .build()
            .value();
    };
    const auto stored = stored_of({"T"}, "{}");
    event_upcaster one{thrown_by([] { throw std::runtime_error{"two\nlines"}; })};
    EXPECT_THAT(one.upcast(stored), FailsWith(errc::projection_failed, "T 2.0.0: two lines"));
    event_upcaster other{thrown_by([] { throw 7; })};
    EXPECT_THAT(other.upcast(stored),
                FailsWith(errc::projection_failed, "it threw something that is no std::exception"));
    event_upcaster late{thrown_by([] { object{}.at("x"); })};
    EXPECT_THAT(late.upcast(stored), FailsWith(errc::projection_failed, "position 41"));
}

TEST(UpcastersFail, WithNothingOfTheEventIfOnePartDoes) {
    upcaster_builder chain;
    chain.split({"All"}, {{"Good"}, {"Bad"}}, [](const object&) {
        return std::vector<upcast_part>{{{"Good"}, {}}, {{"Bad"}, {}}};
    });
    chain.add({"Bad"}, {"Bad", "2.0.0"}, [](object&) { throw std::runtime_error{"no"}; });
    event_upcaster upcaster{chain.build().value()};
    EXPECT_THAT(upcaster.upcast(stored_of({"All"}, "{}")), FailsWith(errc::projection_failed));
    EXPECT_THAT(shown(upcaster.upcast(stored_of({"Good"}, "{}"))), ElementsAre("Good 1.0.0 {}"));
}

TEST(UpcastersFail, ForPartsThatWereNotDeclared) {
    upcaster_builder chain;
    chain.split({"All"}, {{"Good"}}, [](const object&) {
        return std::vector<upcast_part>{{{"Other", "3"}, {}}};
    });
    event_upcaster upcaster{chain.build().value()};
    EXPECT_THAT(upcaster.upcast(stored_of({"All"}, "{}")),
                FailsWith(errc::projection_failed, "it gave Other 3, which it does not declare"));
}

upcaster_builder doubling(upcast_limits limits) {
    upcaster_builder chain{limits};
    for (int i = 0; i < 30; ++i) {
        const versioned_type next{"T", std::to_string(i + 1)};
        chain.split({"T", std::to_string(i)}, {next}, [next](const object& payload) {
            return std::vector<upcast_part>{{next, payload}, {next, payload}};
        });
    }
    return chain;
}

TEST(UpcastersFail, AtTheirLimits) {
    event_upcaster parts{doubling({.parts_max = 64}).build().value()};
    EXPECT_THAT(shown(parts.upcast(stored_of({"T", "24"}, "{}"))), SizeIs(64));
    EXPECT_THAT(parts.upcast(stored_of({"T", "23"}, "{}")),
                FailsWith(errc::too_large, "split into more than 64 events"));
    EXPECT_THAT(parts.upcast(stored_of({"T", "0"}, "{}")), FailsWith(errc::too_large));

    event_upcaster steps{doubling({.steps_max = 63}).build().value()};
    EXPECT_THAT(shown(steps.upcast(stored_of({"T", "24"}, "{}"))), SizeIs(64));
    EXPECT_THAT(steps.upcast(stored_of({"T", "23"}, "{}")),
                FailsWith(errc::too_large, "more than 63 steps"));

    const auto large = stored_of({"T", "29"}, "{\"x\":\"" + std::string(1000, 'x') + "\"}");
    const auto one = large.view().record().size() - 1 + 1;  // "29" becomes "30".
    event_upcaster bytes{doubling({.bytes_max = 2 * one}).build().value()};
    EXPECT_THAT(shown(bytes.upcast(large)), SizeIs(2));
    event_upcaster fewer{doubling({.bytes_max = 2 * one - 1}).build().value()};
    EXPECT_THAT(fewer.upcast(large), FailsWith(errc::too_large, "takes more than"));
}

// Even if all that is made is dropped in the end.
TEST(UpcastersFail, RatherThanWorkWithoutEnd) {
    event_upcaster upcaster{doubling({}).drop({"T", "30"}).build().value()};
    EXPECT_THAT(upcaster.upcast(stored_of({"T", "0"}, "{}")),
                FailsWith(errc::too_large, "more than 10000 steps"));
}

// What cannot be built.

TEST(UpcasterBuilder, RefusesTwoWaysFromOneVersion) {
    EXPECT_THAT(five_versions().add({"T", "2.0.0"}, {"T", "5.0.0"}, adds("x")).build(),
                FailsWith(errc::invalid_argument, "T 2.0.0: two upcasters begin at it"));
    EXPECT_THAT(five_versions().drop({"T", "2.0.0"}).build(), FailsWith(errc::invalid_argument));
}

TEST(UpcasterBuilder, RefusesWaysThatLeadBack) {
    EXPECT_THAT(five_versions().add({"T", "5.0.0"}, {"T", "3.0.0"}, adds("x")).build(),
                FailsWith(errc::invalid_argument, "lead back to it: T "));
    EXPECT_THAT(upcaster_builder{}.add({"T"}, {"T"}, adds("x")).build(),
                FailsWith(errc::invalid_argument, "T 1.0.0 -> T 1.0.0"));
    upcaster_builder through_a_part = splitting();
    through_a_part.split(versioned_type_of<withdrawn>(), {{"X"}, {"Moved"}},
                         [](const object&) { return std::vector<upcast_part>{}; });
    EXPECT_THAT(through_a_part.build(), FailsWith(errc::invalid_argument, "Moved 1.0.0 -> "));
}

TEST(UpcasterBuilder, RefusesToSplitIntoNothingThatIsDeclared) {
    const auto no_parts = [](const object&) { return std::vector<upcast_part>{}; };
    EXPECT_THAT(upcaster_builder{}.split({"T"}, {}, no_parts).build(),
                FailsWith(errc::invalid_argument, "T 1.0.0: it is split into nothing: drop it"));
}

TEST(UpcasterBuilder, TakesWaysThatMeet) {
    upcaster_builder chain;
    chain.add({"A"}, {"C"}, adds("a")).add({"B"}, {"C"}, adds("b"));
    chain.add({"C"}, {"C", "2.0.0"}, adds("c"));
    EXPECT_THAT(chain.build(), HoldsValue());
}

TEST(UpcasterBuilder, TakesALongChain) {
    upcaster_builder chain;
    for (int i = 0; i < 5000; ++i)
        chain.add({"T", std::to_string(i)}, {"T", std::to_string(i + 1)}, [](object&) {});
    event_upcaster upcaster{chain.build().value()};
    EXPECT_THAT(shown(upcaster.upcast(stored_of({"T", "0"}, "{}"))), ElementsAre("T 5000 {}"));
    chain.add({"T", "5000"}, {"T", "0"}, [](object&) {});
    EXPECT_THAT(chain.build(), FailsWith(errc::invalid_argument, "lead back"));
}

TEST(UpcasterBuilder, RefusesNamesAndVersionsThatNoEventHas) {
    const auto kind = [](std::string type, std::string version) {
        return upcaster_builder{}
            .add({std::move(type), std::move(version)}, {"T", "2.0.0"}, adds("x"))
            .build();
    };
    EXPECT_THAT(kind("", "1"), FailsWith(errc::invalid_argument, "upcasters: "));
    EXPECT_THAT(kind(std::string(limits::type_bytes_max + 1, 'x'), "1"),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(kind("T", ""), FailsWith(errc::invalid_argument, "its version is empty"));
    EXPECT_THAT(kind("T", std::string(limits::schema_bytes_max + 1, '1')),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(kind("T", "1\n"), FailsWith(errc::invalid_argument));
    EXPECT_THAT(upcaster_builder{}.accept({"", "1"}).build(), FailsWith(errc::invalid_argument));
    EXPECT_THAT(upcaster_builder{}.add({"T"}, {"", "2"}, adds("x")).build(),
                FailsWith(errc::invalid_argument));
}

TEST(UpcasterBuilder, RefusesToAcceptWhatIsUpcast) {
    EXPECT_THAT(five_versions().accept({"T", "2.0.0"}).build(),
                FailsWith(errc::invalid_argument, "T 2.0.0: it is to be read as it is, and"));
    EXPECT_THAT(five_versions().accept({"T", "5.0.0"}).build(), HoldsValue());
}

// What is told of them.

TEST(Upcasters, TellWhichTypesLeadToAType) {
    const auto all = splitting().add({"Older"}, {"Moved"}, adds("x")).build().value();
    EXPECT_THAT(all->sources_of("Deposited"), ElementsAre("Moved", "Older", "PaidIn"));
    EXPECT_THAT(all->sources_of("PaidIn"), ElementsAre("Moved", "Older"));
    EXPECT_THAT(all->sources_of("Older"), IsEmpty());
    EXPECT_THAT(all->sources_of("Unknown"), IsEmpty());
}

TEST(Upcasters, WidenAQueryByWhatLeadsToIt) {
    const auto all = splitting().build().value();
    query asked{criteria{.types = {"Deposited", "Other"}, .tags = {"a:b"}}};
    asked.any_of.push_back({.types = {"Other"}});
    asked.where.push_back({.pointer = "/cents", .value = "3"});
    const auto wide = all->widen(asked);
    EXPECT_THAT(wide.any_of[0].types, ElementsAre("Deposited", "Other", "Moved", "PaidIn"));
    EXPECT_THAT(wide.any_of[0].tags, ElementsAre("a:b"));
    EXPECT_THAT(wide.any_of[1].types, ElementsAre("Other"));
    EXPECT_THAT(wide.where, IsEmpty());
}

TEST(Upcasters, WidenNoQueryThatTheyHaveNothingToDoWith) {
    const auto all = splitting().build().value();
    query asked{criteria{.types = {"Other", "Moved"}}};
    asked.where.push_back({.pointer = "/cents", .value = "3"});
    EXPECT_EQ(fingerprint(all->widen(asked)), fingerprint(asked));
    query anything;
    anything.where = asked.where;
    EXPECT_THAT(all->widen(anything).where, IsEmpty());
    EXPECT_THAT(all->widen(query{criteria{.tags = {"a:b"}}}).any_of, SizeIs(1));
    const auto dropping = upcaster_builder{}.drop({"Moved"}).build().value();
    EXPECT_EQ(fingerprint(dropping->widen(anything)), fingerprint(anything));
}

// Properties.

/// Some types in some versions, led on by steps whose effect shows in the payload: a step adds its
/// own name to the list "way".
struct random_chains {
    explicit random_chains(randomness& from) {
        for (int at = 0; at < 24; ++at)
            kinds.push_back({"T" + std::to_string(from.below(4)), std::to_string(at)});
        for (std::size_t at = 0; at + 1 < kinds.size(); ++at) {
            const auto what = from.below(10);
            if (what < 2) continue;
            auto& targets = to[at];
            const auto count = what < 7 ? 1 : what < 9 ? 2 + from.below(2) : 0;
            for (std::uint64_t i = 0; i < count; ++i) {
                targets.push_back(at + 1 +
                                  from.below(std::min<std::uint64_t>(6, kinds.size() - at - 1)));
            }
        }
    }

    static void mark(object& payload, std::size_t at, std::size_t part) {
        auto& way = payload["way"];
        if (!way.is_array()) way.emplace_array();
        way.get_array().push_back(boost::json::value{at * 10 + part});
    }

    /// The step alone.
    std::vector<std::pair<std::size_t, object>> step(std::size_t at, const object& payload) const {
        std::vector<std::pair<std::size_t, object>> made;
        for (std::size_t part = 0; part < to.at(at).size(); ++part) {
            made.emplace_back(to.at(at)[part], payload);
            mark(made.back().second, at, part);
        }
        return made;
    }

    ready build() const {
        upcaster_builder chain;
        for (const auto& [from, targets] : to) {
            const auto at = from;
            if (targets.empty()) {
                chain.drop(kinds[at]);
                continue;
            }
            if (targets.size() == 1) {
                chain.add(kinds[at], kinds[targets[0]], [at](object& p) { mark(p, at, 0); });
                continue;
            }
            std::vector<versioned_type> declared;
            for (const auto target : targets) declared.push_back(kinds[target]);
            chain.split(kinds[at], declared, [this, at](const object& payload) {
                std::vector<upcast_part> parts;
                for (auto& [target, made] : step(at, payload))
                    parts.push_back({kinds[target], std::move(made)});
                return parts;
            });
        }
        for (const auto& kind : kinds) {
            const auto at = static_cast<std::size_t>(&kind - kinds.data());
            if (!to.contains(at)) chain.accept(kind);
        }
        return chain.build().value();
    }

    /// One step after the other, through text each time.
    void apply(std::size_t at, const std::string& payload, std::vector<std::string>& into) const {
        if (!to.contains(at)) {
            into.push_back(kinds[at].type + ' ' + kinds[at].version + ' ' + payload);
            return;
        }
        for (const auto& [target, made] : step(at, boost::json::parse(payload).as_object()))
            apply(target, boost::json::serialize(made), into);
    }

    std::vector<versioned_type> kinds;
    std::map<std::size_t, std::vector<std::size_t>> to;
};

TEST(Upcasters, DoWhatTheirStepsDoOneAfterTheOther) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    for (int round = 0; round < 200; ++round) {
        const random_chains chains{random};
        event_upcaster upcaster{chains.build()};
        for (std::size_t at = 0; at < chains.kinds.size(); ++at) {
            std::vector<std::string> wanted;
            chains.apply(at, "{}", wanted);
            ASSERT_EQ(shown(upcaster.upcast(stored_of(chains.kinds[at], "{}"))), wanted);
        }
    }
}

TEST(Upcasters, TellEverySourceThatAnEventOfATypeComesFrom) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    for (int round = 0; round < 50; ++round) {
        const random_chains chains{random};
        const auto all = chains.build();
        event_upcaster upcaster{all};
        for (const auto& kind : chains.kinds) {
            const auto stored = stored_of(kind, "{}");
            for (const auto& part : upcaster.upcast(stored).value()) {
                const query asked{criteria{.types = {std::string{part.type()}}}};
                ASSERT_TRUE(all->widen(asked).matches(stored));
            }
        }
    }
}

// The spec.

TEST(UpcasterSpec, HoldsIfWhatIsReadIsWhatIsWanted) {
    const auto all = splitting().drop<counted_v1>().build().value();
    EXPECT_EQ(upcaster_spec(all)
                  .given(moved_v1{3, 5})
                  .given(counted_v1{})
                  .given(event_of({"Foreign", "9"}, R"({"b":1,"a":2})"))
                  .then(deposited{300}, withdrawn{5})
                  .then({"Foreign", "9"}, R"({"a":2,"b":1})")
                  .failures(),
              "");
    EXPECT_EQ(upcaster_spec(all).given(counted_v1{}).then_nothing().failures(), "");
    EXPECT_EQ(upcaster_spec(all)
                  .given(event_of({"Moved", "7"}, "{}"))
                  .then_fails("version is not known")
                  .failures(),
              "");
}

TEST(UpcasterSpec, ShowsWhatIsWantedAndWhatIsFound) {
    const auto all = splitting().build().value();
    EXPECT_EQ(upcaster_spec(all).given(paid_in_v1{3}).then(deposited{3}).failures(),
              "wanted:\n  Deposited 1.0.0 {\"cents\":3}\n"
              "found:\n  Deposited 1.0.0 {\"cents\":300}\n");
    EXPECT_THAT(upcaster_spec(all).given(paid_in_v1{3}).then_nothing().failures(),
                HasSubstr("wanted:\n  nothing\n"));
    EXPECT_THAT(upcaster_spec(all).given(paid_in_v1{3}).failures(), HasSubstr("nothing was"));
    EXPECT_THAT(upcaster_spec(all).given(paid_in_v1{3}).then_fails().failures(),
                HasSubstr("wanted a failure, found:\n  Deposited"));
    const auto unknown = event_of({"Moved", "7"}, "{}");
    EXPECT_THAT(upcaster_spec(all).given(unknown).then_fails("odd").failures(),
                HasSubstr("wanted a failure with: odd\nfound: stream"));
    EXPECT_THAT(upcaster_spec(all).given(unknown).given(unknown).then_nothing().failures(),
                HasSubstr("failed: stream"));
    EXPECT_THAT(upcaster_spec(all).given(event_of({"T"}, "{")).then_nothing().failures(),
                HasSubstr("given: payload is not JSON"));
}

TEST(UpcasterSpec, FindsUpcastersThatAreNotPure) {
    auto calls = std::make_shared<int>();
    const auto counting =
        upcaster_builder{}
            .add({"T"}, {"T", "2.0.0"}, [calls](object& payload) { payload["n"] = ++*calls; })
            .build()
            .value();
    EXPECT_THAT(upcaster_spec(counting).given(event_of({"T"}, "{}")).then_nothing().failures(),
                HasSubstr("upcast twice:\n"));
    const auto moody = upcaster_builder{}
                           .add({"T"}, {"T", "2.0.0"},
                                [calls](object&) {
                                    if (++*calls % 2 == 0) throw std::runtime_error{"even"};
                                })
                           .build()
                           .value();
    EXPECT_THAT(upcaster_spec(moody).given(event_of({"T"}, "{}")).then_nothing().failures(),
                HasSubstr("upcast twice, failed once: "));
}

struct inexact {
    static constexpr std::string_view type_name = "Inexact";
    double ratio = 0;
};
BOOST_DESCRIBE_STRUCT(inexact, (), (ratio))

TEST(UpcasterSpec, FindsStructsThatJsonDoesNotKeep) {
    const auto none = upcaster_builder{}.build().value();
    const inexact odd{std::numeric_limits<double>::infinity()};
    EXPECT_THAT(upcaster_spec(none).given(odd).then_nothing().failures(),
                HasSubstr("Inexact {\"ratio\":null} comes back from JSON as "));
}

}  // namespace
}  // namespace daybook::test
