// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/folded_rows.hpp>

#include <utility>

namespace daybook::replay {
namespace {

// Folds keep what they changed until it is collected.
constexpr std::size_t collect_every = 16'384;

}  // namespace

folded_rows::folded_rows(projections::any_projection of) : of_{std::move(of)} {
    folding_ = of_.make_fold([this](std::string_view key) -> result<std::optional<std::string>> {
        const auto row = rows_.find(key);
        return row == rows_.end() ? std::nullopt : std::optional{row->second};
    });
}

folded_rows::~folded_rows() = default;

result<void> folded_rows::take(const event_view& event) {
    current_.move_to(event);
    if (const auto applied = folding_->apply(current_); !applied) {
        folding_->discard();
        return applied.error();
    }
    if (++taken_ % collect_every == 0) collect();
    return {};
}

void folded_rows::collect() {
    folding_->collect([this](std::string_view key, const std::optional<std::string_view>& row) {
        if (row) {
            rows_.insert_or_assign(std::string{key}, std::string{*row});
        } else if (const auto old = rows_.find(key); old != rows_.end()) {
            rows_.erase(old);
        }
    });
}

result<std::string> folded_rows::settle() {
    collect();
    return std::string{};
}

result<std::string> folded_rows::foresee(const event_view& event) {
    return std::string{query{of_.wants()}.matches(event) ? "fold" : "pass over"};
}

}  // namespace daybook::replay
