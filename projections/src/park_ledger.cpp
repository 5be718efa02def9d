// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "park_ledger.hpp"

#include <algorithm>
#include <utility>

namespace daybook::projections {

void park_ledger::load(std::string_view lane, layout::park_record head) {
    held_ += head.held;
    mind(head);
    lanes_.insert_or_assign(std::string{lane}, waiting{.head = std::move(head)});
    watch();
    count();
}

void park_ledger::load_note(std::uint64_t number, layout::park_note note) {
    next_note_ = std::max(next_note_, number + 1);
    notes_.emplace(number, std::move(note));
}

void park_ledger::add_skip(std::string_view lane, position at) {
    if (skips_[at.value].emplace(lane).second) ++skips_count_;
    watch();
}

result<void> park_ledger::room_for_skips(std::size_t more) const {
    if (skips_count_ + more <= skipped_events_max) return {};
    return fail(errc::too_large, std::to_string(skips_count_) +
                                     " events are skipped, and no more than " +
                                     std::to_string(skipped_events_max) +
                                     " may be: this wants a new version of the projection");
}

bool park_ledger::skips(std::string_view lane, position at) const {
    const auto found = skips_.find(at.value);
    return found != skips_.end() && found->second.contains(lane);
}

bool park_ledger::admits(std::string_view key, const event_view& event) {
    if (only_) return key == *only_;
    lane_ = layout::lane_of_key(key);
    const auto at = event.position();
    if (skips(lane_, at)) return false;
    const auto found = lanes_.find(lane_);
    if (found == lanes_.end()) return true;
    hold_back(*found, at);
    return false;
}

void park_ledger::hold_back(lane_entry& lane, position at) {
    if (lane.second.head.at == at) return;
    if (held_ + newly_held_.size() >= options_.held_events_max) {
        trouble_ = fail(errc::too_large, std::to_string(options_.held_events_max) +
                                             " events are held behind parked ones, and no more "
                                             "may be (parking_options::held_events_max)");
        return;
    }
    touch(lane);
    ++lane.second.newly_held;
    newly_held_.push_back({&lane, at});
}

void park_ledger::touch(lane_entry& lane) {
    if (lane.second.newly_held == 0 && !lane.second.fresh) touched_.push_back(&lane);
}

std::optional<std::string> park_ledger::take_key_at_fault() {
    return std::exchange(key_at_fault_, std::nullopt);
}

bool park_ledger::withholds(position at) const {
    if (!watches() || only_) return false;
    const auto lane = layout::lane_of_event(at);
    return lanes_.contains(lane) || skips(lane, at);
}

result<void> park_ledger::park(std::string lane, layout::park_record head, layout::park_note note) {
    if (lanes_.size() >= options_.parked_keys_max) {
        return fail(errc::too_large, std::to_string(options_.parked_keys_max) +
                                         " keys are parked, and no more may be "
                                         "(parking_options::parked_keys_max); last: " +
                                         head.reason);
    }
    mind(head);
    auto& made = *lanes_.emplace(std::move(lane), waiting{.head = std::move(head)}).first;
    touch(made);
    made.second.fresh = true;
    new_notes_.push_back(std::move(note));
    watch();
    return {};
}

void park_ledger::collect(const layout::write_sink& sink) const {
    for (const auto* lane : touched_) {
        auto head = lane->second.head;
        head.held += lane->second.newly_held;
        const auto bytes = layout::encode(head);
        sink(layout::head_key(lane->first), std::string_view{bytes});
    }
    for (const auto& [lane, at] : newly_held_)
        sink(layout::queue_key(lane->first, at), std::string_view{});
    auto number = next_note_;
    for (const auto& note : new_notes_)
        sink(layout::note_key(number++), std::string_view{layout::encode(note)});
}

void park_ledger::written() {
    for (auto* lane : touched_) {
        lane->second.head.held += std::exchange(lane->second.newly_held, 0);
        lane->second.fresh = false;
    }
    held_ += newly_held_.size();
    touched_.clear();
    newly_held_.clear();
    for (auto& note : new_notes_) notes_.emplace(next_note_++, std::move(note));
    new_notes_.clear();
    count();
}

void park_ledger::abandon() {
    for (auto* lane : touched_) {
        lane->second.newly_held = 0;
        if (lane->second.fresh) lanes_.erase(lane->first);
    }
    touched_.clear();
    newly_held_.clear();
    new_notes_.clear();
    trouble_.reset();
    key_at_fault_.reset();
    watch();
}

const layout::park_record* park_ledger::find(std::string_view lane) const {
    const auto found = lanes_.find(lane);
    return found == lanes_.end() ? nullptr : &found->second.head;
}

std::vector<std::string> park_ledger::lanes_at(position at) const {
    std::vector<std::string> found;
    for (const auto& [lane, waits] : lanes_) {
        if (waits.head.at == at) found.push_back(lane);
    }
    std::sort(found.begin(), found.end());
    return found;
}

// By position: what was parked first is tried first, and equal runs do equal things.
std::vector<std::string> park_ledger::all_lanes() const {
    std::vector<std::pair<position, std::string>> ordered;
    for (const auto& [lane, waits] : lanes_) ordered.emplace_back(waits.head.at, lane);
    std::sort(ordered.begin(), ordered.end());
    std::vector<std::string> found;
    for (auto& [at, lane] : ordered) found.push_back(std::move(lane));
    return found;
}

std::vector<std::string> park_ledger::due_lanes(timestamp now, std::size_t limit) {
    std::vector<std::string> due;
    if (!next_try_ || *next_try_ > now) return due;
    next_try_.reset();
    for (auto& lane : all_lanes()) {
        const auto& head = lanes_.find(lane)->second.head;
        mind(head);
        if (head.next_try && *head.next_try <= now && due.size() < limit)
            due.push_back(std::move(lane));
    }
    return due;
}

void park_ledger::set_head(std::string_view lane, std::optional<layout::park_record> head) {
    const auto found = lanes_.find(lane);
    if (found != lanes_.end()) {
        held_ -= found->second.head.held;
        lanes_.erase(found);
    }
    if (head) {
        load(lane, *std::move(head));
        return;
    }
    watch();
    count();
}

void park_ledger::open_only(std::optional<std::string> key) {
    only_ = std::move(key);
    watch();
}

void park_ledger::note(layout::park_note what) { new_notes_.push_back(std::move(what)); }

void park_ledger::watch() { watches_ = only_ || !lanes_.empty() || !skips_.empty(); }

void park_ledger::mind(const layout::park_record& head) {
    if (head.next_try && (!next_try_ || *head.next_try < *next_try_)) next_try_ = head.next_try;
}

}  // namespace daybook::projections
