// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "stepped_view.hpp"

#include "park_events.hpp"
#include "park_policy.hpp"
#include "row_writer.hpp"

namespace daybook::projections {
namespace {

fold_options with_gate(fold_options options, key_gate* gate) {
    options.gate = gate;
    return options;
}

}  // namespace

stepped_view::stepped_view(any_projection of, layout::cursor_record start, row_source rows,
                           const fold_options& options, const parking_options& parking)
    : projection_{std::move(of)},
      stored_{start},
      parks_{parking},
      fold_{projection_, std::move(rows), with_gate(options, &parks_)} {}

result<void> stepped_view::offer(std::size_t share, const json_event& event, std::size_t index) {
    const auto at = event.view().position();
    if (at < stored_.next) return {};
    if (parks_.watches() && parks_.withholds(at)) return {};
    if (auto applied = fold_.apply(share, event, index); !applied) return applied;
    if (parks_.trouble()) return park_policy::limit_passed(projection_, at, *parks_.trouble());
    return {};
}

result<void> stepped_view::check_row_sizes(const event_view& at) {
    const auto found = fold_.find_oversized(row_bytes_max);
    if (!found) return {};
    parks_.threw_at(found->key);
    return detail::projection_failure(projection_.name(), at, told_as_too_large(*found));
}

std::string stepped_view::lane_at_fault(position at) {
    const auto key = parks_.take_key_at_fault();
    return key ? layout::lane_of_key(*key) : layout::lane_of_event(at);
}

result<void> stepped_view::park(const std::string& lane, const event_view& event, const error& why,
                                timestamp now) {
    auto head = park_policy::first_failure(event, why, parks_.options(), now);
    auto note = park_events::parked(projection_, lane, event, head.reason, now);
    const auto parked = parks_.park(lane, std::move(head), std::move(note));
    if (parked) return {};
    return park_policy::limit_passed(projection_, event.position(), parked.error());
}

void stepped_view::close(position reached, const row_sink& sink) {
    closing_ = stored_;
    closing_->next = reached;
    closing_->events_applied += fold_.events_applied() + applied_late_;
    std::string key;
    fold_.collect([&](std::string_view row, const std::optional<std::string_view>& bytes) {
        key.assign(1, layout::row_prefix);
        key += row;
        sink(key, bytes);
    });
    const auto cursor = layout::encode_cursor(*closing_);
    sink(layout::cursor_key, std::optional<std::string_view>{cursor});
}

void stepped_view::written() {
    parks_.written();
    stored_ = *closing_;
    closing_.reset();
    offered_in_batch_ = 0;
    applied_late_ = 0;
}

void stepped_view::abandon() {
    fold_.discard();
    fold_.divide(1);
    parks_.abandon();
    closing_.reset();
    offered_in_batch_ = 0;
    applied_late_ = 0;
}

}  // namespace daybook::projections
