// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "macro/big_store.hpp"
#include "macro/options.hpp"
#include "macro/report.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daybook::bench {

/// What rows have in common: options, the big store, and where they report.
class macro_run {
public:
    macro_run(macro_options chosen, report::context where);
    ~macro_run();
    macro_run(const macro_run&) = delete;
    macro_run& operator=(const macro_run&) = delete;

    const macro_options& options() const noexcept { return options_; }
    bench::report& report() noexcept { return report_; }
    big_store& big() noexcept { return big_; }

    /// How often, how many, how long: less of it with --quick.
    std::size_t passes(std::size_t usual) const noexcept { return options_.quick ? 1 : usual; }
    std::uint64_t count(std::uint64_t usual, std::uint64_t quick) const noexcept {
        return options_.quick ? quick : usual;
    }
    double seconds(double usual) const noexcept { return options_.quick ? 0.1 : usual; }

    std::filesystem::path scratch(std::string_view name) const { return options_.directory / name; }

private:
    macro_options options_;
    bench::report report_;
    big_store big_;
};

/// One row, or a few that are measured together.
struct workload {
    std::string_view name;
    std::string_view what;
    void (*run)(macro_run& run, const workload& self);
};

std::span<const workload> aggregate_workloads();
std::span<const workload> append_workloads();
std::span<const workload> append_big_workloads();
std::span<const workload> compliance_workloads();
std::span<const workload> read_workloads();
std::span<const workload> query_workloads();
std::span<const workload> view_workloads();
std::span<const workload> view_use_workloads();
std::span<const workload> time_travel_workloads();
std::span<const workload> process_workloads();
std::span<const workload> replay_workloads();
std::span<const workload> steady_workloads();
std::span<const workload> subscription_workloads();

/// What a process that a row started does: see process_rows.cpp. Returns its exit code.
int run_child(const macro_options& options);

// Children of rows in view_use_rows.cpp.
int build_ten_million_rows(const macro_options& options);
int put_ten_million_rows(const macro_options& options);

/// What a child that measures its memory said: when, and how many MiB; "peak" is the last.
std::vector<std::pair<std::string, double>> memory_of_child(const std::string& child,
                                                            const std::filesystem::path& directory);

}  // namespace daybook::bench
