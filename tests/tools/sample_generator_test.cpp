// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the sample is the same for the same seed, everywhere and for ever, and believable: causes
// come first, times go on, every type appears, streams overlap as work does.
// Method: invariants over some tens of thousands of events; a digest pins the exact bytes.

#include <daybook/raw_json.hpp>
#include <daybook/store.hpp>

#include "sample/demo_sprint.hpp"
#include "sample/generator.hpp"
#include "sample/random.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace daybook::test {
namespace {

using sample::generator;
using sample::generator_options;
using sample::sample_event;
using sample::shape;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;

std::string as_text(const sample_event& one) {
    std::string text = one.stream + '\n' + to_string(*one.event.id) + one.event.type + '\n' +
                       one.event.payload + one.event.correlation + '\n' +
                       to_string(*one.event.occurred_at) + one.event.actor.type +
                       one.event.actor.id + one.event.actor.model + one.event.schema;
    for (const auto& tag : one.event.tags) text += '\n' + tag;
    for (const auto& cause : one.event.causes) text += '\n' + to_string(cause);
    return text;
}

std::uint64_t digest(std::string_view text, std::uint64_t before) {
    for (const char c : text) {
        before = sample::scramble(before ^ static_cast<unsigned char>(c)) + 1;
    }
    return before;
}

std::uint64_t digest_of(const generator_options& options) {
    generator made{options};
    sample_event next;
    std::uint64_t sum = 0;
    while (made.next(next)) sum = digest(as_text(next), sum);
    return sum;
}

std::vector<sample_event> all(const generator_options& options) {
    generator made{options};
    std::vector<sample_event> events;
    sample_event next;
    while (made.next(next)) events.push_back(next);
    return events;
}

void expect_sound(const std::vector<sample_event>& events) {
    std::set<event_id> ids;
    timestamp last = timestamp_min;
    for (const auto& [stream, event] : events) {
        ASSERT_GE(*event.occurred_at, last);
        last = *event.occurred_at;
        for (const auto& cause : event.causes) {
            ASSERT_TRUE(ids.contains(cause)) << event.type << " in " << stream;
        }
        ASSERT_TRUE(ids.insert(*event.id).second);
        ASSERT_EQ(event.id->bytes[6] >> 4U, 7U);
        ASSERT_THAT(check_json(event.payload), HoldsValue()) << event.payload;
        ASSERT_NE(category_of(stream), stream);
    }
}

std::map<std::string, std::uint64_t> count_types(const std::vector<sample_event>& events) {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& one : events) ++counts[one.event.type];
    return counts;
}

std::vector<std::string> missing(std::span<const std::string_view> types,
                                 const std::vector<sample_event>& events) {
    const auto counts = count_types(events);
    std::vector<std::string> absent;
    for (const auto type : types) {
        if (!counts.contains(std::string{type})) absent.emplace_back(type);
    }
    return absent;
}

TEST(SampleGenerator, IsTheSameForTheSameSeedEverywhere) {
    EXPECT_EQ(digest_of({.seed = 1, .events = 5'000}), 9264123923431542219U);
    EXPECT_EQ(digest_of({.seed = 1, .events = 5'000, .shape = shape::uniform}),
              16375337641344138309U);
    EXPECT_NE(digest_of({.seed = 2, .events = 5'000}), digest_of({.seed = 1, .events = 5'000}));
}

TEST(SampleGenerator, DoesNotDependOnWhatTheEventHeldBefore) {
    generator fresh{{.seed = 5, .events = 500}};
    generator reused{{.seed = 5, .events = 500}};
    sample_event again;
    for (int i = 0; i < 500; ++i) {
        sample_event made;
        ASSERT_TRUE(fresh.next(made));
        ASSERT_TRUE(reused.next(again));
        ASSERT_EQ(as_text(made), as_text(again));
        again.event.extensions = "{}";
        again.event.tags.resize(20, "x:y");
    }
    EXPECT_FALSE(fresh.next(again));
    EXPECT_EQ(fresh.made(), 500U);
}

TEST(SampleGenerator, PutsCausesFirstAndNeverGoesBackInTime) {
    for (const auto which :
         {shape::sprint, shape::orchestration, shape::activity, shape::uniform}) {
        expect_sound(all({.seed = 11, .events = 10'000, .shape = which}));
    }
}

TEST(SampleGenerator, ShowsEveryType) {
    const auto events = all({.seed = 1, .events = 30'000});
    EXPECT_THAT(missing(sample::orchestration_types(), events), IsEmpty());
    EXPECT_THAT(missing(sample::activity_types(), events), IsEmpty());
    EXPECT_THAT(missing(sample::planning_types(), events), IsEmpty());
    EXPECT_EQ(count_types(events).size(), sample::orchestration_types().size() +
                                              sample::activity_types().size() +
                                              sample::planning_types().size());
    EXPECT_EQ(sample::activity_types().size(), 6U);
    EXPECT_EQ(sample::planning_types().size(), 9U);
}

TEST(SampleGenerator, JoinsWhatSeveralAgentsDid) {
    std::size_t joins = 0;
    for (const auto& one : all({.events = 5'000})) joins += one.event.causes.size() > 1 ? 1U : 0U;
    EXPECT_GT(joins, 250U);
}

TEST(SampleGenerator, LetsStreamsOverlapAndEnd) {
    // An issue's events lie within hours and within a small part of the log.
    constexpr std::uint32_t active = 12;
    std::map<std::string, std::pair<std::size_t, std::size_t>> span;
    const auto events =
        all({.events = 20'000, .shape = shape::orchestration, .streams_active = active});
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto [at, is_new] = span.try_emplace(events[i].stream, i, i);
        at->second.second = i;
    }
    EXPECT_GT(span.size(), 150U);
    std::size_t overlapping = 0;
    std::vector<std::size_t> lengths;
    for (const auto& [stream, ends] : span) {
        overlapping += ends.first <= 10'000 && ends.second >= 10'000 ? 1U : 0U;
        lengths.push_back(ends.second - ends.first);
    }
    EXPECT_THAT(overlapping, AllOf(Ge(2U), Le(active)));
    std::ranges::sort(lengths);
    EXPECT_LT(lengths[lengths.size() / 2], 2'000U);
    EXPECT_GT(lengths[lengths.size() / 2], 100U);
}

TEST(SampleGenerator, SummarisesEach25EventsOfAPhaseAndEach100) {
    std::map<std::string, std::uint64_t> sequences;
    std::uint64_t summaries = 0;
    for (const auto& [stream, event] : all({.events = 30'000, .shape = shape::orchestration})) {
        const auto at = ++sequences[stream];
        if (event.type == "OrchestrationSummaryCreated") {
            ++summaries;
            EXPECT_THAT(event.payload, HasSubstr("\"from_sequence\":" + std::to_string(at - 100) +
                                                 ",\"to_sequence\":" + std::to_string(at - 1)));
        }
    }
    EXPECT_GT(summaries, 3U);
}

TEST(SampleGenerator, SpreadsUniformStreamsEvenly) {
    const auto events = all({.events = 5'000, .shape = shape::uniform, .events_per_stream = 50});
    std::map<std::string, std::vector<std::size_t>> places;
    for (std::size_t i = 0; i < events.size(); ++i) places[events[i].stream].push_back(i);
    ASSERT_EQ(places.size(), 100U);
    for (const auto& [stream, at] : places) {
        ASSERT_EQ(at.size(), 50U);
        for (std::size_t i = 1; i < at.size(); ++i) ASSERT_EQ(at[i] - at[i - 1], 100U);
    }
}

TEST(SampleGenerator, TakesAnyOptions) {
    EXPECT_THAT(all({.events = 0}), IsEmpty());
    EXPECT_EQ(all({.events = 7, .streams_active = 0}).size(), 7U);
    EXPECT_EQ(all({.events = 7, .shape = shape::uniform, .events_per_stream = 0}).size(), 7U);
    EXPECT_EQ(all({.events = 7, .shape = shape::uniform, .events_per_stream = 50}).size(), 7U);
    for (const auto& one : all({.events = 100, .shape = shape::orchestration, .project = "XY"})) {
        EXPECT_TRUE(one.stream.starts_with("issue-XY-")) << one.stream;
    }
}

TEST(SampleGenerator, MakesEventsThatAStoreTakes) {
    fresh_store log;
    for (const auto& one : all({.events = 2'000})) {
        ASSERT_THAT(log->append(one.stream, expected::any(), {one.event}), HoldsValue());
    }
    EXPECT_THAT(log->check(), HoldsValue());
}

TEST(DemoSprint, IsSoundAndShowsEveryType) {
    const auto script = sample::demo_sprint();
    expect_sound(script.events);
    EXPECT_THAT(script.events.size(), AllOf(Ge(200U), Le(400U)));
    EXPECT_THAT(missing(sample::orchestration_types(), script.events), IsEmpty());
    EXPECT_THAT(missing(sample::activity_types(), script.events), IsEmpty());
    EXPECT_THAT(missing(sample::planning_types(), script.events), IsEmpty());
}

TEST(DemoSprint, IsTheSameEveryTime) {
    std::uint64_t sum = 0;
    for (const auto& one : sample::demo_sprint().events) sum = digest(as_text(one), sum);
    EXPECT_EQ(sum, 8402641484284074708U);
}

TEST(DemoSprint, PointsAtWhatItSays) {
    const auto script = sample::demo_sprint();
    const auto find = [&](const event_id& id) -> const sample_event& {
        return *std::ranges::find_if(script.events,
                                     [&](const auto& one) { return one.event.id == id; });
    };
    EXPECT_EQ(find(script.failure).event.type, "TestRunFailed");
    EXPECT_EQ(find(script.recovery).event.type, "RecoverySucceeded");
    EXPECT_EQ(find(script.recovery).event.causes.size(), 3U);
    EXPECT_EQ(find(script.gap_found).event.type, "GapIdentified");
    EXPECT_EQ(find(script.gap_resolved).event.type, "GapResolved");
    EXPECT_EQ(find(script.merge).event.type, "PRMerged");
    EXPECT_LT(*find(script.failure).event.occurred_at, script.in_trouble);
    EXPECT_LT(script.in_trouble, *find(script.recovery).event.occurred_at);
    for (const auto& id : {script.failure, script.recovery, script.gap_found, script.merge}) {
        EXPECT_EQ(find(id).stream, script.stream);
        EXPECT_EQ(find(id).event.correlation, script.correlation);
    }
}

TEST(DemoSprint, LeadsFromTheStartToTheMergeThroughTheRecovery) {
    fresh_store log;
    const auto script = sample::demo_sprint();
    for (const auto& one : script.events) {
        ASSERT_THAT(log->append(one.stream, expected::any(), {one.event}), HoldsValue());
    }
    const auto causes = log->causes(script.merge).value();
    std::set<std::string> types;
    for (const auto& node : causes.nodes) types.insert(std::string{node.event.type()});
    for (const auto* type : {"OrchestrationStarted", "TestRunFailed", "RecoveryFailed",
                             "RecoverySucceeded", "GapIdentified", "GapResolved"}) {
        EXPECT_TRUE(types.contains(type)) << type;
    }
    EXPECT_THAT(causes.missing, IsEmpty());
}

}  // namespace
}  // namespace daybook::test
