// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: every command answers in every format it declares, and the formats tell the same things.
// Method: for each declared command a line that has an answer; its output is read by a JSON parser
// and a strict CSV reader. A command without a line here fails the last test.

#include <daybook/compliance/key_file.hpp>
#include <daybook/compliance/note.hpp>

#include "cli/commands.hpp"
#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace daybook::test {
namespace {

namespace json = boost::json;
using testing::IsEmpty;
using testing::Not;

/// A line for each command that has formats. "IMPORT" stands for a file with one event.
const std::map<std::string, std::vector<std::string>>& lines() {
    static const std::map<std::string, std::vector<std::string>> all = {
        {"init", {"init"}},
        {"import", {"import", "IMPORT"}},
        {"append", {"append", "task-77", "TaskAssigned", "{\"to\":\"agent-7\"}"}},
        {"read", {"read", "issue-SHOP-102"}},
        {"tail", {"tail", "--last", "3"}},
        {"query", {"query", "--type", "AgentSpawned"}},
        {"stats", {"stats", "--by", "type"}},
        {"show", {"show", "5"}},
        {"trace", {"trace", "issue-SHOP-102"}},
        {"state", {"state", "issue-SHOP-102"}},
        {"history", {"history", "issue-SHOP-102"}},
        {"timeline", {"timeline", "issue-SHOP-102"}},
        {"snapshot create", {"snapshot", "create", "issue-SHOP-102"}},
        {"snapshot list", {"snapshot", "list"}},
        {"snapshot verify", {"snapshot", "verify"}},
        {"snapshot drop", {"snapshot", "drop", "issue-SHOP-102"}},
        {"summarize", {"summarize"}},
        {"projection list", {"projection", "list"}},
        {"projection status", {"projection", "status"}},
        {"projection show", {"projection", "show", "agent_metrics"}},
        {"projection rows", {"projection", "rows", "agent_metrics", "--backwards"}},
        {"projection run", {"projection", "run"}},
        {"projection rebuild", {"projection", "rebuild", "timeline"}},
        {"projection check", {"projection", "check", "timeline"}},
        {"projection compare", {"projection", "compare", "timeline"}},
        {"projection checkpoint", {"projection", "checkpoint", "timeline"}},
        {"projection switch", {"projection", "switch", "timeline"}},
        {"projection drop", {"projection", "drop", "timeline"}},
        {"replay", {"replay", "--type", "AgentSpawned"}},
        {"fork", {"fork", "NEW"}},
        {"diff", {"diff", "--rows", "timeline"}},
        {"doctor", {"doctor", "--deep"}},
        {"reindex", {"reindex"}},
        {"schema mode", {"schema", "mode", "warn"}},
        {"validate", {"validate", "--warnings"}},
        {"verify", {"verify"}},
        {"erase", {"erase", "--canary", "somebody@example.com"}},
        {"checkpoint", {"checkpoint"}},
        {"audit check", {"audit", "check", "BUNDLE"}},
        {"keys generate", {"keys", "generate", "NEW", "--name", "example.com/sprint"}},
        {"keys list", {"keys", "list"}},
        {"version", {"version"}},
        {"witness",
         {"witness", "NEW", "--name", "witness.example/w1", "--log",
          "example.com/esdb-test+e1acbd28+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"}},
    };
    return all;
}

class CliFormats : public testing::TestWithParam<std::string> {
protected:
    cli_result run(const std::string& format) {
        auto line = lines().at(GetParam());
        const auto file = home_.home / "one.jsonl";
        std::ofstream{file} << R"({"id":"0191f0a0-0000-7000-8000-000000000001","stream":"task-1",)"
                            << R"("type":"A","payload":{"x":[1,"a,b\"c"]}})" << '\n';
        std::replace(line.begin(), line.end(), std::string{"IMPORT"}, file.string());
        std::replace(line.begin(), line.end(), std::string{"NEW"},
                     (home_.home / ("new-" + format)).string());
        line.insert(line.end(), {"-o", format});
        if (GetParam().starts_with("projection "))  // So that there are two generations.
            (void)home_.run({"projection", "rebuild", "timeline", "--stay"});
        if (GetParam().starts_with("snapshot "))
            (void)home_.run({"snapshot", "create", "issue-SHOP-102"});
        if (GetParam() == "verify" || GetParam() == "checkpoint" || GetParam() == "audit check" ||
            GetParam() == "keys list") {
            sign();
        }
        if (GetParam() == "audit check")
            std::replace(line.begin(), line.end(), std::string{"BUNDLE"}, bundle());
        if (cli::find_command(GetParam())->uses_store)
            line.insert(line.end(), {"-s", home_.store.string()});
        if (cli::find_command(GetParam())->uses_two_stores)
            line.insert(line.end(), {"-s", home_.store.string()});
        cli_setup setup;
        if (std::filesystem::exists(trusted_))
            setup.environment.emplace_back("DAYBOOK_TRUSTED_KEYS", trusted_.string());
        return run_cli(line, setup);
    }

    /// Turns compliance mode on.
    void sign() {
        if (std::filesystem::exists(trusted_)) return;
        const auto key = home_.home / "log.key";
        const auto made = compliance::generate_key_file(key, {}).value();
        (void)home_.run({"init", "--origin", "example.com/sprint", "--key", key.string()});
        const auto vkey = compliance::verifier_key::make(
            "example.com/sprint", compliance::signature_type::ed25519, made.bytes());
        std::ofstream{trusted_} << vkey.value().text() << '\n';
    }

    /// A bundle of all that was signed.
    std::string bundle() {
        const auto file = (home_.home / "all.tar").string();
        if (std::filesystem::exists(file)) return file;
        const auto ran =
            home_.run({"audit", "bundle", "-O", file, "--no-payloads"},
                      {.environment = {{"DAYBOOK_LOG_KEY", (home_.home / "log.key").string()}}});
        EXPECT_EQ(ran.code, 0) << ran.err;
        return file;
    }

    demo_home home_;
    std::filesystem::path trusted_ = home_.home / "log.vkey";
};

TEST_P(CliFormats, AnswersInEveryFormat) {
    const auto table = run("table");
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_THAT(table.out, Not(IsEmpty()));
    EXPECT_EQ(table.out.find('\x1b'), std::string::npos) << "colours in a file";

    const auto document = run("json");
    EXPECT_EQ(document.code, 0) << document.err;
    const json::object answer = json_of(document.out).as_object();
    const json::value* items = answer.if_contains("items");
    const std::size_t count = items == nullptr ? 1 : items->as_array().size();
    EXPECT_GT(count, 0U);

    const auto stream = run("jsonl");
    EXPECT_EQ(stream.code, 0) << stream.err;
    const auto objects = lines_of(stream.out);
    EXPECT_EQ(objects.size(), count);
    for (const auto& line : objects) EXPECT_TRUE(json_of(line).is_object()) << line;

    const auto sheet = run("csv");
    EXPECT_EQ(sheet.code, 0) << sheet.err;
    const auto rows = csv_of(sheet.out);
    ASSERT_EQ(rows.size(), count + 1);
    for (const auto& row : rows) EXPECT_EQ(row.size(), rows.front().size());
    for (const auto& name : rows.front()) EXPECT_THAT(name, Not(IsEmpty()));
}

std::vector<std::string> commands_with_lines() {
    std::vector<std::string> names;
    for (const auto& [name, line] : lines()) names.push_back(name);
    return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Command, CliFormats, testing::ValuesIn(commands_with_lines()), test_name);

TEST(CliFormatsList, HasALineForEveryCommandWithFormats) {
    for (const auto& command : cli::all_commands()) {
        // See cli_backup_test, cli_park_test, cli_schema_test, cli_retention_test, cli_signed_test.
        if (command.name.starts_with("backup ") || command.name == "projection park" ||
            command.name.starts_with("archive ") || command.name.starts_with("hold ") ||
            command.name.starts_with("retention ") || command.name.starts_with("keys r") ||
            command.name == "recover" ||
            (command.name.starts_with("schema ") && command.name != "schema mode")) {
            continue;
        }
        EXPECT_EQ(lines().contains(std::string{command.name}), command.has_formats) << command.name;
    }
}

class CliRows : public testing::Test {
protected:
    demo_home home_;
};

TEST_F(CliRows, TellTheSameEventsInJsonJsonLinesAndCsv) {
    const auto document = json_of(home_.run({"read", "issue-SHOP-102", "-o", "json"}).out);
    const auto& items = document.at("items").as_array();
    const auto objects = lines_of(home_.run({"read", "issue-SHOP-102", "-o", "jsonl"}).out);
    const auto rows = csv_of(home_.run({"read", "issue-SHOP-102", "-o", "csv"}).out);
    ASSERT_EQ(items.size(), objects.size());
    const auto column = [&](std::string_view name) {
        return std::find(rows[0].begin(), rows[0].end(), name) - rows[0].begin();
    };
    for (std::size_t i = 0; i < objects.size(); ++i) {
        EXPECT_EQ(items[i], json_of(objects[i]));
        const auto& row = rows[i + 1];
        EXPECT_EQ(row.at(static_cast<std::size_t>(column("id"))), items[i].at("id").as_string());
        EXPECT_EQ(json_of(row.at(static_cast<std::size_t>(column("payload")))),
                  items[i].at("payload"));
    }
}

TEST_F(CliRows, KeepFormulasOutOfSpreadsheets) {
    for (const auto* type : {"=cmd()", "+1", "-1", "@x"}) {
        ASSERT_EQ(home_.run({"append", "task-8", type, "--expect", "any"}).code,
                  std::string_view{type} == "-1" ? 2 : 0);
    }
    const auto rows = csv_of(home_.run({"stats", "--by", "type", "-o", "csv"}).out);
    std::vector<std::string> keys;
    for (const auto& row : rows) keys.push_back(row[0]);
    EXPECT_THAT(keys, testing::IsSupersetOf({"'=cmd()", "'+1", "'@x"}));
}

TEST_F(CliRows, QuoteLineBreaksAndCommas) {
    ASSERT_EQ(home_.run({"append", "task-8", "Note", "{\"text\":\"a,\\\"b\\\"\",\n\"n\":1}"}).code,
              0);
    const auto rows = csv_of(home_.run({"read", "task-8", "-o", "csv"}).out);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].back(), "{\"text\":\"a,\\\"b\\\"\",\n\"n\":1}");
}

TEST_F(CliRows, LeaveNothingOnStandardOutputWhenTheyFail) {
    for (const auto* format : {"table", "json", "jsonl", "csv"}) {
        const auto failed = home_.run({"show", "999999", "-o", format});
        EXPECT_EQ(failed.code, 3);
        EXPECT_EQ(failed.out, "");
    }
}

TEST_F(CliRows, TellAnEmptyAnswerInEveryFormat) {
    const std::vector<std::string> line{"query", "--type", "Nothing"};
    const auto with = [&](const char* format) {
        auto words = line;
        words.insert(words.end(), {"-o", format});
        return home_.run(words);
    };
    EXPECT_EQ(with("table").out, "");
    EXPECT_EQ(with("table").err, "no match\n");
    EXPECT_EQ(json_of(with("json").out), json_of(R"({"items":[],"next":null})"));
    EXPECT_EQ(with("jsonl").out, "");
    EXPECT_EQ(csv_of(with("csv").out).size(), 1U);
    for (const auto* format : {"table", "json", "jsonl", "csv"}) EXPECT_EQ(with(format).code, 1);
}

}  // namespace
}  // namespace daybook::test
