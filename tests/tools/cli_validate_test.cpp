// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: 'validate' finds what is wrong in stores and in files alike, takes rules from files, and
// replays golden histories.

#include <daybook/schema_catalog.hpp>
#include <daybook/store.hpp>

#include "support/event_maker.hpp"
#include "support/matchers.hpp"
#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace daybook::test {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CliValidate : public testing::Test {
protected:
    /// "state_machine@3" of each item.
    static std::vector<std::string> marks(const cli_result& ran) {
        std::vector<std::string> all;
        const auto answer = json_of(ran.out);
        for (const auto& item : answer.at("items").as_array()) {
            all.push_back(std::string{item.at("kind").as_string()} + '@' +
                          std::to_string(item.at("position").to_number<int>()));
        }
        return all;
    }
    /// A store with an event that names a cause of tomorrow, and a task that progresses too early.
    void spoil() const {
        auto log = store::open(home_.store).value();
        auto early = simple_event("T");
        early.id = numbered_id(1);
        early.causes = {numbered_id(2)};
        early.correlation = "spoiled";
        auto late = simple_event("orchestration.task.progress_updated");
        late.id = numbered_id(2);
        log.append("a-1", expected::any(), {early}).value();
        log.append("task-early", expected::any(), {late}).value();
    }
    std::string exported(const std::string& name, std::vector<std::string> more = {}) const {
        const auto file = (home_.home / name).string();
        std::vector<std::string> words{"export", "-O", file};
        words.insert(words.end(), more.begin(), more.end());
        EXPECT_EQ(home_.run(words).code, 0);
        return file;
    }
    std::string written(const std::string& name, const std::string& text) const {
        const auto file = (home_.home / name).string();
        std::ofstream{file} << text;
        return file;
    }
    demo_home home_;
};

TEST_F(CliValidate, HoldsAStoreAgainstItsSchemas) {
    auto log = store::open(home_.store).value();
    const auto at = log.append("a-1", expected::any(),
                               {simple_event("Sized", R"({"size":"large"})"),
                                simple_event("Sized", R"({"size":7})")})
                        .value();
    schema_catalog::open(log)
        .value()
        .add("Sized", "1.0.0", R"({"type":"object","properties":{"size":{"type":"integer"}}})")
        .value();
    const auto ran = home_.run({"validate", "-o", "json"});
    EXPECT_EQ(ran.code, 1) << ran.out;
    EXPECT_THAT(marks(ran), ElementsAre("schema_violation@" + std::to_string(at.first.value)));
    EXPECT_THAT(ran.out, HasSubstr("/size"));
}

TEST_F(CliValidate, FindsNothingInTheDemo) {
    const auto ran = home_.run({"validate", "--warnings", "-o", "json"});
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_THAT(marks(ran), testing::Each(HasSubstr("cause_elsewhere@")));
    EXPECT_GT(json_of(ran.out).at("warnings").to_number<int>(), 0);
    EXPECT_GT(json_of(ran.out).at("events").to_number<int>(), 200);
    EXPECT_EQ(json_of(ran.out).at("errors").to_number<int>(), 0);
    EXPECT_THAT(home_.run({"validate"}).err, HasSubstr("nothing found"));
    for (const char* format : {"native", "orchestration", "cloudevents"}) {
        const auto file = exported(std::string{format} + ".jsonl", {"-f", format});
        const auto same = run_cli({"validate", "--file", file, "-f", format, "-o", "json"});
        EXPECT_EQ(same.code, 0) << format << same.out << same.err;
    }
}

TEST_F(CliValidate, FindsTheSameInAStoreAndInItsExport) {
    spoil();
    const auto stored = home_.run({"validate", "-o", "json"});
    EXPECT_EQ(stored.code, 1);
    ASSERT_EQ(marks(stored).size(), 2U) << stored.out;
    EXPECT_THAT(marks(stored)[0], HasSubstr("cause_later@"));
    EXPECT_THAT(marks(stored)[1], HasSubstr("state_machine@"));
    const auto file = exported("spoiled.jsonl.gz");
    auto read = json_of(run_cli({"validate", "--file", file, "-o", "json"}).out);
    const auto first = read.at("items").at(0).as_object();
    EXPECT_THAT(std::string{first.at("source").as_string()}, HasSubstr("spoiled.jsonl.gz:"));
    for (auto& item : read.at("items").as_array()) item.as_object()["source"] = nullptr;
    EXPECT_EQ(read, json_of(stored.out));
}

TEST_F(CliValidate, TellsAPersonWhatIsWrong) {
    spoil();
    const auto ran = home_.run({"validate"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.out, HasSubstr("comes after it, at position"));
    EXPECT_THAT(ran.out, HasSubstr("task \"task-early\": orchestration.task.progress_updated "
                                   "before anything began it; allowed from: begun, blocked"));
    EXPECT_THAT(ran.err, HasSubstr("2 errors"));
}

TEST_F(CliValidate, LooksAtAStreamOrACorrelation) {
    spoil();
    EXPECT_EQ(home_.run({"validate", "issue-SHOP-102"}).code, 0);
    const auto stream = home_.run({"validate", "a-1", "-o", "json"});
    EXPECT_EQ(stream.code, 1);
    ASSERT_EQ(marks(stream).size(), 1U);
    EXPECT_THAT(marks(stream)[0], HasSubstr("cause_later"));
    const auto chain = home_.run({"validate", "--correlation", "spoiled", "-o", "json"});
    EXPECT_EQ(marks(chain), marks(stream));
    EXPECT_EQ(home_.run({"validate", "no-such"}).code, 3);
    EXPECT_EQ(home_.run({"validate", "--correlation", "none"}).code, 3);
}

TEST_F(CliValidate, ShowsAsManyFindingsAsAsked) {
    spoil();
    const auto ran = home_.run({"validate", "-n", "1", "-o", "json"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(marks(ran).size(), 1U);
    EXPECT_EQ(json_of(ran.out).at("errors").to_number<int>(), 2);
    EXPECT_THAT(home_.run({"validate", "-n", "1"}).err, HasSubstr("shown are 1, see --limit"));
}

TEST_F(CliValidate, FindsLinesThatAreMissingOrCannotBeRead) {
    const auto file = exported("whole.jsonl");
    std::ifstream from{file};
    std::string line;
    std::string cut_log;
    for (int number = 0; std::getline(from, line); ++number) {
        if (number == 100) continue;
        cut_log += line + '\n';
    }
    cut_log += "{\"type\":\n";
    const auto cut_file = written("cut.jsonl", cut_log);
    const auto ran = run_cli({"validate", "--file", cut_file, "-o", "json"});
    EXPECT_EQ(ran.code, 1);
    const auto found = marks(ran);
    EXPECT_THAT(found, testing::Contains("gap_in_positions@101"));
    EXPECT_THAT(found, testing::Contains(HasSubstr("gap_in_stream@")));
    EXPECT_THAT(found.back(), HasSubstr("undecodable@"));
    EXPECT_THAT(ran.out, HasSubstr("column "));
}

TEST_F(CliValidate, TakesAPartOfALog) {
    const auto file = exported("tail.jsonl", {"--newest-first", "--limit", "60"});
    std::ifstream from{file};
    std::string line;
    std::string in_order;
    while (std::getline(from, line)) in_order = line + '\n' + in_order;
    const auto part = written("part.jsonl", in_order);
    EXPECT_EQ(run_cli({"validate", "--file", part}).code, 1);
    const auto ran = run_cli({"validate", "--file", part, "--part", "-o", "json"});
    EXPECT_EQ(ran.code, 0) << ran.out;
}

TEST_F(CliValidate, TakesRulesFromFiles) {
    const auto rules = written("rules.yaml", R"(
machines:
  - name: sign_off
    about: A comment ends an issue.
    category: issue
    key: $stream
    transitions:
      - {on: OrchestrationStarted, from: none, to: open}
      - {on: OrchestrationCompleted, from: commented, to: done}
      - {on: CommentPosted, when: {/body: never}, from: open, to: commented}
)");
    const auto ran = home_.run({"validate", "--rules", rules, "-o", "json"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(marks(ran).size(), 2U) << ran.out;
    EXPECT_EQ(json_of(ran.out).at("items").at(0).at("rule").as_string(), "sign_off");
    EXPECT_EQ(home_.run({"validate", "--rules", rules, "--rules", "none"}).code, 0);
    EXPECT_EQ(home_.run({"validate", "--rules", rules, "--rules", "builtin"}).code, 0);
}

TEST_F(CliValidate, ShowsItsRulesAsTheyCanBeRead) {
    const auto shown = run_cli({"validate", "--show-rules"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_GE(json_of(shown.out).at("machines").as_array().size(), 11U);
    const auto again = run_cli({"validate", "--rules", "none", "--rules", "-", "--show-rules"},
                               {.input = shown.out});
    EXPECT_EQ(again.out, shown.out) << again.err;
    const auto none = run_cli({"validate", "--rules", "none", "--show-rules"});
    EXPECT_THAT(json_of(none.out).at("machines").as_array(), IsEmpty());
}

TEST_F(CliValidate, RefusesBadRulesWithTheirPlace) {
    const auto refused = [&](const std::string& text) {
        const auto ran = home_.run({"validate", "--rules", written("bad.yaml", text)});
        EXPECT_EQ(ran.code, 2) << ran.err;
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
        return ran.err;
    };
    EXPECT_THAT(refused("machines:\n  - name: a\n    ky: /x\n"),
                HasSubstr("bad.yaml: rules: line 3 (/machines/0/ky): there is no \"ky\" here"));
    EXPECT_THAT(refused("machines: [\n"), HasSubstr("bad.yaml: line "));
    EXPECT_THAT(refused("- a\n"), HasSubstr("bad.yaml: rules: line 1: found a list"));
    EXPECT_EQ(home_.run({"validate", "--rules", "no-such.yaml"}).code, 3);
}

TEST_F(CliValidate, RefusesChoicesThatExcludeEachOther) {
    const std::vector<std::vector<std::string>> all{{"a-1", "--correlation", "c"},
                                                    {"--file", "x", "a-1"},
                                                    {"--file", "x", "--golden", "y"},
                                                    {"--part"},
                                                    {"--record"},
                                                    {"--only", "timeline"},
                                                    {"--format", "native"},
                                                    {"--tolerance", "soon"},
                                                    {"--limit", "few"}};
    for (auto words : all) {
        words.insert(words.begin(), "validate");
        EXPECT_EQ(home_.run(words).code, 2) << words[1];
    }
    EXPECT_EQ(run_cli({"validate", "--file", "no-such.jsonl"}).code, 3);
}

TEST_F(CliValidate, AllowsTimesToRunBackAsFarAsAsked) {
    {
        auto log = store::open(home_.store).value();
        for (const auto second : {100, 70}) {
            auto made = simple_event("T");
            made.occurred_at = test_time(std::int64_t{second} * 1'000'000);
            log.append("clock-1", expected::any(), {made}).value();
        }
    }
    EXPECT_EQ(home_.run({"validate", "clock-1"}).code, 1);
    EXPECT_EQ(home_.run({"validate", "clock-1", "--tolerance", "1m"}).code, 0);
}

// Golden histories ------------------------------------------------------------------------------

constexpr const char* view_before =
    R"({"name":"by_type","version":1,"key":"$type","columns":{"events":"count"}})";
constexpr const char* view_now =
    R"({"name":"by_type","version":2,"key":"$type",
        "columns":{"events":"count","last":{"last":"$id"}}})";

TEST_F(CliValidate, RecordsAndChecksAGoldenHistory) {
    const auto directory = (home_.home / "golden").string();
    const auto view = written("view.json", view_before);
    const auto made = home_.run({"--view", view, "validate", "--golden", directory, "--record"});
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_THAT(made.err, HasSubstr("recorded 2"));
    EXPECT_TRUE(std::filesystem::exists(directory + "/view.timeline.jsonl"));
    const auto same = run_cli({"--view", view, "validate", "--golden", directory, "-o", "json"});
    EXPECT_EQ(same.code, 0) << same.out << same.err;
    EXPECT_THAT(json_of(same.out).at("items").as_array(), IsEmpty());

    const auto changed_view = written("changed.json", view_now);
    const auto changed = run_cli({"--view", changed_view, "validate", "--golden", directory,
                                  "--only", "by_type", "-o", "json"});
    EXPECT_EQ(changed.code, 1) << changed.err;
    const auto answer = json_of(changed.out);
    const auto& items = answer.at("items").as_array();
    ASSERT_GT(items.size(), 10U);
    EXPECT_EQ(items[0].at("view").as_string(), "by_type");
    EXPECT_EQ(items[0].at("change").as_string(), "changed");
    EXPECT_TRUE(items[0].at("now").is_object());
    EXPECT_THAT(std::string{items[0].at("what").as_string()}, HasSubstr("last"));
    EXPECT_EQ(answer.at("changed").to_number<int>(), 1);

    const auto only = run_cli({"validate", "--golden", directory, "--only", "timeline"});
    EXPECT_EQ(only.code, 0) << only.err;
    EXPECT_THAT(run_cli({"validate", "--golden", directory, "--only", "by_type"}).out,
                HasSubstr("nobody knows this view"));

    EXPECT_EQ(run_cli({"--view", changed_view, "validate", "--golden", directory, "--record",
                       "--only", "by_type"})
                  .code,
              0);
    EXPECT_EQ(
        run_cli({"--view", changed_view, "validate", "--golden", directory, "--only", "by_type"})
            .code,
        0);
}

TEST_F(CliValidate, RecordsAStream) {
    const auto directory = (home_.home / "golden").string();
    const auto made = home_.run({"validate", "issue-SHOP-103", "--golden", directory, "--record",
                                 "--only", "orchestration_state"});
    EXPECT_EQ(made.code, 0) << made.err;
    std::ifstream rows{directory + "/view.orchestration_state.jsonl"};
    std::string line;
    ASSERT_TRUE(std::getline(rows, line));
    EXPECT_EQ(json_of(line).at("key").as_string(), "issue-SHOP-103");
    EXPECT_FALSE(std::getline(rows, line));
    EXPECT_EQ(home_.run({"validate", "issue-SHOP-103", "--golden", directory}).code, 2);
    EXPECT_EQ(run_cli({"validate", "--golden", directory + "-none"}).code, 3);
    EXPECT_EQ(
        home_.run({"validate", "--golden", directory + "-new", "--record", "--only", "tmeline"})
            .code,
        3);
    EXPECT_FALSE(std::filesystem::exists(directory + "-new"));
}

}  // namespace
}  // namespace daybook::test
