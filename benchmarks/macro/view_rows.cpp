// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows that build views from the big store, or write them with the appends.

#include <daybook/histogram.hpp>
#include <daybook/projections/projections.hpp>

#include "macro/run.hpp"
#include "support/events.hpp"
#include "support/machine.hpp"
#include "support/measure.hpp"
#include "support/scratch_directory.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

namespace daybook::bench {
namespace {

/// Counts; needs nothing but the envelope.
struct events_by_type {
    static constexpr std::string_view name = "bench_events_by_type";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;

    static std::string_view key(const event_view& event) { return event.type(); }
    static row apply(row count, const event_view&) { return count + 1; }
};

/// Adds up a field of the payload, so that each payload is parsed.
struct work_by_agent {
    static constexpr std::string_view name = "bench_work_by_agent";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;

    static std::string_view key(const json_event& event) {
        return event->tag("agent").value_or("nobody");
    }
    static row apply(row total_ms, const json_event& event) {
        const auto* lasted = event.fields().if_contains("duration_ms");
        return lasted != nullptr && lasted->is_int64() ? total_ms + lasted->get_int64() : total_ms;
    }
};

double bare_scan(const bare_log& log, std::uint64_t events) {
    const stopwatch watch;
    std::uint64_t sum = 0;
    log.for_each(0, events, [&](std::string_view record) { sum += record.size(); });
    return sum == 0 ? 0 : static_cast<double>(events) / watch.seconds();
}

template <class Projection>
double rebuild_rate(store& log, std::size_t threads) {
    auto views = projections::runner::open(log, {projections::any_projection::of<Projection>()},
                                           {.build_threads = threads})
                     .value();
    views.catch_up().value();
    const stopwatch watch;
    views.rebuild(Projection::name).value();
    views.catch_up().value();
    return static_cast<double>(log.watermark().value) / watch.seconds();
}

constexpr std::size_t threads_usual = 0;

/// By one thread, by as many as the runner takes by itself, and with two that fold.
template <class Projection>
void measure_rebuild(macro_run& run, const workload& self, store& log,
                     std::optional<target> wanted) {
    const auto& plain = run.big().bare();
    const auto events = std::min(log.watermark().value, run.big().events());
    std::vector<double> one;
    std::vector<double> usual;
    std::vector<double> three;
    std::vector<double> bare;
    for (auto pass = run.passes(3); pass > 0; --pass) {
        one.push_back(rebuild_rate<Projection>(log, 1));
        usual.push_back(rebuild_rate<Projection>(log, threads_usual));
        three.push_back(rebuild_rate<Projection>(log, 3));
        bare.push_back(bare_scan(plain, events));
    }
    projections::drop_view(log, projections::any_projection::of<Projection>()).value();
    const row alone{.name = std::string{self.name},
                    .value = median(one),
                    .unit = "events/s",
                    .baseline = median(bare),
                    .baseline_is = "bare scan",
                    .wanted = wanted,
                    .details = {}};
    auto parallel = alone;
    parallel.name += "_parallel";
    parallel.value = median(usual);
    parallel.details = {{"to_one_thread", median(usual) / median(one)},
                        {"three_threads", median(three)},
                        {"three_to_one_thread", median(three) / median(one)}};
    run.report().add(alone);
    run.report().add(parallel);
}

void rebuild_counting(macro_run& run, const workload& self) {
    measure_rebuild<events_by_type>(run, self, run.big().log(),
                                    target{target::kind::at_least, 2'000'000});
}
void rebuild_parsing(macro_run& run, const workload& self) {
    measure_rebuild<work_by_agent>(run, self, run.big().log(),
                                   target{target::kind::at_least, 700'000});
}

/// Appends to a new store; events a second. With `views`, these are inline.
double append_beside(macro_run& run, const std::vector<commit_request>& commits,
                     std::uint64_t events, std::vector<projections::any_projection> views) {
    const scratch_directory directory{run.scratch("append-inline")};
    auto log = store::open(directory.path(), big_store::usual_options()).value();
    const auto inlined = projections::inline_views::open(log, std::move(views)).value();
    write_dirty_pages();
    const stopwatch watch;
    for (const auto& one : commits) static_cast<void>(log.commit(one).value());
    return static_cast<double>(events) / watch.seconds();
}

void measure_inline(macro_run& run, const workload& self, const pool_options& pool) {
    const auto commits = make_commits(pool);
    std::vector<double> plain;
    std::vector<double> counting;
    std::vector<double> parsing;
    for (auto pass = run.passes(5); pass > 0; --pass) {
        plain.push_back(append_beside(run, commits, pool.events, {}));
        counting.push_back(append_beside(run, commits, pool.events,
                                         {projections::any_projection::of<events_by_type>()}));
        parsing.push_back(append_beside(run, commits, pool.events,
                                        {projections::any_projection::of<work_by_agent>()}));
    }
    const auto added_us = [&](const std::vector<double>& with) {
        const auto per_commit = static_cast<double>(pool.per_commit);
        return 1e6 * per_commit * (1 / median(with) - 1 / median(plain));
    };
    run.report().add({.name = std::string{self.name},
                      .value = median(counting),
                      .unit = "events/s",
                      .baseline = median(plain),
                      .baseline_is = "no view",
                      .details = {{"added_us_per_append", added_us(counting)},
                                  {"parsing", median(parsing)},
                                  {"parsing_added_us_per_append", added_us(parsing)}}});
}

void append_1_inline(macro_run& run, const workload& self) {
    measure_inline(run, self, {.events = run.count(500'000, 5'000), .per_commit = 1});
}
void append_100_inline(macro_run& run, const workload& self) {
    measure_inline(run, self, {.events = run.count(1'000'000, 20'000), .per_commit = 100});
}

/// A store of its own, for it is written to meanwhile.
store filled_store(const scratch_directory& directory, std::uint64_t events) {
    auto log = store::open(directory.path(), big_store::usual_options()).value();
    const auto commits = make_commits({.events = 20'000, .per_commit = 100});
    for (std::uint64_t i = 0; log.watermark().value < events; ++i) {
        const auto& [stream, wanted, batch] = commits[i % commits.size()].streams[0];
        log.append(stream, expected::any(), batch).value();
    }
    return log;
}

/// A view whose `apply` takes ten times as long as reading does; fewer events for that.
void rebuild_heavy(macro_run& run, const workload& self) {
    const scratch_directory directory{run.scratch("heavy")};
    auto log = filled_store(directory, run.count(300'000, 20'000));
    measure_rebuild<projections::workflow_metrics>(run, self, log, std::nullopt);
}

/// Appends 100 events every 20 ms.
void write_until(const std::atomic<bool>& done, store& log) {
    const auto commits = make_commits({.events = 1'000, .per_commit = 100});
    auto due = std::chrono::steady_clock::now();
    for (std::size_t i = 0; !done; ++i) {
        const auto& [stream, wanted, batch] = commits[i % commits.size()].streams[0];
        log.append(stream, expected::any(), batch).value();
        std::this_thread::sleep_until(due += std::chrono::milliseconds{20});
    }
}

/// Reads the rows that are rebuilt, one after the other; microseconds of each reading.
exponential_histogram read_until(const std::atomic<bool>& done, store& log) {
    const auto rows = projections::view<work_by_agent>::open(log).value();
    std::vector<std::string> keys;
    rows.for_each("", [&](std::string_view key, std::int64_t) { keys.emplace_back(key); }).value();
    exponential_histogram took_us;
    for (std::size_t i = 0; !done; ++i) {
        const stopwatch watch;
        static_cast<void>(rows.get(keys[i % keys.size()]).value());
        took_us.record(static_cast<std::uint64_t>(watch.seconds() * 1e6));
        std::this_thread::sleep_for(std::chrono::microseconds{100});
    }
    return took_us;
}

std::string digest_that_serves(store& log) {
    for (const auto& one : projections::built_views(log).value()) {
        if (one.active) return projections::digest_of(log, one).value().digest;
    }
    return {};
}

double seconds_to_rebuild(projections::runner& views) {
    constexpr auto name = work_by_agent::name;
    const stopwatch watch;
    views.rebuild(name).value();
    while (views.status(name).value().beside)
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    return watch.seconds();
}

void rebuild_beside(macro_run& run, const workload& self) {
    const scratch_directory directory{run.scratch("rebuild")};
    const auto events = run.count(5'000'000, 50'000);
    auto log = filled_store(directory, events);
    auto views =
        projections::runner::open(log, {projections::any_projection::of<work_by_agent>()}).value();
    views.catch_up().value();
    views.start();
    std::atomic<bool> done = false;
    exponential_histogram reading_us;
    std::thread writer{[&] { write_until(done, log); }};
    std::thread reader{[&] { reading_us = read_until(done, log); }};
    const auto seconds = seconds_to_rebuild(views);
    done = true;
    writer.join();
    reader.join();
    views.catch_up().value();
    const auto switched = digest_that_serves(log);
    views.rebuild(work_by_agent::name).value();
    views.catch_up().value();
    run.report().add(
        {.name = std::string{self.name},
         .value = static_cast<double>(reading_us.max) / 1'000,
         .unit = "ms",
         .baseline = {},
         .baseline_is = {},
         .wanted = target{target::kind::below, 50},
         .details = {{"events_per_second", static_cast<double>(events) / seconds},
                     {"reads", static_cast<double>(reading_us.count)},
                     {"read_us_p50", reading_us.quantile(0.5)},
                     {"read_us_p99", reading_us.quantile(0.99)},
                     {"same_digest_as_a_clean_build", switched == digest_that_serves(log)}}});
}

constexpr workload workloads[] = {
    {"rebuild_counting", "a view that counts events by type, from nothing; by 1 thread and by more",
     rebuild_counting},
    {"rebuild_parsing", "a view that adds up a field of each payload, from nothing",
     rebuild_parsing},
    {"rebuild_heavy", "the built-in view workflow_metrics, of 300 000 events, likewise",
     rebuild_heavy},
    {"append_1_inline", "append_1 with a counting view in the append's own batch", append_1_inline},
    {"append_100_inline", "append_100 with a counting view in the append's own batch",
     append_100_inline},
    {"rebuild_beside", "that view, while 5 000 events/s arrive: the longest wait of a reader of it",
     rebuild_beside},
};

}  // namespace

std::span<const workload> view_workloads() { return workloads; }

}  // namespace daybook::bench
