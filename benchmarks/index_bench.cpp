// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What the index of a segment costs: collecting terms, adding an event in memory, encoding what is
// sealed, and decoding it.
//
// Read `items_per_second` as events per second, except for postings: there it is offsets.

#include <daybook/store.hpp>

#include "index_codec.hpp"
#include "offset_set.hpp"
#include "postings.hpp"
#include "record.hpp"
#include "support/events.hpp"
#include "support/scratch_directory.hpp"
#include "tail_segment.hpp"
#include "terms.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <filesystem>
#include <memory>

namespace {

using namespace daybook;

/// A whole segment of records, as a store writes them.
const bench::record_pool& segment_records() {
    static const auto made = [] {
        const bench::scratch_directory directory{std::filesystem::temp_directory_path() /
                                                 "daybook-index-bench"};
        auto log =
            store::open(directory.path(), {.default_durability = durability::written}).value();
        for (const auto& one :
             bench::make_commits({.events = limits::segment_events, .per_commit = 128})) {
            static_cast<void>(log.commit(one).value());
        }
        return bench::record_pool{log};
    }();
    return made;
}

void collect_terms(benchmark::State& state) {
    const auto& records = segment_records().records();
    const term_rules rules{.seed = 1};
    std::vector<term> terms;
    std::deque<std::string> texts;
    std::size_t i = 0;
    std::size_t found = 0;
    for (auto _ : state) {
        terms.clear();
        rules.collect(record_access::trusted(records[i++ % records.size()]), terms, texts);
        benchmark::DoNotOptimize(terms.data());
        found += terms.size();
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["terms"] = static_cast<double>(found) / static_cast<double>(state.iterations());
}
BENCHMARK(collect_terms);

std::unique_ptr<tail_segment> filled_segment() {
    const term_rules rules{.seed = 1};
    auto tail = std::make_unique<tail_segment>(0);
    std::vector<term> terms;
    std::deque<std::string> texts;
    for (const auto record : segment_records().records()) {
        terms.clear();
        const auto event = record_access::trusted(record);
        rules.collect(event, terms, texts);
        if (tail->summary().events % 40 == 0) tail->begin_frame();
        tail->add(event, terms);
    }
    return tail;
}

/// Adds a whole segment, terms collected beforehand.
void add_to_tail(benchmark::State& state) {
    const auto& records = segment_records().records();
    const term_rules rules{.seed = 1};
    std::vector<term> terms;
    std::vector<std::size_t> ends;
    std::deque<std::string> texts;
    for (const auto record : records) {
        rules.collect(record_access::trusted(record), terms, texts);
        ends.push_back(terms.size());
    }
    for (auto _ : state) {
        tail_segment tail{0};
        std::size_t begin = 0;
        for (std::size_t i = 0; i < records.size(); ++i) {
            tail.add(record_access::trusted(records[i]),
                     std::span{terms}.subspan(begin, ends[i] - begin));
            begin = ends[i];
        }
        benchmark::DoNotOptimize(tail.summary());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records.size()));
}
BENCHMARK(add_to_tail)->Unit(benchmark::kMillisecond);

/// Sorts and encodes a whole segment: the work of sealing without the writing of the file.
void encode_segment(benchmark::State& state) {
    const auto tail = filled_segment();
    std::size_t entries = 0;
    std::size_t bytes = 0;
    for (auto _ : state) {
        index_codec::for_each_entry(*tail, [&](std::string_view key, std::string_view value) {
            ++entries;
            bytes += key.size() + value.size();
        });
        benchmark::DoNotOptimize(index_codec::stream_keys(*tail));
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(limits::segment_events));
    const auto rounds = static_cast<double>(state.iterations());
    state.counters["entries"] = static_cast<double>(entries) / rounds;
    state.counters["bytes_per_event"] =
        static_cast<double>(bytes) / rounds / static_cast<double>(limits::segment_events);
}
BENCHMARK(encode_segment)->Unit(benchmark::kMillisecond);

void decode_times(benchmark::State& state) {
    const auto tail = filled_segment();
    std::string encoded;
    index_codec::for_each_entry(*tail, [&](std::string_view key, std::string_view value) {
        if (key.substr(0, 5) == index_codec::key_prefix(0, field::times)) encoded = value;
    });
    std::vector<std::int64_t> times;
    for (auto _ : state) benchmark::DoNotOptimize(index_codec::decode_times(encoded, times));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(limits::segment_events));
}
BENCHMARK(decode_times)->Unit(benchmark::kMicrosecond);

/// `count` offsets, evenly spread.
std::vector<std::uint16_t> spread_offsets(std::int64_t count) {
    std::vector<std::uint16_t> offsets;
    for (std::int64_t i = 0; i < count; ++i) {
        offsets.push_back(static_cast<std::uint16_t>(i * 65'536 / count));
    }
    return offsets;
}

void encode_postings(benchmark::State& state) {
    const auto offsets = spread_offsets(state.range(0));
    std::string out;
    for (auto _ : state) {
        out.clear();
        postings::encode(out, offsets);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK(encode_postings)->ArgName("offsets")->Arg(1)->Arg(100)->Arg(4'000)->Arg(30'000);

void decode_postings(benchmark::State& state) {
    std::string encoded;
    postings::encode(encoded, spread_offsets(state.range(0)));
    offset_set set;
    for (auto _ : state) benchmark::DoNotOptimize(postings::decode(encoded, set));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(decode_postings)->ArgName("offsets")->Arg(1)->Arg(100)->Arg(4'000)->Arg(30'000);

void intersect_sets(benchmark::State& state) {
    offset_set a;
    offset_set b;
    for (const auto offset : spread_offsets(4'000)) a.add(offset);
    b.fill();
    for (auto _ : state) {
        a &= b;
        benchmark::DoNotOptimize(a.empty());
    }
}
BENCHMARK(intersect_sets);

}  // namespace
