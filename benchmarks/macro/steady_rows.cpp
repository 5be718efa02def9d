// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows about a store that is written to for long: how even appends are, what an event takes on
// disk.

#include <daybook/histogram.hpp>

#include "macro/run.hpp"
#include "support/events.hpp"
#include "support/machine.hpp"
#include "support/measure.hpp"
#include "support/scratch_directory.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

namespace daybook::bench {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr std::size_t events_per_second = 20'000;
constexpr std::chrono::milliseconds tick{1};
constexpr std::size_t events_per_tick = events_per_second / 1'000;

struct steady_figures {
    exponential_histogram latency_us{};  ///< From when an event was due.
    double memory_early = 0;             ///< MiB, after a tenth of the time.
    double memory_late = 0;
};

/// Calls `append(number)` for the events that are due at each tick. An append that is late makes
/// those after it late too, and they are counted so: they were due, and had to wait.
template <class Append>
steady_figures run_steadily(double seconds, const Append& append) {
    const auto ticks = static_cast<std::size_t>(seconds * 1'000);
    steady_figures found;
    auto due = clock::now();
    for (std::size_t i = 0; i < ticks; ++i) {
        std::this_thread::sleep_until(due += tick);
        // The timer's own lateness is not the store's: a tick that was slept for begins on waking.
        const auto woken = clock::now();
        const auto began = woken - due < tick ? woken : due;
        for (std::size_t one = 0; one < events_per_tick; ++one) {
            append(i * events_per_tick + one);
            const auto took = std::chrono::duration_cast<microseconds>(clock::now() - began);
            found.latency_us.record(static_cast<std::uint64_t>(took.count()));
        }
        if (i == ticks / 10) found.memory_early = memory_mib("VmRSS");
    }
    found.memory_late = memory_mib("VmRSS");
    return found;
}

double slowest_ms(const steady_figures& of) {
    return static_cast<double>(of.latency_us.max) / 1'000;
}

void append_steady(macro_run& run, const workload& self) {
    const auto commits = make_commits({.events = run.count(200'000, 5'000)});
    const auto seconds = run.seconds(run.options().seconds);
    steady_figures own;
    std::optional<record_pool> records;
    std::uint64_t sealed = 0;
    {
        const scratch_directory directory{run.scratch("steady")};
        auto log = store::open(directory.path(), big_store::usual_options()).value();
        write_dirty_pages();
        own = run_steadily(seconds, [&](std::size_t number) {
            const auto& [stream, wanted, events] = commits[number % commits.size()].streams[0];
            log.append(stream, expected::any(), events).value();
        });
        sealed = log.status().segments_sealed;
    }
    {
        const scratch_directory directory{run.scratch("steady-pool")};
        auto log = store::open(directory.path(), big_store::usual_options()).value();
        for (const auto& one : commits) log.commit(one).value();
        records.emplace(log);
    }
    const scratch_directory directory{run.scratch("steady-bare")};
    bare_log bare{directory.path()};
    write_dirty_pages();
    const auto& all = records->records();
    const auto bare_found = run_steadily(seconds, [&](std::size_t number) {
        bare.append(number, {&all[number % all.size()], 1}, bare_log::durability::written);
    });
    run.report().add({.name = std::string{self.name},
                      .value = slowest_ms(own),
                      .unit = "ms",
                      .baseline = slowest_ms(bare_found),
                      .baseline_is = "bare put",
                      .wanted = target{target::kind::below, 50},
                      .details = {{"p50_us", own.latency_us.quantile(0.5)},
                                  {"p99_us", own.latency_us.quantile(0.99)},
                                  {"p99.9_us", own.latency_us.quantile(0.999)},
                                  {"bare_p99_us", bare_found.latency_us.quantile(0.99)},
                                  {"bare_p99.9_us", bare_found.latency_us.quantile(0.999)},
                                  {"seconds", seconds},
                                  {"segments_sealed", static_cast<double>(sealed)},
                                  {"MiB_after_a_tenth", own.memory_early},
                                  {"MiB_at_the_end", own.memory_late}}});
}

/// The files of a closed store by the number of its events.
template <compression Chosen>
void disk_bytes(macro_run& run, const workload& self) {
    const auto commits = make_commits({.events = run.count(2'000'000, 20'000), .per_commit = 100});
    const scratch_directory directory{run.scratch("bytes")};
    auto options = big_store::usual_options();
    options.log_compression = Chosen;
    double events = 0;
    double record_bytes = 0;
    const stopwatch watch;
    double seconds = 0;
    {
        auto log = store::open(directory.path(), options).value();
        for (const auto& one : commits) log.commit(one).value();
        log.finish_background_work().value();
        seconds = watch.seconds();
        events = static_cast<double>(log.watermark().value);
        record_bytes = record_pool{log}.bytes_mean();
    }
    // Opening writes what was only in the write-ahead log to tables.
    store::open(directory.path(), options).value();
    double bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{directory.path()}) {
        if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
    }
    run.report().add(
        {.name = std::string{self.name},
         .value = bytes / events,
         .unit = "bytes/event",
         .details = {{"record_bytes", record_bytes}, {"appended_per_s", events / seconds}}});
}

constexpr workload workloads[] = {
    {"append_steady", "20 000 single events/s for a minute, from when each was due: the slowest",
     append_steady},
    {"disk_bytes_none", "bytes on disk per event, the log not compressed",
     disk_bytes<compression::none>},
    {"disk_bytes_lz4", "the same, LZ4 (the default)", disk_bytes<compression::lz4>},
    {"disk_bytes_zstd", "the same, Zstandard", disk_bytes<compression::zstd>},
};

}  // namespace

std::span<const workload> steady_workloads() { return workloads; }

}  // namespace daybook::bench
