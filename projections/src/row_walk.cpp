// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "row_walk.hpp"

#include "view_layout.hpp"

namespace daybook::projections {
namespace {

constexpr std::size_t page_rows = 1024;

std::optional<std::string> bytes_of(const std::optional<walked_row>& walked) {
    if (!walked) return std::nullopt;
    return std::string{walked->row};
}

}  // namespace

result<std::optional<walked_row>> stored_row_walk::current() {
    if (at_ == page_.size() && !last_page_) {
        if (auto read = next_page(); !read) return read.error();
    }
    if (at_ == page_.size()) return std::optional<walked_row>{};
    const auto& [key, row] = page_[at_];
    return std::optional{walked_row{std::string_view{key}.substr(1), row}};
}

result<void> stored_row_walk::next_page() {
    std::string from{layout::row_prefix};
    // The least key above the last one.
    if (!page_.empty()) from = page_.back().first + '\0';
    page_.clear();
    at_ = 0;
    auto scanned = rows_.scan(std::string_view{&layout::row_prefix, 1}, from,
                              [this](std::string_view key, std::string_view row) {
                                  page_.emplace_back(key, row);
                                  return page_.size() < page_rows;
                              });
    last_page_ = page_.size() < page_rows;
    return scanned;
}

void difference_list::add(const std::optional<walked_row>& before,
                          const std::optional<walked_row>& after) {
    auto& count = !before ? into_.rows_added : !after ? into_.rows_removed : into_.rows_changed;
    if (count++ >= examples_max_) return;
    into_.examples.push_back({.key = std::string{before ? before->key : after->key},
                              .before = bytes_of(before),
                              .after = bytes_of(after)});
}

}  // namespace daybook::projections
