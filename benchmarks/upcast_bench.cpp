// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What upcasting costs per event, beside reading the payload into a struct.
//
// Read `Time` as nanoseconds per event. Nothing here touches a disk. The row without upcasters is
// what the others are to be compared with.

#include <daybook/upcasters.hpp>

#include <benchmark/benchmark.h>

namespace measured {

struct finished_v1 {
    static constexpr std::string_view type_name = "TaskFinished";
    std::string task;
    std::string agent;
    std::int64_t seconds = 0;
    std::vector<std::string> files;
};
BOOST_DESCRIBE_STRUCT(finished_v1, (), (task, agent, seconds, files))

struct finished_v2 {
    static constexpr std::string_view type_name = "TaskFinished";
    static constexpr std::string_view schema_version = "2.0.0";
    std::string task;
    std::string agent;
    std::int64_t milliseconds = 0;
    std::vector<std::string> files;
};
BOOST_DESCRIBE_STRUCT(finished_v2, (), (task, agent, milliseconds, files))

}  // namespace measured

namespace {

using namespace daybook;
using measured::finished_v1;
using measured::finished_v2;
using ready = std::shared_ptr<const upcasters>;

event some_event() {
    auto made = make_event(finished_v1{"task-4711", "agent-17", 321, {"src/a.cpp", "src/b.hpp"}});
    made.tags = {"phase:CODE", "agent:agent-17"};
    made.correlation = "orchestration-7";
    return detail::as_stored(made, "task-4711").value();
}

ready raw_steps(const char* type, int steps) {
    upcaster_builder chain;
    for (int i = 1; i <= steps; ++i) {
        chain.add({type, std::to_string(i) + ".0.0"}, {type, std::to_string(i + 1) + ".0.0"},
                  [i](boost::json::object& payload) { payload["added"] = i; });
    }
    return chain.build().value();
}

ready typed_step() {
    upcaster_builder chain;
    chain.add<finished_v1, finished_v2>([](const finished_v1& old) {
        return finished_v2{old.task, old.agent, old.seconds * 1000, old.files};
    });
    return chain.build().value();
}

template <class Event>
void read_all_parts(benchmark::State& state, const ready& by) {
    const auto stored = some_event();
    event_upcaster upcaster{by};
    json_event current;
    for (auto _ : state) {
        for (const auto& part : upcaster.upcast(stored.view()).value()) {
            current.move_to(part);
            benchmark::DoNotOptimize(detail::read_event<Event>(current));
        }
    }
    state.SetItemsProcessed(state.iterations());
}

void look(benchmark::State& state, const ready& by) {
    const auto stored = some_event();
    event_upcaster upcaster{by};
    for (auto _ : state) benchmark::DoNotOptimize(upcaster.upcast(stored.view()));
    state.SetItemsProcessed(state.iterations());
}

void read_without_upcasters(benchmark::State& state) {
    read_all_parts<finished_v1>(state, nullptr);
}
BENCHMARK(read_without_upcasters);

void read_with_upcasters_of_other_types(benchmark::State& state) {
    read_all_parts<finished_v1>(state, raw_steps("TaskStarted", 3));
}
BENCHMARK(read_with_upcasters_of_other_types);

void read_with_one_typed_step(benchmark::State& state) {
    read_all_parts<finished_v2>(state, typed_step());
}
BENCHMARK(read_with_one_typed_step);

void read_with_one_raw_step(benchmark::State& state) {
    read_all_parts<finished_v1>(state, raw_steps("TaskFinished", 1));
}
BENCHMARK(read_with_one_raw_step);

void read_with_three_raw_steps(benchmark::State& state) {
    read_all_parts<finished_v1>(state, raw_steps("TaskFinished", 3));
}
BENCHMARK(read_with_three_raw_steps);

/// Alone, without reading the payload.
void look_with_upcasters_of_other_types(benchmark::State& state) {
    look(state, raw_steps("TaskStarted", 3));
}
BENCHMARK(look_with_upcasters_of_other_types);

void upcast_three_raw_steps(benchmark::State& state) { look(state, raw_steps("TaskFinished", 3)); }
BENCHMARK(upcast_three_raw_steps);

}  // namespace
