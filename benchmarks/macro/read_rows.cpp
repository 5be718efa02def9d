// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows that read events of the big store: all, by stream, by correlation.

#include "macro/run.hpp"
#include "support/events.hpp"
#include "support/machine.hpp"
#include "support/measure.hpp"
#include "support/scratch_directory.hpp"

#include <algorithm>
#include <random>
#include <set>

namespace daybook::bench {
namespace {

using random_bits = std::mt19937_64;

/// Keeps results of reads alive, so that no compiler leaves the reads out.
volatile std::uint64_t touched = 0;

// All -------------------------------------------------------------------------------------------

double scan(const store& log, std::uint64_t count) {
    const stopwatch watch;
    auto events = log.read_all({.limit = count}).value();
    std::uint64_t sum = 0;
    while (events.next().value()) sum += events->type().size() + events->payload().size();
    touched = touched + sum;
    return static_cast<double>(count) / watch.seconds();
}

double scan(const bare_log& log, std::uint64_t count) {
    const stopwatch watch;
    std::uint64_t sum = 0;
    log.for_each(0, count, [&](std::string_view record) {
        sum += record.size() + static_cast<std::uint8_t>(record.front());
    });
    touched = touched + sum;
    return static_cast<double>(count) / watch.seconds();
}

void read_all(macro_run& run, const workload& self) {
    auto& big = run.big();
    const auto count = std::min<std::uint64_t>(big.events(), 2'000'000);
    const auto& bare_records = big.bare();
    std::vector<double> own;
    std::vector<double> bare;
    static_cast<void>(scan(bare_records, count));
    static_cast<void>(scan(big.log(), count));
    for (auto pass = run.passes(7); pass > 0; --pass) {
        own.push_back(scan(big.log(), count));
        bare.push_back(scan(bare_records, count));
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "events/s",
                      .baseline = median(bare),
                      .baseline_is = "bare scan",
                      .wanted = target{target::kind::ratio_at_least, 0.6}});
}

/// The same log, written one event a commit: each is a frame of its own.
void read_all_singles(macro_run& run, const workload& self) {
    const auto count = run.count(500'000, 5'000);
    const scratch_directory directory{run.scratch("singles")};
    const scratch_directory bare_directory{run.scratch("singles-bare")};
    bare_log plain{bare_directory.path()};
    auto log = store::open(directory.path(), big_store::usual_options()).value();
    for (const auto& one : make_commits({.events = count})) {
        static_cast<void>(log.commit(one).value());
    }
    {
        const record_pool records{log};
        plain.append(0, records.records(), bare_log::durability::written);
    }
    std::vector<double> own;
    std::vector<double> bare;
    for (auto pass = run.passes(7); pass > 0; --pass) {
        own.push_back(scan(log, count));
        bare.push_back(scan(plain, count));
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "events/s",
                      .baseline = median(bare),
                      .baseline_is = "bare scan"});
}

// By stream -------------------------------------------------------------------------------------

/// A set of events that are read together: how to ask for it, and where it lies.
struct group {
    std::string name;  ///< Of the stream, or the correlation.
    std::vector<std::uint64_t> positions;
};

/// Streams of the uniform half, each once, in random order.
std::vector<std::uint64_t> random_streams(const big_store& big, std::size_t count,
                                          random_bits& random) {
    std::set<std::uint64_t> chosen;
    count = std::min<std::size_t>(count, big.streams());
    while (chosen.size() < count) chosen.insert(random() % big.streams());
    std::vector<std::uint64_t> order{chosen.begin(), chosen.end()};
    std::shuffle(order.begin(), order.end(), random);
    return order;
}

group even_group(const big_store& big, std::uint64_t stream, std::string name) {
    group made{.name = std::move(name)};
    for (std::uint64_t i = 0; i < big_store::events_per_stream; ++i) {
        made.positions.push_back(stream + i * big.streams());
    }
    return made;
}

std::vector<group> even_streams(big_store& big, std::size_t count, random_bits& random) {
    std::vector<group> groups;
    for (const auto stream : random_streams(big, count, random)) {
        const auto first = big.log().read_one(position{stream}).value();
        groups.push_back(even_group(big, stream, std::string{first.stream()}));
    }
    return groups;
}

void load_stream(const store& log, const group& wanted) {
    auto events = log.read_stream(wanted.name).value();
    std::uint64_t sum = 0;
    std::size_t count = 0;
    for (; events.next().value(); ++count) sum += events->payload().size();
    if (count != wanted.positions.size()) throw std::runtime_error{"stream is not as it was made"};
    touched = touched + sum;
}

void load_bare(const bare_log& log, const group& wanted) {
    std::uint64_t sum = 0;
    for (const auto at : wanted.positions) sum += log.get(at);
    touched = touched + sum;
}

double events_of(const std::vector<group>& groups) {
    double count = 0;
    for (const auto& one : groups) count += static_cast<double>(one.positions.size());
    return count;
}

template <class Log, class Load>
double load_groups(Log& log, const std::vector<group>& groups, const Load& load) {
    const stopwatch watch;
    for (const auto& one : groups) load(log, one);
    return events_of(groups) / watch.seconds();
}

void read_stream_warm(macro_run& run, const workload& self) {
    auto& big = run.big();
    random_bits random{1};
    // As many as fit both caches: 50 blocks each.
    auto groups = even_streams(big, run.count(100, 10), random);
    auto& plain = big.bare();
    std::vector<double> own;
    std::vector<double> bare;
    static_cast<void>(load_groups(big.log(), groups, load_stream));
    static_cast<void>(load_groups(plain, groups, load_bare));
    for (auto pass = run.passes(21); pass > 0; --pass) {
        std::shuffle(groups.begin(), groups.end(), random);
        own.push_back(load_groups(big.log(), groups, load_stream));
        bare.push_back(load_groups(plain, groups, load_bare));
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "events/s",
                      .baseline = median(bare),
                      .baseline_is = "bare gets",
                      .wanted = target{target::kind::at_least, 500'000}});
}

/// Each pass begins with closed stores and reads other streams.
void measure_cold_streams(macro_run& run, const workload& self, std::size_t streams, bool from_disk,
                          std::optional<target> wanted) {
    auto& big = run.big();
    random_bits random{from_disk ? 3U : 2U};
    std::vector<double> own;
    std::vector<double> bare;
    static_cast<void>(big.bare());
    big.close_and_warm();
    for (auto pass = run.passes(7); pass > 0; --pass) {
        const auto groups = even_streams(big, streams, random);
        big.close();
        if (from_disk) drop_page_cache();
        own.push_back(load_groups(big.log(), groups, load_stream));
        big.close();
        if (from_disk) drop_page_cache();
        bare.push_back(load_groups(big.bare(), groups, load_bare));
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "events/s",
                      .baseline = median(bare),
                      .baseline_is = "bare gets",
                      .wanted = wanted});
}

void read_stream_cold(macro_run& run, const workload& self) {
    measure_cold_streams(run, self, run.count(200, 10), false,
                         target{target::kind::at_least, 200'000});
}

void read_stream_disk(macro_run& run, const workload& self) {
    if (!may_drop_page_cache()) {
        std::printf("%-24s left out: /proc/sys/vm/drop_caches is not writable\n",
                    std::string{self.name}.c_str());
        return;
    }
    measure_cold_streams(run, self, run.count(20, 2), true, {});
    // What the page cache held before belongs to the rows that follow.
    static_cast<void>(scan(run.big().log(), run.big().events()));
    static_cast<void>(scan(run.big().bare(), run.big().events()));
}

// By correlation --------------------------------------------------------------------------------

std::vector<group> even_correlations(big_store& big, std::size_t count, random_bits& random) {
    std::vector<group> groups;
    for (const auto stream : random_streams(big, count, random)) {
        const auto first = big.log().read_one(position{stream}).value();
        groups.push_back(even_group(big, stream, std::string{first.view().correlation()}));
    }
    return groups;
}

/// Correlations of the second half that have about 50 events: these lie close together.
std::vector<group> sprint_correlations(big_store& big, std::size_t count, random_bits& random) {
    std::vector<group> groups;
    std::set<std::string> seen;
    const auto first = big.uniform_events();
    for (auto tries = count * 50; groups.size() < count && tries > 0; --tries) {
        const auto at = first + random() % (big.events() - first);
        const auto some = big.log().read_one(position{at}).value();
        group made{.name = std::string{some.view().correlation()}};
        if (made.name.empty() || !seen.insert(made.name).second) continue;
        auto events = big.log().read(criteria{.correlation = made.name}).value();
        while (events.next().value()) made.positions.push_back(events->position().value);
        const auto found = made.positions.size();
        if (found >= 40 && found <= 60 && made.positions.back() < big.events()) {
            groups.push_back(std::move(made));
        }
    }
    return groups;
}

void load_correlation(const store& log, const group& wanted) {
    auto events = log.read(criteria{.correlation = wanted.name}).value();
    std::uint64_t sum = 0;
    std::size_t count = 0;
    for (; events.next().value(); ++count) sum += events->payload().size();
    if (count != wanted.positions.size()) {
        throw std::runtime_error{"correlation is not as it was made"};
    }
    touched = touched + sum;
}

void measure_correlations(macro_run& run, const workload& self,
                          std::vector<group> (*choose)(big_store&, std::size_t, random_bits&)) {
    auto& big = run.big();
    random_bits random{4};
    static_cast<void>(big.bare());
    const auto groups = choose(big, run.count(1'000, 30), random);
    big.close_and_warm();
    const auto& log = big.log();
    const auto& plain = big.bare();
    std::vector<double> own;
    std::vector<double> bare;
    for (const auto& one : groups) {
        const stopwatch watch;
        load_correlation(log, one);
        own.push_back(watch.seconds() * 1e3);
        const stopwatch bare_watch;
        load_bare(plain, one);
        bare.push_back(bare_watch.seconds() * 1e3);
    }
    const auto mine = percentiles_of(own);
    run.report().add(
        {.name = std::string{self.name},
         .value = mine.p99,
         .unit = "ms",
         .baseline = percentiles_of(bare).p99,
         .baseline_is = "bare gets, p99",
         .wanted = target{target::kind::below, 1},
         .details = {{"p50", mine.p50},
                     {"p90", mine.p90},
                     {"max", mine.max},
                     {"events_mean", events_of(groups) / static_cast<double>(groups.size())}}});
}

void read_correlation(macro_run& run, const workload& self) {
    measure_correlations(run, self, sprint_correlations);
}
void read_correlation_even(macro_run& run, const workload& self) {
    measure_correlations(run, self, even_correlations);
}

constexpr workload workloads[] = {
    {"read_all", "every event in order, as event_view", read_all},
    {"read_all_singles", "read_all of a log written 1 event a commit", read_all_singles},
    {"read_stream", "streams of 50 scattered events, what they need in the caches",
     read_stream_warm},
    {"read_stream_cold", "the same after opening the store: its caches are empty",
     read_stream_cold},
    {"read_stream_disk", "the same, and the page cache of the system dropped", read_stream_disk},
    {"read_correlation", "40 to 60 events of a correlation, as they lie in sprints: p99",
     read_correlation},
    {"read_correlation_even", "50 events of a correlation, scattered evenly over half the log: p99",
     read_correlation_even},
};

}  // namespace

std::span<const workload> read_workloads() { return workloads; }

}  // namespace daybook::bench
