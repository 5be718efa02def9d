// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/runner.hpp>

#include "park_retrier.hpp"
#include "runner_impl.hpp"

// What a runner does about parked events when somebody asks: in the rows that readers get, and in
// those that are built beside them.
namespace daybook::projections {
namespace {

void add(retry_outcome& sum, const retry_outcome& more) {
    sum.keys_tried += more.keys_tried;
    sum.keys_freed += more.keys_freed;
    sum.events_applied += more.events_applied;
    sum.events_skipped += more.events_skipped;
    if (!sum.still_parked) sum.still_parked = more.still_parked;
}

error not_parked(std::string_view view, position at) {
    return fail(errc::not_found, "view \"" + std::string{view} + "\": the event at position " +
                                     std::to_string(at.value) +
                                     " is not parked (what is held behind a parked event "
                                     "follows it by itself)");
}

}  // namespace

// `work` is held.
result<retry_outcome> runner::impl::retry_lanes(
    const registered_view& view,
    const std::function<std::vector<std::string>(const park_ledger&)>& lanes_of) {
    retry_outcome sum;
    for (auto* rows : view.generations()) {
        const auto lanes = lanes_of(rows->steps()->parks());
        if (lanes.empty()) continue;
        auto tried = park_retrier{work_on(*rows), park_events::asked_by::request}.retry(lanes);
        if (!tried) return tried;
        add(sum, *tried);
    }
    if (auto told = tell_notes(); !told) return told.error();
    return sum;
}

// `work` is held. The decision is told once; the other generation reads it from the log.
result<retry_outcome> runner::impl::skip_event(const registered_view& view, position at,
                                               std::string_view reason) {
    retry_outcome sum;
    result<retry_outcome> skipped = not_parked(view.projection().name(), at);
    for (auto* rows : view.generations()) {
        park_retrier retrier{work_on(*rows), park_events::asked_by::request};
        if (!skipped) {
            skipped = retrier.skip(at, reason);
            if (!skipped && skipped.error().code != errc::not_found) return skipped;
        } else {
            if (auto heeded = rows->heed_skips(log); !heeded) return heeded.error();
            skipped = retrier.retry(rows->steps()->parks().lanes_at(at));
            if (!skipped) return skipped;
        }
        if (skipped) add(sum, *skipped);
    }
    if (!skipped) return skipped;
    if (auto told = tell_notes(); !told) return told.error();
    return sum;
}

result<std::vector<parked_view_event>> runner::parked(std::string_view view,
                                                      std::size_t limit) const {
    const auto keyspace = [&]() -> result<std::string> {
        const std::lock_guard lock{impl_->seen};
        const auto* found = impl_->find(view);
        if (found == nullptr) return no_such_view(view);
        const auto all = found->generations();
        return all.empty() ? std::string{} : all.front()->keyspace_name();
    }();
    if (!keyspace) return keyspace.error();
    return parked_events(impl_->log, *keyspace, limit);
}

result<retry_outcome> runner::retry_key(std::string_view view, std::string_view key) {
    const std::lock_guard working{impl_->work};
    const auto* found = impl_->find(view);
    if (found == nullptr) return no_such_view(view);
    const auto lane = layout::lane_of_key(key);
    auto tried = impl_->retry_lanes(*found, [&](const park_ledger& parks) {
        return parks.find(lane) == nullptr ? std::vector<std::string>{} : std::vector{lane};
    });
    if (!tried || tried->keys_tried > 0) return tried;
    return fail(errc::not_found, "view \"" + std::string{view} + "\": nothing is parked for \"" +
                                     std::string{key} + '"');
}

result<retry_outcome> runner::retry_event(std::string_view view, position at) {
    const std::lock_guard working{impl_->work};
    const auto* found = impl_->find(view);
    if (found == nullptr) return no_such_view(view);
    auto tried =
        impl_->retry_lanes(*found, [&](const park_ledger& parks) { return parks.lanes_at(at); });
    if (!tried || tried->keys_tried > 0) return tried;
    return not_parked(view, at);
}

result<retry_outcome> runner::retry_all(std::string_view view) {
    const std::lock_guard working{impl_->work};
    const auto* found = impl_->find(view);
    if (found == nullptr) return no_such_view(view);
    return impl_->retry_lanes(*found, [](const park_ledger& parks) { return parks.all_lanes(); });
}

result<retry_outcome> runner::skip_event(std::string_view view, position at,
                                         std::string_view reason) {
    const std::lock_guard working{impl_->work};
    const auto* found = impl_->find(view);
    if (found == nullptr) return no_such_view(view);
    if (reason.find_first_not_of(" \t\n") == reason.npos) {
        return fail(errc::invalid_argument,
                    "view \"" + std::string{view} + "\": an event is skipped with a reason only");
    }
    return impl_->skip_event(*found, at, reason);
}

result<std::vector<built_view>> runner::unattended() const {
    auto built = built_views(impl_->log);
    if (!built) return built;
    std::erase_if(*built,
                  [&](const built_view& each) { return impl_->find(each.name) != nullptr; });
    return built;
}

}  // namespace daybook::projections
