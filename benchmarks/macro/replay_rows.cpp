// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows about replays: what handing events over costs beside reading them, and copying them into
// another store beside appending them there.

#include <daybook/replay/replay_events.hpp>
#include <daybook/replay/store_copy.hpp>

#include "macro/run.hpp"
#include "support/events.hpp"
#include "support/measure.hpp"
#include "support/scratch_directory.hpp"

#include <algorithm>

namespace daybook::bench {
namespace {

/// Keeps results of reads alive, so that no compiler leaves the reads out.
volatile std::uint64_t touched = 0;

double scan(const store& log, std::uint64_t count) {
    const stopwatch watch;
    auto events = log.read_all({.limit = count}).value();
    std::uint64_t sum = 0;
    while (events.next().value()) sum += events->type().size();
    touched = touched + sum;
    return static_cast<double>(count) / watch.seconds();
}

/// Each event in its context, to a handler that does as good as nothing.
double handle(const store& log, std::uint64_t count) {
    const stopwatch watch;
    std::uint64_t sum = 0;
    const auto done = replay::replay_events(
        log, {.what = {.until = position{count}}},
        replay::replayable([&](const event_view& event) { sum += event.type().size(); }));
    static_cast<void>(done.value());
    touched = touched + sum;
    return static_cast<double>(count) / watch.seconds();
}

void replay_handler(macro_run& run, const workload& self) {
    const auto& log = run.big().log();
    const auto count = std::min<std::uint64_t>(run.big().events(), 1'000'000);
    std::vector<double> own;
    std::vector<double> read;
    static_cast<void>(scan(log, count));
    for (auto pass = run.passes(7); pass > 0; --pass) {
        own.push_back(handle(log, count));
        read.push_back(scan(log, count));
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "events/s",
                      .baseline = median(read),
                      .baseline_is = "scan"});
}

/// Both write what was synced last: the copy settles at its end.
void replay_store(macro_run& run, const workload& self) {
    const auto count = run.count(500'000, 10'000);
    const auto commits = make_commits({.events = count, .per_commit = 100});
    const scratch_directory from_directory{run.scratch("replay-from")};
    auto from = store::open(from_directory.path(), big_store::usual_options()).value();
    for (const auto& one : commits) static_cast<void>(from.commit(one).value());
    std::vector<double> own;
    std::vector<double> append;
    for (auto pass = run.passes(5); pass > 0; --pass) {
        {
            const scratch_directory directory{run.scratch("replay-into")};
            auto into = store::open(directory.path(), big_store::usual_options()).value();
            auto copy = replay::store_copy::open(from, into).value();
            const stopwatch watch;
            static_cast<void>(replay::replay_events(from, {}, copy).value());
            own.push_back(static_cast<double>(count) / watch.seconds());
        }
        const scratch_directory directory{run.scratch("replay-append")};
        auto into = store::open(directory.path(), big_store::usual_options()).value();
        const stopwatch watch;
        for (const auto& one : commits) static_cast<void>(into.commit(one).value());
        into.sync().value();
        append.push_back(static_cast<double>(count) / watch.seconds());
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "events/s",
                      .baseline = median(append),
                      .baseline_is = "append_100"});
}

constexpr workload workloads[] = {
    {"replay_handler", "events replayed into a handler that does nothing; baseline: read",
     replay_handler},
    {"replay_store", "events replayed into another store; baseline: appended there, 100 a commit",
     replay_store}};

}  // namespace

std::span<const workload> replay_workloads() { return workloads; }

}  // namespace daybook::bench
