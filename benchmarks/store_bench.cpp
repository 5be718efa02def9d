// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What one call of a store costs: appending, reading one event, the head of a stream, queries.
//
// The store holds 300 000 events in sprints, four sealed segments and a tail, and everything that
// is read fits its caches. Appends are `written`: what a disk adds is for daybook_bench. Read
// `items_per_second` as events per second.

#include <daybook/store.hpp>

#include "support/events.hpp"
#include "support/scratch_directory.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>
#include <random>
#include <string>

namespace {

using namespace daybook;

constexpr std::uint64_t events_stored = 300'000;

bench::scratch_directory make_directory(const std::string& name) {
    return bench::scratch_directory{std::filesystem::temp_directory_path() / name};
}

const store_options written{.default_durability = durability::written};

/// The store that reads share.
class shared_store {
public:
    shared_store() : directory_{make_directory("daybook-store-bench")} {
        log_.emplace(store::open(directory_.path(), written).value());
        const bench::pool_options pool{
            .events = events_stored, .per_commit = 100, .one_stream = false};
        for (const auto& one : bench::make_commits(pool)) {
            static_cast<void>(log_->commit(one).value());
        }
        log_->finish_background_work().value();
    }
    store& log() { return *log_; }

    /// Events from all over the log.
    std::vector<event> some_events(std::size_t count) {
        std::mt19937_64 random{1};
        std::vector<event> chosen;
        for (std::size_t i = 0; i < count; ++i) {
            chosen.push_back(log_->read_one(position{random() % events_stored}).value());
        }
        return chosen;
    }

private:
    bench::scratch_directory directory_;
    std::optional<store> log_;
};

shared_store& shared() {
    static shared_store made;
    return made;
}

void append(benchmark::State& state) {
    const auto directory = make_directory("daybook-append-bench");
    auto log = store::open(directory.path(), written).value();
    const auto per_commit = static_cast<std::size_t>(state.range(0));
    const auto commits = bench::make_commits({.events = 65'536, .per_commit = per_commit});
    std::size_t i = 0;
    for (auto _ : state) {
        const auto& one = commits[i++ % commits.size()].streams.front();
        auto receipt = log.append(one.stream, expected::any(), one.events);
        if (!receipt) return state.SkipWithError(receipt.error().message.c_str());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(append)->ArgName("events")->Arg(1)->Arg(100)->UseRealTime();

void read_one_by_position(benchmark::State& state) {
    auto& log = shared().log();
    std::mt19937_64 random{2};
    for (auto _ : state) {
        auto found = log.read_one(position{random() % events_stored});
        if (!found) return state.SkipWithError(found.error().message.c_str());
    }
}
BENCHMARK(read_one_by_position);

void read_one_by_id(benchmark::State& state) {
    const auto events = shared().some_events(4'096);
    std::size_t i = 0;
    for (auto _ : state) {
        auto found = shared().log().read_one(events[i++ % events.size()].id());
        if (!found) return state.SkipWithError(found.error().message.c_str());
    }
}
BENCHMARK(read_one_by_id);

/// An id that is not there: every segment is asked.
void miss_one_by_id(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(shared().log().read_one(event_id::make()));
}
BENCHMARK(miss_one_by_id);

void head_of_stream(benchmark::State& state) {
    const auto events = shared().some_events(4'096);
    std::size_t i = 0;
    for (auto _ : state) {
        auto head = shared().log().head(events[i++ % events.size()].stream());
        if (!head) return state.SkipWithError(head.error().message.c_str());
    }
}
BENCHMARK(head_of_stream);

void head_of_no_stream(benchmark::State& state) {
    std::uint64_t number = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(shared().log().head("none-" + std::to_string(number++)));
    }
}
BENCHMARK(head_of_no_stream);

template <class Open>
void read_whole(benchmark::State& state, const Open& open) {
    const auto events = shared().some_events(512);
    std::size_t i = 0;
    std::int64_t read = 0;
    for (auto _ : state) {
        auto reader = open(events[i++ % events.size()].view());
        while (reader.next().value()) ++read;
    }
    state.SetItemsProcessed(read);
}

void read_stream(benchmark::State& state) {
    read_whole(state,
               [](event_view like) { return shared().log().read_stream(like.stream()).value(); });
}
BENCHMARK(read_stream)->Unit(benchmark::kMicrosecond);

void read_correlation(benchmark::State& state) {
    read_whole(state, [](event_view like) {
        return shared()
            .log()
            .read(criteria{.correlation = std::string{like.correlation()}})
            .value();
    });
}
BENCHMARK(read_correlation)->Unit(benchmark::kMicrosecond);

void newest_page(benchmark::State& state) {
    const auto events = shared().some_events(512);
    std::size_t i = 0;
    for (auto _ : state) {
        const auto like = events[i++ % events.size()].view();
        const criteria wanted{.types = {std::string{like.type()}},
                              .tags = {"severity:" + std::string{*like.tag("severity")}}};
        benchmark::DoNotOptimize(shared().log().read_page(wanted, 50, direction::backwards));
    }
}
BENCHMARK(newest_page)->Unit(benchmark::kMicrosecond);

void count_by(benchmark::State& state, grouping::kind by, const std::string& key) {
    for (auto _ : state) {
        auto counts = shared().log().count(query::all(), {by, key});
        if (!counts) return state.SkipWithError(counts.error().message.c_str());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events_stored));
}
BENCHMARK_CAPTURE(count_by, type, grouping::kind::type, "")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(count_by, agent, grouping::kind::tag, "agent")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(count_by, day, grouping::kind::day, "")->Unit(benchmark::kMicrosecond);

}  // namespace
