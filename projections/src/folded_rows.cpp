// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "folded_rows.hpp"

#include "row_walk.hpp"
#include "view_layout.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

constexpr char absent = '\0';
constexpr char present = '\1';
/// What an entry costs besides its bytes: a node of a map and two strings.
constexpr std::size_t entry_bytes = 128;

bool is_below(const row_range& range, std::string_view key) {
    return range.before.empty() || key < range.before;
}

}  // namespace

result<std::optional<std::string>> folded_rows::get(std::string_view key) const {
    auto changed = get_changed(key);
    if (!changed) return changed;
    if (!*changed) {
        if (base_ == nullptr) return std::optional<std::string>{};
        return base_->get(layout::row_key(key));
    }
    if ((*changed)->front() == absent) return std::optional<std::string>{};
    return std::optional{(*changed)->substr(1)};
}

result<std::optional<std::string>> folded_rows::get_changed(std::string_view key) const {
    if (scratch_) return scratch_->rows().get(key);
    const auto at = changed_.find(key);
    if (at == changed_.end()) return std::optional<std::string>{};
    return std::optional{at->second};
}

result<void> folded_rows::put(std::string_view key, const std::optional<std::string_view>& row) {
    std::string value(1, row ? present : absent);
    if (row) value += *row;
    if (scratch_) return scratch_->put(key, value);
    auto& held = changed_[std::string{key}];
    bytes_ += held.empty() ? key.size() + entry_bytes : 0;
    bytes_ += value.size();
    bytes_ -= held.size();
    held = std::move(value);
    return bytes_ > chosen_.bytes_max ? spill() : result<void>{};
}

result<void> folded_rows::spill() {
    auto made = scratch_rows::make(chosen_.scratch);
    if (!made) return made.error();
    for (const auto& [key, value] : changed_) {
        if (auto written = made->put(key, value); !written) return written;
    }
    scratch_.emplace(*std::move(made));
    changed_.clear();
    return {};
}

// Of `range` its bounds and direction; `last` is the one that was visited before.
result<void> folded_rows::scan_changed(const row_range& range, const std::string* last,
                                       const row_visitor& visit) const {
    const bool forwards = range.dir == direction::forwards;
    if (!forwards && last != nullptr && last->empty()) return {};  // Nothing lies below it.
    std::string from{std::max(range.from, range.prefix)};
    std::string before{range.before};
    if (last != nullptr) (forwards ? from : before) = forwards ? key_after(*last) : *last;
    const auto in_range = [&](std::string_view key) {
        return key.starts_with(range.prefix) && key >= from && (before.empty() || key < before);
    };
    const auto take = [&](std::string_view key, std::string_view value) {
        return in_range(key) && visit(key, value);
    };
    if (scratch_) {
        return forwards ? scratch_->rows().scan(range.prefix, from, take)
                        : scratch_->rows().scan_back(range.prefix, before, take);
    }
    if (forwards) {
        for (auto at = changed_.lower_bound(from); at != changed_.end(); ++at) {
            if (!take(at->first, at->second)) break;
        }
        return {};
    }
    auto at = before.empty() ? changed_.end() : changed_.lower_bound(before);
    while (at != changed_.begin()) {
        --at;
        const bool above = !at->first.starts_with(range.prefix) && at->first > range.prefix;
        if (!above && !take(at->first, at->second)) break;
    }
    return {};
}

result<void> folded_rows::scan_base(const row_range& range, const row_visitor& visit) const {
    if (base_ == nullptr) return {};
    const auto prefix = layout::row_key(range.prefix);
    const bool forwards = range.dir == direction::forwards;
    const auto take = [&](std::string_view full_key, std::string_view row) {
        const auto key = full_key.substr(1);
        return (forwards ? is_below(range, key) : key >= range.from) && visit(key, row);
    };
    if (forwards) return base_->scan(prefix, layout::row_key(range.from), take);
    const auto before = range.before.empty() ? std::string{} : layout::row_key(range.before);
    return base_->scan_back(prefix, before, take);
}

// Visits the rows of the base and, where they belong between or instead of these, the changed ones.
result<void> folded_rows::scan(const row_range& range, const row_visitor& visit) const {
    if (range.limit == 0) return {};
    const bool forwards = range.dir == direction::forwards;
    row_walk changed{[&](const std::string* last, const row_visitor& each) {
        return scan_changed(range, last, each);
    }};
    std::optional<error> failed;
    std::size_t visited = 0;
    bool goes_on = true;
    const auto tell = [&](std::string_view key, std::string_view row) {
        goes_on = visit(key, row) && ++visited < range.limit;
    };
    /// Tells the changed rows before `key`; whether there is one in place of it.
    const auto tell_changed_before = [&](const std::string_view* key) {
        while (goes_on) {
            const auto next = changed.current();
            if (!next) {
                failed = next.error();
                goes_on = false;
            }
            if (!next || !*next) return false;
            const auto [found, value] = **next;
            const bool instead = key != nullptr && found == *key;
            if (key != nullptr && !instead && (forwards ? found > *key : found < *key))
                return false;
            if (value.front() == present) tell(found, value.substr(1));
            changed.advance();
            if (instead) return true;
        }
        return true;
    };
    auto scanned = scan_base(range, [&](std::string_view key, std::string_view row) {
        if (!tell_changed_before(&key) && goes_on) tell(key, row);
        return goes_on;
    });
    if (failed) return *std::move(failed);
    if (!scanned || !goes_on) return scanned;
    tell_changed_before(nullptr);
    if (failed) return *std::move(failed);
    return {};
}

}  // namespace daybook::projections
