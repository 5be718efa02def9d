// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: 'projection check' tells each run of each view, finds stored rows that were changed, and
// gives digests that two stores can compare.

#include <daybook/keyspace.hpp>
#include <daybook/projections/built_in.hpp>
#include <daybook/store.hpp>

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

class CliCheck : public testing::Test {
protected:
    CliCheck() { (void)home_.run({"projection", "run", "-q"}); }

    static json::array items(const cli_result& ran) {
        return json_of(ran.out).at("items").as_array();
    }
    /// Turns the last bit of the first row of the timeline.
    void tamper() const {
        auto log = store::open(home_.store).value();
        auto rows = log.open_keyspace("view.timeline.v1").value();
        keyspace_batch batch;
        EXPECT_TRUE(rows.scan("r", "r",
                              [&](std::string_view key, std::string_view row) {
                                  std::string changed{row};
                                  changed.back() ^= 1;
                                  batch.put(key, changed);
                                  return false;
                              })
                        .has_value());
        rows.write(batch).value();
    }
    demo_home home_;
};

TEST_F(CliCheck, PassesEveryViewOfTheDemo) {
    const auto ran = home_.run({"projection", "check", "-o", "json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const auto all = items(ran);
    EXPECT_EQ(all.size(), 8 * projections::built_in_projections().size());
    for (const auto& one : all) EXPECT_NE(one.at("verdict").as_string(), "differs");
    EXPECT_TRUE(json_of(ran.out).as_object().contains("seed"));
}

TEST_F(CliCheck, TellsRunsDigestsAndTheSeedInATable) {
    const auto ran = home_.run({"projection", "check", "timeline", "usage", "--seed", "5"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    for (const char* text : {"VIEW", "RUN", "VERDICT", "DIGEST", "timeline", "usage", "interrupted",
                             "one_by_one", "stored"}) {
        EXPECT_THAT(ran.out, HasSubstr(text));
    }
    EXPECT_THAT(ran.out, Not(HasSubstr("agent_metrics")));
    EXPECT_THAT(ran.err, HasSubstr("--seed 5"));
}

TEST_F(CliCheck, EndsWithOneIfStoredRowsWereChanged) {
    tamper();
    const auto ran = home_.run({"projection", "check", "timeline", "-o", "json"});
    EXPECT_EQ(ran.code, 1) << ran.err;
    const auto stored = items(ran).back();
    EXPECT_EQ(stored.at("run").as_string(), "stored");
    EXPECT_EQ(stored.at("verdict").as_string(), "differs");
    EXPECT_FALSE(stored.at("key").as_string().empty());
    EXPECT_TRUE(stored.at("plain_row").is_object());
    const std::string why{stored.at("why").as_string()};
    EXPECT_THAT(why, HasSubstr("stored rows are not what the log makes"));
    EXPECT_THAT(home_.run({"projection", "check", "timeline"}).out, HasSubstr("differs"));
}

TEST_F(CliCheck, GivesTheDigestThatAnotherStoreHasAtThePosition) {
    const auto digest_at = [](const demo_home& home, const std::string& position) {
        const auto ran =
            home.run({"projection", "check", "agent_metrics", "--at", position, "-o", "json"});
        EXPECT_EQ(ran.code, 0) << ran.err;
        return std::string{items(ran).front().at("digest").as_string()};
    };
    const demo_home other;
    EXPECT_EQ(digest_at(home_, "40"), digest_at(other, "40"));
    EXPECT_NE(digest_at(home_, "40"), digest_at(other, "80"));
}

TEST_F(CliCheck, FoldsAPart) {
    const auto ran =
        home_.run({"projection", "check", "timeline", "--from", "10", "--at", "20", "-o", "json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(items(ran).front().at("rows").to_number<int>(), 10);
    EXPECT_EQ(items(ran).back().at("verdict").as_string(), "not_run");
}

TEST_F(CliCheck, ChecksAViewFromAFile) {
    const auto ran = home_.run(
        {"--view", "-", "projection", "check", "by_type", "-o", "jsonl"},
        {.input = R"({"name":"by_type","version":1,"key":"$type","columns":{"events":"count"}})"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(lines_of(ran.out).size(), 8U);
}

}  // namespace
}  // namespace daybook::test
