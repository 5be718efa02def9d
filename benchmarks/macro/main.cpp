// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// How daybook stands to bare RocksDB, and to the figures it is to reach.
//
// Every row is measured in one process on one machine, its baseline on the same bytes right beside
// it: pass of daybook, pass of the baseline, and so on. Rates are medians of passes, latencies
// percentiles. Events are those of the sample generator, about 370 bytes as records, with three
// tags, correlation, cause and actor; see support/events.hpp.
//
// Writing, each pass into a new store
//   append_100            100 events a commit, to one stream, written
//   append_100_streams    100 events a commit, each to its own stream, written
//   append_1              1 event a commit, written
//   append_1_synced       1 event a commit, synced, 1 client
//   append_1_synced_16    1 event a commit, synced, 16 clients
//   append_100_full       append_100 with all tags and causes of the sample
//   append_100_scattered  append_100_streams, no two events of a commit in one stream
//   append_100_ids        append_100_streams with ids given, all tags and causes
//   append_large          1 event of 64 KiB a commit, written
// Reading the big store (--events; see macro/big_store.hpp)
//   read_all              every event in order, as event_view
//   read_all_singles      read_all of a log written 1 event a commit
//   read_stream           streams of 50 scattered events, what they need in the caches
//   read_stream_cold      the same after opening the store: its caches are empty
//   read_stream_disk      the same, and the page cache of the system dropped
//   read_correlation      40 to 60 events of a correlation, as they lie in sprints: p99
//   read_correlation_even 50 events of a correlation, scattered evenly over half the log: p99
// Asking its indexes
//   count_by_type, count_by_agent, count_by_day    all events
//   count_filtered        events with severity:error by type
//   page                  50 newest events of a filter: p99
//   page_payload          50 newest with a condition on a payload field: p99
//   page_empty            a filter that nothing matches, though each part of it is common: p99
// Building views from it
//   rebuild_counting      a view that counts events by type, from nothing
//   rebuild_beside        the longest wait of a reader while its view is rebuilt and written to
//   rebuild_parsing       a view that adds up a field of each payload, from nothing
// Asking for the past
//   as_of_stream          a stream of 50 scattered events as of a random position: p99
//   as_of_view            a row that all events make, as of a random position, from the nearest of
//                         100 checkpoints: p99
// Writing views with the appends, each into a new store
//   append_1_inline, append_100_inline   append_1 and append_100 with a counting inline view
// Deciding over aggregates
//   load_snapshot         a state of 10 000 events from its snapshot, against from all of them
//   load_memory           states that are in memory
//   execute_16            commands of 16 clients to 10 aggregates, against one client
// Receiving what is appended, each into a new store
//   subscribe_latency_1, _10, _50   from append to arrival with so many subscribers: p99
//   subscribe_rate_1, _10, _50      events received by all of them while 100 a commit are appended
// Events once more
//   replay_handler        into a handler that does nothing, of the big store; beside reading them
//   replay_store          into a new store; beside appending them there, 100 a commit
// Writing for long
//   append_steady         20 000 single events/s for a minute (--seconds): the slowest append
//   disk_bytes_none, _lz4, _zstd    bytes on disk per event by compression of the log
// Adding to it
//   append_ids_big        append_100_ids to the big store
//   memory                peak memory of a process that uses the big store, less the block cache
//   open_after_kill       opening after kill -9 while appending: the slowest

#include "macro/run.hpp"
#include "support/machine.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

namespace daybook::bench {
namespace {

std::vector<workload> all_workloads() {
    std::vector<workload> all;
    for (const auto some :
         {append_workloads(), read_workloads(), query_workloads(), view_workloads(),
          view_use_workloads(), time_travel_workloads(), subscription_workloads(),
          aggregate_workloads(), steady_workloads(), append_big_workloads(), process_workloads(),
          replay_workloads(), compliance_workloads()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

bool fits(std::string_view wanted, std::string_view name) {
    if (!wanted.ends_with('*')) return wanted == name;
    return name.starts_with(wanted.substr(0, wanted.size() - 1));
}

bool is_chosen(const macro_options& options, std::string_view name) {
    return options.only.empty() ||
           std::any_of(options.only.begin(), options.only.end(),
                       [&](const auto& wanted) { return fits(wanted, name); });
}

/// A row that is asked for and does not exist, if any.
std::optional<std::string> unknown_row(const macro_options& options) {
    const auto all = all_workloads();
    for (const auto& wanted : options.only) {
        const auto known = std::any_of(all.begin(), all.end(),
                                       [&](const auto& one) { return fits(wanted, one.name); });
        if (!known) return wanted;
    }
    return std::nullopt;
}

void list_workloads() {
    for (const auto& one : all_workloads()) {
        std::printf("%-22s %s\n", std::string{one.name}.c_str(), std::string{one.what}.c_str());
    }
}

void run_all(const macro_options& options) {
    auto where = describe_machine(options.directory);
    where.emplace_back("events", std::to_string(options.events));
    if (options.quick) where.emplace_back("quick", "yes: the figures say nothing");
    macro_run run{options, std::move(where)};
    for (const auto& one : all_workloads()) {
        if (is_chosen(options, one.name)) one.run(run, one);
    }
    if (options.json) run.report().write_json(*options.json);
    std::printf("\n%zu of the rows with a target missed it\n", run.report().missed());
}

int usage_error(const std::string& why) {
    std::fprintf(stderr, "daybook_bench: %s\n", why.c_str());
    return 2;
}

int run_program(const std::vector<std::string>& arguments) {
    const auto options = parse_options(arguments);
    if (!options) return usage_error(options.error().message);
    if (options->help) return std::fputs(usage_text(), stdout) < 0 ? 1 : 0;
    if (options->list) return list_workloads(), 0;
    if (!options->child.empty()) return run_child(*options);
    if (const auto unknown = unknown_row(*options)) {
        return usage_error("no row is called \"" + *unknown + "\"; see --list");
    }
    run_all(*options);
    return 0;
}

}  // namespace
}  // namespace daybook::bench

int main(int argc, char** argv) {
    try {
        return daybook::bench::run_program({argv + 1, argv + argc});
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "daybook_bench: %s\n", failure.what());
        return 1;
    }
}
