// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/runner.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace daybook::projections {

/// Is everything well: no view stopped or stuck, and the thread, if it was started, heard of? What
/// a health check of a service answers by. Parked events do not make a view unwell: look at
/// `view_status::parked`.
bool is_healthy(std::span<const view_status> views) noexcept;

/// What is wrong, one line per view that is not healthy; empty if all is well.
std::string health_report(std::span<const view_status> views);

/// What the store alone tells of every view in it, also beside the process that keeps them up to
/// date: cursor, lag, what is parked. Health is judged by the age of the oldest event not read;
/// what only a runner knows (rate, ETA, last error, times) is left empty. By name and version.
/// Of those that serve only. Fails with `corrupt` or `io`.
result<std::vector<view_status>> stored_status(store& log, const health_limits& limits = {});

/// The same of one generation.
result<view_status> stored_status(store& log, const built_view& of,
                                  const health_limits& limits = {});

/// The status of views in the text format of Prometheus, version 0.0.4: families
/// `daybook_view_...`, each sample with the labels `store` (the directory), `view` and `version`.
/// Stands beside `metrics_text(store_metrics)`, with which it has no name in common. Give all views
/// of a store in one call.
std::string status_text(const std::filesystem::path& store_directory,
                        std::span<const view_status> views);

}  // namespace daybook::projections
