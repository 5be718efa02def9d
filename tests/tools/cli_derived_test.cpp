// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the command line holds snapshots and views against the signed log, and tells what it
// cannot tell apart from what is wrong.

#include "support/raw_store.hpp"
#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace daybook::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view stream = "issue-SHOP-102";

class CliDerived : public testing::Test {
protected:
    CliDerived() {
        run({"keys", "generate", key_, "--name", "example.com/sprint"});
        run({"init", "--origin", "example.com/sprint", "--key", key_});
        run({"snapshot", "create", std::string{stream}});
        run({"projection", "run", "timeline"});
    }
    cli_result run(std::vector<std::string> words, int code = 0) const {
        const cli_setup setup{.environment = {{"DAYBOOK_LOG_KEY", key_}}};
        const auto ran = words[0] == "keys" ? run_cli(words, setup) : home_.run(words, setup);
        EXPECT_EQ(ran.code, code) << testing::PrintToString(words) << ran.err << ran.out;
        return ran;
    }
    /// The kinds of what is found.
    std::vector<std::string> found(int code) const {
        const auto answer = json_of(run({"verify", "--derived", "-o", "json"}, code).out);
        std::vector<std::string> kinds;
        for (const auto& one : answer.at("items").as_array())
            kinds.emplace_back(one.at("kind").as_string());
        return kinds;
    }
    demo_home home_;
    std::string key_ = (home_.home / "log.key").string();
};

TEST_F(CliDerived, IsWhatTheLogMakes) {
    const auto answer = json_of(run({"verify", "--derived", "-o", "json"}).out);
    EXPECT_EQ(answer.at("verdict").as_string(), "verified");
    EXPECT_EQ(answer.at("snapshots").to_number<int>(), 1);
    EXPECT_GE(answer.at("views").to_number<int>(), 1);
    EXPECT_THAT(run({"verify", "--derived"}).err, HasSubstr("1 snapshot and"));
    EXPECT_TRUE(json_of(run({"verify", "-o", "json"}).out).at("views").is_null())
        << "only if it is asked for";
}

TEST_F(CliDerived, EditedRowIsFound) {
    {
        raw_store rows{home_.store};
        for (const auto& family : rows.families()) {
            if (!family.starts_with("view:view.timeline.v")) continue;
            const auto all = rows.rows(family);
            for (std::size_t i = 0; i + 1 < all.size(); ++i) {
                if (all[i].first[0] == 'r') rows.put(family, all[i].first, all[i + 1].second);
            }
        }
    }
    run({"verify"});
    EXPECT_THAT(found(1), testing::ElementsAre("log", "view"));
}

TEST_F(CliDerived, DamagedSnapshotIsFound) {
    {
        raw_store rows{home_.store};
        auto [key, bytes] = rows.rows("view:daybook.snapshots").front();
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
        rows.put("view:daybook.snapshots", key, bytes);
    }
    EXPECT_THAT(found(1), testing::ElementsAre("log", "snapshot"));
}

TEST_F(CliDerived, CannotBeToldOfAViewThatIsNotKnown) {
    // A view of a declaration that is not given again.
    const auto declared = home_.home / "mine.yaml";
    std::ofstream{declared} << "name: mine\nversion: 1\nkey: {stream: $stream}\n"
                               "columns:\n  events: {count: all}\n";
    run({"projection", "run", "--view", declared.string(), "mine"});
    const auto ran = run({"verify", "--derived"}, 6);
    EXPECT_THAT(ran.err, HasSubstr("cannot tell: view \"mine\""));
    EXPECT_THAT(ran.out, HasSubstr("unverifiable"));
    run({"verify", "--derived", "--view", declared.string()});
}

}  // namespace
}  // namespace daybook::test
