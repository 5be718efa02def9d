// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/limits.hpp>
#include <daybook/query_matcher.hpp>

#include "stored_event.hpp"
#include "support/matchers.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace daybook {
namespace {

using test::FailsWith;
using test::HoldsValue;
using test::stored_event;
using test::stored_time;

auto Refuses(std::string part) { return FailsWith(errc::invalid_argument, std::move(part)); }

constexpr std::chrono::microseconds tick{1};

event_id id_of(std::uint8_t last_byte) {
    event_id id;
    id.bytes[15] = last_byte;
    return id;
}

event sample() {
    new_event e;
    e.type = "CodeCommitted";
    e.payload = R"({"lines":12,"agent_name":"coder"})";
    e.tags = {"phase:CODE", "priority:P0"};
    e.correlation = "sprint-7";
    e.causes = {id_of(2), id_of(3)};
    e.actor = {"agent", "coder-1", "m-2"};
    e.id = id_of(1);
    return stored_event(e, "task-42");
}

// A query of one item with one thing set.
query asking(const std::function<void(criteria&)>& set) {
    criteria item;
    set(item);
    return query{item};
}

// Matching ---------------------------------------------------------------------------------------

TEST(QueryMatches, EverythingIfNothingIsAsked) {
    EXPECT_TRUE(query::all().matches(sample()));
    EXPECT_TRUE(query{}.matches(sample()));
    EXPECT_TRUE(query{criteria{}}.matches(sample()));
}

TEST(QueryMatches, AnyOfTheTypes) {
    EXPECT_TRUE(query::types({"CodeCommitted"}).matches(sample()));
    EXPECT_TRUE(query::types({"GapFound", "CodeCommitted"}).matches(sample()));
    EXPECT_FALSE(query::types({"GapFound", "Code"}).matches(sample()));
}

TEST(QueryMatches, AllOfTheTags) {
    EXPECT_TRUE(asking([](auto& c) { c.tags = {"priority:P0"}; }).matches(sample()));
    EXPECT_TRUE(asking([](auto& c) { c.tags = {"priority:P0", "phase:CODE"}; }).matches(sample()));
    EXPECT_FALSE(asking([](auto& c) { c.tags = {"phase:CODE", "phase:TEST"}; }).matches(sample()));
    EXPECT_FALSE(asking([](auto& c) { c.tags = {"phase:"}; }).matches(sample()));
}

TEST(QueryMatches, EachOtherPropertyExactly) {
    using setter = std::function<void(criteria&)>;
    const std::vector<std::pair<setter, setter>> that_match_and_not{
        {[](auto& c) { c.stream = "task-42"; }, [](auto& c) { c.stream = "task-4"; }},
        {[](auto& c) { c.category = "task"; }, [](auto& c) { c.category = "tas"; }},
        {[](auto& c) { c.correlation = "sprint-7"; }, [](auto& c) { c.correlation = "sprint"; }},
        {[](auto& c) { c.actor = "coder-1"; }, [](auto& c) { c.actor = "m-2"; }},
        {[](auto& c) { c.actor_type = "agent"; }, [](auto& c) { c.actor_type = "user"; }},
        {[](auto& c) { c.id = id_of(1); }, [](auto& c) { c.id = id_of(2); }},
        {[](auto& c) { c.cause = id_of(3); }, [](auto& c) { c.cause = id_of(1); }},
        {[](auto& c) { c.since = stored_time; }, [](auto& c) { c.since = stored_time + tick; }},
        {[](auto& c) { c.until = stored_time + tick; }, [](auto& c) { c.until = stored_time; }}};
    for (std::size_t i = 0; i < that_match_and_not.size(); ++i) {
        EXPECT_TRUE(asking(that_match_and_not[i].first).matches(sample())) << i;
        EXPECT_FALSE(asking(that_match_and_not[i].second).matches(sample())) << i;
    }
}

TEST(QueryMatches, OnlyIfEverythingInAnItemHolds) {
    criteria item;
    item.types = {"CodeCommitted"};
    item.stream = "task-42";
    item.tags = {"phase:CODE"};
    item.since = stored_time;
    EXPECT_TRUE(query{item}.matches(sample()));
    item.actor = "somebody";
    EXPECT_FALSE(query{item}.matches(sample()));
}

TEST(QueryMatches, IfAnyItemAndEveryConditionHolds) {
    auto either = query::types({"GapFound"});
    either.any_of.push_back({.category = "task"});
    EXPECT_TRUE(either.matches(sample()));
    either.where = {{"/lines", comparison::greater, "10"}};
    EXPECT_TRUE(either.matches(sample()));
    either.where.push_back({"/agent_name", comparison::equal, "tester"});
    EXPECT_FALSE(either.matches(sample()));

    query only_where;
    only_where.where = {{"/agent_name", comparison::equal, "coder"}};
    EXPECT_TRUE(only_where.matches(sample()));
}

TEST(QueryMatches, AnEventWithoutThePropertyNever) {
    new_event bare;
    bare.type = "Started";
    const auto e = stored_event(bare);
    EXPECT_FALSE(asking([](auto& c) { c.tags = {"phase:CODE"}; }).matches(e));
    EXPECT_FALSE(asking([](auto& c) { c.correlation = "sprint-7"; }).matches(e));
    EXPECT_FALSE(asking([](auto& c) { c.actor = "coder-1"; }).matches(e));
    EXPECT_FALSE(asking([](auto& c) { c.cause = id_of(1); }).matches(e));
}

TEST(QueryMatches, NoConditionIfThePayloadIsNotJson) {
    query q;
    q.where = {{"", comparison::exists, ""}};
    EXPECT_FALSE(q.matches(test::event_with_payload("not JSON")));
    q.where.clear();
    EXPECT_TRUE(q.matches(test::event_with_payload("not JSON")));
}

// Made ready for many events ---------------------------------------------------------------------

TEST(QueryMatcher, SaysWhatTheQuerySays) {
    const std::vector<event> events{sample(), stored_event(new_event{.type = "GapFound"}),
                                    test::event_with_payload(R"({"lines":9})"),
                                    test::event_with_payload("not JSON")};
    std::vector<query> queries{query::all(), query::types({"CodeCommitted", "Other"}),
                               query{criteria{}}};
    for (const auto op : {comparison::equal, comparison::not_equal, comparison::less,
                          comparison::greater, comparison::exists, comparison::prefix}) {
        queries.emplace_back().where = {{"/lines", op, "12"}};
        queries.emplace_back(query::types({"CodeCommitted"})).where = {
            {"/lines", op, "1"}, {"/agent_name", comparison::equal, "\"coder\""}};
    }
    for (const auto& q : queries) {
        const query_matcher ready{q};
        for (const auto& e : events) EXPECT_EQ(ready.matches(e), q.matches(e)) << fingerprint(q);
    }
}

TEST(QueryMatcher, OutlivesItsQueryAndIsCopied) {
    auto q = std::make_unique<query>();
    q->where = {{"/agent_name", comparison::equal, "coder"}};
    const query_matcher first{*q};
    q.reset();
    const auto second = first;
    EXPECT_TRUE(second.matches(sample()));
    EXPECT_FALSE(second.matches(test::event_with_payload(R"({"agent_name":"tester"})")));
    EXPECT_TRUE(query_matcher{}.matches(sample()));
}

// Conditions as text -----------------------------------------------------------------------------

void expect_condition(std::string_view text, std::string_view pointer, comparison op,
                      std::string_view wanted) {
    const auto read = parse_payload_condition(text);
    ASSERT_THAT(read, HoldsValue()) << text;
    EXPECT_EQ(read->pointer, pointer) << text;
    EXPECT_EQ(read->op, op) << text;
    EXPECT_EQ(read->value, wanted) << text;
}

TEST(ParsePayloadCondition, ReadsEveryOperator) {
    expect_condition("/a=1", "/a", comparison::equal, "1");
    expect_condition("/a!=1", "/a", comparison::not_equal, "1");
    expect_condition("/a<1", "/a", comparison::less, "1");
    expect_condition("/a<=1", "/a", comparison::less_equal, "1");
    expect_condition("/a>1", "/a", comparison::greater, "1");
    expect_condition("/a>=1", "/a", comparison::greater_equal, "1");
    expect_condition("/a^=x y", "/a", comparison::prefix, "x y");
    expect_condition("/a*=\"x\"", "/a", comparison::contains, "\"x\"");
    expect_condition("/a", "/a", comparison::exists, "");
    expect_condition("=5", "", comparison::equal, "5");
}

TEST(ParsePayloadCondition, SplitsAtTheFirstOperator) {
    expect_condition("/a=b=c", "/a", comparison::equal, "b=c");
    expect_condition("/a=>3", "/a", comparison::equal, ">3");
    expect_condition("/a<>3", "/a", comparison::less, ">3");
    expect_condition("/a=", "/a", comparison::equal, "");
    expect_condition("/org:group/a b=V30", "/org:group/a b", comparison::equal, "V30");
    expect_condition("/a!b*c^d=1", "/a!b*c^d", comparison::equal, "1");
    expect_condition("/a!", "/a!", comparison::exists, "");
    expect_condition("/a~1b~0=1", "/a~1b~0", comparison::equal, "1");
    expect_condition("/", "/", comparison::exists, "");
}

TEST(ParsePayloadCondition, SaysWhatWasFound) {
    EXPECT_THAT(parse_payload_condition(""), Refuses("payload condition \"\" does not begin with"));
    EXPECT_THAT(parse_payload_condition("agent=7"),
                Refuses("\"agent=7\" does not begin with a field"));
    EXPECT_THAT(parse_payload_condition("/a~2=7"),
                Refuses("\"/a~2=7\": JSON Pointer \"/a~2\" has a"));
}

// Validation -------------------------------------------------------------------------------------

TEST(ValidateQuery, AcceptsWhatIsSound) {
    EXPECT_THAT(validate(query::all()), HoldsValue());
    criteria item;
    item.types = {"A", "B"};
    item.tags = {"phase:CODE", "daybook.kind:x"};
    item.stream = "task-42";
    item.category = "task";
    item.since = stored_time;
    item.until = stored_time + tick;
    query q{item};
    q.where = {{"/a~0", comparison::equal, "gr\xC3\xBC\xC3\x9F"}, {"", comparison::exists, ""}};
    EXPECT_THAT(validate(q), HoldsValue());
}

TEST(ValidateQuery, NamesTheItemTheFieldAndTheValue) {
    using setter = std::function<void(criteria&)>;
    const std::vector<std::pair<setter, std::string>> faults{
        {[](auto& c) {
             c.types = {"A", ""};
         },
         "event type is empty"},
        {[](auto& c) { c.types = {std::string(257, 'x')}; }, "has 257 bytes, at most 256"},
        {[](auto& c) { c.types = {std::string("a\0b", 3)}; },
         "event type \"a\\x00b\" has a control"},
        {[](auto& c) { c.tags = {"phase"}; }, "tag \"phase\" has no ':'"},
        {[](auto& c) { c.tags = {":x"}; }, "tag \":x\" has no key"},
        {[](auto& c) { c.tags = {"a:" + std::string(511, 'x')}; }, "at most 512"},
        {[](auto& c) { c.stream = "task"; }, "stream name \"task\" has no '-'"},
        {[](auto& c) { c.stream = "-1"; }, "stream name \"-1\" has no category"},
        {[](auto& c) { c.category = "task-1"; }, "category \"task-1\" has a '-'"},
        {[](auto& c) { c.correlation = "\xFF"; }, "correlation \"\\xff\" is not UTF-8"},
        {[](auto& c) { c.actor = std::string(513, 'x'); }, "actor \"xxx"},
        {[](auto& c) { c.actor_type = std::string(65, 'x'); }, "has 65 bytes, at most 64"},
        {[](auto& c) { c.since = timestamp_max + tick; }, "since is 253402300800000000"},
        {[](auto& c) { c.until = timestamp_min - tick; }, "until is -62135596800000001"}};
    for (const auto& [set, part] : faults) {
        auto q = query{criteria{}};
        q.any_of.push_back(asking(set).any_of.front());
        EXPECT_THAT(validate(q), Refuses("query item 2: ")) << part;
        EXPECT_THAT(validate(q), Refuses(part));
    }
}

TEST(ValidateQuery, RefusesAnEmptyRangeOfTimes) {
    const auto range = [](timestamp since, timestamp until) {
        return asking([&](auto& c) { c.since = since, c.until = until; });
    };
    EXPECT_THAT(validate(range(stored_time, stored_time + tick)), HoldsValue());
    EXPECT_THAT(validate(range(stored_time, stored_time)),
                Refuses("query item 1: since 2025-12-22T10:30:00.500Z is not before until "
                        "2025-12-22T10:30:00.500Z"));
    EXPECT_THAT(validate(range(stored_time, stored_time - tick)), Refuses("is not before"));
}

TEST(ValidateQuery, ChecksConditions) {
    query q;
    q.where = {{"/a", comparison::equal, "1"}, {"a", comparison::equal, "1"}};
    EXPECT_THAT(validate(q),
                Refuses("payload condition 2: JSON Pointer \"a\" does not begin with"));
    q.where = {{"/a~x", comparison::equal, "1"}};
    EXPECT_THAT(validate(q), Refuses("payload condition 1: JSON Pointer \"/a~x\" has a '~'"));
    q.where = {{"/a", comparison::equal, "\xFF"}};
    EXPECT_THAT(validate(q), Refuses("payload condition 1: value \"\\xff\" is not UTF-8"));
}

// Fingerprints -----------------------------------------------------------------------------------

TEST(QueryFingerprint, IsTheSameOnEveryMachine) {
    EXPECT_EQ(fingerprint(query::all()), 9808874869469701221U);
    EXPECT_EQ(fingerprint(query::types({"AgentSpawned"})), 4099444913896667422U);
}

TEST(QueryFingerprint, DoesNotDependOnOrderOrRepetition) {
    EXPECT_EQ(fingerprint(query::types({"A", "B"})), fingerprint(query::types({"B", "A", "B"})));
    EXPECT_EQ(fingerprint(asking([](auto& c) {
                  c.tags = {"a:1", "b:2"};
              })),
              fingerprint(asking([](auto& c) {
                  c.tags = {"b:2", "a:1"};
              })));
    query q;
    q.any_of = {{.stream = "a-1"}, {.stream = "b-1"}};
    q.where = {{"/a", comparison::equal, "1"}, {"/b", comparison::exists, ""}};
    auto turned = q;
    std::reverse(turned.any_of.begin(), turned.any_of.end());
    std::reverse(turned.where.begin(), turned.where.end());
    EXPECT_EQ(fingerprint(q), fingerprint(turned));
}

TEST(QueryFingerprint, TellsDifferentQueriesApart) {
    std::vector<query> queries{query::all(),
                               query{criteria{}},
                               query::types({"A"}),
                               query::types({"A", "B"}),
                               query::types({"AB"}),
                               asking([](auto& c) { c.tags = {"A"}; }),
                               asking([](auto& c) { c.stream = "A"; }),
                               asking([](auto& c) { c.category = "A"; }),
                               asking([](auto& c) { c.correlation = "A"; }),
                               asking([](auto& c) { c.actor = "A"; }),
                               asking([](auto& c) { c.actor_type = "A"; }),
                               asking([](auto& c) { c.id = id_of(0); }),
                               asking([](auto& c) { c.cause = id_of(0); }),
                               asking([](auto& c) { c.since = timestamp{}; }),
                               asking([](auto& c) { c.until = timestamp{}; }),
                               asking([](auto& c) { c.until = timestamp{tick}; })};
    for (const auto op : {comparison::equal, comparison::not_equal, comparison::less,
                          comparison::exists, comparison::prefix, comparison::contains}) {
        queries.emplace_back().where = {{"/a", op, "1"}};
    }
    queries.emplace_back().where = {{"/a1", comparison::equal, ""}};
    queries.emplace_back().where = {{"/a", comparison::equal, "1"}, {"/a", comparison::less, "1"}};
    std::set<std::uint64_t> prints;
    for (const auto& q : queries) prints.insert(fingerprint(q));
    EXPECT_EQ(prints.size(), queries.size());
}

}  // namespace
}  // namespace daybook
