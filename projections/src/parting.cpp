// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "parting.hpp"

#include <daybook/detail/codec.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace daybook::projections::detail {
namespace {

std::vector<position> refused_at(const replay& of) {
    std::vector<position> places;
    for (const auto& each : of.refused()) places.push_back(each.at);
    std::sort(places.begin(), places.end());
    return places;
}

std::optional<disagreement> compare_refused(const replay& plain, const replay& other) {
    const auto by_plain = refused_at(plain);
    const auto by_other = refused_at(other);
    std::vector<position> by_one;
    std::set_symmetric_difference(by_plain.begin(), by_plain.end(), by_other.begin(),
                                  by_other.end(), std::back_inserter(by_one));
    if (by_one.empty()) return std::nullopt;
    disagreement found{.refused = by_one.front()};
    found.plain_refused = std::binary_search(by_plain.begin(), by_plain.end(), by_one.front());
    const auto& refused = found.plain_refused ? plain.refused() : other.refused();
    const auto at = std::find_if(refused.begin(), refused.end(),
                                 [&](const auto& each) { return each.at == by_one.front(); });
    found.why_refused = at->why.message;
    return found;
}

/// The first key, in byte order, whose change is in one of them or not the same in both.
std::optional<std::string> key_that_differs(const row_changes& a, const row_changes& b) {
    auto left = a.begin();
    auto right = b.begin();
    while (left != a.end() && right != b.end() && *left == *right) {
        ++left;
        ++right;
    }
    if (left == a.end() && right == b.end()) return std::nullopt;
    if (left == a.end()) return right->first;
    if (right == b.end()) return left->first;
    return std::min(left->first, right->first);
}

std::optional<std::string> row_of(const std::string& key, const row_changes& changes,
                                  const rows_by_key& below) {
    if (const auto changed = changes.find(key); changed != changes.end()) return changed->second;
    const auto at = below.find(key);
    if (at == below.end()) return std::nullopt;
    return at->second;
}

/// Both ways over a part of the stretch, on rows on which they agree.
class trial {
public:
    trial(const any_projection& of, const replay_way& plain, const replay_way& other,
          const rows_by_key& below, std::uint64_t seed, std::span<const event> part)
        : plain_{of, plain, below}, other_{of, other, below, seed} {
        plain_.run(part);
        std::vector<event> room;
        other_.run(other.only_key ? taken_by(plain_, part, room) : part);
        found_ = compare(plain_, other_, other.only_key);
    }

    const std::optional<disagreement>& found() const noexcept { return found_; }
    const row_changes& plain_changes() const noexcept { return plain_.changes(); }
    const row_changes& other_changes() const noexcept { return other_.changes(); }

private:
    replay plain_;
    replay other_;
    std::optional<disagreement> found_;
};

void name_event(check_difference& in, const event_view& event) {
    in.at = event.position();
    in.type = event.type();
    in.stream = event.stream();
}

std::string text_of_row(const std::optional<std::string>& row) { return row ? *row : "no row"; }

void tell(check_difference& in, const any_projection& of, const disagreement& found,
          const checked_way& other, const rows_by_key& below, const row_changes& plain_changes,
          const row_changes& other_changes) {
    in.what = in.repeats ? "after position " : "somewhere after position ";
    in.what += std::to_string(in.at->value) + " (" + in.type + " of " + in.stream + "): ";
    if (found.refused) {
        in.what += found.plain_refused ? "it is refused, and taken " : "it is taken, and refused ";
        in.what += std::string{other.words} + ": " + found.why_refused;
        return;
    }
    in.key = found.key;
    const auto plain_row = row_of(*found.key, plain_changes, below);
    const auto row = row_of(*found.key, other_changes, below);
    if (plain_row) in.plain_row = shown_row(of, *plain_row);
    if (row) in.row = shown_row(of, *row);
    in.what += told_difference(in, other.words);
}

/// The first event of the stretch that comes to the row, or the refused one.
const event& first_concerned(const any_projection& of, const disagreement& found,
                             const rows_by_key& below, std::span<const event> stretch) {
    if (found.refused) {
        return *std::find_if(stretch.begin(), stretch.end(),
                             [&](const event& each) { return each.position() == *found.refused; });
    }
    replay alone{of, {.only_key = found.key}, below};
    for (const auto& each : stretch) {
        alone.run({&each, 1});
        if (alone.events_applied() > 0) return each;
    }
    return stretch.front();
}

}  // namespace

std::span<const event> taken_by(const replay& plain, std::span<const event> stretch,
                                std::vector<event>& room) {
    if (plain.refused().empty()) return stretch;
    const auto refused = refused_at(plain);
    std::copy_if(stretch.begin(), stretch.end(), std::back_inserter(room), [&](const event& each) {
        return !std::binary_search(refused.begin(), refused.end(), each.position());
    });
    return room;
}

std::optional<disagreement> compare(const replay& plain, const replay& other,
                                    const std::optional<std::string>& only_key) {
    if (!only_key) {
        if (auto refused = compare_refused(plain, other)) return refused;
        auto key = key_that_differs(plain.changes(), other.changes());
        if (!key) return std::nullopt;
        return disagreement{.key = std::move(key)};
    }
    if (!other.refused().empty()) {
        const auto& first = other.refused().front();
        return disagreement{.refused = first.at, .why_refused = first.why.message};
    }
    const auto a = plain.changes().find(*only_key);
    const auto b = other.changes().find(*only_key);
    const bool has_a = a != plain.changes().end();
    const bool has_b = b != other.changes().end();
    if (has_a == has_b && (!has_a || a->second == b->second)) return std::nullopt;
    return disagreement{.key = only_key};
}

std::optional<check_difference> parting_search::among(std::span<const event> events,
                                                      const rows_by_key& below) const {
    const auto tried = [&](std::size_t size) {
        return std::make_unique<trial>(of_, plain_.way, other_.way, below, seed_,
                                       events.first(size));
    };
    auto last = tried(events.size());
    if (!last->found()) return std::nullopt;
    // They agree after `agree` events and disagree after `differ`.
    std::size_t agree = 0;
    std::size_t differ = events.size();
    while (differ - agree > 1) {
        const auto middle = agree + (differ - agree) / 2;
        auto next = tried(middle);
        if (next->found()) {
            differ = middle;
            last = std::move(next);
        } else {
            agree = middle;
        }
    }
    check_difference parting;
    name_event(parting, events[differ - 1]);
    tell(parting, of_, *last->found(), other_, below, last->plain_changes(), last->other_changes());
    return parting;
}

check_difference parting_search::somewhere_in(std::span<const event> events,
                                              const rows_by_key& below, const disagreement& found,
                                              const row_changes& plain_changes,
                                              const row_changes& other_changes) const {
    check_difference parting;
    parting.repeats = false;
    name_event(parting, first_concerned(of_, found, below, events));
    tell(parting, of_, found, other_, below, plain_changes, other_changes);
    return parting;
}

std::string shown_row(const any_projection& of, std::string_view bytes) {
    auto text = of.row_json(bytes);
    if (text) return *std::move(text);
    std::string quoted;
    daybook::detail::json_text(quoted, text.error().message);
    return quoted;
}

std::string told_difference(const check_difference& of, std::string_view words) {
    std::string text = "row \"" + *of.key + "\" was " + text_of_row(of.plain_row) + " and, ";
    text += words;
    text += ", is " + text_of_row(of.row);
    if (of.plain_row == of.row) text += ", with other bytes";
    return text;
}

}  // namespace daybook::projections::detail
