// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what a view could not take is listed, tried again and skipped from the command line.
// Method: the tests park events in a view that the program has, with a twin of its projection that
// fails at one agent; the program's own, which does not, then takes them.

#include <daybook/projections/agent_metrics.hpp>
#include <daybook/projections/runner.hpp>

#include "cli_run.hpp"
#include "support/exposition.hpp"
#include "support/fresh_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace daybook::test {
namespace {

using projections::any_projection;
using testing::HasSubstr;

struct failing_metrics : projections::agent_metrics {
    static row apply(row current, const json_event& e) {
        if (e->type() == "AgentFailed") throw std::runtime_error{"no failures here"};
        return projections::agent_metrics::apply(std::move(current), e);
    }
};

class CliPark : public testing::Test {
protected:
    CliPark() {
        auto log = store::open(directory_, quick_options()).value();
        for (const auto* type : {"AgentSpawned", "AgentFailed", "AgentSpawned"}) {
            auto event = simple_event(type, R"({"agent_name":"ada","agent_id":"1"})");
            log.append("task-1", expected::any(), {event}).value();
        }
        projections::runner::open(log, {any_projection::of<failing_metrics>()})
            .value()
            .catch_up()
            .value();
    }

    cli_result park(std::vector<std::string> words) const {
        words.insert(words.begin(), {"projection", "park", "agent_metrics"});
        words.insert(words.end(), {"-s", directory_.string()});
        return run_cli(words);
    }
    boost::json::array listed() const {
        return json_of(park({"-o", "json"}).out).at("items").as_array();
    }

    temp_directory home_;
    std::filesystem::path directory_ = home_ / "store";
};

TEST_F(CliPark, ListsWhatWaitsAndWhy) {
    const auto items = listed();
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(items[0].at("key").as_string(), "ada");
    EXPECT_EQ(items[0].at("position").as_int64(), 1);
    EXPECT_EQ(items[0].at("stream").as_string(), "task-1");
    EXPECT_FALSE(items[0].at("held").as_bool());
    EXPECT_EQ(items[0].at("attempts").as_int64(), 1);
    EXPECT_EQ(items[0].at("held_behind").as_int64(), 1);
    EXPECT_THAT(std::string{items[0].at("reason").as_string()}, HasSubstr("no failures here"));
    EXPECT_TRUE(items[1].at("held").as_bool());
    EXPECT_TRUE(items[1].at("attempts").is_null());
    EXPECT_EQ(park({}).code, 0);
    EXPECT_EQ(csv_of(park({"-o", "csv", "--limit", "1"}).out).size(), 2U);
}

TEST_F(CliPark, RetriesAKeyAPositionAndEverything) {
    EXPECT_EQ(park({"--retry", "eve"}).code, 3);
    EXPECT_EQ(park({"--retry-at", "2"}).code, 3);
    const auto retried = park({"--retry-at", "1", "-o", "json"});
    EXPECT_EQ(retried.code, 0);
    EXPECT_EQ(json_of(retried.out).at("keys_freed").as_int64(), 1);
    EXPECT_EQ(json_of(retried.out).at("events_applied").as_int64(), 2);
    EXPECT_TRUE(json_of(retried.out).at("still_parked").is_null());
    EXPECT_THAT(park({}).err, HasSubstr("nothing is parked"));
    EXPECT_EQ(park({"--retry-all"}).code, 0);
    EXPECT_EQ(park({"--retry", "ada"}).code, 3);
}

TEST_F(CliPark, SaysThatARowIsDamaged) {
    {
        auto log = store::open(directory_, quick_options()).value();
        auto rows = log.open_keyspace("view.agent_metrics.v" +
                                      std::to_string(projections::agent_metrics::version))
                        .value();
        keyspace_batch batch;
        batch.put("rada", "\xFF");
        rows.write(batch).value();
    }
    EXPECT_EQ(park({"--retry-all"}).code, 7);
    EXPECT_EQ(listed().size(), 2U);
}

TEST_F(CliPark, ShowsInTheStatus) {
    const auto told = run_cli({"projection", "status", "-o", "json", "-s", directory_.string()});
    const auto items = json_of(told.out).at("items").as_array();
    const auto view = std::find_if(items.begin(), items.end(), [](const auto& each) {
        return each.at("name").as_string() == "agent_metrics";
    });
    ASSERT_NE(view, items.end());
    EXPECT_EQ(view->at("parked_keys").as_int64(), 1);
    EXPECT_EQ(view->at("parked_events").as_int64(), 2);
    EXPECT_TRUE(view->at("lag_seconds").is_null());
    const auto text = run_cli({"projection", "status", "--metrics", "-s", directory_.string()});
    const auto metrics = parse_exposition(text.out);
    EXPECT_EQ(metrics.faults, "");
    EXPECT_EQ(metrics.value("daybook_view_parked_events", {{"view", "agent_metrics"}}), 2);
}

TEST_F(CliPark, SkipsWithAReason) {
    EXPECT_EQ(park({"--skip", "1", "--reason", "a drill", "-o", "json"}).code, 0);
    EXPECT_EQ(listed().size(), 0U);
    const auto told =
        run_cli({"query", "--type", "event_skipped", "-o", "json", "-s", directory_.string()});
    EXPECT_THAT(told.out, HasSubstr("a drill"));
    const auto row = run_cli(
        {"projection", "show", "agent_metrics", "ada", "-o", "json", "-s", directory_.string()});
    EXPECT_EQ(json_of(row.out).at("failed").as_int64(), 0);
}

TEST_F(CliPark, SaysWhatIsWrongWithTheWords) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"--skip", "1"},
                                                  {"--reason", "why"},
                                                  {"--retry-all", "--skip", "1", "--reason", "x"},
                                                  {"--retry", "ada", "--retry-all"},
                                                  {"--skip", "one", "--reason", "x"},
                                                  {"--limit", "many"}}) {
        SCOPED_TRACE(testing::PrintToString(words));
        const auto ran = park(words);
        EXPECT_EQ(ran.code, 2);
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    }
    EXPECT_EQ(run_cli({"projection", "park", "none", "-s", directory_.string()}).code, 3);
}

TEST_F(CliPark, ListsBesideAWriterAndRetriesOnlyAlone) {
    auto log = store::open(directory_, quick_options()).value();
    EXPECT_EQ(park({"--retry-all"}).code, 6) << "somebody has the store";
    EXPECT_EQ(park({}).code, 0) << "listing needs no writing";
}

}  // namespace
}  // namespace daybook::test
