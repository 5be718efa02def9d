// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>
#include <daybook/projections/row_reader.hpp>

#include "scratch_rows.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::projections {

/// The rows of a checkpoint, or none, and over them those that were changed since: in memory up to
/// a bound, beyond it in a scratch store.
///
/// Reading is safe from many threads once nobody changes it any more.
class folded_rows {
public:
    struct settings {
        std::size_t bytes_max;          ///< In memory.
        std::filesystem::path scratch;  ///< Where scratch stores are made.
    };

    /// `base`: a keyspace with the rows of a view, or null.
    folded_rows(const keyspace* base, settings chosen) : base_{base}, chosen_{std::move(chosen)} {}

    result<std::optional<std::string>> get(std::string_view key) const;

    /// In byte order of keys, or backwards.
    result<void> scan(const row_range& range, const row_visitor& visit) const;

    /// A row, or nothing in place of one that was removed. Fails with `io` if the scratch store
    /// does.
    result<void> put(std::string_view key, const std::optional<std::string_view>& row);
    /// Must come between `put` and reading.
    result<void> flush() { return scratch_ ? scratch_->flush() : result<void>{}; }

private:
    result<void> spill();
    result<std::optional<std::string>> get_changed(std::string_view key) const;
    result<void> scan_changed(const row_range& range, const std::string* last,
                              const row_visitor& visit) const;
    result<void> scan_base(const row_range& range, const row_visitor& visit) const;

    const keyspace* base_;
    settings chosen_;
    /// By key: `present` and the row, or `absent`: a row of the base that is gone.
    std::map<std::string, std::string, std::less<>> changed_;
    std::size_t bytes_ = 0;
    std::optional<scratch_rows> scratch_;  ///< Holds what `changed_` would, if that grew too large.
};

}  // namespace daybook::projections
