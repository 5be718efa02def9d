// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>
#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/change_feed.hpp>

#include <optional>
#include <string>
#include <vector>

namespace daybook::projections {

/// "row K would take N bytes, ...", and what to do about it.
std::string told_as_too_large(const oversized_row& row);

/// The same as an error of the view, where it is not known which event it was.
error too_large(const any_projection& of, const oversized_row& row);

/// Turns what a stepped view hands over into what its keyspace stores: rows and cursor as they are,
/// and with each row the entries of its secondary keys. Notes the changes if somebody listens.
///
/// Only views with secondary keys or listeners pay for reading the row of before.
class row_writer {
public:
    /// `stored` gives the value of a key of the keyspace as it was before this batch.
    row_writer(const any_projection& of, row_source stored, bool note_changes)
        : of_{of}, stored_{std::move(stored)}, note_changes_{note_changes} {}

    /// What `stepped_view::close` takes.
    void add(std::string_view full_key, const std::optional<std::string_view>& value,
             keyspace_batch& to);

    /// The first thing that went wrong: nothing may be written then. `projection_failed` if a row
    /// is larger than `row_bytes_max`, or `secondary` throws.
    result<void> done() const;

    std::vector<row_change>& changes() noexcept { return changes_; }

private:
    result<void> add_row(std::string_view full_key, const std::optional<std::string_view>& row,
                         keyspace_batch& to);
    result<std::vector<std::string>> entries_of(std::string_view key,
                                                const std::optional<std::string_view>& row) const;

    const any_projection& of_;
    row_source stored_;
    bool note_changes_;
    std::vector<row_change> changes_;
    std::optional<error> failed_;
};

}  // namespace daybook::projections
