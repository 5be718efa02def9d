// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: tokens and money of each response count once, in whatever names they are told. Replayed in
// batches of 1 and of 1000, twice, by `projection_spec`.

#include <daybook/projections/testing.hpp>
#include <daybook/projections/usage.hpp>

#include "agent_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::projections {
namespace {

using test::agent_called;
using test::log_event;

using spec = projection_spec<usage>;

usage_summary summary_of(const spec& given, const std::string& key = "all") {
    return usage::present(given.get(key).value());
}

usage_summary told(const std::string& payload, const std::string& type = "usage.recorded") {
    return summary_of(spec().given("session-1", log_event(type, 0, payload)));
}

TEST(Usage, ReadsTheNamesOfOpenTelemetry) {
    const auto shown = told(R"({"gen_ai.response.id":"r1","gen_ai.usage.input_tokens":12400,
        "gen_ai.usage.output_tokens":300,"gen_ai.usage.cache_read.input_tokens":11900,
        "gen_ai.usage.reasoning.output_tokens":100,
        "cost_micro_usd":1234,"price_table":"2026-01"})");
    EXPECT_EQ(shown.input_tokens, 12'400U);
    EXPECT_EQ(shown.cache_read_tokens, 11'900U);
    EXPECT_EQ(shown.output_tokens, 300U);
    EXPECT_EQ(shown.reasoning_tokens, 100U);
    EXPECT_EQ(shown.cost_micro_usd, 1'234U);
    EXPECT_EQ(shown.price_table, "2026-01");
    EXPECT_EQ(shown.unpriced, 0U);
}

TEST(Usage, AddsWhatAnthropicTellsBesideTheInput) {
    const auto shown = told(R"({"message":{"id":"msg_1","model":"m","usage":{"input_tokens":10,
        "cache_read_input_tokens":700,"cache_creation_input_tokens":90,"output_tokens":5}}})");
    EXPECT_EQ(shown.input_tokens, 800U);
    EXPECT_EQ(shown.cached_share, 700.0 / 800.0);
    EXPECT_EQ(shown.unpriced, 1U);
}

TEST(Usage, ReadsTheNamesOfOthers) {
    const auto openai = told(R"({"id":"c1","usage":{"prompt_tokens":50,"completion_tokens":7,
        "prompt_tokens_details":{"cached_tokens":30}}})");
    EXPECT_EQ(openai.input_tokens, 50U);
    EXPECT_EQ(openai.cache_read_tokens, 30U);
    const auto inference = told(R"({"attributes":{"llm.token_count.prompt":9,
        "llm.token_count.completion":2,"llm.cost.total":0.0000015}})");
    EXPECT_EQ(inference.input_tokens, 9U);
    EXPECT_EQ(inference.cost_micro_usd, 2U);
    EXPECT_EQ(inference.without_id, 1U);
    const auto claude = told(R"({"request_id":"q","input_tokens":1,"cache_read_tokens":2,
        "cost_usd":0.25})",
                             "claude_code.api_request");
    EXPECT_EQ(claude.input_tokens, 3U);
    EXPECT_EQ(claude.cost_micro_usd, 250'000U);
}

TEST(Usage, CountsAResponseOnceWithWhatWasToldLast) {
    const auto given =
        spec()
            .given("session-1", log_event("usage.recorded", 0,
                                          R"({"response_id":"r1","input_tokens":100,
                                              "output_tokens":1})"))
            .given("session-1",
                   log_event("usage.recorded", 1, R"({"response_id":"r2","prompt_tokens":10})"))
            .given("session-2", log_event("usage.recorded", 2,
                                          R"({"response_id":"r1","input_tokens":100,
                                              "output_tokens":40,"cost_usd":1})"))
            .given("session-2", log_event("usage.recorded", 3,
                                          R"({"response_id":"r1","provider":"other",
                                              "prompt_tokens":7})"));
    const auto shown = summary_of(given);
    EXPECT_EQ(shown.responses, 3U);
    EXPECT_EQ(shown.repeated, 1U);
    EXPECT_EQ(shown.input_tokens, 117U);
    EXPECT_EQ(shown.output_tokens, 40U);
    EXPECT_EQ(shown.cost_micro_usd, 1'000'000U);
    EXPECT_EQ(shown.unpriced, 2U);
}

TEST(Usage, HasRowsByDayModelAgentSessionAndResponse) {
    const auto given =
        spec()
            .given("session-1", log_event("usage.recorded", 0,
                                          R"({"response_id":"r1","model":"sonnet","session_id":"s1",
                                 "prompt_tokens":5})",
                                          agent_called("coder")))
            .given("session-1", log_event("AgentSpawned", 0, R"({"agent_name":"coder"})"))
            .given("session-1", log_event("claude_code.tool_result", 0,
                                          R"({"input_tokens":5,"request_id":"r1"})"))
            .given("session-1", log_event("Noted", 0, R"({"text":"token"})"))
            .then_rows(6);
    EXPECT_EQ(given.failures(), "");
    for (const auto* key :
         {"all", "day:2025-12-22", "model:sonnet", "agent:coder", "session:s1", "response:r1"}) {
        EXPECT_EQ(summary_of(given, key).input_tokens, 5U) << key;
    }
}

TEST(Usage, CountsWhatCannotBe) {
    const auto shown = told(R"({"response_id":"r","prompt_tokens":-5,"completion_tokens":"x",
        "cached_tokens":9000000000000,"cost_usd":-1})");
    EXPECT_EQ(shown.odd_fields, 4U);
    EXPECT_EQ(shown.input_tokens + shown.output_tokens + shown.cost_micro_usd, 0U);
    EXPECT_EQ(shown.unpriced, 1U);
}

TEST(Usage, KnowsItsNewestResponsesAgain) {
    usage_row row;
    spec given;
    const auto respond = [&](std::size_t n) {
        given.given("s-1", log_event("usage.recorded", 0,
                                     R"({"response_id":"r)" + std::to_string(n) +
                                         R"(","prompt_tokens":1})"));
    };
    for (std::size_t n = 0; n <= usage::recent_max; ++n) respond(n);
    respond(1);
    respond(0);
    row = given.get("all").value();
    EXPECT_EQ(row.recent.size(), usage::recent_max);
    EXPECT_EQ(row.repeated, 1U);
    EXPECT_EQ(row.responses, usage::recent_max + 2);
    const auto exact = given.get("response:r0").value();
    EXPECT_EQ(exact.responses, 1U);
    EXPECT_EQ(exact.repeated, 1U);
}

}  // namespace
}  // namespace daybook::projections
