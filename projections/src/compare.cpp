// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#define XXH_INLINE_ALL  // All of the library is in its header.
#include <daybook/projections/generations.hpp>

#include "view_layout.hpp"

#include <algorithm>
#include <array>
#include <xxhash.h>

namespace daybook::projections {
namespace {

constexpr std::size_t page_rows = 1024;

result<keyspace> open_rows(store& log, const built_view& of) {
    const auto names = log.keyspaces();
    if (!names) return names.error();
    if (std::find(names->begin(), names->end(), of.keyspace) == names->end()) {
        return fail(errc::not_found,
                    "view \"" + of.name + "\": keyspace " + of.keyspace + " is not there any more");
    }
    return log.open_keyspace(of.keyspace);
}

result<layout::cursor_record> cursor_of(const keyspace& rows) {
    const auto cursor = layout::read_cursor(rows);
    if (!cursor) return cursor.error();
    return cursor->value_or(layout::cursor_record{});
}

/// XXH3, 128 bits, of pieces that are told apart by their lengths.
class row_hash {
public:
    row_hash() : state_{XXH3_createState()} { XXH3_128bits_reset(state_); }
    row_hash(const row_hash&) = delete;
    row_hash& operator=(const row_hash&) = delete;
    ~row_hash() { XXH3_freeState(state_); }

    void add(std::string_view piece) {
        length_.clear();
        detail::put_varint(length_, piece.size());
        XXH3_128bits_update(state_, length_.data(), length_.size());
        XXH3_128bits_update(state_, piece.data(), piece.size());
    }

    std::string hex() const {
        constexpr std::string_view digits = "0123456789abcdef";
        XXH128_canonical_t bytes;
        XXH128_canonicalFromHash(&bytes, XXH3_128bits_digest(state_));
        std::string text;
        for (const unsigned char byte : bytes.digest) {
            text += digits[byte >> 4U];
            text += digits[byte & 0xFU];
        }
        return text;
    }

private:
    XXH3_state_t* state_;
    std::string length_;
};

/// Walks the rows of a keyspace in order of keys, a page at a time.
class row_walk {
public:
    explicit row_walk(const keyspace& rows) : rows_{rows} {}

    /// The row it stands on, its key with the prefix of rows; null at the end.
    result<const std::pair<std::string, std::string>*> current() {
        if (at_ < page_.size()) return &page_[at_];
        if (last_page_) return nullptr;
        if (auto read = next_page(); !read) return read.error();
        return page_.empty() ? nullptr : &page_.front();
    }
    void advance() { ++at_; }

private:
    result<void> next_page() {
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

    const keyspace& rows_;
    std::vector<std::pair<std::string, std::string>> page_;
    std::size_t at_ = 0;
    bool last_page_ = false;
};

/// Counts differences and keeps the first of each kind.
class difference_list {
public:
    difference_list(view_comparison& into, std::size_t examples_max)
        : into_{into}, examples_max_{examples_max} {}

    void add(std::string_view stored_key, const std::string* before, const std::string* after) {
        auto& count = before == nullptr  ? into_.rows_added
                      : after == nullptr ? into_.rows_removed
                                         : into_.rows_changed;
        if (count++ >= examples_max_) return;
        row_difference example{.key = std::string{stored_key.substr(1)}, .before = {}, .after = {}};
        if (before != nullptr) example.before = *before;
        if (after != nullptr) example.after = *after;
        into_.examples.push_back(std::move(example));
    }

private:
    view_comparison& into_;
    std::size_t examples_max_;
};

result<void> compare_rows(const keyspace& before, const keyspace& after, std::size_t examples_max,
                          view_comparison& into) {
    row_walk left{before};
    row_walk right{after};
    difference_list differences{into, examples_max};
    while (true) {
        const auto a = left.current();
        if (!a) return a.error();
        const auto b = right.current();
        if (!b) return b.error();
        if (*a == nullptr && *b == nullptr) return {};
        const bool only_a = *b == nullptr || (*a != nullptr && (*a)->first < (*b)->first);
        const bool only_b = *a == nullptr || (*b != nullptr && (*b)->first < (*a)->first);
        if (only_a) {
            differences.add((*a)->first, &(*a)->second, nullptr);
        } else if (only_b) {
            differences.add((*b)->first, nullptr, &(*b)->second);
        } else if ((*a)->second != (*b)->second) {
            differences.add((*a)->first, &(*a)->second, &(*b)->second);
        }
        if (!only_b) {
            ++into.rows_before;
            left.advance();
        }
        if (!only_a) {
            ++into.rows_after;
            right.advance();
        }
    }
}

}  // namespace

result<view_digest> digest_of(store& log, const built_view& of) {
    const auto rows = open_rows(log, of);
    if (!rows) return rows.error();
    view_digest made;
    row_hash hash;
    std::optional<error> damaged;
    // One scan over cursor and rows, so that they belong together.
    const auto scanned = rows->scan({}, {}, [&](std::string_view key, std::string_view value) {
        if (key == layout::cursor_key) {
            const auto cursor = decode_row<layout::cursor_record>(value);
            if (!cursor) damaged = cursor.error();
            if (cursor) made.cursor = cursor->next;
        } else if (key.front() == layout::row_prefix) {
            ++made.rows;
            hash.add(key.substr(1));
            hash.add(value);
        }
        return !damaged;
    });
    if (damaged) return *std::move(damaged);
    if (!scanned) return scanned.error();
    made.digest = hash.hex();
    return made;
}

result<view_comparison> compare_generations(store& log, const built_view& before,
                                            const built_view& after,
                                            const compare_options& options) {
    const auto left = open_rows(log, before);
    if (!left) return left.error();
    const auto right = open_rows(log, after);
    if (!right) return right.error();
    const std::array<const keyspace*, 2> both{&*left, &*right};
    std::array<layout::cursor_record, 2> start;
    for (std::size_t i = 0; i < both.size(); ++i) {
        auto cursor = cursor_of(*both[i]);
        if (!cursor) return cursor.error();
        start[i] = *cursor;
    }
    view_comparison made;
    made.cursor_before = start[0].next;
    made.cursor_after = start[1].next;
    made.rows_of_other_type = start[0].row_fingerprint != start[1].row_fingerprint;
    if (auto done = compare_rows(*left, *right, options.examples_max, made); !done)
        return done.error();
    for (std::size_t i = 0; i < both.size(); ++i) {
        const auto cursor = cursor_of(*both[i]);
        if (!cursor) return cursor.error();
        if (*cursor == start[i]) continue;
        return fail(errc::locked, "compare view \"" + before.name + "\": keyspace " +
                                      both[i]->name() +
                                      " moved meanwhile; stop the runner, or let it compare");
    }
    return made;
}

}  // namespace daybook::projections
