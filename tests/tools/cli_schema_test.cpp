// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: schemas are kept, shown and enforced from the command line, whichever command appends.

#include "cli_run.hpp"
#include "support/temp_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace daybook::test {
namespace {

using testing::HasSubstr;

class CliSchema : public testing::Test {
protected:
    CliSchema() { EXPECT_EQ(run({"init"}).code, 0); }

    cli_result run(std::vector<std::string> words, std::string input = {}) const {
        words.insert(words.end(), {"-s", (home_ / "store").string()});
        return run_cli(words, {.input = std::move(input)});
    }
    cli_result add(const std::string& version, std::string text) const {
        return run({"schema", "add", "-", "--type", "Built", "--version", version, "-o", "json"},
                   std::move(text));
    }
    cli_result append(const std::string& payload) const {
        return run({"append", "task-1", "Built", payload, "--expect", "any"});
    }

    temp_directory home_;
};

constexpr auto lines_number = R"({"type":"object","properties":{"lines":{"type":"integer"}}})";
constexpr auto lines_text = R"({"type":"object","properties":{"lines":{"type":"string"}}})";

/// An event as the native form has it.
std::string event_line(int number, const std::string& type, const std::string& lines) {
    return R"({"id":"0190163d-8694-739b-aea5-966c26f8ad9)" + std::to_string(number) +
           R"(","type":")" + type + R"(","stream":"task-2","payload":{"lines":)" + lines + "}}";
}

TEST_F(CliSchema, AddsListsAndShows) {
    const auto added = add("1.0.0", lines_number);
    ASSERT_EQ(added.code, 0) << added.err;
    EXPECT_TRUE(json_of(added.out).at("previous").is_null());
    const auto again = add("1.0.0", lines_number);
    EXPECT_EQ(again.code, 0);
    EXPECT_THAT(again.err, HasSubstr("nothing new"));
    const auto differing = add("1.0.0", lines_text);
    EXPECT_EQ(differing.code, 4);
    EXPECT_THAT(differing.err, HasSubstr("something else: at /lines, type "));

    const auto listed = json_of(run({"schema", "list", "-o", "json"}).out);
    EXPECT_EQ(listed.at("items").as_array().size(), 1U);
    EXPECT_EQ(listed.at("mode").as_string(), "off");
    const auto shown = json_of(run({"schema", "show", "Built", "-o", "json"}).out);
    EXPECT_EQ(shown.at("schema"), json_of(lines_number));
    EXPECT_EQ(run({"schema", "show", "Built", "--version", "2.0.0"}).code, 3);
}

TEST_F(CliSchema, TellsWhatAVersionChanged) {
    ASSERT_EQ(add("1.0.0", lines_number).code, 0);
    const auto added = add("1.1.0", lines_text);
    EXPECT_EQ(added.code, 0);
    EXPECT_THAT(added.err, HasSubstr("1.1.0 cannot read what fits 1.0.0"));
    EXPECT_FALSE(json_of(added.out).at("backward").as_bool());
    const auto history = json_of(run({"schema", "show", "Built", "--history", "-o", "json"}).out);
    const auto& steps = history.at("items").as_array();
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_TRUE(steps[0].at("backward").is_null());
    EXPECT_FALSE(steps[1].at("keeps_promise").as_bool());
    EXPECT_EQ(steps[1].at("changes").as_array().at(0).as_string(),
              "/lines: type \"integer\" became \"string\"");
    for (const auto* format : {"table", "csv", "jsonl"}) {
        EXPECT_EQ(run({"schema", "list", "-o", format}).code, 0);
        EXPECT_EQ(run({"schema", "check", "-o", format}).code, 0);
        EXPECT_EQ(run({"schema", "show", "Built", "-o", format}).code, 0);
        EXPECT_EQ(run({"schema", "show", "Built", "--history", "-o", format}).code, 0);
    }
}

TEST_F(CliSchema, TakesTheTypeFromTheTitle) {
    const auto untitled = run({"schema", "add", "-"}, "{}");
    EXPECT_EQ(untitled.code, 2);
    EXPECT_THAT(untitled.err, HasSubstr("--type"));
    EXPECT_EQ(run({"schema", "add", "-"}, R"({"title":"Built"})").code, 0);
    EXPECT_EQ(run({"schema", "show", "Built"}).code, 0);
    EXPECT_EQ(run({"schema", "add", "-"}, R"({"title":"Built","if":{}})").code, 2);
    EXPECT_EQ(run({"schema", "add", "-"}, "{").code, 2);
}

TEST_F(CliSchema, StrictHoldsForAppendAndImport) {
    ASSERT_EQ(add("1.0.0", lines_number).code, 0);
    EXPECT_EQ(append(R"({"lines":"x"})").code, 0) << "off";
    ASSERT_EQ(run({"schema", "mode", "strict"}).code, 0);
    EXPECT_EQ(json_of(run({"schema", "mode", "-o", "json"}).out).at("mode").as_string(), "strict");
    const auto refused = append(R"({"lines":"x"})");
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("at /lines: wanted an integer, found \"x\""));
    EXPECT_EQ(append(R"({"lines":1})").code, 0);

    const std::string line = event_line(1, "Built", "null");
    const auto imported = run({"import", "-"}, line + "\n");
    EXPECT_NE(imported.code, 0);
    EXPECT_THAT(imported.err, HasSubstr("at /lines: wanted an integer, found null"));
    EXPECT_EQ(json_of(run({"stats", "-o", "json"}).out).at("events").to_number<int>(), 2);
}

TEST_F(CliSchema, ChecksFilesAndTheStore) {
    ASSERT_EQ(add("1.0.0", lines_number).code, 0);
    const auto file = (home_ / "events.jsonl").string();
    std::ofstream{file} << event_line(1, "Built", "1") << '\n'
                        << event_line(2, "Built", "\"x\"") << '\n'
                        << event_line(3, "Other", "\"x\"") << '\n';
    const auto checked = run({"schema", "check", file, "-o", "json"});
    EXPECT_EQ(checked.code, 1) << checked.err;
    const auto found = json_of(checked.out);
    EXPECT_EQ(found.at("checked").to_number<int>(), 3);
    ASSERT_EQ(found.at("items").as_array().size(), 1U);
    const auto& one = found.at("items").as_array()[0];
    EXPECT_EQ(one.at("line").to_number<int>(), 2);
    EXPECT_EQ(one.at("pointer").as_string(), "/lines");
    EXPECT_EQ(one.at("wanted").as_string(), "an integer");
    EXPECT_EQ(one.at("found").as_string(), "\"x\"");

    EXPECT_EQ(run({"schema", "check"}).code, 0) << "no events yet";
    ASSERT_EQ(append(R"({"lines":"x"})").code, 0);
    const auto own = run({"schema", "check", "-o", "jsonl"});
    EXPECT_EQ(own.code, 1);
    EXPECT_EQ(json_of(own.out).at("position").to_number<int>(), 0);
    const auto bad = run({"schema", "check", "-"}, "no event\n");
    EXPECT_EQ(bad.code, 2);
    EXPECT_THAT(bad.err, HasSubstr("standard input:1:"));
}

}  // namespace
}  // namespace daybook::test
