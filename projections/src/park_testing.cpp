// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/runner.hpp>
#include <daybook/projections/testing.hpp>
#include <daybook/projections/view.hpp>

#include "temporary_directory.hpp"

namespace daybook::projections::detail {
namespace {

result<parked_replay> run_in_batches(store& log, const any_projection& of,
                                     std::size_t batch_events) {
    auto views = runner::open(log, {of}, {.batch_events_max = batch_events});
    if (!views) return views.error();
    if (const auto begun = views->rebuild(of.name()); !begun) return begun.error();
    if (const auto done = views->catch_up(); !done) return done.error();
    const auto rows = stored_view::open(log, of);
    if (!rows) return rows.error();
    parked_replay made;
    auto read = rows->scan({}, {}, [&](std::string_view key, std::string_view row) {
        made.rows.emplace(key, row);
        return true;
    });
    if (!read) return read.error();
    const auto parked = views->parked(of.name());
    if (!parked) return parked.error();
    for (const auto& each : *parked) {
        if (!each.held) made.parked.insert(each.key);
    }
    return made;
}

}  // namespace

result<parked_replay> run_given(const any_projection& of, const std::vector<given_event>& given) {
    const temporary_directory directory;
    store_options options;
    options.default_durability = durability::written;
    auto log = store::open(directory.path(), options);
    if (!log) return log.error();
    for (const auto& [stream, event] : given) {
        const auto appended = log->append(stream, expected::any(), {event}, durability::written);
        if (!appended) return appended.error();
    }
    auto one_by_one = run_in_batches(*log, of, 1);
    if (!one_by_one) return one_by_one;
    const auto at_once = run_in_batches(*log, of, 1000);
    if (!at_once || *at_once == *one_by_one) return one_by_one;
    return fail(errc::projection_failed, "projection \"" + of.name() +
                                             "\" is not deterministic: in batches of 1 and of "
                                             "1000 it made other rows, or threw elsewhere");
}

}  // namespace daybook::projections::detail
