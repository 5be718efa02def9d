// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: every kind of fault is found where it is, and nothing else is.
// Method: faults planted one by one and together in a sound log; sound logs, written at random and
// by the sample; random causes and places against what brute force says of them.

#include "sample/generator.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"
#include "written_log.hpp"

#include <boost/json/parse.hpp>
#include <boost/mp11/list.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace daybook::test {
namespace {

using replay::coverage;
using replay::finding;
using replay::finding_kind;
using replay::validation_options;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr auto hour = std::chrono::hours{1};

/// Two tasks and two notes, ten events that nothing is wrong with; `number` makes their names.
void add_block(written_log& to, const std::string& number = "1") {
    const auto at = to.events.size();
    const auto first = "task-" + number + "-a";
    const auto second = "task-" + number + "-b";
    const auto note = "note-" + number;
    to.add(first, "task.created");
    to.add(first, "task.assigned", "{}", {at});
    to.add(second, "task.created");
    to.add(first, "task.progress_updated", "{}", {at + 1});
    to.add(second, "task.assigned", "{}", {at + 2, at});
    to.add(first, "task.status_changed", R"({"changes":{"status":{"after":"completed"}}})",
           {at + 3});
    to.add(note, "Noted", R"({"n":1})");
    to.add(second, "task.progress_updated", "{}", {at + 4});
    to.add(note, "Noted", R"({"n":2})", {at + 6});
    to.add(note + "-more", "Noted");
}

using events = std::vector<written_event>;

/// Something that is wrong with a block: how it is made, and what is to be said.
struct planted {
    const char* name;
    std::function<void(events&, std::size_t at)> plant;
    finding_kind kind;
    std::size_t at;  ///< In the block.
    const char* explanation;
};

void PrintTo(const planted& fault, std::ostream* to) { *to << fault.name; }

const planted all_faults[] = {
    {"SequenceMissing", [](events& e, std::size_t at) { e[at + 8].sequence = 3; },
     finding_kind::gap_in_stream, 8, "sequence 2 is missing before this event"},
    {"SequencesMissing", [](events& e, std::size_t at) { e[at + 8].sequence = 9; },
     finding_kind::gap_in_stream, 8, "sequences 2 to 8 are missing"},
    {"BeginningMissing", [](events& e, std::size_t at) { e[at + 9].sequence = 2; },
     finding_kind::gap_in_stream, 9, "sequence 1 is missing"},
    {"PositionsSwapped", [](events& e, std::size_t at) { std::swap(e[at + 8], e[at + 9]); },
     finding_kind::out_of_order, 8, "comes after"},
    {"SequencesSwapped",
     [](events& e, std::size_t at) { std::swap(e[at + 6].sequence, e[at + 8].sequence); },
     finding_kind::out_of_order, 8, "sequence 1 comes after sequence 2"},
    {"StateUnknownAfterASwap",
     [](events& e, std::size_t at) { std::swap(e[at + 1].sequence, e[at + 3].sequence); },
     finding_kind::out_of_order, 3, "sequence 2 comes after sequence 3"},
    {"SequenceAgain", [](events& e, std::size_t at) { e[at + 8].sequence = 1; },
     finding_kind::out_of_order, 8, "sequence 1 comes again, after sequence 1"},
    {"SequenceZero", [](events& e, std::size_t at) { e[at + 9].sequence = 0; },
     finding_kind::out_of_order, 9, "sequences begin with 1"},
    {"HappenedBefore", [](events& e, std::size_t at) { e[at + 8].occurred -= hour; },
     finding_kind::time_runs_back, 8, "happened at"},
    {"RecordedBefore", [](events& e, std::size_t at) { e[at + 8].recorded -= hour; },
     finding_kind::time_runs_back, 8, "recorded at"},
    {"CauseMissing", [](events& e, std::size_t at) { e[at + 8].causes = {numbered_id(999'999)}; },
     finding_kind::unknown_cause, 8, "as a cause, which no event has as its id"},
    {"CauseLater",
     [](events& e, std::size_t at) { e[at + 6].causes = {numbered_id(e[at + 9].id)}; },
     finding_kind::cause_later, 6, "comes after it, at position"},
    {"CauseTwiceLater",
     [](events& e, std::size_t at) {
         e[at + 6].causes = {numbered_id(e[at + 9].id), numbered_id(e[at + 9].id)};
     },
     finding_kind::cause_later, 6, "comes after it, at position"},
    {"Circle", [](events& e, std::size_t at) { e[at + 6].causes = {numbered_id(e[at + 8].id)}; },
     finding_kind::causal_cycle, 6, "it is its own cause: position"},
    {"LongCircle", [](events& e, std::size_t at) { e[at].causes = {numbered_id(e[at + 5].id)}; },
     finding_kind::causal_cycle, 0, "is caused by"},
    {"OwnCause", [](events& e, std::size_t at) { e[at + 9].causes = {numbered_id(e[at + 9].id)}; },
     finding_kind::causal_cycle, 9, "it names itself"},
    {"IdTwice", [](events& e, std::size_t at) { e[at + 9].id = e[at + 3].id; },
     finding_kind::duplicate_id, 9, "its id is that of the event at position"},
    {"PayloadCut", [](events& e, std::size_t at) { e[at + 9].payload = R"({"n":)"; },
     finding_kind::undecodable, 9, "its payload is not the JSON that it says it is: byte 6"},
    {"PayloadOfAnotherShape", [](events& e, std::size_t at) { e[at + 9].payload = R"({"n":-1})"; },
     finding_kind::schema_violation, 9, "/n: found -1"},
    {"BegunTooEarly",
     [](events& e, std::size_t at) { e[at + 4].type = "orchestration.task.progress_updated"; },
     finding_kind::state_machine, 4, "while it is \"created\" since position"},
    {"NeverCreated", [](events& e, std::size_t at) { e[at + 2].type = "task.blocked"; },
     finding_kind::state_machine, 2,
     "before anything began it; allowed from: created, begun, blocked"},
    {"HappensLater",
     [](events& e, std::size_t at) { e[at + 9].occurred = e[at + 9].recorded + 2 * hour; },
     finding_kind::time_ahead, 9, "but was recorded already at"},
    {"CauseElsewhere", [](events& e, std::size_t at) { e[at + 8].correlation = "c-2"; },
     finding_kind::cause_elsewhere, 8, "is of another correlation"},
    {"PositionMissing",  // The last one: what follows moves.
     [](events& e, std::size_t at) {
         for (auto i = at + 9; i < e.size(); ++i) ++e[i].position;
     },
     finding_kind::gap_in_positions, 10, "position"},
};

validation_options options_of_tests() {
    validation_options options;
    options.warnings = true;
    options.check_schema = [](const replay::checked_event& event) {
        return event.payload == R"({"n":-1})" ? std::string{"/n: found -1"} : std::string{};
    };
    return options;
}

class PlantedFault : public testing::TestWithParam<planted> {};

TEST_P(PlantedFault, IsFoundAndNothingElse) {
    const auto& fault = GetParam();
    written_log log;
    add_block(log, "1");
    add_block(log, "2");
    add_block(log, "3");
    fault.plant(log.events, 10);
    const auto found = validated(log.events, options_of_tests());
    ASSERT_EQ(found.findings.size(), 1U) << testing::PrintToString(found.marks());
    const auto& one = found.findings.front();
    EXPECT_EQ(one.kind, fault.kind);
    EXPECT_EQ(one.position.value, 10 + fault.at);
    EXPECT_THAT(one.explanation, HasSubstr(fault.explanation));
    EXPECT_FALSE(one.stream.empty());
    EXPECT_FALSE(one.type.empty());
    EXPECT_TRUE(one.id.has_value());
    EXPECT_EQ(one.rule, one.kind == finding_kind::state_machine ? "task" : "");
    EXPECT_EQ(found.report.errors(), is_warning(fault.kind) ? 0U : 1U);
    EXPECT_EQ(found.report.warnings(), is_warning(fault.kind) ? 1U : 0U);
    EXPECT_EQ(found.report.events, 30U);
    EXPECT_THAT(found.report.unchecked, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(EachKind, PlantedFault, testing::ValuesIn(all_faults),
                         [](const auto& tested) { return std::string{tested.param.name}; });

TEST(Validate, FindsAllFaultsOfOneLog) {
    written_log log;
    std::vector<std::string> expected;
    std::set<finding_kind> kinds;
    for (std::size_t i = 0; i < std::size(all_faults); ++i) {
        add_block(log, std::to_string(i));
        expected.push_back(std::string{to_string(all_faults[i].kind)} + '@' +
                           std::to_string(i * 10 + all_faults[i].at));
        kinds.insert(all_faults[i].kind);
    }
    for (std::size_t i = 0; i < std::size(all_faults); ++i) all_faults[i].plant(log.events, i * 10);
    EXPECT_EQ(validated(log.events, options_of_tests()).marks(), expected);
    EXPECT_EQ(kinds.size(),
              boost::mp11::mp_size<boost::describe::describe_enumerators<finding_kind>>::value);
}

TEST(Validate, NamesTheOtherEvent) {
    written_log log;
    add_block(log);
    log.events[9].id = 4;
    log.events[6].causes = {numbered_id(9)};
    log.events[4].type = "task.progress_updated";
    const auto found = validated(log.events);
    ASSERT_THAT(found.marks(), ElementsAre("state_machine@4", "causal_cycle@6", "duplicate_id@9"));
    EXPECT_EQ(found.findings[0].other, position{2});
    EXPECT_EQ(found.findings[1].other, position{8});
    EXPECT_EQ(found.findings[2].other, position{3});
    EXPECT_EQ(found.findings[1].explanation,
              "it is its own cause: position 6 is caused by position 8 is caused by position 6");
}

TEST(Validate, SaysNothingOfWarningsUnlessAsked) {
    written_log log;
    add_block(log);
    log.events[8].correlation = "c-2";
    log.events[9].occurred += 2 * hour;
    const auto found = validated(log.events);
    EXPECT_THAT(found.marks(), IsEmpty());
    EXPECT_EQ(found.report.warnings(), 0U);
}

TEST(Validate, AllowsClocksToDisagreeALittle) {
    written_log log;
    add_block(log);
    log.events[8].occurred = log.events[6].occurred - std::chrono::milliseconds{900};
    EXPECT_THAT(validated(log.events).marks(), IsEmpty());
    EXPECT_THAT(validated(log.events, {.back_max = std::chrono::milliseconds{800}}).marks(),
                ElementsAre("time_runs_back@8"));
}

TEST(Validate, FollowsAThingWhereARuleWasBroken) {
    written_log log;
    log.add("task-1", "task.created");
    log.add("task-1", "task.progress_updated");  // Not begun: told once.
    log.add("task-1", "task.progress_updated");
    log.add("issue-1", "GapResolved", R"({"gap_id":"g-1"})");
    log.add("issue-1", "GapEscalated", R"({"gap_id":"g-1"})");
    const auto found = validated(log.events);
    ASSERT_THAT(found.marks(),
                ElementsAre("state_machine@1", "state_machine@3", "state_machine@4"));
    EXPECT_EQ(found.findings[2].explanation,
              "gap \"issue-1/g-1\": GapEscalated while it is \"resolved\" since position 3, which "
              "is final; allowed from: open");
}

TEST(Validate, TellsThingsApartByEveryPartOfTheKey) {
    const auto rules = replay::rule_set::parse(boost::json::parse(R"({"machines": [
        {"name": "lock", "key": ["$correlation", "$tag:door", "/lock"], "transitions": [
            {"on": "Locked", "from": "none", "to": "locked"},
            {"on": "Unlocked", "from": "locked", "to": "none"}]}]})"))
                           .value();
    const auto event = [](written_log& log, const char* type, const char* correlation,
                          const char* tag, const char* payload) {
        auto& made = log.add("house", type, payload);
        made.correlation = correlation;
        made.tags = {"doormat:x", tag, "door:no"};
    };
    written_log log;
    event(log, "Locked", "a", "door:1", R"({"lock":1})");
    event(log, "Locked", "b", "door:1", R"({"lock":1})");
    event(log, "Locked", "a", "door:2", R"({"lock":1})");
    event(log, "Locked", "a", "door:1", R"({"lock":2})");
    event(log, "Locked", "a", "door:1", R"({"lock":{}})");  // Of no lock.
    event(log, "Locked", "", "door:1", R"({"lock":1})");    // Of no correlation.
    event(log, "Unlocked", "a", "door:1", R"({"lock":1})");
    event(log, "Unlocked", "a", "door:1", R"({"lock":1})");
    validation_options options;
    options.rules = rules;
    EXPECT_THAT(validated(log.events, options).marks(), ElementsAre("state_machine@7"));
}

TEST(Validate, DoesNotReadPayloadsOfOtherContent) {
    written_log log;
    add_block(log);
    log.events[9].payload = "not JSON";
    log.events[9].content_type = "text/plain";
    EXPECT_THAT(validated(log.events).marks(), IsEmpty());
    log.events[9].content_type = "application/cloudevents+json; charset=utf-8";
    EXPECT_THAT(validated(log.events).marks(), ElementsAre("undecodable@9"));
}

TEST(Validate, CountsEventsWithoutPlaces) {
    written_log log;
    add_block(log);
    std::vector<finding> found;
    replay::validator checks{{}, [&](const finding& one) { found.push_back(one); }};
    for (const auto& one : log.events) {
        auto event = one.checked();
        event.position.reset();
        event.sequence.reset();
        event.source = "log.jsonl:7";
        if (one.position == 4) event.type = "task.progress_updated";
        checks.add(event);
    }
    EXPECT_EQ(checks.finish().value().errors(), 1U);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].position, position{4});
    EXPECT_EQ(found[0].source, "log.jsonl:7");
    EXPECT_FALSE(found[0].sequence.has_value());
}

TEST(Validate, TellsWhatCannotBeRead) {
    written_log log;
    add_block(log);
    std::vector<finding> found;
    replay::validator checks{{}, [&](const finding& one) { found.push_back(one); }};
    for (const auto& one : log.events) {
        if (one.position == 9) continue;
        checks.add(one.checked());
    }
    checks.add_unreadable("log.jsonl:10", "column 3: no");
    auto last = log.add("note-3", "Noted");
    checks.add(last.checked());
    EXPECT_EQ(checks.finish().value().errors(), 1U);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, finding_kind::undecodable);
    EXPECT_EQ(found[0].position, position{9});
    EXPECT_EQ(found[0].source, "log.jsonl:10");
    EXPECT_EQ(found[0].explanation, "column 3: no");
}

TEST(Validate, TakesAPartOfALogForWhatItIs) {
    written_log log;
    add_block(log, "1");
    add_block(log, "2");
    log.events[16].causes = {numbered_id(20)};  // That comes later.
    events part{log.events.begin() + 3, log.events.end()};
    EXPECT_GE(validated(part).findings.size(), 5U);
    EXPECT_THAT(validated(part, {.covers = coverage::part}).marks(), ElementsAre("cause_later@16"));
    part.erase(part.begin() + 9);  // Position 12, the first of its stream.
    EXPECT_THAT(validated(part, {.covers = coverage::part}).marks(),
                ElementsAre("gap_in_positions@13", "cause_later@16"));
}

TEST(Validate, SaysWhatLimitsKeptFromBeingChecked) {
    written_log log;
    add_block(log);
    const auto unchecked = [&](validation_options options) {
        const auto found = validated(log.events, std::move(options));
        EXPECT_THAT(found.marks(), IsEmpty());
        return found.report.unchecked;
    };
    EXPECT_THAT(unchecked({.ids_max = 6}), ElementsAre(Pair("causes", 1), Pair("ids", 4)));
    EXPECT_THAT(unchecked({.streams_max = 3}), ElementsAre(Pair("streams", 1)));
    EXPECT_THAT(unchecked({.things_max = 1}), ElementsAre(Pair("things", 3)));
    log.events[8].causes = {numbered_id(99)};
    EXPECT_THAT(unchecked({.waiting_max = 0}), ElementsAre(Pair("causes", 1)));
    log.events[8].causes.clear();
    log.events[6].causes = {numbered_id(9)};
    EXPECT_THAT(validated(log.events, {.edges_max = 0}).report.unchecked,
                ElementsAre(Pair("cycles", 1)));
}

TEST(Validate, TellsGapsAtOnceWhereTheyCannotBeKept) {
    written_log log;
    add_block(log);
    log.events[8].sequence = 3;
    EXPECT_THAT(validated(log.events, {.waiting_max = 0}).marks(), ElementsAre("gap_in_stream@8"));
}

// Random logs -----------------------------------------------------------------------------------

/// A log as many clients write it: streams, causes and clocks of all kinds, nothing wrong.
written_log sound_log(randomness& random, std::size_t count) {
    written_log log;
    for (std::size_t i = 0; i < count; ++i) {
        auto& made = log.add("s-" + std::to_string(random.below(12)), "T", R"({"a":[1,{}]})");
        for (auto n = i == 0 ? 0 : random.below(4); n > 0; --n)
            made.causes.push_back(numbered_id(random.below(i) + 1));
        made.occurred += std::chrono::milliseconds{random.below(2000)} - hour;
        made.recorded += std::chrono::seconds{random.below(2)};
    }
    std::uint64_t numbers = random.below(1'000'000'000);
    std::map<event_id, std::uint64_t> renamed;
    for (auto& one : log.events) renamed[numbered_id(one.id)] = numbers + one.id;
    for (auto& one : log.events) {
        one.id += numbers;
        for (auto& cause : one.causes) cause = numbered_id(renamed.at(cause));
    }
    return log;
}

TEST(Validate, FindsNothingInRandomSoundLogs) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    for (int round = 0; round < 60; ++round) {
        const auto log = sound_log(random, random.between(0, 400));
        validation_options options;
        options.warnings = true;
        EXPECT_THAT(validated(log.events, options).marks(), IsEmpty());
    }
}

TEST(Validate, FindsNothingInTheSample) {
    for (const auto shape :
         {sample::shape::sprint, sample::shape::orchestration, sample::shape::activity}) {
        sample::generator make{{.seed = 7, .events = 20'000, .shape = shape}};
        validation_options options;
        std::vector<finding> found;
        replay::validator checks{options, [&](const finding& one) { found.push_back(one); }};
        sample::sample_event one;
        while (make.next(one)) checks.add(replay::checked_event::of(one.stream, one.event));
        EXPECT_EQ(checks.finish().value().events, 20'000U);
        for (const auto& bad : found) {
            ADD_FAILURE() << to_string(bad.kind) << ' ' << bad.stream << ": " << bad.explanation;
            if (&bad - found.data() > 10) break;
        }
    }
}

/// What is to be said of causes, when all events are known.
std::vector<std::string> causes_by_force(const events& all) {
    const auto count = all.size();
    std::map<event_id, std::size_t> places;
    for (std::size_t i = 0; i < count; ++i) places[numbered_id(all[i].id)] = i;
    std::vector<std::vector<bool>> leads(count, std::vector<bool>(count));
    for (std::size_t i = 0; i < count; ++i) {
        for (const auto& cause : all[i].causes) {
            const auto at = places.find(cause);
            if (at != places.end() && at->second != i) leads[i][at->second] = true;
        }
    }
    const auto direct = leads;
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t j = 0; leads[i][k] && j < count; ++j)
                leads[i][j] = leads[i][j] || leads[k][j];
        }
    }
    std::multiset<std::pair<std::size_t, finding_kind>> expected;
    for (std::size_t i = 0; i < count; ++i) {
        const std::set<event_id> causes{all[i].causes.begin(), all[i].causes.end()};
        for (const auto& cause : causes) {
            if (!places.contains(cause)) expected.insert({i, finding_kind::unknown_cause});
        }
        if (causes.contains(numbered_id(all[i].id)))
            expected.insert({i, finding_kind::causal_cycle});
        for (std::size_t j = i + 1; j < count; ++j) {
            if (direct[i][j] && !leads[j][i]) expected.insert({i, finding_kind::cause_later});
        }
        bool first = leads[i][i];
        for (std::size_t j = 0; j < i; ++j) first = first && !(leads[i][j] && leads[j][i]);
        if (first) expected.insert({i, finding_kind::causal_cycle});
    }
    std::vector<std::string> marks;
    for (const auto& [at, kind] : expected)
        marks.push_back(std::string{to_string(kind)} + '@' + std::to_string(at));
    return marks;
}

TEST(Validate, SaysOfRandomCausesWhatBruteForceSays) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    for (int round = 0; round < 200; ++round) {
        written_log log;
        const auto count = random.between(1, 25);
        const auto density = random.between(1, 3);
        for (std::uint64_t i = 0; i < count; ++i) {
            auto& made = log.add("s", "T");
            for (auto n = random.below(density + 1); n > 0; --n) {
                const auto any = random.chance(40) ? count + 3 : i + 1;
                made.causes.push_back(numbered_id(random.below(any) + 1));
            }
        }
        ASSERT_EQ(validated(log.events).marks(), causes_by_force(log.events)) << round;
    }
}

TEST(Validate, SaysOfRandomPlacesWhatBruteForceSays) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    randomness random{seed};
    for (int round = 0; round < 200; ++round) {
        written_log log;
        for (auto count = random.between(2, 30); count > 0; --count) log.add("s", "T");
        auto& all = log.events;
        for (auto n = random.below(6); n > 0; --n)
            std::swap(all[random.below(all.size())], all[random.below(all.size())]);
        for (auto n = random.below(4); n > 0 && all.size() > 1; --n)
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(random.below(all.size())));
        std::set<std::uint64_t> there;
        std::uint64_t late = 0;
        for (const auto& one : all) {
            if (!there.empty() && one.position < *there.rbegin()) ++late;
            there.insert(one.position);
        }
        std::uint64_t gaps = 0;
        for (std::uint64_t at = 0; at < *there.rbegin(); ++at)
            gaps += !there.contains(at) && (at == 0 || there.contains(at - 1));
        auto counts = validated(all).report.findings;
        EXPECT_EQ(counts[finding_kind::out_of_order], late);
        EXPECT_EQ(counts[finding_kind::gap_in_positions], gaps);
        EXPECT_EQ(counts[finding_kind::gap_in_stream], gaps);
        EXPECT_EQ(counts[finding_kind::time_runs_back], 0U);
        EXPECT_EQ(counts.size(), 4U);
    }
}

}  // namespace
}  // namespace daybook::test
