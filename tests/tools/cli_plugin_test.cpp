// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: projections of a plugin work in every command as the built-in ones do; a plugin that does
// not fit gives one clear line and changes nothing. Method: the program on the store of the demo,
// with the plugins of tests/unit/projections.

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string good{DAYBOOK_GOOD_PLUGIN};
const std::string contrary{DAYBOOK_CONTRARY_PLUGIN};

class CliPlugin : public testing::Test {
protected:
    void expect_refused(const std::vector<std::string>& options, int code, const std::string& told,
                        const cli_setup& setup = {}) const {
        const auto before = home_.run({"projection", "status", "--json"}).out;
        for (const char* command : {"run", "status", "rebuild"}) {
            auto words = options;
            words.insert(words.end(), {"projection", command});
            const auto ran = home_.run(words, setup);
            EXPECT_EQ(ran.code, code) << ran.err;
            EXPECT_EQ(ran.out, "");
            EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
            EXPECT_THAT(ran.err, HasSubstr(told));
        }
        EXPECT_EQ(home_.run({"projection", "status", "--json"}).out, before);
    }

    demo_home home_;
};

TEST_F(CliPlugin, IsListedAndRunLikeABuiltInView) {
    const auto listed =
        json_of(run_cli({"--plugin", good, "projection", "list", "-o", "json"}).out);
    std::vector<std::string> names;
    for (const auto& p : listed.at("items").as_array())
        if (p.at("from").as_string() == good) names.emplace_back(p.at("name").as_string());
    EXPECT_THAT(names, ElementsAre("plugged_types", "plugged_streams"));

    EXPECT_EQ(home_.run({"projection", "run", "plugged_streams", "--plugin", good}).code, 0);
    const auto status = home_.run({"projection", "status", "--plugin", good, "-o", "csv"}).out;
    EXPECT_THAT(status, HasSubstr("plugged_streams,1,1,current"));
    EXPECT_THAT(status, HasSubstr("plugged_types,3,,not built"));
}

TEST_F(CliPlugin, ShowsItsRowsByTheirColumns) {
    const auto show = [&](const char* name, const char* format) {
        return home_.run({"--plugin", good, "projection", "show", name, "-o", format}).out;
    };
    EXPECT_THAT(csv_of(show("plugged_streams", "csv")).at(0), ElementsAre("key", "events", "last"));
    EXPECT_THAT(csv_of(show("plugged_types", "csv")).at(0), ElementsAre("key", "row"));
    const auto row = json_of(lines_of(show("plugged_streams", "jsonl")).at(0));
    EXPECT_TRUE(row.at("events").is_int64());
    EXPECT_THAT(show("plugged_streams", "table"), HasSubstr("EVENTS"));
}

TEST_F(CliPlugin, HasRowsFoundByTheirSecondaryKeys) {
    const auto rows = [&](std::vector<std::string> words) {
        words.insert(words.begin(),
                     {"--plugin", good, "projection", "rows", "plugged_streams", "-o", "csv"});
        return csv_of(home_.run(words).out);
    };
    const auto all = rows({});
    const auto& last = all.at(1).at(2);
    const auto of_type = static_cast<std::size_t>(std::count_if(
        all.begin() + 1, all.end(), [&](const auto& row) { return row.at(2) == last; }));
    EXPECT_THAT(rows({"--by", "last=" + last}), testing::SizeIs(of_type + 1));
    EXPECT_THAT(rows({"--by", "last=nothing"}), testing::SizeIs(testing::Le(1U)));
}

TEST_F(CliPlugin, WorksBesideViewFiles) {
    const auto view = (home_.home / "v.yaml").string();
    std::ofstream{view} << "name: v\nversion: 1\nkey: $type\ncolumns: {n: count}\n";
    const auto ran = home_.run({"--view", view, "projection", "run", "--plugin", good});
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::ofstream{view} << "name: plugged_types\nversion: 1\nkey: $type\ncolumns: {n: count}\n";
    expect_refused({"--view", view, "--plugin", good}, 2,
                   "'plugged_types' is there twice: " + good + " and " + view);
    expect_refused({"--plugin", good, "--plugin", good}, 2,
                   "'plugged_types' is there twice: " + good + " and " + good);
}

TEST_F(CliPlugin, IsRefusedInOneLineAndChangesNothing) {
    expect_refused({"--plugin", contrary}, 2,
                   "'timeline' is there twice: built-in and " + contrary);
    expect_refused({"--plugin", (home_.home / "none.so").string()}, 3, "there is no such file");
    expect_refused({"--plugin", home_.home.path().string()}, 2, "cannot be loaded");
    expect_refused({"--plugin", DAYBOOK_NO_PLUGIN}, 2, "no entry point");
    const auto doing = [](const char* what) {
        return cli_setup{.environment = {{"DAYBOOK_TEST_PLUGIN", what}}};
    };
    expect_refused({"--plugin", contrary}, 4, "was built with daybook 9.9.9", doing("other_stamp"));
    expect_refused({"--plugin", contrary}, 2, "threw: no licence for this host", doing("throws"));
}

}  // namespace
}  // namespace daybook::test
