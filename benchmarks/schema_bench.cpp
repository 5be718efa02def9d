// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What schemas cost: an append with the mode strict against off, and one check by itself.
//
// One event an append, `written`, of one type with ten members of all kinds. Read the rows in
// pairs: the difference of append/strict and append/off is the price of a schema; append/off with
// none kept is what a store without schemas pays.

#include <daybook/schema_catalog.hpp>
#include <daybook/store.hpp>

#include "support/scratch_directory.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>

namespace daybook {

enum class review_result { accepted, rejected };
BOOST_DESCRIBE_ENUM(review_result, accepted, rejected)

struct reviewed {
    std::string task_id;
    std::string reviewer;
    std::string comment;
    review_result outcome{};
    std::int32_t files = 0;
    std::int64_t tokens = 0;
    double cost = 0;
    timestamp started_at{};
    std::optional<std::string> branch;
    std::vector<std::string> labels;
};
BOOST_DESCRIBE_STRUCT(reviewed, (),
                      (task_id, reviewer, comment, outcome, files, tokens, cost, started_at, branch,
                       labels))

namespace {

new_event reviewed_event() {
    return make_event(reviewed{"task-42",
                               "reviewer-7",
                               "two of the tests do not say what they show",
                               review_result::rejected,
                               12,
                               48'211,
                               0.75,
                               parse_timestamp("2025-12-22T10:30:00Z").value(),
                               "fix/tests",
                               {"tests", "style"}});
}

class schema_store {
public:
    explicit schema_store(schema_mode mode, bool keep_one = true)
        : directory_{std::filesystem::temp_directory_path() / "daybook-schema-bench"},
          log_{
              store::open(directory_.path(), {.default_durability = durability::written}).value()} {
        if (!keep_one) return;
        auto schemas = schema_catalog::open(log_).value();
        static_cast<void>(schemas.add<reviewed>().value());
        schemas.set_mode(mode).value();
    }
    store& log() { return log_; }

private:
    bench::scratch_directory directory_;
    store log_;
};

void append_to(schema_store opened, benchmark::State& state) {
    const auto event = reviewed_event();
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            opened.log().append("task-42", expected::any(), {&event, 1}).value());
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

void append_none(benchmark::State& state) {
    append_to(schema_store{schema_mode::off, false}, state);
}
void append_off(benchmark::State& state) { append_to(schema_store{schema_mode::off}, state); }
void append_strict(benchmark::State& state) { append_to(schema_store{schema_mode::strict}, state); }
BENCHMARK(append_none)->Name("append/none");
BENCHMARK(append_off)->Name("append/off");
BENCHMARK(append_strict)->Name("append/strict");

void check_event(benchmark::State& state) {
    schema_store opened{schema_mode::off};
    const auto schemas = schema_catalog::open(opened.log()).value();
    const auto event = reviewed_event();
    std::size_t bytes = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(schemas.check(event).value());
        bytes += event.payload.size();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(check_event);

}  // namespace
}  // namespace daybook
