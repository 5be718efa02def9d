// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What one call costs on the way in and out: ids, times, JSON, records.
//
// Read `Time` as nanoseconds per call. Nothing here touches a disk.

#include <daybook/daybook.hpp>

#include "record.hpp"
#include "support/events.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace daybook;

/// Events of the published figures; see support/events.hpp.
const std::vector<sample::sample_event>& some_events() {
    static const auto made = [] {
        std::vector<sample::sample_event> all(1'024);
        bench::event_source source{{.events = all.size()}, bench::event_shape::figures};
        for (auto& one : all) source.next(one);
        return all;
    }();
    return made;
}

record::draft draft_of(const sample::sample_event& from) {
    const auto& event = from.event;
    return {.stream = from.stream,
            .type = event.type,
            .schema = event.schema,
            .correlation = event.correlation,
            .actor = {event.actor.type, event.actor.id, event.actor.model},
            .content_type = event.content_type,
            .payload = event.payload,
            .causes = event.causes,
            .tags = event.tags,
            .id = {{1}},
            .occurred_at = event.occurred_at.value_or(timestamp{})};
}

std::vector<std::string> some_records() {
    std::vector<std::string> all;
    for (const auto& one : some_events()) record::encode(all.emplace_back(), draft_of(one));
    return all;
}

void make_event_id(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(event_id::make());
}
BENCHMARK(make_event_id);
BENCHMARK(make_event_id)->Name("make_event_id/two_threads")->Threads(2);

void print_event_id(benchmark::State& state) {
    const auto id = event_id::make();
    for (auto _ : state) benchmark::DoNotOptimize(to_string(id));
}
BENCHMARK(print_event_id);

void parse_event_id_text(benchmark::State& state) {
    const auto text = to_string(event_id::make());
    for (auto _ : state) benchmark::DoNotOptimize(parse_event_id(text));
}
BENCHMARK(parse_event_id_text);

void print_timestamp(benchmark::State& state) {
    const auto time = parse_timestamp("2025-12-22T10:30:00.123456Z").value();
    for (auto _ : state) benchmark::DoNotOptimize(to_string(time));
}
BENCHMARK(print_timestamp);

void parse_timestamp_text(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(parse_timestamp("2025-12-22T10:30:00.123+01:00"));
    }
}
BENCHMARK(parse_timestamp_text);

void check_payload(benchmark::State& state) {
    const auto& events = some_events();
    std::size_t i = 0;
    std::size_t bytes = 0;
    for (auto _ : state) {
        const auto& payload = events[i++ % events.size()].event.payload;
        benchmark::DoNotOptimize(check_json(payload));
        bytes += payload.size();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(check_payload);

/// One payload of so many bytes: an array of strings, so that nothing is short.
void check_large_json(benchmark::State& state) {
    std::string json = "[";
    while (json.size() < static_cast<std::size_t>(state.range(0))) {
        json += json.size() > 1 ? "," : "";
        json += R"({"text":"What a person wrote, with an \"escape\" and \u00fcmlauts","n":12.5})";
    }
    json += "]";
    for (auto _ : state) benchmark::DoNotOptimize(check_json(json));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
}
BENCHMARK(check_large_json)->ArgName("bytes")->Arg(4'096)->Arg(1'048'576);

void encode_record(benchmark::State& state) {
    const auto& events = some_events();
    std::string out;
    std::size_t i = 0;
    std::size_t bytes = 0;
    for (auto _ : state) {
        out.clear();
        record::encode(out, draft_of(events[i++ % events.size()]));
        benchmark::DoNotOptimize(out.data());
        bytes += out.size();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(encode_record);

void parse_record(benchmark::State& state) {
    const auto records = some_records();
    std::size_t i = 0;
    for (auto _ : state) {
        auto event = event_view::parse(records[i++ % records.size()]);
        benchmark::DoNotOptimize(event->payload());
    }
}
BENCHMARK(parse_record);

void find_tag(benchmark::State& state) {
    const auto records = some_records();
    std::size_t i = 0;
    for (auto _ : state) {
        const auto event = record_access::trusted(records[i++ % records.size()]);
        benchmark::DoNotOptimize(event.tag("severity"));
    }
}
BENCHMARK(find_tag);

void print_event_as_json(benchmark::State& state) {
    const auto records = some_records();
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(to_json(record_access::trusted(records[i++ % records.size()])));
    }
}
BENCHMARK(print_event_as_json);

void read_event_from_json(benchmark::State& state) {
    std::vector<std::string> lines;
    for (const auto& one : some_records()) lines.push_back(to_json(record_access::trusted(one)));
    std::size_t i = 0;
    for (auto _ : state) benchmark::DoNotOptimize(event_from_json(lines[i++ % lines.size()]));
}
BENCHMARK(read_event_from_json);

void match_query(benchmark::State& state) {
    const auto records = some_records();
    query wanted = criteria{.types = {"AgentCompleted"}, .tags = {"severity:success"}};
    if (state.range(0) != 0) {
        wanted.where = {parse_payload_condition("/quality_score>=80").value()};
    }
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            wanted.matches(record_access::trusted(records[i++ % records.size()])));
    }
}
BENCHMARK(match_query)->ArgName("payload")->Arg(0)->Arg(1);

}  // namespace
