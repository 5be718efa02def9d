// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/inline_views.hpp>

#include "inline_view.hpp"
#include "vital_signs.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

/// Why views could not be brought up to the log's end, by their place in the list.
using failures = std::vector<std::optional<error>>;

result<failures> build_all(store& log, const std::vector<any_projection>& projections,
                           const inline_options& options) {
    // An append cannot wait for a key: an inline view takes every event, or stops.
    auto building =
        runner::open(log, projections,
                     {.rows_cached_max = options.rows_cached_max, .parking = {.strict = true}});
    if (!building) return building.error();
    const auto built = building->catch_up();
    for (const auto& each : building->status()) {
        if (each.parked.keys == 0) continue;
        return fail(errc::projection_failed,
                    "view \"" + each.name +
                        "\": events are parked in it, and an inline view has "
                        "none: retry or skip them first, or build it again");
    }
    failures found(projections.size());
    if (built) return found;
    const bool goes_on = built.error().code == errc::projection_failed &&
                         options.on_failure == inline_failure::leave_behind;
    if (!goes_on) return built.error();
    const auto status = building->status();
    for (std::size_t i = 0; i < status.size(); ++i) {
        if (status[i].state == view_state::failed) found[i] = status[i].last_error;
    }
    return found;
}

}  // namespace

struct inline_views::impl {
    store* log;
    std::vector<std::unique_ptr<inline_view>> views;
};

inline_views::inline_views(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
inline_views::inline_views(inline_views&&) noexcept = default;
inline_views& inline_views::operator=(inline_views&&) noexcept = default;
inline_views::~inline_views() = default;

result<inline_views> inline_views::open(store& log, std::vector<any_projection> projections,
                                        const inline_options& options) {
    auto failed = build_all(log, projections, options);
    if (!failed) return failed.error();
    auto made = std::make_unique<impl>();
    made->log = &log;
    for (std::size_t i = 0; i < projections.size(); ++i) {
        auto view = inline_view::open(log, std::move(projections[i]), options);
        if (!view) return view.error();
        auto& why = (*failed)[i];
        if (!why) {
            const auto joined = (*view)->join();
            const bool left_behind = !joined && joined.error().code == errc::projection_failed &&
                                     options.on_failure == inline_failure::leave_behind;
            if (!joined && !left_behind) return joined.error();
            if (left_behind) why = joined.error();
        }
        if (why) (*view)->stand_still(*std::move(why));
        made->views.push_back(*std::move(view));
    }
    return inline_views{std::move(made)};
}

std::vector<view_status> inline_views::status() const {
    std::vector<view_status> all;
    const auto end = impl_->log->watermark();
    for (const auto& view : impl_->views) all.push_back(view->status(end));
    const auto now =
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    for (auto& each : all) complete_status(each, *impl_->log, now);
    return all;
}

}  // namespace daybook::projections
