// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows that need a process of their own: opening after kill -9, and memory. The process is this
// program with --child; it works on the big store.

#include "macro/run.hpp"
#include "support/child_process.hpp"
#include "support/events.hpp"
#include "support/machine.hpp"
#include "support/measure.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <stdexcept>
#include <thread>

namespace daybook::bench {
namespace {

// Children --------------------------------------------------------------------------------------

void say_ready() {
    std::puts("ready");
    std::fflush(stdout);
}

/// Appends until it is killed.
int append_for_ever(const macro_options& options) {
    auto log = store::open(options.directory, big_store::usual_options()).value();
    const auto commits =
        make_commits({.events = 20'000, .per_commit = 100, .seed = log.watermark().value});
    say_ready();
    for (std::size_t i = 0;; ++i)
        static_cast<void>(log.commit(commits[i % commits.size()]).value());
}

/// The same with the baseline. Its records come from where a store would have put them.
int append_bare_for_ever(const macro_options& options) {
    bare_log log{options.directory};
    auto next = log.size();
    const std::string record(400, 'x');
    const std::vector<std::string_view> batch(100, record);
    say_ready();
    for (;;) {
        log.append(next, batch, bare_log::durability::written);
        next += batch.size();
    }
}

void print_memory(const char* when) {
    std::printf("%s %.1f\n", when, memory_mib("VmRSS"));
    std::fflush(stdout);
}

/// All that keeps something in memory: streams, correlations, pages, counts, a scan, appends.
void use_everything(store& log) {
    std::mt19937_64 random{6};
    const auto events = log.watermark().value;
    for (int i = 0; i < 1'000; ++i) {
        const auto some = log.read_one(position{random() % events}).value();
        auto stream = log.read_stream(some.stream()).value();
        while (stream.next().value()) continue;
        auto correlation =
            log.read(criteria{.correlation = std::string{some.view().correlation()}}).value();
        while (correlation.next().value()) continue;
        static_cast<void>(
            log.read_page(criteria{.types = {std::string{some.type()}}}, 50, direction::backwards)
                .value());
    }
    for (const auto by : {grouping::kind::type, grouping::kind::day}) {
        static_cast<void>(log.count(query::all(), {by}).value());
    }
    static_cast<void>(log.count(query::all(), {grouping::kind::tag, "agent"}).value());
    auto all = log.read_all({.limit = 1'000'000}).value();
    while (all.next().value()) continue;
}

int measure_memory(const macro_options& options) {
    auto log = store::open(options.directory, big_store::usual_options()).value();
    print_memory("opened");
    use_everything(log);
    print_memory("read");
    // More than two segments: every in-memory index that there can be, and full memtables.
    const auto first = log.watermark().value;
    event_source source{{.seed = first, .events = 400'000}, event_shape::figures};
    sample::sample_event made;
    while (source.next(made)) {
        static_cast<void>(log.append(made.stream, expected::any(), {&made.event, 1}).value());
    }
    print_memory("appended");
    use_everything(log);
    print_memory("used");
    std::printf("peak %.1f\n", memory_mib("VmHWM"));
    return 0;
}

/// The baseline at the same work, as far as it can do it: point reads, a scan, appends.
int measure_bare_memory(const macro_options& options) {
    bare_log log{options.directory};
    const auto events = log.size();
    std::mt19937_64 random{6};
    for (int i = 0; i < 100'000; ++i) static_cast<void>(log.get(random() % events));
    log.for_each(0, std::min<std::uint64_t>(events, 1'000'000), [](std::string_view) {});
    const std::string record(400, 'x');
    const std::string_view one{record};
    for (std::uint64_t i = 0; i < 400'000; ++i) {
        log.append(events + i, {&one, 1}, bare_log::durability::written);
    }
    std::printf("peak %.1f\n", memory_mib("VmHWM"));
    return 0;
}

// Opening after kill -9 -------------------------------------------------------------------------

/// Starts a child that appends, kills it after a random time, and times `open`.
template <class Open>
double time_open(const std::string& child, const std::filesystem::path& directory,
                 std::chrono::milliseconds life, const Open& open) {
    {
        child_process writer{{"--child", child, "--dir", directory.string()}};
        if (writer.read_line() != "ready") throw std::runtime_error{"child did not start"};
        std::this_thread::sleep_for(life);
        writer.kill();
    }
    const stopwatch watch;
    open();
    return watch.seconds() * 1e3;
}

void open_after_kill(macro_run& run, const workload& self) {
    auto& big = run.big();
    static_cast<void>(big.log());
    static_cast<void>(big.bare());
    big.close();
    std::mt19937_64 random{7};
    std::vector<double> own;
    std::vector<double> bare;
    double tail_events = 0;
    const auto work_ms = run.count(1'500, 200);
    for (auto pass = run.passes(15); pass > 0; --pass) {
        const std::chrono::milliseconds life{50 + static_cast<std::int64_t>(random() % work_ms)};
        own.push_back(time_open("append", big.log_directory(), life, [&] {
            tail_events =
                std::max(tail_events, static_cast<double>(big.log().status().tail_events));
        }));
        big.close();
        if (pass % 3 != 1) continue;
        bare.push_back(time_open("append-bare", big.bare_directory(), life, [&] {
            static_cast<void>(bare_log{big.bare_directory()}.size());
        }));
    }
    const auto mine = percentiles_of(own);
    run.report().add(
        {.name = std::string{self.name},
         .value = mine.max,
         .unit = "ms",
         .baseline = percentiles_of(bare).max,
         .baseline_is = "bare open, slowest",
         .wanted = target{target::kind::below, 500},
         .details = {
             {"p50", mine.p50}, {"p90", mine.p90}, {"most_events_read_again", tail_events}}});
}

void memory(macro_run& run, const workload& self) {
    auto& big = run.big();
    static_cast<void>(big.log());
    static_cast<void>(big.bare());
    big.close();
    const auto own = memory_of_child("memory", big.log_directory());
    const auto bare = memory_of_child("memory-bare", big.bare_directory());
    const auto block_cache_mib =
        static_cast<double>(big_store::usual_options().block_cache_bytes >> 20U);
    run.report().add({.name = std::string{self.name},
                      .value = own.back().second - block_cache_mib,
                      .unit = "MiB",
                      .baseline = bare.back().second - block_cache_mib,
                      .baseline_is = "bare",
                      .wanted = target{target::kind::below, 512},
                      .details = own});
}

constexpr workload workloads[] = {
    {"memory", "peak memory of a process that uses the big store, less the block cache", memory},
    {"open_after_kill", "opening after kill -9 while appending: the slowest", open_after_kill},
};

}  // namespace

std::span<const workload> process_workloads() { return workloads; }

std::vector<std::pair<std::string, double>> memory_of_child(
    const std::string& child, const std::filesystem::path& directory) {
    child_process measured{{"--child", child, "--dir", directory.string()}};
    std::vector<std::pair<std::string, double>> said;
    while (const auto line = measured.read_line()) {
        const auto space = line->find(' ');
        said.emplace_back(line->substr(0, space), std::stod(line->substr(space + 1)));
    }
    if (said.empty() || said.back().first != "peak") {
        throw std::runtime_error{"the child that measures memory failed"};
    }
    return said;
}

int run_child(const macro_options& options) {
    if (options.child == "append") return append_for_ever(options);
    if (options.child == "append-bare") return append_bare_for_ever(options);
    if (options.child == "memory") return measure_memory(options);
    if (options.child == "memory-bare") return measure_bare_memory(options);
    if (options.child == "view-memory") return build_ten_million_rows(options);
    if (options.child == "view-memory-bare") return put_ten_million_rows(options);
    throw std::runtime_error{"unknown child \"" + options.child + "\""};
}

}  // namespace daybook::bench
