// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows that build views from the big store.

#include <daybook/projections/projections.hpp>

#include "macro/run.hpp"
#include "support/measure.hpp"

#include <optional>
#include <string>

namespace daybook::bench {
namespace {

/// Counts; needs nothing but the envelope.
struct events_by_type {
    static constexpr std::string_view name = "bench_events_by_type";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;

    static std::string_view key(const event_view& event) { return event.type(); }
    static row apply(row count, const event_view&) { return count + 1; }
};

/// Adds up a field of the payload, so that each payload is parsed.
struct work_by_agent {
    static constexpr std::string_view name = "bench_work_by_agent";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;

    static std::string_view key(const projections::json_event& event) {
        return event->tag("agent").value_or("nobody");
    }
    static row apply(row total_ms, const projections::json_event& event) {
        const auto* lasted = event.fields().if_contains("duration_ms");
        return lasted != nullptr && lasted->is_int64() ? total_ms + lasted->get_int64() : total_ms;
    }
};

double bare_scan(const bare_log& log, std::uint64_t events) {
    const stopwatch watch;
    std::uint64_t sum = 0;
    log.for_each(0, events, [&](std::string_view record) { sum += record.size(); });
    return sum == 0 ? 0 : static_cast<double>(events) / watch.seconds();
}

template <class Projection>
void measure_rebuild(macro_run& run, const workload& self, double wanted) {
    auto& big = run.big();
    const auto& plain = big.bare();
    auto& log = big.log();
    const auto of = projections::any_projection::of<Projection>();
    std::vector<double> own;
    std::vector<double> bare;
    {
        auto views = projections::runner::open(log, {of}).value();
        views.catch_up().value();
        for (auto pass = run.passes(3); pass > 0; --pass) {
            const stopwatch watch;
            views.rebuild(Projection::name).value();
            views.catch_up().value();
            own.push_back(static_cast<double>(log.watermark().value) / watch.seconds());
            bare.push_back(bare_scan(plain, big.events()));
        }
    }
    projections::drop_view(log, of).value();
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "events/s",
                      .baseline = median(bare),
                      .baseline_is = "bare scan",
                      .wanted = target{target::kind::at_least, wanted}});
}

void rebuild_counting(macro_run& run, const workload& self) {
    measure_rebuild<events_by_type>(run, self, 2'000'000);
}
void rebuild_parsing(macro_run& run, const workload& self) {
    measure_rebuild<work_by_agent>(run, self, 700'000);
}

constexpr workload workloads[] = {
    {"rebuild_counting", "a view that counts events by type, from nothing", rebuild_counting},
    {"rebuild_parsing", "a view that adds up a field of each payload, from nothing",
     rebuild_parsing},
};

}  // namespace

std::span<const workload> view_workloads() { return workloads; }

}  // namespace daybook::bench
