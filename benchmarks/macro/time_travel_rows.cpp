// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows that ask the big store for states in the past: of a stream, and of a row that the events of
// the whole log make.

#include <daybook/histogram.hpp>
#include <daybook/projections/projections.hpp>
#include <daybook/replay/replay.hpp>

#include "macro/run.hpp"
#include "support/measure.hpp"

#include <algorithm>
#include <random>
#include <string>

namespace daybook::bench {
namespace {

using projections::any_projection;
using projections::orchestration_state;

template <class Work>
std::uint64_t microseconds_of(const Work& work) {
    const stopwatch watch;
    work();
    return static_cast<std::uint64_t>(watch.seconds() * 1e6);
}

void read_to_end(event_reader events) {
    while (events.next().value()) {
    }
}

/// A random stream of the uniform half, as of a random position; beside it, reading that stream.
void as_of_stream(macro_run& run, const workload& self) {
    auto& log = run.big().log();
    std::mt19937_64 random{5};
    exponential_histogram own_us;
    exponential_histogram bare_us;
    for (auto asked = run.count(20'000, 200); asked > 0; --asked) {
        const auto any = log.read_one(position{random() % run.big().uniform_events()}).value();
        const std::string stream{any.stream()};
        const auto then = replay::point::at(position{random() % log.watermark().value});
        // The first reading brings the stream into the caches.
        read_to_end(log.read_stream(stream).value());
        bare_us.record(microseconds_of([&] { read_to_end(log.read_stream(stream).value()); }));
        own_us.record(microseconds_of([&] {
            static_cast<void>(replay::state_at<orchestration_state>(log, stream, then).value());
        }));
    }
    run.report().add({.name = std::string{self.name},
                      .value = own_us.quantile(0.99) / 1e3,
                      .unit = "ms",
                      .baseline = bare_us.quantile(0.99) / 1e3,
                      .baseline_is = "reading the stream",
                      .wanted = {},
                      .details = {{"us_p50", own_us.quantile(0.5)},
                                  {"us_p99", own_us.quantile(0.99)},
                                  {"read_us_p50", bare_us.quantile(0.5)},
                                  {"read_us_p99", bare_us.quantile(0.99)}}});
}

/// Counts; every event of the log is in one of its few rows.
struct events_by_type {
    static constexpr std::string_view name = "bench_as_of_by_type";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;

    static std::string_view key(const event_view& event) { return event.type(); }
    static row apply(row count, const event_view&) { return count + 1; }
};

std::uint64_t row_as_of(store& log, position at, bool from_checkpoints) {
    return microseconds_of([&] {
        const auto then =
            projections::view<events_by_type>::open(log, projections::as_of::at(at),
                                                    {.from_checkpoints = from_checkpoints})
                .value();
        static_cast<void>(then.get("AgentSpawned").value());
    });
}

/// As of random positions, from the nearest of a hundred checkpoints; beside it, from the start.
void as_of_view(macro_run& run, const workload& self) {
    auto& log = run.big().log();
    const auto of = any_projection::of<events_by_type>();
    const auto between = std::max<std::uint64_t>(log.watermark().value / 100, 1);
    {
        auto views = projections::runner::open(
                         log, {of}, {.checkpoint_every_events = between, .checkpoints_kept = 100})
                         .value();
        views.catch_up().value();
    }
    std::mt19937_64 random{6};
    exponential_histogram own_us;
    exponential_histogram bare_us;
    const auto asked = run.count(300, 3);
    for (std::uint64_t i = 0; i < asked; ++i) {
        const position at{random() % log.watermark().value};
        own_us.record(row_as_of(log, at, true));
        if (i % 30 == 0) bare_us.record(row_as_of(log, at, false));
    }
    projections::drop_view(log, of).value();
    run.report().add({.name = std::string{self.name},
                      .value = own_us.quantile(0.99) / 1e3,
                      .unit = "ms",
                      .baseline = bare_us.quantile(0.99) / 1e3,
                      .baseline_is = "from the first event",
                      .wanted = {},
                      .details = {{"ms_p50", own_us.quantile(0.5) / 1e3},
                                  {"from_first_ms_p50", bare_us.quantile(0.5) / 1e3},
                                  {"events_between", static_cast<double>(between)}}});
}

constexpr workload workloads[] = {
    {"as_of_stream", "the state of a stream of 50 events as of a position: 99th percentile",
     as_of_stream},
    {"as_of_view", "a row of all events as of a position, from checkpoints: 99th percentile",
     as_of_view},
};

}  // namespace

std::span<const workload> time_travel_workloads() { return workloads; }

}  // namespace daybook::bench
