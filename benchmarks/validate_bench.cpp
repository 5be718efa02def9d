// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What validating a log costs, beside reading it.
//
// The store holds 300 000 events in sprints, each with an id that a validator remembers, and
// everything fits its caches. Read `items_per_second` as events per second; `validate_log` over
// `scan_log` is the ratio to look at.

#include <daybook/replay/validate.hpp>
#include <daybook/store.hpp>

#include "support/events.hpp"
#include "support/scratch_directory.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>

namespace {

using namespace daybook;

constexpr std::uint64_t events_stored = 300'000;

/// The store that all rows share.
class validated_store {
public:
    validated_store()
        : directory_{std::filesystem::temp_directory_path() / "daybook-validate-bench"} {
        log_.emplace(
            store::open(directory_.path(), {.default_durability = durability::written}).value());
        const bench::pool_options pool{
            .events = events_stored, .per_commit = 100, .one_stream = false};
        for (const auto& one : bench::make_commits(pool)) {
            static_cast<void>(log_->commit(one).value());
        }
        log_->finish_background_work().value();
    }
    const store& log() const { return *log_; }

private:
    bench::scratch_directory directory_;
    std::optional<store> log_;
};

const store& shared() {
    static const validated_store made;
    return made.log();
}

void scan_log(benchmark::State& state) {
    for (auto _ : state) {
        auto events = shared().read_all().value();
        std::uint64_t bytes = 0;
        while (events.next().value()) bytes += events->payload().size();
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events_stored));
}
BENCHMARK(scan_log)->Unit(benchmark::kMillisecond)->UseRealTime();

void validate_log(benchmark::State& state) {
    for (auto _ : state) {
        replay::validation_options options;
        if (state.range(0) == 0) options.rules = {};
        options.warnings = state.range(1) != 0;
        std::uint64_t findings = 0;
        const auto report =
            replay::validate(shared(), {}, options, [&](const replay::finding&) { ++findings; });
        if (!report) return state.SkipWithError(report.error().message.c_str());
        benchmark::DoNotOptimize(findings);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events_stored));
}
BENCHMARK(validate_log)
    ->ArgNames({"rules", "warnings"})
    ->Args({1, 0})
    ->Args({0, 0})
    ->Args({1, 1})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
