// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: secrets that rules name never get into a store that the command line writes, in whatever
// file it keeps.

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string canary = "ghp_canary0123456789abcdefghijklmnopqrst";

class CliRedaction : public testing::Test {
protected:
    cli_result run(std::vector<std::string> words, const cli_setup& setup = {}) const {
        words.insert(words.end(), {"-s", (home_ / "store").string()});
        return run_cli(words, setup);
    }
    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream{home_ / name} << text;
        return (home_ / name).string();
    }
    bool is_in_store(const std::string& text) const {
        for (const auto& one : fs::recursive_directory_iterator{home_ / "store"}) {
            if (!one.is_regular_file()) continue;
            std::ifstream from{one.path(), std::ios::binary};
            const std::string bytes{std::istreambuf_iterator<char>{from}, {}};
            if (bytes.find(text) != std::string::npos) return true;
        }
        return false;
    }
    temp_directory home_;
};

TEST_F(CliRedaction, KeepsCommonSecretsOut) {
    const auto payload = R"({"note":"use )" + canary + R"("})";
    const auto ran = run({"append", "task-1", "Noted", payload, "--redact", "common"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("redacted: 1 by github-token"));
    EXPECT_FALSE(is_in_store(canary));
    EXPECT_THAT(run({"read", "-o", "jsonl"}).out, HasSubstr("[redacted:github-token]"));
    const auto plain = run({"append", "task-1", "Noted", payload});
    EXPECT_EQ(plain.code, 0) << "without rules everything is taken";
    EXPECT_TRUE(is_in_store(canary));
}

TEST_F(CliRedaction, TakesRulesAsYamlAndJson) {
    const auto yaml = file("pin.yaml", "rules:\n  - name: pin\n    at: [/card/pin]\n");
    const auto json =
        file("name.json", R"({"rules":[{"name":"no-names","members":["name"],"do":"refuse"}]})");
    const cli_setup by_environment{.environment = {{"DAYBOOK_REDACT", yaml + "," + json}}};
    const auto ran =
        run({"append", "task-1", "Paid", R"({"card":{"pin":"canary-1234"}})"}, by_environment);
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_FALSE(is_in_store("canary-1234"));
    const auto refused = run({"append", "task-1", "Paid", R"({"name":"canary-ada"})", "--redact",
                              yaml, "--redact", json});
    EXPECT_EQ(refused.code, 4) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("no-names"));
    EXPECT_FALSE(is_in_store("canary-ada"));
}

TEST_F(CliRedaction, LooksAtWhatIsImported) {
    const auto line =
        R"({"id":"0192f6a4-7c3e-7b1a-8f00-000000000001","stream":"task-1","type":"Noted",)"
        R"("occurred_at":"2026-11-20T21:49:12Z","payload":{"t":")" +
        canary + "\"}}\n";
    const auto lines = file("in.jsonl", line);
    const auto ran = run({"import", lines, "--redact", "common"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("redacted: 1"));
    EXPECT_FALSE(is_in_store(canary));
}

TEST_F(CliRedaction, TellsRulesThatAreNone) {
    const auto token = file("token.yaml", "rules:\n  - name: t\n    at: [/t]\n    do: token\n");
    for (const auto& [name, code] : {std::pair{file("a.yaml", "rules: [{name: X}]"), 2},
                                     std::pair{file("b.yaml", "rules: ["), 2}, std::pair{token, 2},
                                     std::pair{(home_ / "none").string(), 3}}) {
        const auto ran = run({"append", "task-1", "Noted", "{}", "--redact", name});
        EXPECT_EQ(ran.code, code) << name << ": " << ran.err;
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
        EXPECT_FALSE(fs::exists(home_ / "store")) << "no store for nothing";
    }
    const cli_setup key{.environment = {{"DAYBOOK_REDACT_KEY", "0123456789abcdef"}}};
    EXPECT_EQ(run({"append", "task-1", "Noted", R"({"t":"x"})", "--redact", token}, key).code, 0);
    EXPECT_THAT(run({"read", "-o", "jsonl"}).out, HasSubstr("token:"));
}

}  // namespace
}  // namespace daybook::test
