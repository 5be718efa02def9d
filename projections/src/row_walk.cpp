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

result<std::optional<walked_row>> row_walk::current() {
    if (at_ == page_.size() && !last_page_) {
        if (auto read = next_page(); !read) return read.error();
    }
    if (at_ == page_.size()) return std::optional<walked_row>{};
    const auto& [key, row] = page_[at_];
    return std::optional{walked_row{key, row}};
}

result<void> row_walk::next_page() {
    std::string last;
    if (!page_.empty()) last = std::move(page_.back().first);
    const bool begins = page_.empty();
    page_.clear();
    at_ = 0;
    auto scanned =
        scan_(begins ? nullptr : &last, [this](std::string_view key, std::string_view row) {
            page_.emplace_back(key, row);
            return page_.size() < page_rows;
        });
    last_page_ = page_.size() < page_rows;
    return scanned;
}

row_walk walk_of(const keyspace& rows) {
    return row_walk{[&rows](const std::string* last, const row_visitor& visit) {
        const auto from = layout::row_key(last == nullptr ? std::string{} : key_after(*last));
        return rows.scan(layout::row_key(""), from,
                         [&](std::string_view full_key, std::string_view row) {
                             return visit(full_key.substr(1), row);
                         });
    }};
}

row_walk walk_of(const row_reader& rows) {
    return row_walk{[&rows](const std::string* last, const row_visitor& visit) {
        const auto from = last == nullptr ? std::string{} : key_after(*last);
        return rows.scan({.from = from}, visit);
    }};
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
