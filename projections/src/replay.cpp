// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "replay.hpp"

#include <algorithm>
#include <utility>

namespace daybook::projections::detail {

replay::replay(const any_projection& of, replay_way way, const rows_by_key& below,
               std::uint64_t seed)
    : of_{of}, way_{std::move(way)}, below_{below}, seed_{seed} {
    begin();
}

void replay::begin() {
    const auto stored = [this](std::string_view key) -> result<std::optional<std::string>> {
        if (const auto changed = changes_.find(key); changed != changes_.end())
            return changed->second;
        const auto at = below_.find(key);
        if (at == below_.end()) return std::optional<std::string>{};
        return std::optional{at->second};
    };
    folds_.clear();
    for (std::size_t i = 0; i < shares_; ++i) {
        folds_.push_back(of_.make_fold(stored, {.rows_cached_max = way_.rows_cached_max,
                                                .starts_empty = false,
                                                .only_key = way_.only_key,
                                                .share = {i, shares_}}));
    }
}

void replay::discard() {
    for (auto& one : folds_) one->discard();
}

void replay::run(std::span<const event> stretch) {
    if (stretch.empty()) return;
    random_.seed(seed_ ^ stretch.front().position().value);
    if (way_.shares_max > 1) {
        shares_ = 2 + static_cast<std::size_t>(random_() % (way_.shares_max - 1));
        begin();
    }
    while (!stretch.empty()) {
        const auto size = std::min(next_batch_size(), stretch.size());
        finish_batch(stretch.first(size));
        stretch = stretch.subspan(size);
    }
    forget_what_is_as_below();
}

std::size_t replay::next_batch_size() {
    if (!way_.odd_sizes) return way_.batch_events_max;
    return 1 + static_cast<std::size_t>(random_() % way_.batch_events_max);
}

bool replay::crashes_now(unsigned one_in) {
    if (way_.crashes == crashes::by_chance) return random_() % one_in == 0;
    return way_.crashes == crashes::always;
}

void replay::finish_batch(std::span<const event> batch) {
    if (crashes_now(4)) {
        (void)apply(batch);
        begin();
    }
    while (true) {
        const auto applied = apply(batch);
        if (applied < batch.size()) apply_before_refused(batch.first(applied + 1));
        write();
        if (crashes_now(2)) begin();
        if (applied == batch.size()) return;
        batch = batch.subspan(applied + 1);
    }
}

std::size_t replay::apply(std::span<const event> batch) {
    std::size_t applied = 0;
    applied_in_batch_ = 0;
    for (const auto& each : batch) {
        current_.move_to(each);
        const auto taken = apply_to_folds();
        if (!taken) {
            refusal_ = taken.error();
            return applied;
        }
        if (*taken) ++applied_in_batch_;
        ++applied;
    }
    return applied;
}

result<bool> replay::apply_to_folds() {
    bool wanted = false;
    for (auto& one : folds_) {
        const auto taken = one->apply(current_);
        if (!taken) return taken.error();
        wanted |= *taken;
    }
    return wanted;
}

// A projection that is not pure may refuse another event when it is given the same ones again.
void replay::apply_before_refused(std::span<const event> batch) {
    auto wanted = batch.size();
    auto applied = wanted - 1;
    while (applied < wanted) {
        refused_.push_back({batch[applied].position(), *refusal_});
        discard();
        wanted = applied;
        applied = apply(batch.first(wanted));
    }
}

void replay::write() {
    events_applied_ += applied_in_batch_;
    const auto keep = [this](std::string_view key, const std::optional<std::string_view>& row) {
        auto& changed = changes_[std::string{key}];
        changed.reset();
        if (row) changed.emplace(*row);
    };
    for (auto& one : folds_) one->collect(keep);
}

// Replays with other batches may have written in between what is as it was.
void replay::forget_what_is_as_below() {
    std::erase_if(changes_, [this](const auto& change) {
        const auto at = below_.find(change.first);
        if (at == below_.end()) return !change.second;
        return change.second && *change.second == at->second;
    });
}

void replay::settle() {
    changes_.clear();
    refused_.clear();
}

void take_in(const row_changes& changes, rows_by_key& rows) {
    for (const auto& [key, row] : changes) {
        if (row) {
            rows.insert_or_assign(key, *row);
        } else {
            rows.erase(key);
        }
    }
}

}  // namespace daybook::projections::detail
