// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "lone_reader.hpp"

#include <algorithm>
#include <utility>

namespace daybook::projections {
namespace {

constexpr std::size_t piece_events_first = 16;
constexpr std::size_t piece_events_max = 4096;
constexpr std::size_t piece_bytes_max = 8U << 20U;

}  // namespace

result<void> view_work::close(position reached, const write_more& more) const {
    if (auto stored = view.store_batch(reached, more); !stored) return stored;
    const std::lock_guard lock{seen};
    view.steps()->written();
    return {};
}

result<void> lone_reader::read_to(position end) {
    piece_events_ = piece_events_first;
    while (steps().cursor() < end && !steps().failure()) {
        if (auto read = read_piece(end); !read) return read;
        auto stopped = offer(piece_.size());
        if (!stopped) {
            if (auto closed = work_.close(std::min(feed_.reached(), end)); !closed) {
                if (closed.error().code != errc::projection_failed) return closed;
                give_up(closed.error());
                return {};
            }
            piece_events_ = std::min(piece_events_ * 2, piece_events_max);
            continue;
        }
        piece_events_ = piece_events_first;
        if (auto settled = settle(*std::move(stopped)); !settled) {
            steps().abandon();
            return settled;
        }
    }
    return {};
}

// What was in the last piece after the event that failed comes first again.
result<void> lone_reader::read_piece(position end) {
    std::erase_if(piece_, [&](const event& each) { return each.position() < steps().cursor(); });
    if (!piece_.empty()) return {};
    const auto& wants = work_.view.projection().wants();
    if (auto sought = feed_.seek(wants, std::max(feed_.reached(), steps().cursor())); !sought)
        return sought;
    std::size_t bytes = 0;
    while (piece_.size() < piece_events_ && bytes < piece_bytes_max && feed_.reached() < end) {
        const auto next = feed_.next();
        if (!next) return next.error();
        if (*next == nullptr) break;
        if ((*next)->position() >= end) break;
        piece_.emplace_back(**next);
        bytes += (*next)->record().size();
    }
    return {};
}

std::optional<lone_reader::stop> lone_reader::offer(std::size_t count) {
    if (auto threw = apply(count)) return threw;
    if (count == 0 || steps().check_row_sizes(current_.view())) return std::nullopt;
    return find_too_large(count);
}

// Halves the stretch: rows fit after the first `fit` events and do not after `do_not`.
lone_reader::stop lone_reader::find_too_large(std::size_t count) {
    std::size_t fit = 0;
    std::size_t do_not = count;
    while (do_not - fit > 1) {
        const auto middle = fit + (do_not - fit) / 2;
        steps().abandon();
        if (auto threw = apply(middle)) return *std::move(threw);
        (steps().check_row_sizes(current_.view()) ? fit : do_not) = middle;
    }
    steps().abandon();
    if (auto threw = apply(do_not)) return *std::move(threw);
    const auto checked = steps().check_row_sizes(current_.view());
    return {fit, checked ? fail(errc::projection_failed, "a row was too large, and then was not")
                         : checked.error()};
}

std::optional<lone_reader::stop> lone_reader::apply(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        current_.move_to(piece_[i].view());
        if (auto taken = steps().offer(current_); !taken) return stop{i, taken.error()};
    }
    return std::nullopt;
}

// What came before the event is stored; then the event is parked, or the view stops before it.
result<void> lone_reader::settle(stop at) {
    while (true) {
        steps().abandon();
        auto earlier = offer(at.index);
        if (!earlier) break;
        at = *std::move(earlier);  // Such a projection is not pure, and still gets no event twice.
    }
    const auto& given = piece_[at.index];
    if (given.position() > steps().cursor()) {
        if (auto closed = work_.close(given.position()); !closed) return closed;
    }
    if (!steps().may_park(at.why)) {
        give_up(at.why);
        return {};
    }
    return park(given);
}

// An event may fail at several of its keys: it is parked for each, and comes to the others.
result<void> lone_reader::park(const event& given) {
    const auto now = work_.now();
    std::map<std::string, error> failures;
    while (true) {
        current_.move_to(given.view());
        auto taken = steps().offer(current_);
        if (taken) taken = steps().check_row_sizes(given.view());
        if (taken) return work_.close(position{given.position().value + 1});
        const auto lane = steps().lane_at_fault(given.position());
        steps().abandon();
        // What is parked is not offered, so who fails twice is not parked by being parked.
        const bool parks =
            steps().may_park(taken.error()) && failures.emplace(lane, taken.error()).second;
        if (auto parked = parks ? park_all(failures, given, now) : taken; !parked) {
            steps().abandon();
            give_up(parked.error());
            return {};
        }
    }
}

result<void> lone_reader::park_all(const std::map<std::string, error>& failures, const event& given,
                                   timestamp now) {
    for (const auto& [lane, why] : failures) {
        if (auto parked = steps().park(lane, given.view(), why, now); !parked) return parked;
    }
    return {};
}

void lone_reader::give_up(const error& why) {
    const std::lock_guard lock{work_.seen};
    steps().fail_at_cursor(why);
}

}  // namespace daybook::projections
