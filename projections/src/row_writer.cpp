// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "row_writer.hpp"

#include "payload_reader.hpp"
#include "secondary_index.hpp"
#include "view_layout.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

constexpr std::size_t key_bytes_told = 100;

}  // namespace

std::string told_as_too_large(const oversized_row& row) {
    return "row \"" + one_line(row.key, key_bytes_told) + "\" would take " +
           std::to_string(row.bytes) + " bytes, and a row may take " +
           std::to_string(row_bytes_max) + "; keep less in it, or spread it over more keys";
}

error too_large(const any_projection& of, const oversized_row& row) {
    return fail(errc::projection_failed, "view \"" + of.name() + "\": " + told_as_too_large(row));
}

void row_writer::add(std::string_view full_key, const std::optional<std::string_view>& value,
                     keyspace_batch& to) {
    const bool is_row = full_key.front() == layout::row_prefix;
    if (is_row && value && value->size() > row_bytes_max && !failed_)
        failed_ = too_large(of_, {std::string{full_key.substr(1)}, value->size()});
    if (is_row && (of_.has_secondary_keys() || note_changes_) && !failed_) {
        if (const auto added = add_row(full_key, value, to); !added) failed_ = added.error();
    }
    value ? to.put(full_key, *value) : to.erase(full_key);
}

result<void> row_writer::done() const {
    if (failed_) return *failed_;
    return {};
}

result<void> row_writer::add_row(std::string_view full_key,
                                 const std::optional<std::string_view>& row, keyspace_batch& to) {
    const auto key = full_key.substr(1);
    auto before = stored_(full_key);
    if (!before) return before.error();
    if (of_.has_secondary_keys()) {
        std::optional<std::string_view> old_row;
        if (*before) old_row = **before;
        const auto old_entries = entries_of(key, old_row);
        if (!old_entries) return old_entries.error();
        const auto new_entries = entries_of(key, row);
        if (!new_entries) return new_entries.error();
        for (const auto& entry : *old_entries) {
            if (!std::binary_search(new_entries->begin(), new_entries->end(), entry))
                to.erase(entry);
        }
        for (const auto& entry : *new_entries) {
            if (!std::binary_search(old_entries->begin(), old_entries->end(), entry))
                to.put(entry, {});
        }
    }
    if (note_changes_) {
        row_change change{.key = std::string{key}, .before = *std::move(before), .after = {}};
        if (row) change.after = std::string{*row};
        changes_.push_back(std::move(change));
    }
    return {};
}

result<std::vector<std::string>> row_writer::entries_of(
    std::string_view key, const std::optional<std::string_view>& row) const {
    std::vector<std::string> entries;
    if (!row) return entries;
    const auto keys = of_.secondary_keys(*row);
    if (!keys) return keys.error();
    for (const auto& one : *keys) {
        entries.push_back(layout::index_entries(one.index, one.value));
        entries.back() += key;
    }
    std::sort(entries.begin(), entries.end());
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
    return entries;
}

}  // namespace daybook::projections
