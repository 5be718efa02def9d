// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "park_retrier.hpp"

#include "park_policy.hpp"

#include <algorithm>
#include <utility>

namespace daybook::projections {
namespace {

// The first event of a lane is tried alone: it is the one that failed.
constexpr std::size_t step_events_max = 1024;

/// Opens the gate for one key alone, while it lives.
class one_key_open {
public:
    one_key_open(park_ledger& parks, std::string_view lane) : parks_{parks} {
        parks_.open_only(std::string{layout::key_of_lane(lane).value_or("")});
    }
    one_key_open(const one_key_open&) = delete;
    one_key_open& operator=(const one_key_open&) = delete;
    ~one_key_open() { parks_.open_only(std::nullopt); }

private:
    park_ledger& parks_;
};

}  // namespace

result<retry_outcome> park_retrier::retry(const std::vector<std::string>& lanes) {
    std::vector<std::string> keyless;
    for (const auto& lane : lanes) {
        if (parks().find(lane) == nullptr) continue;
        ++outcome_.keys_tried;
        if (!layout::key_of_lane(lane)) {
            keyless.push_back(lane);
            continue;
        }
        if (auto retried = retry_key(lane); !retried) return retried.error();
    }
    if (auto retried = retry_keyless(keyless); !retried) return retried.error();
    return outcome_;
}

result<void> park_retrier::retry_key(const std::string& lane) {
    const auto* parked = parks().find(lane);
    const auto given = work_.log.read_one(parked->at);
    if (!given) return given.error();
    park_events::retried told{.by = by_, .attempts = parked->attempts + 1};
    for (std::size_t step = 1; parks().find(lane) != nullptr;
         step = std::min(step * 2, step_events_max)) {
        // One more than is tried tells what comes next.
        const auto events = waiting(lane, step + 1);
        if (!events) return events.error();
        const auto tried =
            apply_in_order(lane, std::span{*events}.first(std::min(step, events->size())));
        if (!tried) return tried.error();
        count(*tried, told);
        const auto head = next_head(lane, *events, *tried);
        if (!head) return head.error();
        if (tried->why || !*head) note(lane, *given, told);
        if (auto stored = store_step(lane, *events, tried->done, *head); !stored) return stored;
        if (tried->why) {
            if (!outcome_.still_parked) outcome_.still_parked = tried->why;
            return {};
        }
    }
    ++outcome_.keys_freed;
    return {};
}

void park_retrier::count(const attempt& tried, park_events::retried& told) {
    told.events_applied += tried.applied;
    told.events_skipped += tried.skipped;
    outcome_.events_applied += tried.applied;
    outcome_.events_skipped += tried.skipped;
    const bool nothing_done = told.events_applied + told.events_skipped == 0;
    if (tried.why && nothing_done) told.reason = tried.why->message;
}

// The policy tells only what came of it: it would otherwise fill the log with failures.
void park_retrier::note(const std::string& lane, const event& given,
                        const park_events::retried& what) {
    if (what.reason && by_ == park_events::asked_by::policy) return;
    parks().note(park_events::retried_note(projection(), lane, given, what, work_.now()));
}

result<std::vector<position>> park_retrier::waiting(const std::string& lane,
                                                    std::size_t count) const {
    std::vector<position> events{parks().find(lane)->at};
    auto read = layout::visit_queue(work_.view.rows(), lane, events.front(), [&](position at) {
        if (events.size() == count) return false;
        events.push_back(at);
        return true;
    });
    if (!read) return read.error();
    return events;
}

// Leaves in the fold what the events before the first failure make.
result<park_retrier::attempt> park_retrier::apply_in_order(const std::string& lane,
                                                           std::span<const position> events) {
    const one_key_open open{parks(), lane};
    std::optional<error> why;
    while (true) {
        auto tried = apply_first(lane, events);
        if (!tried) steps().abandon();
        if (!tried || !tried->why) {
            if (tried) tried->why = std::move(why);
            return tried;
        }
        steps().abandon();
        why = std::move(tried->why);
        events = events.first(tried->done);
    }
}

result<park_retrier::attempt> park_retrier::apply_first(const std::string& lane,
                                                        std::span<const position> events) {
    attempt tried;
    for (const auto at : events) {
        if (parks().skips(lane, at)) {
            ++tried.skipped;
            ++tried.done;
            continue;
        }
        const auto given = work_.log.read_one(at);
        if (!given) return given.error();
        current_.move_to(given->view());
        auto applied = steps().apply_again(current_);
        if (applied) {
            // Only the row of this key can have changed.
            if (auto fits = steps().check_row_sizes(given->view()); !fits) applied = fits.error();
        }
        if (!applied && applied.error().code != errc::projection_failed) return applied.error();
        if (!applied) {
            tried.why = applied.error();
            return tried;
        }
        ++tried.applied;
        ++tried.done;
    }
    return tried;
}

result<std::optional<layout::park_record>> park_retrier::next_head(const std::string& lane,
                                                                   std::span<const position> events,
                                                                   const attempt& tried) {
    using head_or_none = std::optional<layout::park_record>;
    const auto& before = *parks().find(lane);
    const auto now = work_.now();
    if (tried.done == events.size()) return head_or_none{};
    if (tried.why && tried.done == 0 && before.attempts > 0)
        return head_or_none{park_policy::next_failure(before, *tried.why, parks().options(), now)};
    auto head = park_policy::its_turn(events[tried.done], now);
    if (tried.why) {
        const auto given = work_.log.read_one(events[tried.done]);
        if (!given) return given.error();
        head = park_policy::first_failure(given->view(), *tried.why, parks().options(), now);
        parks().note(park_events::parked(projection(), lane, given->view(), head.reason, now));
    }
    head.held = before.held - std::min<std::uint64_t>(before.held, tried.done);
    return head_or_none{std::move(head)};
}

result<void> park_retrier::store_step(const std::string& lane, std::span<const position> events,
                                      std::size_t done,
                                      const std::optional<layout::park_record>& head) {
    const auto write = [&](const layout::write_sink& to) {
        const auto bytes = head ? layout::encode(*head) : std::string{};
        to(layout::head_key(lane), head ? std::optional<std::string_view>{bytes} : std::nullopt);
        // The first is at the head and not in the queue; the next one goes from there to the head.
        const auto left_queue = std::min(done + 1, events.size());
        for (std::size_t i = 1; i < left_queue; ++i)
            to(layout::queue_key(lane, events[i]), std::nullopt);
    };
    if (auto stored = work_.close(steps().cursor(), write); !stored) return stored;
    const std::lock_guard lock{work_.seen};
    parks().set_head(lane, head);
    return {};
}

// Those that can be read now are put into their places together: that may read the whole log.
result<void> park_retrier::retry_keyless(const std::vector<std::string>& lanes) {
    std::vector<event> freed;
    std::set<std::string> keys;
    std::uint64_t counted = 0;
    for (const auto& lane : lanes) {
        const auto at = parks().find(lane)->at;
        if (parks().skips(lane, at)) {
            if (auto stored = store_step(lane, {&at, 1}, 1, std::nullopt); !stored) return stored;
            ++outcome_.events_skipped;
            ++outcome_.keys_freed;
            continue;
        }
        auto given = work_.log.read_one(at);
        if (!given) return given.error();
        auto found = refolder_.keys_of(given->view());
        if (!found && found.error().code != errc::projection_failed) return found.error();
        if (!found) {
            if (auto failed = fail_again(*given, found.error()); !failed) return failed;
            continue;
        }
        if (!found->empty()) ++counted;
        outcome_.events_applied += found->size();
        keys.merge(*found);
        freed.push_back(*std::move(given));
    }
    return freed.empty() ? result<void>{} : refold(freed, keys, counted);
}

result<void> park_retrier::refold(const std::vector<event>& freed,
                                  const std::set<std::string>& keys, std::uint64_t counted) {
    std::set<position> places;
    for (const auto& given : freed) places.insert(given.position());
    const auto made = refolder_.fold(keys, places);
    if (!made) {
        if (made.error().code == errc::io || made.error().code == errc::corrupt)
            return made.error();
        for (const auto& given : freed) {
            if (auto failed = fail_again(given, made.error()); !failed) return failed;
        }
        return {};
    }
    steps().abandon();  // Rows of these keys that are in memory are no longer right.
    steps().count_applied(counted);
    for (const auto& given : freed) {
        const auto lane = layout::lane_of_event(given.position());
        note(lane, given,
             {.by = by_, .attempts = parks().find(lane)->attempts + 1, .events_applied = 1});
    }
    for (const auto& [key, waits] : made->parked) {
        parks().note(waits.note);
        if (!outcome_.still_parked)
            outcome_.still_parked = fail(errc::projection_failed, waits.head.reason);
    }
    outcome_.keys_freed += freed.size();
    return refolder_.store(*made, keys, places);
}

result<void> park_retrier::fail_again(const event& given, const error& why) {
    const auto lane = layout::lane_of_event(given.position());
    const auto before = *parks().find(lane);
    const auto head = park_policy::next_failure(before, why, parks().options(), work_.now());
    note(lane, given, {.by = by_, .attempts = head.attempts, .reason = why.message});
    if (!outcome_.still_parked) outcome_.still_parked = why;
    return store_step(lane, {}, 0, head);
}

result<std::vector<std::string>> park_retrier::held_lanes(const event& given) const {
    std::vector<std::string> found;
    const auto keys = refolder_.keys_of(given.view());
    if (!keys) return found;  // Who cannot tell its keys is held nowhere.
    for (const auto& key : *keys) {
        auto lane = layout::lane_of_key(key);
        if (parks().find(lane) == nullptr) continue;
        const auto held = work_.view.rows().get(layout::queue_key(lane, given.position()));
        if (!held) return held.error();
        if (*held) found.push_back(std::move(lane));
    }
    return found;
}

result<void> park_retrier::drop_held(const std::string& lane, position at) {
    auto head = *parks().find(lane);
    head.held -= std::min<std::uint64_t>(head.held, 1);
    const auto write = [&](const layout::write_sink& to) {
        const auto bytes = layout::encode(head);
        to(layout::head_key(lane), std::string_view{bytes});
        to(layout::queue_key(lane, at), std::nullopt);
    };
    if (auto stored = work_.close(steps().cursor(), write); !stored) return stored;
    const std::lock_guard lock{work_.seen};
    parks().set_head(lane, std::move(head));
    return {};
}

// The decision is in the log before anything is done about it: whoever opens the view after a crash
// finds it there.
result<retry_outcome> park_retrier::skip(position at, std::string_view reason) {
    const auto heads = parks().lanes_at(at);
    const auto given = work_.log.read_one(at);
    if (!given) return given.error();
    const auto held = held_lanes(*given);
    if (!held) return held.error();
    std::vector<std::string> lanes = heads;
    lanes.insert(lanes.end(), held->begin(), held->end());
    if (lanes.empty()) {
        return fail(errc::not_found, "view \"" + projection().name() +
                                         "\": the event at position " + std::to_string(at.value) +
                                         " is not parked");
    }
    if (auto room = parks().room_for_skips(lanes.size()); !room) return room.error();
    std::vector<new_event> told;
    for (const auto& lane : lanes)
        told.push_back(park_events::skipped(projection(), lane, *given, reason, work_.now()));
    const auto appended = work_.log.append(park_stream(projection().name()), expected::any(), told);
    if (!appended) return appended.error();
    for (const auto& lane : lanes) parks().add_skip(lane, at);
    for (const auto& lane : *held) {
        if (auto dropped = drop_held(lane, at); !dropped) return dropped.error();
        ++outcome_.events_skipped;
    }
    return retry(heads);
}

}  // namespace daybook::projections
