// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: each command does what its help says.
// Method: the program on the store of the demo; where an answer can be had another way (counting
// lines, reading the whole log), the two are compared.

#include <daybook/json.hpp>
#include <daybook/store.hpp>

#include "sample/demo_sprint.hpp"
#include "support/exposition.hpp"
#include "tools/cli_run.hpp"

#include <boost/json/value_from.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

namespace daybook::test {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The string at this JSON Pointer; "" if there is none.
std::string text_at(const json::value& of, const char* pointer) {
    const json::value* found = find_pointer(of, pointer);
    return found != nullptr && found->is_string() ? std::string{found->get_string()}
                                                  : std::string{};
}

class Cli : public testing::Test {
protected:
    json::value answer(std::vector<std::string> words) {
        words.insert(words.end(), {"-o", "json"});
        const auto ran = home_.run(words);
        EXPECT_EQ(ran.code, 0) << ran.err;
        return json_of(ran.out);
    }

    std::vector<json::value> events(std::vector<std::string> words) {
        words.insert(words.end(), {"-o", "jsonl", "-q"});
        std::vector<json::value> found;
        for (const auto& line : lines_of(home_.run(words).out)) found.push_back(json_of(line));
        return found;
    }

    static std::vector<std::uint64_t> positions(const std::vector<json::value>& events) {
        std::vector<std::uint64_t> found;
        for (const auto& e : events) found.push_back(e.at("position").to_number<std::uint64_t>());
        return found;
    }

    demo_home home_;
    sample::demo_script demo_ = sample::demo_sprint();
};

// init -----------------------------------------------------------------------------------------

TEST_F(Cli, InitMakesAStoreOnceAndThenShowsIt) {
    const std::string directory = (home_.home / "new").string();
    const std::vector<std::string> line{"init",    "-s",          directory,
                                        "--field", "/agent_name", "--json"};
    const auto made = json_of(run_cli(line).out);
    EXPECT_TRUE(made.at("made").as_bool());
    EXPECT_EQ(made.at("indexed_fields"), json_of(R"(["/agent_name"])"));
    const auto again = json_of(run_cli(line).out);
    EXPECT_FALSE(again.at("made").as_bool());
    EXPECT_EQ(again.at("store_id"), made.at("store_id"));
}

TEST_F(Cli, InitRefusesOtherFieldsOnAStoreThatIsThere) {
    const auto ran = home_.run({"init", "--field", "/other"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("reindex"));
}

TEST_F(Cli, TakesTheStoreFromTheEnvironmentAndBeforeTheCommand) {
    const auto named = home_.run({"stats", "--json"}).out;
    EXPECT_EQ(
        run_cli({"stats", "--json"}, {.environment = {{"DAYBOOK_STORE", home_.store.string()}}})
            .out,
        named);
    EXPECT_EQ(run_cli({"-s", home_.store.string(), "-o", "json", "stats"}).out, named);
}

// append ---------------------------------------------------------------------------------------

TEST_F(Cli, AppendStoresWhatTheOptionsSay) {
    const std::string id = "0191f0a0-0000-7000-8000-000000000001";
    const std::string cause = to_string(demo_.failure);
    const auto told = answer({"append",        "task-50",
                              "TaskAssigned",  R"({"to":"agent-7"})",
                              "--tag",         "priority:P0",
                              "--tag",         "project:p-7",
                              "--session",     "s-1",
                              "--correlation", "c-1",
                              "--cause",       cause,
                              "--actor",       "agent-7",
                              "--actor-type",  "agent",
                              "--model",       "m",
                              "--schema",      "1.2.0",
                              "--occurred-at", "2025-12-22T10:30:00.5Z",
                              "--id",          id});
    EXPECT_EQ(told.at("items").at(0).at("id").as_string(), id);
    const auto stored = answer({"show", id});
    EXPECT_EQ(stored.at("stream").as_string(), "task-50");
    EXPECT_EQ(stored.at("type").as_string(), "TaskAssigned");
    EXPECT_EQ(stored.at("payload"), json_of(R"({"to":"agent-7"})"));
    EXPECT_EQ(stored.at("tags"), json_of(R"(["priority:P0","project:p-7","session:s-1"])"));
    EXPECT_EQ(stored.at("correlation").as_string(), "c-1");
    EXPECT_EQ(stored.at("causes").at(0).as_string(), cause);
    EXPECT_EQ(stored.at("actor"), json_of(R"({"type":"agent","id":"agent-7","model":"m"})"));
    EXPECT_EQ(stored.at("schema").as_string(), "1.2.0");
    EXPECT_EQ(stored.at("occurred_at").as_string(), "2025-12-22T10:30:00.500Z");
    EXPECT_EQ(stored.at("sequence").as_int64(), 1);
}

TEST_F(Cli, AppendWithTheSameIdChangesNothing) {
    const std::vector<std::string> line{
        "append",        "task-50",   "A", "--id", "0191f0a0-0000-7000-8000-000000000001",
        "--occurred-at", "2025-12-22"};
    EXPECT_FALSE(answer(line).at("items").at(0).at("repeated").as_bool());
    EXPECT_TRUE(answer(line).at("items").at(0).at("repeated").as_bool());
    EXPECT_EQ(events({"read", "task-50"}).size(), 1U);
}

TEST_F(Cli, AppendHoldsToWhatIsExpected) {
    const auto append = [&](const char* state) {
        return home_.run({"append", "task-60", "A", "--expect", state}).code;
    };
    EXPECT_EQ(append("exists"), 5);
    EXPECT_EQ(append("none"), 0);
    EXPECT_EQ(append("none"), 5);
    EXPECT_EQ(append("7"), 5);
    EXPECT_EQ(append("1"), 0);
    EXPECT_EQ(append("exists"), 0);
    EXPECT_EQ(append("any"), 0);
    EXPECT_EQ(events({"read", "task-60"}).size(), 4U);
}

TEST_F(Cli, AppendTellsAConflictAsJsonWithWhatIsThere) {
    ASSERT_EQ(home_.run({"append", "task-60", "A"}).code, 0);
    const auto refused = home_.run({"append", "task-60", "B", "--expect", "none", "-o", "json"});
    EXPECT_EQ(refused.code, 5);
    EXPECT_EQ(refused.out, "");
    const auto error = json_of(refused.err).at("error");
    EXPECT_EQ(error.at("code").as_string(), "conflict");
    EXPECT_EQ(error.at("exit").as_int64(), 5);
    EXPECT_EQ(error.at("conflict").at("stream").as_string(), "task-60");
    EXPECT_EQ(error.at("conflict").at("actual").as_int64(), 1);
}

TEST_F(Cli, AppendTakesEventsFromStandardInputAllOrNone) {
    const std::string good =
        "{\"stream\":\"task-70\",\"type\":\"A\"}\n\n"
        "{\"stream\":\"task-71\",\"type\":\"B\",\"payload\":{\"n\":1}}\r\n"
        "{\"stream\":\"task-70\",\"type\":\"C\"}";
    const auto stored = home_.run({"append", "-", "--expect", "none"}, {.input = good});
    EXPECT_EQ(stored.code, 0) << stored.err;
    EXPECT_EQ(events({"read", "task-70"}).size(), 2U);
    EXPECT_EQ(events({"read", "task-71"}).size(), 1U);

    const auto bad = home_.run({"append", "-"}, {.input = good + "\n{\"stream\":\"task-70\"}\n"});
    EXPECT_EQ(bad.code, 2);
    EXPECT_THAT(bad.err, HasSubstr("standard input, line 5"));
    EXPECT_EQ(events({"read", "task-70"}).size(), 2U);
}

TEST_F(Cli, AppendTakesThePayloadFromAFile) {
    std::ofstream{home_.home / "payload.json"} << R"({"from":"file"})";
    ASSERT_EQ(home_
                  .run({"append", "task-50", "A", "--payload-file",
                        (home_.home / "payload.json").string()})
                  .code,
              0);
    EXPECT_EQ(events({"read", "task-50"})[0].at("payload"), json_of(R"({"from":"file"})"));
    EXPECT_EQ(home_.run({"append", "task-50", "A", "--payload-file", "/no/such"}).code, 3);
}

// read, query, stats, show -----------------------------------------------------------------------

TEST_F(Cli, ReadTellsTheWholeLogInOrder) {
    const auto all = positions(events({"read"}));
    ASSERT_EQ(all.size(), demo_.events.size());
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], i);
    auto backwards = positions(events({"read", "--newest-first"}));
    std::reverse(backwards.begin(), backwards.end());
    EXPECT_EQ(backwards, all);
    EXPECT_THAT(positions(events({"read", "--from", "7", "--limit", "3"})), ElementsAre(7, 8, 9));
}

TEST_F(Cli, ReadOfAStreamGoesBySequence) {
    const auto from_five = events({"read", demo_.stream, "--from", "5", "--limit", "2"});
    ASSERT_EQ(from_five.size(), 2U);
    EXPECT_EQ(from_five[0].at("sequence").as_int64(), 5);
    EXPECT_EQ(from_five[1].at("sequence").as_int64(), 6);
    for (const auto& e : events({"read", demo_.stream, "--type", "CommitCreated"}))
        EXPECT_EQ(e.at("type").as_string(), "CommitCreated");
}

TEST_F(Cli, QueryFiltersAsALookAtEveryEventDoes) {
    const auto all = events({"read"});
    const auto where = [&](auto&& holds) {
        std::vector<json::value> kept;
        std::copy_if(all.begin(), all.end(), std::back_inserter(kept), holds);
        return positions(kept);
    };
    const auto query = [&](std::vector<std::string> filters) {
        filters.insert(filters.begin(), {"query", "--limit", "5000"});
        return positions(events(filters));
    };
    EXPECT_EQ(
        query({"--type", "AgentSpawned", "--type", "AgentFailed"}), where([](const json::value& e) {
            return text_at(e, "/type") == "AgentSpawned" || text_at(e, "/type") == "AgentFailed";
        }));
    EXPECT_EQ(query({"--category", "sprint"}), where([](const json::value& e) {
                  return text_at(e, "/stream").starts_with("sprint-");
              }));
    EXPECT_EQ(query({"--stream", demo_.stream}),
              where([&](const json::value& e) { return text_at(e, "/stream") == demo_.stream; }));
    EXPECT_EQ(query({"--actor", "orchestrator"}), where([](const json::value& e) {
                  return text_at(e, "/actor/id") == "orchestrator";
              }));
    EXPECT_EQ(query({"--actor-type", "agent"}),
              where([](const json::value& e) { return text_at(e, "/actor/type") == "agent"; }));
    EXPECT_EQ(query({"--correlation", demo_.correlation}), where([&](const json::value& e) {
                  return text_at(e, "/correlation") == demo_.correlation;
              }));
    EXPECT_EQ(query({"--since", "2025-12-01T10:00:00Z", "--until", "2025-12-01T11:00:00Z"}),
              where([](const json::value& e) {
                  return text_at(e, "/occurred_at") >= "2025-12-01T10" &&
                         text_at(e, "/occurred_at") < "2025-12-01T11";
              }));
    EXPECT_EQ(query({"--where", "/phase=TEST", "--where", "/agent_name^=test-"}),
              where([](const json::value& e) {
                  return text_at(e, "/payload/phase") == "TEST" &&
                         text_at(e, "/payload/agent_name").starts_with("test-");
              }));
}

TEST_F(Cli, QueryByCauseGivesTheEffects) {
    const std::string cause = to_string(demo_.failure);
    const auto effects = events({"query", "--cause", cause});
    ASSERT_THAT(effects, Not(IsEmpty()));
    for (const auto& e : effects) {
        const auto& causes = e.at("causes").as_array();
        EXPECT_NE(std::find(causes.begin(), causes.end(), json::value(cause)), causes.end());
    }
}

TEST_F(Cli, QueryPagesThroughEverythingOnceByCursor) {
    for (const bool newest_first : {false, true}) {
        std::vector<std::uint64_t> seen;
        std::string cursor;
        do {
            std::vector<std::string> line{"query", "--limit", "50"};
            if (newest_first) line.emplace_back("--newest-first");
            if (!cursor.empty()) line.insert(line.end(), {"--cursor", cursor});
            const auto page = answer(line);
            for (const auto& e : page.at("items").as_array())
                seen.push_back(e.at("position").to_number<std::uint64_t>());
            const auto& next = page.at("next");
            cursor = next.is_null() ? std::string{} : std::string{next.as_string()};
        } while (!cursor.empty());
        if (newest_first) std::reverse(seen.begin(), seen.end());
        EXPECT_EQ(seen, positions(events({"read"})));
    }
}

TEST_F(Cli, QueryTellsTheCursorAndTheTotalOnStandardErrorBesideATable) {
    const auto page = home_.run({"query", "--limit", "5", "--total"});
    EXPECT_EQ(lines_of(page.out).size(), 6U);
    EXPECT_THAT(page.err, HasSubstr("more with --cursor "));
    EXPECT_THAT(page.err, HasSubstr(std::to_string(demo_.events.size()) + " events match in all"));
    EXPECT_EQ(home_.run({"query", "--limit", "5", "--quiet"}).err, "");
}

TEST_F(Cli, QueryRefusesTheCursorOfAnotherQuery) {
    const auto cursor = answer({"query", "--limit", "5"}).at("next");
    const auto ran =
        home_.run({"query", "--type", "AgentSpawned", "--cursor", std::string{cursor.as_string()}});
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(home_.run({"query", "--cursor", "junk"}).code, 2);
}

TEST_F(Cli, StatsCountAsACountOfTheLinesDoes) {
    std::map<std::string, std::int64_t> by_type, by_actor, by_day;
    for (const auto& e : events({"read"})) {
        ++by_type[std::string{e.at("type").as_string()}];
        ++by_actor[std::string{e.at("actor").at("id").as_string()}];
        ++by_day[std::string{e.at("occurred_at").as_string()}.substr(0, 10)];
    }
    const auto counted = [&](const char* by) {
        std::map<std::string, std::int64_t> groups;
        const auto told = answer({"stats", "--by", by});
        for (const auto& g : told.at("items").as_array())
            groups[std::string{g.at("group").as_string()}] = g.at("events").as_int64();
        return groups;
    };
    EXPECT_EQ(counted("type"), by_type);
    EXPECT_EQ(counted("actor"), by_actor);
    EXPECT_EQ(counted("day"), by_day);
    EXPECT_EQ(answer({"stats"}).at("events").to_number<std::size_t>(), demo_.events.size());
}

TEST_F(Cli, StatsCountByTagAndIndexedField) {
    EXPECT_THAT(answer({"stats", "--by", "tag:phase"}).at("items").as_array(), Not(IsEmpty()));
    const auto unindexed = home_.run({"stats", "--by", "/phase", "--json"}).out;
    ASSERT_EQ(home_.run({"reindex", "--field", "/phase"}).code, 0);
    EXPECT_EQ(home_.run({"stats", "--by", "/phase", "--json"}).out, unindexed);
    std::map<std::string, std::int64_t> by_phase;
    for (const auto& e : events({"read", "--where", "/phase"}))
        ++by_phase[std::string{e.at("payload").at("phase").as_string()}];
    const auto told = answer({"stats", "--by", "/phase"});
    EXPECT_EQ(told.at("items").as_array().size(), by_phase.size());
    for (const auto& g : told.at("items").as_array())
        EXPECT_EQ(by_phase[std::string{g.at("group").as_string()}], g.at("events").as_int64());
}

TEST_F(Cli, ExplainTellsTheIndexInsteadOfTheAnswer) {
    for (const auto* command : {"query", "read", "stats", "timeline"}) {
        const auto plan = answer({command, "--type", "AgentSpawned", "--explain"});
        EXPECT_FALSE(plan.at("scans_log").as_bool()) << command;
        EXPECT_THAT(plan.at("items").at(0).at("what").as_string(), HasSubstr("AgentSpawned"));
        EXPECT_EQ(plan.at("matches").as_int64(),
                  static_cast<std::int64_t>(events({"read", "--type", "AgentSpawned"}).size()));
    }
}

TEST_F(Cli, ShowFindsAnEventByIdByPositionAndByPlace) {
    const auto by_id = answer({"show", to_string(demo_.failure)});
    const auto position = std::to_string(by_id.at("position").as_int64());
    const auto sequence = std::to_string(by_id.at("sequence").as_int64());
    EXPECT_EQ(answer({"show", position}), by_id);
    EXPECT_EQ(answer({"show", demo_.stream + "#" + sequence}), by_id);
    EXPECT_EQ(home_.run({"show", demo_.stream + "#100000"}).code, 3);
    EXPECT_EQ(home_.run({"show", "100000"}).code, 3);
    EXPECT_EQ(home_.run({"show", "nonsense"}).code, 2);
}

// trace ----------------------------------------------------------------------------------------

TEST_F(Cli, TraceGoesUpToEveryCauseAndDownToEveryEffect) {
    const auto told = answer({"trace", to_string(demo_.recovery)});
    std::map<std::int64_t, json::value> nodes;
    for (const auto& n : told.at("items").as_array())
        nodes.emplace(n.at("event").at("position").as_int64(), n);
    std::map<std::string, std::int64_t> position_of;
    for (const auto& [at, n] : nodes)
        position_of.emplace(std::string{n.at("event").at("id").as_string()}, at);

    ASSERT_TRUE(position_of.contains(to_string(demo_.failure)));
    ASSERT_TRUE(position_of.contains(to_string(demo_.merge)));
    const auto role_of = [&](const event_id& id) {
        return text_at(nodes.at(position_of.at(to_string(id))), "/role");
    };
    EXPECT_EQ(role_of(demo_.recovery), "event");
    EXPECT_EQ(role_of(demo_.failure), "cause");
    EXPECT_EQ(role_of(demo_.merge), "effect");
    for (const auto& [at, n] : nodes) {  // Parents are the causes that are shown.
        std::vector<std::int64_t> causes;
        if (const auto* ids = n.at("event").as_object().if_contains("causes")) {
            for (const auto& id : ids->as_array()) {
                const auto found = position_of.find(std::string{id.as_string()});
                if (found != position_of.end()) causes.push_back(found->second);
            }
        }
        EXPECT_EQ(n.at("parents"), json::value_from(causes));
    }
}

TEST_F(Cli, TraceOfAStreamIsTheTraceOfItsUndertaking) {
    const auto by_stream = answer({"trace", demo_.stream});
    const auto by_correlation = answer({"trace", "--correlation", demo_.correlation});
    EXPECT_GE(by_stream.at("items").as_array().size(),
              by_correlation.at("items").as_array().size());
    std::size_t critical = 0;
    for (const auto& n : by_correlation.at("items").as_array())
        if (n.at("critical").as_bool()) ++critical;
    EXPECT_GT(critical, 1U);
    EXPECT_FALSE(by_correlation.at("truncated").as_bool());
}

TEST_F(Cli, TraceStopsAtItsLimits) {
    EXPECT_TRUE(answer({"trace", demo_.stream, "--limit", "5"}).at("truncated").as_bool());
    const auto near = answer({"trace", to_string(demo_.recovery), "--depth", "1"});
    const auto all = answer({"trace", to_string(demo_.recovery)});
    EXPECT_LT(near.at("items").as_array().size(), all.at("items").as_array().size());
}

TEST_F(Cli, TraceDrawsInAsciiWhereTheLocaleIsNoUtf8) {
    const auto plain = home_.run({"trace", demo_.stream}, {.environment = {{"LC_ALL", "C"}}});
    EXPECT_EQ(plain.code, 0);
    for (const char c : plain.out) ASSERT_LT(static_cast<unsigned char>(c), 0x80) << plain.out;
    EXPECT_THAT(plain.out, HasSubstr("|- "));
    EXPECT_THAT(plain.out, HasSubstr("* "));
    const auto drawn = home_.run({"trace", demo_.stream});
    EXPECT_THAT(drawn.out, HasSubstr("\xE2\x94\x9C\xE2\x94\x80 "));
    EXPECT_EQ(lines_of(drawn.out).size(), lines_of(plain.out).size());
}

TEST_F(Cli, TraceOfNothingIsANegativeAnswer) {
    EXPECT_EQ(home_.run({"trace", "--correlation", "none"}).code, 1);
    EXPECT_EQ(home_.run({"trace", "task-none"}).code, 1);
    EXPECT_EQ(home_.run({"trace", "0191f0a0-0000-7000-8000-000000000001"}).code, 3);
    EXPECT_EQ(home_.run({"trace"}).code, 2);
    EXPECT_EQ(home_.run({"trace", "1", "--correlation", "x"}).code, 2);
}

// state, timeline, projections -------------------------------------------------------------------

TEST_F(Cli, StateNowAndInThePastDiffer) {
    const auto now = answer({"state", demo_.stream});
    EXPECT_EQ(now.at("status").as_string(), "completed");
    const auto then = answer({"state", demo_.stream, "--at", to_string(demo_.in_trouble)});
    EXPECT_EQ(then.at("status").as_string(), "running");
    EXPECT_FALSE(then.at("last_error").at("recovered").as_bool());
    EXPECT_TRUE(now.at("last_error").at("recovered").as_bool());
}

TEST_F(Cli, StateCanStopAtASequenceAndAtAPosition) {
    const auto tenth = answer({"state", demo_.stream, "--sequence", "10"});
    EXPECT_EQ(tenth.at("events").as_int64(), 10);
    const auto position = answer({"show", demo_.stream + "#10"}).at("position").as_int64();
    EXPECT_EQ(answer({"state", demo_.stream, "--position", std::to_string(position)}), tenth);
    EXPECT_EQ(home_.run({"state", demo_.stream, "--at", "2001-01-01"}).code, 1);
    EXPECT_EQ(home_.run({"state", "issue-none"}).code, 3);
    EXPECT_EQ(home_.run({"state", demo_.stream, "--at", "1h", "--sequence", "1"}).code, 2);
}

TEST_F(Cli, StateIsTheRowOfTheView) {
    auto state = answer({"state", demo_.stream});
    EXPECT_EQ(answer({"projection", "show", "orchestration_state", demo_.stream}), state);
}

TEST_F(Cli, TimelineTellsALineForEveryEvent) {
    const auto lines = events({"timeline", demo_.stream});
    EXPECT_EQ(positions(lines), positions(events({"read", demo_.stream})));
    for (const auto& l : lines) EXPECT_THAT(l.at("summary").as_string(), Not(IsEmpty()));
    EXPECT_EQ(events({"projection", "show", "timeline", demo_.stream}), lines);
}

TEST_F(Cli, ProjectionsCatchUpAndAreRebuilt) {
    const auto state_of = [&](std::string_view name) {
        const auto told = answer({"projection", "status"});
        for (const auto& v : told.at("items").as_array()) {
            if (text_at(v, "/name") == name) return text_at(v, "/state");
        }
        return std::string{"missing"};
    };
    EXPECT_EQ(state_of("agent_metrics"), "not built");
    ASSERT_EQ(home_.run({"projection", "run", "agent_metrics"}).code, 0);
    EXPECT_EQ(state_of("agent_metrics"), "current");
    ASSERT_EQ(home_.run({"append", "task-9", "A"}).code, 0);
    EXPECT_EQ(state_of("agent_metrics"), "behind");
    const auto before = answer({"projection", "show", "agent_metrics"});
    ASSERT_EQ(home_.run({"projection", "rebuild"}).code, 0);
    EXPECT_EQ(answer({"projection", "show", "agent_metrics"}), before);
    EXPECT_EQ(state_of("timeline"), "current");
}

TEST_F(Cli, AViewIsShownAsItStoodThen) {
    const auto [recorded, last] = [&] {
        const auto log = store::open(home_.store, {.read_only = true}).value();
        const auto time = log.read_one(position{40})->view().recorded_at();
        return std::pair{to_string(time), log.position_after(time).value().value - 1};
    }();
    const std::vector<std::string> show{"projection", "show", "orchestration_state", demo_.stream};
    const auto at = [&](std::string moment) {
        auto words = show;
        words.insert(words.end(), {"--at", std::move(moment)});
        return answer(words);
    };
    // Nothing is built for it.
    EXPECT_EQ(at("20"), answer({"state", demo_.stream, "--position", "20"}));
    EXPECT_EQ(at(recorded), answer({"state", demo_.stream, "--position", std::to_string(last)}));
    const auto status = answer({"projection", "status"});
    for (const auto& view : status.at("items").as_array())
        EXPECT_EQ(text_at(view, "/state"), "not built");
    EXPECT_NE(at("20"), answer(show));
    const auto told = home_.run({"projection", "show", "agent_metrics", "--at", "100"});
    EXPECT_EQ(told.code, 0);
    EXPECT_THAT(told.err, HasSubstr("agent_metrics as it stood after 101 of "));
}

TEST_F(Cli, CheckpointsAreKeptListedAndDropped) {
    const auto cursors = [&](const json::value& told) {
        std::vector<std::uint64_t> found;
        for (const auto& one : told.at("items").as_array())
            found.push_back(one.at("cursor").to_number<std::uint64_t>());
        return found;
    };
    const std::vector<std::string> list{"projection", "checkpoint", "timeline", "--list"};
    EXPECT_THAT(cursors(answer(list)), IsEmpty());
    const auto first = cursors(answer({"projection", "checkpoint", "timeline"}));
    ASSERT_EQ(first.size(), 1U);
    ASSERT_EQ(home_.run({"append", "task-9", "A"}).code, 0);
    EXPECT_THAT(cursors(answer({"projection", "checkpoint", "timeline"})),
                ElementsAre(first[0], first[0] + 1));
    EXPECT_THAT(cursors(answer(list)), ElementsAre(first[0], first[0] + 1));
    // One that is of no use any more is told of.
    ASSERT_EQ(home_.run({"projection", "rebuild", "timeline"}).code, 0);
    const auto late = home_.run({"projection", "show", "timeline", "--at", "30", "-n", "1"});
    EXPECT_THAT(late.err, Not(HasSubstr("is not used")));  // They came after it.
    const auto now = home_.run({"projection", "show", "timeline", "--at", "0s", "-n", "1"});
    EXPECT_EQ(now.code, 0);
    EXPECT_THAT(now.err, HasSubstr("is not used: it was made of generation 1"));
    EXPECT_THAT(cursors(answer({"projection", "checkpoint", "timeline", "--keep", "0"})),
                IsEmpty());
}

TEST_F(Cli, TwoMomentsOfAViewAreCompared) {
    const auto same = home_.run({"projection", "compare", "usage", "--from", "5", "--to", "5"});
    EXPECT_EQ(same.code, 0);
    const auto compare = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"projection", "compare", "orchestration_state", "-o",
                                       "json"};
        words.insert(words.end(), more.begin(), more.end());
        const auto ran = home_.run(words);
        EXPECT_EQ(ran.code, 1);
        return json_of(ran.out);
    };
    const auto found = compare({"--from", "5", "--to", "20", "-n", "1"});
    EXPECT_EQ(found.at("cursor_before").as_int64(), 6);
    EXPECT_EQ(found.at("cursor_after").as_int64(), 21);
    EXPECT_TRUE(found.at("before").is_null());
    EXPECT_GE(found.at("rows_after").as_int64(), found.at("rows_before").as_int64());
    EXPECT_GT(found.at("rows_changed").as_int64() + found.at("rows_added").as_int64(), 0);
    EXPECT_TRUE(found.at("examples").as_array().front().at("after").is_object());
    const auto to_end = compare({"--from", "2001-01-01"});
    EXPECT_EQ(to_end.at("rows_before").as_int64(), 0);
    EXPECT_EQ(to_end.at("rows_added"), to_end.at("rows_after"));
}

/// "generation state" of the generations of agent_metrics, what readers get first.
std::vector<std::string> generations_in(const json::value& status) {
    std::vector<std::string> told;
    for (const auto& v : status.at("items").as_array()) {
        if (v.at("name").as_string() != "agent_metrics" || v.at("generation").is_null()) continue;
        told.push_back(std::to_string(v.at("generation").to_number<std::uint64_t>()) + " " +
                       std::string{v.at("state").as_string()});
    }
    return told;
}

TEST_F(Cli, ProjectionsAreRebuiltBesideAndSwitchedToAndBack) {
    const auto status = [&] { return generations_in(answer({"projection", "status"})); };
    ASSERT_EQ(home_.run({"projection", "run"}).code, 0);
    ASSERT_EQ(home_.run({"projection", "rebuild", "agent_metrics", "--stay"}).code, 0);
    EXPECT_THAT(status(), ElementsAre("1 current", "2 building"));
    ASSERT_EQ(home_.run({"append", "task-9", "A"}).code, 0);
    ASSERT_EQ(home_.run({"projection", "switch", "agent_metrics"}).code, 0);
    EXPECT_THAT(status(), ElementsAre("2 current", "1 kept"));
    const auto back = home_.run({"projection", "switch", "agent_metrics", "1"});
    ASSERT_EQ(back.code, 0) << back.err;
    EXPECT_THAT(status(), ElementsAre("1 current", "2 kept"));
    const auto refused = home_.run({"projection", "drop", "agent_metrics", "1"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("what readers get"));
    EXPECT_EQ(home_.run({"projection", "drop", "agent_metrics", "7"}).code, 3);
    ASSERT_EQ(home_.run({"projection", "drop", "agent_metrics"}).code, 0);
    EXPECT_THAT(status(), ElementsAre("1 current"));
    ASSERT_EQ(home_.run({"projection", "drop", "agent_metrics", "--all"}).code, 0);
    EXPECT_THAT(status(), IsEmpty());
}

TEST_F(Cli, ProjectionCompareTellsWhichRowsDiffer) {
    ASSERT_EQ(home_.run({"projection", "run", "agent_metrics"}).code, 0);
    ASSERT_EQ(home_.run({"projection", "rebuild", "agent_metrics", "--stay"}).code, 0);
    const auto listed = answer({"projection", "show", "agent_metrics"});
    const auto agent = text_at(listed.at("items").as_array().at(0), "/agent");
    const auto same = answer({"projection", "compare", "agent_metrics"});
    EXPECT_EQ(same.at("rows_before"), same.at("rows_after"));
    EXPECT_THAT(same.at("examples").as_array(), IsEmpty());
    {
        auto log = store::open(home_.store).value();
        keyspace_batch batch;
        batch.erase("r" + agent);
        log.open_keyspace("view.agent_metrics.v1.g2").value().write(batch).value();
    }
    const auto ran = home_.run({"projection", "compare", "agent_metrics", "1", "2", "-o", "json"});
    EXPECT_EQ(ran.code, 1) << ran.err;
    const auto told = json_of(ran.out);
    EXPECT_EQ(told.at("rows_removed").to_number<int>(), 1);
    const auto& example = told.at("examples").as_array().at(0);
    EXPECT_EQ(text_at(example, "/change"), "removed");
    EXPECT_EQ(text_at(example, "/key"), agent);
    EXPECT_TRUE(example.at("before").is_object());
    EXPECT_TRUE(example.at("after").is_null());
    const auto table = home_.run({"projection", "compare", "agent_metrics"});
    EXPECT_THAT(table.out, HasSubstr("removed " + agent + ": {"));
}

TEST_F(Cli, ProjectionStatusTellsDigests) {
    ASSERT_EQ(home_.run({"projection", "run", "agent_metrics"}).code, 0);
    ASSERT_EQ(home_.run({"projection", "rebuild", "agent_metrics"}).code, 0);
    std::set<std::string> digests;
    const auto status = answer({"projection", "status", "--digest"});
    for (const auto& v : status.at("items").as_array()) {
        if (text_at(v, "/name") != "agent_metrics") continue;
        EXPECT_GT(v.at("rows").to_number<int>(), 0);
        digests.insert(text_at(v, "/digest"));
    }
    EXPECT_EQ(digests.size(), 1U);
}

TEST_F(Cli, ProjectionStatusLooksAgainAndAgain) {
    ASSERT_EQ(home_.run({"projection", "run", "agent_metrics"}).code, 0);
    const auto looks = home_.run(
        {"projection", "status", "--watch", "--times", "3", "--every", "1ms", "-o", "jsonl"});
    ASSERT_EQ(looks.code, 0) << looks.err;
    const auto lines = lines_of(looks.out);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_TRUE(json_of(lines[0]).at("events_per_second").is_null());
    EXPECT_EQ(json_of(lines[2]).at("events_per_second").to_number<double>(), 0);
    EXPECT_TRUE(json_of(lines[2]).at("seconds_left").is_null());
    const auto table = home_.run({"projection", "status", "--watch", "--times", "2"});
    EXPECT_EQ(table.code, 0);
    EXPECT_EQ(home_.run({"projection", "status", "--watch", "-o", "json"}).code, 2);
    EXPECT_THAT(table.out, HasSubstr("EVENTS PER SECOND"));
}

TEST_F(Cli, ProjectionShowKnowsRowsThatAreNotThere) {
    EXPECT_EQ(home_.run({"projection", "show", "agent_metrics", "nobody"}).code, 3);
    EXPECT_EQ(home_.run({"projection", "show", "agent_metrics", "--prefix", "zzz"}).code, 1);
    const auto slip = home_.run({"projection", "show", "agent_metric"});
    EXPECT_EQ(slip.code, 3);
    EXPECT_THAT(slip.err, HasSubstr("did you mean agent_metrics?"));
    EXPECT_EQ(events({"projection", "show", "orchestration_state", "--prefix", "issue-"}).size(),
              3U);
    EXPECT_EQ(events({"projection", "show", "timeline", "--limit", "7"}).size(), 7U);
}

// import, export, doctor, reindex
// ------------------------------------------------------------------

TEST_F(Cli, ExportComesBackByImportInEveryFormat) {
    for (const std::string format : {"native", "orchestration", "cloudevents"}) {
        const std::string file = (home_.home / (format + ".jsonl.gz")).string();
        const std::string copy = (home_.home / (format + "-copy")).string();
        ASSERT_EQ(home_.run({"export", "--category", "issue", "-f", format, "-O", file}).code, 0);
        const std::vector<std::string> import{"import", file, "-f", format, "-s", copy, "--json"};
        const auto report = json_of(run_cli(import).out);
        EXPECT_EQ(report.at("added"), report.at("read")) << format;
        const auto repeated = run_cli(import);
        EXPECT_EQ(json_of(repeated.out).at("added").as_int64(), 0);
        EXPECT_THAT(repeated.err, HasSubstr("nothing new"));
        if (format == "native") continue;  // Tells places and recorded times, which are new.
        EXPECT_EQ(run_cli({"export", "-f", format, "-s", copy, "-q"}).out,
                  home_.run({"export", "--category", "issue", "-f", format, "-q"}).out)
            << format;
    }
}

TEST_F(Cli, ExportDoesNotOverwriteUnlessTold) {
    const std::string file = (home_.home / "all.jsonl").string();
    ASSERT_EQ(home_.run({"export", "-O", file}).code, 0);
    EXPECT_EQ(home_.run({"export", "-O", file}).code, 4);
    EXPECT_EQ(home_.run({"export", "-O", file, "--overwrite"}).code, 0);
    EXPECT_EQ(home_.run({"export", "--rotate", "1MB"}).code, 2);
    EXPECT_EQ(home_.run({"export", "-O", file, "--rotate", "much"}).code, 2);
}

TEST_F(Cli, ExportRotatesInWholeLines) {
    ASSERT_EQ(
        home_.run({"export", "-O", (home_.home / "log.jsonl").string(), "--rotate", "20kB"}).code,
        0);
    EXPECT_TRUE(std::filesystem::exists(home_.home / "log.1.jsonl"));
    const std::string copy = (home_.home / "copy").string();
    ASSERT_EQ(run_shell("daybook import log.1.jsonl log.*[2-9].jsonl log.jsonl -q -s " + copy,
                        {.directory = home_.home.path()})
                  .code,
              0);
    EXPECT_EQ(run_cli({"stats", "-s", copy, "--json"}).out, home_.run({"stats", "--json"}).out);
}

TEST_F(Cli, ImportStopsAtABadLineOrSetsItAside) {
    std::ofstream{home_.home / "mixed.jsonl"}
        << R"({"stream":"a-1","type":"A","id":"0191f0a0-0000-7000-8000-000000000001"})"
        << "\nnot json\n"
        << R"({"stream":"a-1","type":"B","id":"0191f0a0-0000-7000-8000-000000000002"})"
        << "\n";
    const std::string file = (home_.home / "mixed.jsonl").string();
    const std::string copy = (home_.home / "copy").string();
    const auto stopped = run_cli({"import", file, "-s", copy});
    EXPECT_EQ(stopped.code, 2);
    EXPECT_THAT(stopped.err, HasSubstr("mixed.jsonl"));
    EXPECT_THAT(stopped.err, HasSubstr("2"));
    EXPECT_EQ(run_cli({"stats", "-s", copy, "-q"}).code, 1);

    const std::string aside = (home_.home / "bad.jsonl").string();
    const auto skipped = run_cli({"import", file, "-s", copy, "--skip-bad", aside, "--json"});
    EXPECT_EQ(skipped.code, 0) << skipped.err;
    EXPECT_EQ(json_of(skipped.out).at("added").as_int64(), 2);
    EXPECT_EQ(json_of(skipped.out).at("skipped").as_int64(), 1);
    EXPECT_THAT(skipped.err, HasSubstr("1 bad lines"));
    EXPECT_TRUE(std::filesystem::exists(aside));
}

TEST_F(Cli, ImportWithoutItsFileMakesNoStore) {
    const auto copy = home_.home / "copy";
    EXPECT_EQ(run_cli({"import", "/no/such/file", "-s", copy.string()}).code, 3);
    EXPECT_FALSE(std::filesystem::exists(copy));
    EXPECT_EQ(run_cli({"import", "-s", copy.string()}).code, 2);
    EXPECT_EQ(run_cli({"import", "x", "--batch", "0", "-s", copy.string()}).code, 2);
}

TEST_F(Cli, DoctorFindsAGoodStoreGood) {
    ASSERT_EQ(home_.run({"projection", "run"}).code, 0);
    const auto told = answer({"doctor", "--deep"});
    EXPECT_TRUE(told.at("sound").as_bool());
    for (const auto& f : told.at("items").as_array())
        EXPECT_EQ(f.at("verdict").as_string(), "ok") << f.at("check") << f.at("found");
}

TEST_F(Cli, DoctorWatchTellsSizesAndHowTheyGrow) {
    const auto ran = home_.run({"doctor", "--watch", "1", "--times", "2", "-o", "jsonl"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    const auto lines = lines_of(ran.out);
    ASSERT_EQ(lines.size(), 2U);
    const auto first = json_of(lines[0]).as_object();
    const auto second = json_of(lines[1]).as_object();
    EXPECT_GT(first.at("events").to_number<double>(), 0);
    EXPECT_GT(first.at("disk_bytes").to_number<double>(), 0);
    EXPECT_GT(first.at("files").to_number<double>(), 2);
    EXPECT_TRUE(first.at("events_per_second").is_null());
    EXPECT_EQ(second.at("events_per_second").to_number<double>(), 0);
    EXPECT_EQ(second.at("events"), first.at("events"));
    const auto table = home_.run({"doctor", "--watch", "--times", "1"}).out;
    EXPECT_THAT(table, HasSubstr("disk bytes"));
}

TEST_F(Cli, DoctorRepairsACopyOfAStoreThatLostItsManifest) {
    const auto events = home_.run({"stats", "-o", "json"});
    ASSERT_EQ(events.code, 0) << events.err;
    const auto copy = home_.home / "hurt";
    const auto repaired = home_.home / "repaired";
    std::filesystem::copy(home_.store, copy);
    std::filesystem::remove(copy / "CURRENT");
    const auto ran = run_cli({"doctor", "-s", copy.string()});
    EXPECT_EQ(ran.code, 7);
    EXPECT_THAT(ran.err, HasSubstr("doctor --repair"));
    const auto told =
        run_cli({"doctor", "--repair", repaired.string(), "-s", copy.string(), "-o", "json"});
    ASSERT_EQ(told.code, 0) << told.err;
    EXPECT_TRUE(json_of(told.out).at("complete").as_bool());
    EXPECT_THAT(told.out, HasSubstr("CURRENT: missing"));
    EXPECT_EQ(run_cli({"doctor", "--deep", "-s", repaired.string()}).code, 0);
    // Into something that is there already.
    EXPECT_EQ(run_cli({"doctor", "--repair", repaired.string(), "-s", copy.string()}).code, 2);
}

TEST_F(Cli, DoctorMetricsAreTextForPrometheus) {
    const auto ran = home_.run({"doctor", "--deep", "--metrics"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    const auto read = parse_exposition(ran.out);
    EXPECT_EQ(read.faults, "");
    EXPECT_GT(read.value("daybook_events"), 0);
}

TEST_F(Cli, DoctorRefusesOptionsThatDoNotGoTogether) {
    for (const std::vector<std::string>& line : {std::vector<std::string>{"doctor", "5"},
                                                 {"doctor", "--times", "2"},
                                                 {"doctor", "--watch", "--deep"},
                                                 {"doctor", "--watch", "--metrics"},
                                                 {"doctor", "--repair", "x", "--deep"},
                                                 {"doctor", "--watch", "-o", "json"},
                                                 {"doctor", "--watch", "0"},
                                                 {"doctor", "--watch", "soon"},
                                                 {"doctor", "--watch", "--times", "0"}}) {
        EXPECT_EQ(home_.run(line).code, 2) << line.back();
    }
}

TEST_F(Cli, AppendCarriesATraceAndShowTellsIt) {
    const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    ASSERT_EQ(
        home_.run({"append", "trace-1", "Traced", "--traceparent", parent, "--tracestate", "a=1"})
            .code,
        0);
    const auto read = home_.run({"read", "trace-1", "-o", "jsonl"});
    EXPECT_THAT(read.out, HasSubstr("\"traceparent\":\"" + parent + "\""));
    EXPECT_THAT(home_.run({"read", "trace-1", "-o", "csv"}).out, HasSubstr(parent));
    EXPECT_THAT(home_.run({"export", "--stream", "trace-1", "--format", "cloudevents"}).out,
                HasSubstr("\"tracestate\":\"a=1\""));
    EXPECT_EQ(home_.run({"append", "trace-1", "Traced", "--traceparent", "nonsense"}).code, 2);
    EXPECT_EQ(home_.run({"append", "trace-1", "Traced", "--tracestate", "a=1"}).code, 2);
}

TEST_F(Cli, ReindexKeepsEveryAnswer) {
    const auto before = home_.run({"stats", "--by", "tag:phase", "--json"}).out;
    ASSERT_EQ(home_.run({"reindex", "--field", "/agent_name"}).code, 0);
    EXPECT_EQ(home_.run({"stats", "--by", "tag:phase", "--json"}).out, before);
    EXPECT_EQ(answer({"reindex"}).at("indexed_fields"), json_of(R"(["/agent_name"])"));
    EXPECT_TRUE(answer({"reindex", "--no-fields"}).at("indexed_fields").is_null());
    EXPECT_EQ(home_.run({"reindex", "--no-fields", "--field", "/a"}).code, 2);
}

}  // namespace
}  // namespace daybook::test
