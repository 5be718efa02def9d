// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows about views in use: how long a reader of one waits, and what memory one with many rows
// takes.

#include <daybook/histogram.hpp>
#include <daybook/projections/projections.hpp>

#include "macro/run.hpp"
#include "support/child_process.hpp"
#include "support/events.hpp"
#include "support/machine.hpp"
#include "support/measure.hpp"
#include "support/scratch_directory.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>

namespace daybook::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t rows_read = 100'000;
constexpr std::size_t events_per_append = 100;
constexpr auto between_appends = 20ms;

std::string row_name(std::uint64_t number) { return "row-" + std::to_string(number); }

/// Counts, in 100 000 rows.
struct hundred_thousand_rows {
    static constexpr std::string_view name = "bench_hundred_thousand_rows";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;

    static std::string key(const event_view& event) {
        return row_name(event.position().value % rows_read);
    }
    static row apply(row count, const event_view&) { return count + 1; }
};

struct latencies {
    exponential_histogram read_us;
    exponential_histogram fresh_us;  ///< Of what was just appended.
};

template <class Work>
std::uint64_t microseconds_of(const Work& work) {
    const stopwatch watch;
    work();
    return static_cast<std::uint64_t>(watch.seconds() * 1e6);
}

/// Reads every 100 microseconds, for so long, while `write` is called every 20 ms.
template <class Read, class Write>
exponential_histogram read_beside(double seconds, const Read& read, const Write& write) {
    std::atomic<bool> done = false;
    std::thread writer{[&] {
        auto due = std::chrono::steady_clock::now();
        for (std::size_t i = 0; !done; ++i) {
            write(i);
            std::this_thread::sleep_until(due += between_appends);
        }
    }};
    exponential_histogram took_us;
    std::mt19937_64 random{8};
    for (const stopwatch watch; watch.seconds() < seconds;) {
        const auto row = random() % rows_read;
        took_us.record(microseconds_of([&] { read(row); }));
        std::this_thread::sleep_for(100us);
    }
    done = true;
    writer.join();
    return took_us;
}

latencies read_view(macro_run& run, double seconds) {
    const scratch_directory directory{run.scratch("view-read")};
    auto log = store::open(directory.path(), big_store::usual_options()).value();
    const auto commits = make_commits({.events = 20'000, .per_commit = events_per_append});
    const auto append = [&](std::size_t i) {
        const auto& [stream, wanted, batch] = commits[i % commits.size()].streams[0];
        return log.append(stream, expected::any(), batch).value().last;
    };
    for (std::size_t i = 0; log.watermark().value < run.count(500'000, rows_read); ++i) append(i);
    auto views =
        projections::runner::open(log, {projections::any_projection::of<hundred_thousand_rows>()})
            .value();
    views.catch_up().value();
    views.start();
    const auto rows = projections::view<hundred_thousand_rows>::open(log).value();
    latencies found;
    found.read_us = read_beside(
        seconds, [&](std::uint64_t row) { static_cast<void>(rows.get(row_name(row)).value()); },
        [&](std::size_t i) {
            const auto last = append(i);
            const auto key = row_name(last.value % rows_read);
            found.fresh_us.record(microseconds_of([&] {
                static_cast<void>(rows.get(key, projections::at_least{last}, 10s).value());
            }));
        });
    return found;
}

/// As many records as rows, of a row's size, overwritten as rows are; and as much log.
exponential_histogram read_bare(macro_run& run, double seconds) {
    const scratch_directory directory{run.scratch("bare-read")};
    bare_log rows{directory.path()};
    const std::string row(sizeof(std::uint64_t), 'x');
    const std::vector<std::string_view> batch(events_per_append, row);
    for (std::uint64_t i = 0; i < rows_read; i += batch.size())
        rows.append(i, batch, bare_log::durability::written);
    const scratch_directory beside{run.scratch("bare-log")};
    bare_log log{beside.path()};
    const std::string record(366, 'x');
    const std::vector<std::string_view> events(events_per_append, record);
    return read_beside(
        seconds, [&](std::uint64_t at) { static_cast<void>(rows.get(at)); },
        [&](std::size_t i) {
            log.append(i * events.size(), events, bare_log::durability::written);
            rows.append(i * batch.size() % rows_read, batch, bare_log::durability::written);
        });
}

void view_read(macro_run& run, const workload& self) {
    const auto seconds = run.seconds(10);
    const auto own = read_view(run, seconds);
    const auto bare = read_bare(run, seconds);
    run.report().add({.name = std::string{self.name},
                      .value = own.read_us.quantile(0.99) / 1'000,
                      .unit = "ms",
                      .baseline = bare.quantile(0.99) / 1'000,
                      .baseline_is = "bare get",
                      .wanted = {},
                      .details = {{"us_p50", own.read_us.quantile(0.5)},
                                  {"us_p99", own.read_us.quantile(0.99)},
                                  {"bare_us_p50", bare.quantile(0.5)},
                                  {"bare_us_p99", bare.quantile(0.99)},
                                  {"just_appended_us_p50", own.fresh_us.quantile(0.5)},
                                  {"just_appended_us_p99", own.fresh_us.quantile(0.99)},
                                  {"reads", static_cast<double>(own.read_us.count)}}});
}

// Memory ----------------------------------------------------------------------------------------

constexpr std::uint64_t rows_per_event = 10;
constexpr std::uint64_t events_with_new_rows = 1'000'000;
constexpr std::uint64_t events_with_old_rows = 100'000;

struct wide_row {
    std::uint64_t events = 0;
    std::string last_type;
};
BOOST_DESCRIBE_STRUCT(wide_row, (), (events, last_type))

/// Makes 10 rows of each of the first million events, and comes back to some of them.
struct ten_million_rows {
    static constexpr std::string_view name = "bench_ten_million_rows";
    static constexpr std::uint32_t version = 1;
    using row = wide_row;

    static std::vector<std::string> key(const event_view& event) {
        const auto at = event.position().value;
        if (at >= events_with_new_rows + events_with_old_rows) return {};
        std::vector<std::string> keys;
        for (std::uint64_t i = 0; i < rows_per_event; ++i)
            keys.push_back(row_name(at % events_with_new_rows * rows_per_event + i));
        return keys;
    }
    static row apply(row last, const event_view& event) {
        return {last.events + 1, std::string{event.type()}};
    }
};

void print_memory(const char* when, double mib) { std::printf("%s %.1f\n", when, mib); }

void view_memory(macro_run& run, const workload& self) {
    auto& big = run.big();
    static_cast<void>(big.log());
    big.close();
    const scratch_directory bare_directory{run.scratch("bare-rows")};
    const auto rows = std::min(big.events(), events_with_new_rows) * rows_per_event;
    const auto own = memory_of_child("view-memory", big.log_directory());
    const auto bare = memory_of_child("view-memory-bare", bare_directory.path());
    const auto block_cache_mib =
        static_cast<double>(big_store::usual_options().block_cache_bytes >> 20U);
    auto details = own;
    details.emplace_back("rows", static_cast<double>(rows));
    run.report().add({.name = std::string{self.name},
                      .value = own.back().second - block_cache_mib,
                      .unit = "MiB",
                      .baseline = bare.back().second - block_cache_mib,
                      .baseline_is = "bare put of 10 M",
                      .wanted = target{target::kind::below, 512},
                      .details = std::move(details)});
}

constexpr workload workloads[] = {
    {"view_read", "a row of a view, while 5 000 events/s arrive in it: 99th percentile", view_read},
    {"view_memory", "peak memory of building a view of 10 M rows, less the block cache",
     view_memory},
};

}  // namespace

std::span<const workload> view_use_workloads() { return workloads; }

int build_ten_million_rows(const macro_options& options) {
    auto log = store::open(options.directory, big_store::usual_options()).value();
    const auto of = projections::any_projection::of<ten_million_rows>();
    print_memory("opened", memory_mib("VmRSS"));
    const stopwatch watch;
    {
        auto views = projections::runner::open(log, {of}).value();
        views.catch_up().value();
        print_memory("seconds", watch.seconds());
        print_memory("built", memory_mib("VmRSS"));
    }
    const auto peak = memory_mib("VmHWM");
    projections::drop_view(log, of).value();
    print_memory("peak", peak);
    return 0;
}

int put_ten_million_rows(const macro_options& options) {
    bare_log rows{options.directory};
    const std::string row(24, 'x');
    // As many as a batch of a view changes.
    const std::vector<std::string_view> batch(rows_per_event * 16'384, row);
    for (std::uint64_t i = 0; i < events_with_new_rows * rows_per_event; i += batch.size())
        rows.append(i, batch, bare_log::durability::written);
    print_memory("peak", memory_mib("VmHWM"));
    return 0;
}

}  // namespace daybook::bench
