// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: rule files are read strictly; what is wrong is told with its place.

#include <daybook/replay/rules.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::replay {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

constexpr std::string_view door = R"({"machines": [{
    "name": "door", "about": "A door.", "category": "house", "key": ["$stream", "/door"],
    "initial": "closed", "final": "broken",
    "transitions": [
        {"on": "Opened", "from": "closed", "to": "open"},
        {"on": ["Closed", "Slammed"], "from": ["open", "closed"], "to": "closed"},
        {"on": "Painted", "when": {"/colour": ["red", 7, true]}, "from": "any"},
        {"on": "Smashed", "from": "any", "to": "broken"}]}]})";

TEST(Rules, AreReadAsTheyAreWritten) {
    const auto rules = rule_set::parse(json::parse(door)).value();
    ASSERT_EQ(rules.machines().size(), 1U);
    const auto& machine = rules.machines().front();
    EXPECT_EQ(machine.name, "door");
    EXPECT_EQ(machine.categories, (std::vector<std::string>{"house"}));
    EXPECT_EQ(machine.key, (std::vector<std::string>{"$stream", "/door"}));
    EXPECT_EQ(machine.initial, "closed");
    EXPECT_EQ(machine.finals, (std::vector<std::string>{"broken"}));
    ASSERT_EQ(machine.transitions.size(), 4U);
    EXPECT_EQ(machine.transitions[1].on, (std::vector<std::string>{"Closed", "Slammed"}));
    EXPECT_EQ(machine.transitions[2].when[0].values,
              (std::vector<std::string>{"red", "7", "true"}));
    EXPECT_TRUE(machine.transitions[2].from.empty());
    EXPECT_EQ(machine.transitions[2].to, "");
}

TEST(Rules, AreWrittenAsTheyAreRead) {
    EXPECT_EQ(rule_set::parse(rule_set::built_in().to_json()).value(), rule_set::built_in());
    const auto rules = rule_set::parse(json::parse(door)).value();
    EXPECT_EQ(rule_set::parse(rules.to_json()).value(), rules);
    EXPECT_GE(rule_set::built_in().machines().size(), 11U);
    EXPECT_TRUE(rule_set{}.machines().empty());
}

TEST(Rules, MergeByName) {
    auto rules = rule_set::built_in();
    const auto before = rules.machines().size();
    auto mine = json::parse(door);
    ASSERT_TRUE(rules.merge(rule_set::parse(mine).value()).has_value());
    EXPECT_EQ(rules.machines().size(), before + 1);
    mine.at("machines").at(0).as_object()["name"] = "task";
    ASSERT_TRUE(rules.merge(rule_set::parse(mine).value()).has_value());
    EXPECT_EQ(rules.machines().size(), before + 1);
    for (const auto& machine : rules.machines()) {
        if (machine.name == "task") {
            EXPECT_EQ(machine.about, "A door.");
        }
    }
}

TEST(Rules, TellPlacesAsTheyAreAskedTo) {
    const auto refused = rule_set::parse(
        json::parse(R"({"machines": 3})"),
        [](std::string_view pointer) { return "line 1 (" + std::string{pointer} + ")"; });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "rules: line 1 (/machines): found 3; wanted a list");
}

/// `door` with the value at a pointer replaced, or removed where there is none.
std::string spoiled(std::string_view pointer, std::string_view value) {
    auto document = json::parse(door);
    const auto end = pointer.rfind('/');
    auto& parent = document.at_pointer(pointer.substr(0, end));
    const auto name = pointer.substr(end + 1);
    if (value.empty()) {
        parent.as_object().erase(name);
    } else if (parent.is_array()) {
        document.at_pointer(pointer) = json::parse(value);
    } else {
        parent.as_object()[name] = json::parse(value);
    }
    return json::serialize(document);
}

struct bad_rules {
    const char* pointer;
    const char* value;
    const char* message;
};

class RefusedRules : public testing::TestWithParam<bad_rules> {};

TEST_P(RefusedRules, SayWhereAndWhatIsAllowed) {
    const auto& bad = GetParam();
    const auto refused = rule_set::parse(json::parse(spoiled(bad.pointer, bad.value)));
    ASSERT_FALSE(refused) << bad.pointer << " " << bad.value;
    EXPECT_THAT(refused.error().message, HasSubstr(bad.message));
    EXPECT_EQ(refused.error().message.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedRules,
    testing::Values(
        bad_rules{"/machines", "", "\"machines\" is missing"},
        bad_rules{"/machines", "{}", "rules: /machines: found a mapping; wanted a list"},
        bad_rules{"/machines", "[]", "/machines: the list is empty"},
        bad_rules{"/machines/0", "3", "/machines/0: found 3; wanted a mapping"},
        bad_rules{"/more", "1", "there is no \"more\" here; allowed are machines, about"},
        bad_rules{"/machines/0/keys", "1", "there is no \"keys\" here"},
        bad_rules{"/machines/0/name", "", "\"name\" is missing"},
        bad_rules{"/machines/0/name", "\"\"", "/machines/0/name: the text is empty"},
        bad_rules{"/machines/0/name", "\"a b\"", "\"a b\" is no name"},
        bad_rules{"/machines/0/key", "", "\"key\" is missing"},
        bad_rules{"/machines/0/key", "[]", "/machines/0/key: the list is empty"},
        bad_rules{"/machines/0/key", "\"stream\"", "wanted $stream, $correlation, $tag:KEY or"},
        bad_rules{"/machines/0/key", "\"$tag:\"", "wanted $stream, $correlation, $tag:KEY or"},
        bad_rules{"/machines/0/key", "\"/a~2\"", "'~' is followed by 0 or 1"},
        bad_rules{"/machines/0/key", "[\"$stream\", {}]", "/machines/0/key/1: found a mapping"},
        bad_rules{"/machines/0/final", "\"brokn\"", "there is no state \"brokn\""},
        bad_rules{"/machines/0/initial", "\"any\"", "\"any\" is no state"},
        bad_rules{"/machines/0/transitions", "\"x\"", "wanted a list"},
        bad_rules{"/machines/0/transitions/0/on", "", "\"on\" is missing"},
        bad_rules{"/machines/0/transitions/0/on", "[\"A\", \"A\"]", "\"A\" stands here twice"},
        bad_rules{"/machines/0/transitions/0/from", "", "\"from\" is missing"},
        bad_rules{"/machines/0/transitions/0/from", "\"closd\"",
                  "/machines/0/transitions/0/from: there is no state \"closd\""},
        bad_rules{"/machines/0/transitions/0/from", "[\"any\", \"open\"]", "stands alone"},
        bad_rules{"/machines/0/transitions/0/to", "\"any\"", "\"any\" is no state"},
        bad_rules{"/machines/0/transitions/0/unless", "1", "there is no \"unless\" here"},
        bad_rules{"/machines/0/transitions/2/when", "[]", "wanted a mapping"},
        bad_rules{"/machines/0/transitions/2/when", "{\"colour\": 1}", "begins with '/'"},
        bad_rules{"/machines/0/transitions/2/when", "{\"\": 1}", "begins with '/'"},
        bad_rules{"/machines/0/transitions/2/when", "{\"/a\": 1.5}",
                  "/machines/0/transitions/2/when/~1a: found 1.5E0; wanted a text"},
        bad_rules{"/machines/0/transitions/2/when", "{\"/a\": null}", "found null"}));

std::string numbered(std::string_view before, std::size_t count, std::string_view after) {
    std::string list = "[";
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) list += ',';
        list += std::string{before} + std::to_string(i) + std::string{after};
    }
    return list + ']';
}

class RulesTooLarge : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(RulesTooLarge, AreRefused) {
    const auto& [pointer, value] = GetParam();
    const auto refused = rule_set::parse(json::parse(spoiled(pointer, value)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::too_large) << refused.error().message;
    EXPECT_THAT(refused.error().message, HasSubstr(pointer));
}

INSTANTIATE_TEST_SUITE_P(
    Limits, RulesTooLarge,
    testing::Values(
        std::pair{"/machines", numbered(R"({"name": "m)", rule_limits::machines_max + 1, "\"}")},
        std::pair{"/machines/0/name",
                  '"' + std::string(rule_limits::name_bytes_max + 1, 'x') + '"'},
        std::pair{"/machines/0/about",
                  '"' + std::string(rule_limits::text_bytes_max + 1, 'x') + '"'},
        std::pair{"/machines/0/key", numbered("\"/", rule_limits::key_parts_max + 1, "\"")},
        std::pair{"/machines/0/final", numbered("\"s", rule_limits::states_max + 1, "\"")},
        std::pair{"/machines/0/transitions",
                  numbered(R"({"from": "any", "on": "T)", rule_limits::transitions_max + 1, "\"}")},
        std::pair{"/machines/0/transitions/0/on",
                  numbered("\"T", rule_limits::types_max + 1, "\"")},
        std::pair{"/machines/0/transitions/0/when",
                  R"({"/1":1,"/2":1,"/3":1,"/4":1,"/5":1,"/6":1,"/7":1,"/8":1,"/9":1})"},
        std::pair{"/machines/0/transitions/0/when",
                  R"({"/1":)" + numbered("", rule_limits::values_max + 1, "") + '}'},
        std::pair{"/machines/0/key", std::string{"\"/1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/h\""}}));

TEST(Rules, DoNotMergeBeyondTheLimit) {
    auto document = json::parse(door);
    json::array machines;
    for (std::size_t i = 0; i < rule_limits::machines_max; ++i) {
        auto one = document.at("machines").at(0);
        one.as_object()["name"] = "m" + std::to_string(i);
        machines.push_back(std::move(one));
    }
    auto rules = rule_set::parse(json::object{{"machines", machines}}).value();
    const auto refused = rules.merge(rule_set::built_in());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::too_large);
    EXPECT_EQ(rules.machines().size(), rule_limits::machines_max);
    EXPECT_TRUE(rules.merge(rules).has_value());
}

TEST(Rules, OfOneNameAreRefusedInOneFile) {
    auto document = json::parse(door);
    auto& machines = document.at("machines").as_array();
    const auto same = machines[0];
    machines.push_back(same);
    const auto refused = rule_set::parse(document);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("/machines/1/name: \"door\" is the name of"));
}

}  // namespace
}  // namespace daybook::replay
