// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "divided_fold.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace daybook::projections {
namespace {

constexpr std::size_t bits_per_word = 64;

}  // namespace

void divided_fold::row_buffer::add(std::string_view key,
                                   const std::optional<std::string_view>& row) {
    bytes_ += key;
    const auto key_end = bytes_.size();
    if (row) bytes_ += *row;
    places_.push_back({key_end, bytes_.size(), !row});
}

void divided_fold::row_buffer::clear() noexcept {
    bytes_.clear();
    places_.clear();
}

std::string_view divided_fold::row_buffer::key(std::size_t at) const {
    const auto begin = begin_of(at);
    return std::string_view{bytes_}.substr(begin, places_[at].key_end - begin);
}

std::optional<std::string_view> divided_fold::row_buffer::row(std::size_t at) const {
    const auto& spot = places_[at];
    if (spot.removed) return std::nullopt;
    return std::string_view{bytes_}.substr(spot.key_end, spot.row_end - spot.key_end);
}

std::optional<oversized_row> divided_fold::row_buffer::find_oversized(std::size_t bytes_max) const {
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const auto bytes = places_[i].row_end - places_[i].key_end;
        if (bytes > bytes_max) return oversized_row{std::string{key(i)}, bytes};
    }
    return std::nullopt;
}

divided_fold::divided_fold(const any_projection& of, row_source rows, const fold_options& options)
    : projection_{of}, rows_{std::move(rows)}, options_{options} {
    shares_.push_back({.rows = projection_.make_fold(rows_, options_)});
}

void divided_fold::divide(std::size_t shares) {
    if (!projection_.divides_by_key()) shares = 1;
    if (shares == shares_.size()) return;
    auto options = options_;
    options.rows_cached_max = std::max<std::size_t>(1, options.rows_cached_max / shares);
    if (shares > 1) options.gate = nullptr;
    shares_.clear();
    for (std::size_t i = 0; i < shares; ++i) {
        options.share = {.index = i, .count = shares};
        shares_.push_back({.rows = projection_.make_fold(rows_, options)});
    }
}

result<void> divided_fold::apply(std::size_t which, const json_event& event, std::size_t index) {
    auto& of = shares_[which];
    const auto wanted = of.rows->apply(event);
    if (!wanted) return wanted.error();
    if (!*wanted) return {};
    const auto word = index / bits_per_word;
    if (of.applied.size() <= word) of.applied.resize(word + 1);
    of.applied[word] |= std::uint64_t{1} << index % bits_per_word;
    return {};
}

void divided_fold::gather(std::size_t which) {
    auto& of = shares_[which];
    of.gathered.clear();
    of.rows->collect([&](std::string_view key, const std::optional<std::string_view>& row) {
        of.gathered.add(key, row);
    });
    of.is_gathered = true;
}

std::optional<oversized_row> divided_fold::find_oversized(std::size_t bytes_max) {
    std::optional<oversized_row> first;
    for (auto& each : shares_) {
        auto found = each.is_gathered ? each.gathered.find_oversized(bytes_max)
                                      : each.rows->find_oversized(bytes_max);
        if (found && (!first || found->key < first->key)) first = std::move(found);
    }
    return first;
}

void divided_fold::collect(const row_sink& sink) {
    // Rows are stored from now on: a fold made later must look for them.
    options_.starts_empty = false;
    if (shares_.size() == 1 && !shares_.front().is_gathered) {
        shares_.front().rows->collect(sink);
    } else {
        for (std::size_t i = 0; i < shares_.size(); ++i) {
            if (!shares_[i].is_gathered) gather(i);
        }
        hand_over(sink);
    }
    for (auto& each : shares_) {
        each.applied.clear();
        each.is_gathered = false;
    }
}

void divided_fold::hand_over(const row_sink& sink) const {
    std::vector<std::size_t> next(shares_.size());
    while (true) {
        const share* first = nullptr;
        std::size_t of = 0;
        for (std::size_t i = 0; i < shares_.size(); ++i) {
            const auto& rows = shares_[i].gathered;
            if (next[i] == rows.size()) continue;
            if (first != nullptr && first->gathered.key(next[of]) < rows.key(next[i])) continue;
            first = &shares_[i];
            of = i;
        }
        if (first == nullptr) return;
        const auto at = next[of]++;
        sink(first->gathered.key(at), first->gathered.row(at));
    }
}

void divided_fold::discard() {
    options_.starts_empty = false;
    for (auto& each : shares_) {
        each.rows->discard();
        each.applied.clear();
        each.is_gathered = false;
    }
}

std::size_t divided_fold::rows_cached() const noexcept {
    std::size_t cached = 0;
    for (const auto& each : shares_) cached += each.rows->rows_cached();
    return cached;
}

std::uint64_t divided_fold::events_applied() const noexcept {
    std::size_t words = 0;
    for (const auto& each : shares_) words = std::max(words, each.applied.size());
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < words; ++i) {
        std::uint64_t any = 0;
        for (const auto& each : shares_) any |= i < each.applied.size() ? each.applied[i] : 0;
        count += static_cast<std::uint64_t>(std::popcount(any));
    }
    return count;
}

}  // namespace daybook::projections
