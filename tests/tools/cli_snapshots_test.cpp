// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: states are kept, told of, checked and removed by commands, and whatever is kept, `state`
// says what the events make.

#include <daybook/store.hpp>

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace daybook::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string stream = "issue-SHOP-102";

class CliSnapshots : public testing::Test {
protected:
    std::string state(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{"state", stream, "-o", "json"};
        words.insert(words.end(), more.begin(), more.end());
        const auto ran = demo_.run(words);
        EXPECT_EQ(ran.code, 0) << ran.err;
        return ran.out;
    }
    void create(const std::string& last) const {
        const auto ran = demo_.run({"snapshot", "create", stream, "--sequence", last});
        EXPECT_EQ(ran.code, 0) << ran.err;
    }
    std::vector<std::string> kept() const {
        std::vector<std::string> sequences;
        const auto rows = csv_of(demo_.run({"snapshot", "list", "-o", "csv"}).out);
        for (std::size_t i = 1; i < rows.size(); ++i) sequences.push_back(rows[i].at(3));
        return sequences;
    }
    /// Changes the bytes of every snapshot.
    void damage(const std::function<void(std::string&)>& change) const {
        auto log = store::open(demo_.store).value();
        auto area = log.open_keyspace("daybook.snapshots").value();
        keyspace_batch batch;
        area.scan({}, {},
                  [&](std::string_view key, std::string_view value) {
                      std::string changed{value};
                      change(changed);
                      batch.put(key, changed);
                      return true;
                  })
            .value();
        area.write(batch).value();
    }

    demo_home demo_;
};

TEST_F(CliSnapshots, AreKeptListedAndRemoved) {
    EXPECT_EQ(demo_.run({"snapshot", "list"}).code, 1);
    create("10");
    create("20");
    EXPECT_THAT(kept(), testing::ElementsAre("20", "10"));
    create("30");
    EXPECT_THAT(kept(), testing::ElementsAre("30", "20")) << "two are kept";
    const auto one = json_of(demo_.run({"snapshot", "create", stream, "-o", "json"}).out);
    EXPECT_EQ(one.at("stream").as_string(), stream);
    EXPECT_EQ(one.at("state").as_string(), "orchestration_state");
    EXPECT_EQ(demo_.run({"snapshot", "list", "issue-SHOP-101"}).code, 1) << "of another stream";
    const auto dropped = demo_.run({"snapshot", "drop", "--all", "--keep", "1", "-o", "json"});
    EXPECT_EQ(json_of(dropped.out).at("dropped").to_number<int>(), 1);
    EXPECT_EQ(kept().size(), 1U);
    EXPECT_EQ(demo_.run({"snapshot", "drop", stream}).code, 0);
    EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(CliSnapshots, ChangeNothingThatIsTold) {
    std::vector<std::vector<std::string>> moments{{}};
    for (const auto* last : {"1", "19", "20", "21", "100"}) moments.push_back({"--sequence", last});
    moments.push_back({"--position", "60"});
    std::vector<std::string> before;
    for (const auto& moment : moments) before.push_back(state(moment));
    create("20");
    ASSERT_EQ(demo_.run({"snapshot", "create", stream}).code, 0);
    for (std::size_t i = 0; i < moments.size(); ++i) {
        EXPECT_EQ(state(moments[i]), before[i]) << testing::PrintToString(moments[i]);
    }
    // What came after the snapshot counts.
    ASSERT_EQ(demo_.run({"append", stream, "OrchestrationPaused", R"({"reason":"tea"})"}).code, 0);
    EXPECT_EQ(json_of(state()).at("status_reason").as_string(), "tea");
}

TEST_F(CliSnapshots, AreVerified) {
    create("20");
    const auto sound = demo_.run({"snapshot", "verify", "-o", "json"});
    EXPECT_EQ(sound.code, 0) << sound.err;
    EXPECT_TRUE(json_of(sound.out).at("sound").as_bool());
    const auto before = state();

    damage([](std::string& bytes) { bytes[bytes.size() / 2] ^= 1; });
    const auto found = demo_.run({"snapshot", "verify", stream, "-o", "json"});
    EXPECT_EQ(found.code, 1);
    const auto answer = json_of(found.out);
    EXPECT_FALSE(answer.at("sound").as_bool());
    EXPECT_EQ(answer.at("items").as_array().at(0).at("verdict").as_string(), "damaged");
    EXPECT_THAT(demo_.run({"snapshot", "verify"}).err, HasSubstr("1 of 1 snapshot"));
    EXPECT_EQ(state(), before) << "a damaged one was used";
    EXPECT_EQ(state({"--sequence", "20"}), state({"--sequence", "20"}));
    EXPECT_EQ(demo_.run({"snapshot", "drop", "--all"}).code, 0);
    EXPECT_EQ(demo_.run({"snapshot", "verify"}).code, 0) << "nothing is left to be wrong";
}

TEST_F(CliSnapshots, OfCutBytesAreFoundAndNotUsed) {
    create("20");
    const auto before = state();
    for (const std::size_t size : {0U, 1U, 8U, 40U}) {
        damage([&](std::string& bytes) { bytes.resize(std::min(bytes.size(), size)); });
        EXPECT_EQ(demo_.run({"snapshot", "verify"}).code, 1) << size;
        EXPECT_EQ(demo_.run({"snapshot", "list"}).code, 0) << size;
        EXPECT_EQ(state(), before) << size;
    }
}

}  // namespace
}  // namespace daybook::test
