// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What emitting costs the thread that emits: `emitter::emit`, with 1 to 8 threads.
//
// filtered         an event of a level that is not taken; its builder is not called
// emit             each call timed by itself; `p50`, `p99` and `p99_9` are its nanoseconds, with
// the
//                  two readings of the clock (`clock` shows what they cost), the mean over threads
// emit_in_context  the same under an ambient context with correlation, cause, actor and session
// full             the same against a queue that stays full: each event is dropped and counted
// build_and_emit   building the event and emitting it, back to back, as events per second
//
// Targets: `nothing` takes events and forgets them; `store` is a store, commits `written`; `lines`
// a file of JSON lines. The queue has the default size. Callers wait, untimed, when it is nearly
// full, so that the figures are about emitting and not about dropping; `dropped` says how many were
// dropped all the same.

#include <daybook/daybook.hpp>

#include "support/scratch_directory.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace {

using namespace daybook;
using clock_type = std::chrono::steady_clock;

/// Percentiles of nanoseconds, to the nanosecond below 64 microseconds.
class latencies {
public:
    void add(std::int64_t nanoseconds) {
        const auto last = static_cast<std::int64_t>(counts_.size()) - 1;
        ++counts_[static_cast<std::size_t>(std::clamp<std::int64_t>(nanoseconds, 0, last))];
        ++total_;
    }
    double percentile(double share) const {
        const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(total_));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            seen += counts_[i];
            if (seen > wanted) return static_cast<double>(i);
        }
        return static_cast<double>(counts_.size());
    }

private:
    std::vector<std::uint32_t> counts_ = std::vector<std::uint32_t>(65'536);
    std::uint64_t total_ = 0;
};

struct forgetting_target final : emitter_target {
    result<void> write(const commit_request&) override { return {}; }
};

/// Never done.
class stuck_target final : public emitter_target {
public:
    result<void> write(const commit_request&) override {
        const std::lock_guard lock{turn_};
        return {};
    }
    std::mutex& turn() { return turn_; }

private:
    std::mutex turn_;
};

enum class kind { nothing, store, lines, stuck };

/// What the threads of one benchmark share. Made by its first thread.
class shared_emitter {
public:
    explicit shared_emitter(kind to)
        : directory_{std::filesystem::temp_directory_path() / "daybook-emitter-bench"} {
        std::filesystem::create_directories(directory_.path());
        emitter_options options;
        if (to == kind::nothing) target_ = std::make_unique<forgetting_target>();
        if (to == kind::lines) {
            target_ = std::make_unique<jsonl_sink>(
                jsonl_sink::open(directory_.path() / "events.jsonl").value());
        }
        if (to == kind::store) {
            store_.emplace(store::open(directory_.path() / "store",
                                       {.default_durability = durability::written})
                               .value());
            target_ = std::make_unique<store_target>(*store_);
        }
        if (to == kind::stuck) {
            auto stuck = std::make_unique<stuck_target>();
            held_ = std::unique_lock{stuck->turn()};
            target_ = std::move(stuck);
            options.stop_timeout = std::chrono::milliseconds{0};
        }
        emitter_.emplace(emitter::start(*target_, options).value());
        if (to != kind::stuck) return;
        auto last = emission::queued;
        while (last == emission::queued) {
            last = emitter_->emit(event_level::action, "task-42", new_event{.type = "Filler"});
        }
    }
    ~shared_emitter() {
        if (held_) held_.unlock();
        emitter_.reset();
    }
    shared_emitter(const shared_emitter&) = delete;
    shared_emitter& operator=(const shared_emitter&) = delete;

    emitter& emitting() { return *emitter_; }

    void wait_for_room() {
        constexpr std::uint64_t nearly_full = 7'000;
        if (emitter_->stats().waiting < nearly_full) return;
        while (emitter_->stats().waiting > nearly_full / 2) {
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
    }

private:
    bench::scratch_directory directory_;
    std::optional<store> store_;
    std::unique_ptr<emitter_target> target_;
    std::unique_lock<std::mutex> held_;
    std::optional<emitter> emitter_;
};

std::unique_ptr<shared_emitter> current;

template <kind To>
void set_up(const benchmark::State&) {
    current = std::make_unique<shared_emitter>(To);
}
void tear_down(const benchmark::State&) { current.reset(); }

new_event some_event() {
    return {
        .type = "ToolInvoked",
        .payload = R"({"tool":"search","duration_ms":412,"ok":true,"tokens":{"in":812,"out":96}})",
        .tags = {"phase:CODE", "agent:coder-1"},
        .correlation = "sprint-2025-12",
        .actor = {.type = "agent", .id = "coder-1", .model = "sonnet"},
        .schema = "1.0.0"};
}

void filtered(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            current->emitting().emit(event_level::detail, "task-42", some_event));
    }
}
BENCHMARK(filtered)->Setup(set_up<kind::nothing>)->Teardown(tear_down)->ThreadRange(1, 8);

void clock(benchmark::State& state) {
    latencies seen;
    for (auto _ : state) {
        const auto begin = clock_type::now();
        seen.add((clock_type::now() - begin).count());
    }
    state.counters["p50"] = seen.percentile(0.5);
}
BENCHMARK(clock);

void time_emits(benchmark::State& state, bool waits) {
    latencies seen;
    auto& emitting = current->emitting();
    std::uint64_t number = 0;
    for (auto _ : state) {
        if (waits && number++ % 64 == 0) current->wait_for_room();
        auto event = some_event();
        const auto begin = clock_type::now();
        benchmark::DoNotOptimize(emitting.emit(event_level::action, "task-42", std::move(event)));
        const auto took = clock_type::now() - begin;
        seen.add(took.count());
        state.SetIterationTime(std::chrono::duration<double>(took).count());
    }
    const auto mean = benchmark::Counter::kAvgThreads;
    state.counters["p50"] = {seen.percentile(0.5), mean};
    state.counters["p99"] = {seen.percentile(0.99), mean};
    state.counters["p99_9"] = {seen.percentile(0.999), mean};
    if (state.thread_index() == 0) {
        state.counters["dropped"] = static_cast<double>(emitting.stats().dropped.total());
    }
}

template <kind To>
void emit(benchmark::State& state) {
    time_emits(state, true);
}
BENCHMARK_TEMPLATE(emit, kind::nothing)
    ->Setup(set_up<kind::nothing>)
    ->Teardown(tear_down)
    ->UseManualTime()
    ->ThreadRange(1, 8);
BENCHMARK_TEMPLATE(emit, kind::store)
    ->Setup(set_up<kind::store>)
    ->Teardown(tear_down)
    ->UseManualTime()
    ->ThreadRange(1, 8);
BENCHMARK_TEMPLATE(emit, kind::lines)
    ->Setup(set_up<kind::lines>)
    ->Teardown(tear_down)
    ->UseManualTime()
    ->ThreadRange(1, 8);

void emit_in_context(benchmark::State& state) {
    const context_scope scope{{.correlation = "the whole sprint of December 2025",
                               .causes = {event_id::make()},
                               .actor = {"agent", "coder-1", "sonnet"},
                               .session = "s-2025-12-22-1"}};
    time_emits(state, true);
}
BENCHMARK(emit_in_context)
    ->Setup(set_up<kind::nothing>)
    ->Teardown(tear_down)
    ->UseManualTime()
    ->ThreadRange(1, 8);

void full(benchmark::State& state) { time_emits(state, false); }
BENCHMARK(full)
    ->Setup(set_up<kind::stuck>)
    ->Teardown(tear_down)
    ->UseManualTime()
    ->ThreadRange(1, 8);

void build_and_emit(benchmark::State& state) {
    auto& emitting = current->emitting();
    std::uint64_t number = 0;
    for (auto _ : state) {
        if (number++ % 64 == 0) current->wait_for_room();
        benchmark::DoNotOptimize(emitting.emit(event_level::action, "task-42", some_event));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(build_and_emit)
    ->Setup(set_up<kind::store>)
    ->Teardown(tear_down)
    ->UseRealTime()
    ->ThreadRange(1, 8);

}  // namespace
