// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include <boost/describe/enum.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What lies in a store of the views that were built in it, whether or not their code is here.
///
/// A view NAME has versions (of its projection's code), and a version has *generations*: the rows
/// of one building from the log, in a keyspace of their own. Generations are numbered over all
/// versions of a NAME, so a number says which one is meant.
///
/// - Readers of a version get its *serving* generation. Another one becomes that in one atomic
///   write; readers that are open follow it.
/// - One version of a NAME is *active*: who asks for a view by its name alone gets that one.
namespace daybook::projections {

enum class generation_place {
    building,  ///< Its rows are being made, beside those that readers get.
    serving,   ///< What readers of its version get.
    kept       ///< Was serving; stands still, to be switched back to.
};
BOOST_DESCRIBE_ENUM(generation_place, building, serving, kept)

/// One generation of a view.
struct built_view {
    std::string name;
    std::uint32_t version = 0;
    std::uint32_t generation = 0;
    std::string keyspace;
    generation_place place{};
    bool active = false;         ///< What readers by name get.
    bool paused = false;         ///< Building, and told to wait; see `runner::pause`.
    bool switches_over = false;  ///< Building, and will serve by itself when it has caught up.
    position cursor;             ///< The next position to read: all before is in the rows.
    std::uint64_t events_applied = 0;
    std::uint64_t query_fingerprint = 0;
    std::uint64_t row_fingerprint = 0;
};

/// Every generation that was begun in this store and not dropped, by name, version and number.
/// Fails with `corrupt`, `unsupported` or `io`.
result<std::vector<built_view>> built_views(store& log);

/// One of them. Fails with `not_found`, or as `built_views`.
result<built_view> find_generation(store& log, std::string_view view, std::uint32_t generation);

/// The version of `view` that readers by name get; nothing if the view was never built.
result<std::optional<std::uint32_t>> active_version(store& log, std::string_view view);

/// Makes `version` the active one, at once, in one atomic write. Rows are not touched: one whose
/// code is in no runner stands where it was left.
/// Fails with `not_found` (nothing of that version serves) or `io`.
result<void> activate_version(store& log, std::string_view view, std::uint32_t version);

/// Removes one generation and its rows. Readers that have it open keep what they have.
/// Fails with `not_found`; `invalid_argument` if it serves (see `drop_version`); `locked` if a
/// runner of this program is building it; or `io`.
result<void> drop_generation(store& log, std::string_view view, std::uint32_t generation);

/// Removes one version of a view: the rows and cursors of all its generations. If it was the active
/// one, the newest that is left and serves becomes that.
/// Fails with `not_found` if it was never built; `locked` if a runner of this program has it; `io`.
result<void> drop_version(store& log, std::string_view view, std::uint32_t version);

/// What the rows of a view are, in 128 bits: equal for equal rows, whatever the batches, restarts
/// and machines they were made on.
struct view_digest {
    position cursor;  ///< The rows are those that the events before it make.
    std::uint64_t rows = 0;
    std::string digest;  ///< 32 hexadecimal digits: XXH3 of all keys and rows, in order of keys.
    friend bool operator==(const view_digest&, const view_digest&) = default;
};

/// The digest as of one moment, also while a runner writes. Cost: one scan.
/// Fails with `not_found`, `corrupt` or `io`.
result<view_digest> digest_of(store& log, const built_view& of);

struct compare_options {
    std::size_t examples_max = 10;  ///< Of each kind.
};

/// A row that two generations do not have in common, as stored bytes; see
/// `any_projection::row_json`.
struct row_difference {
    std::string key;
    std::optional<std::string> before;  ///< Nothing: the row was added.
    std::optional<std::string> after;   ///< Nothing: the row was removed.
};

/// How the rows of one generation differ from those of another.
struct view_comparison {
    position cursor_before;
    position cursor_after;
    std::uint64_t rows_before = 0;
    std::uint64_t rows_after = 0;
    std::uint64_t rows_added = 0;
    std::uint64_t rows_removed = 0;
    std::uint64_t rows_changed = 0;
    /// The two were built by projections with other row types: all rows in common differ in bytes.
    bool rows_of_other_type = false;
    std::vector<row_difference> examples;  ///< By key; the first of each kind.

    bool same_rows() const noexcept { return rows_added + rows_removed + rows_changed == 0; }
};

/// Compares row by row. At different cursors rows may differ for what happened in between.
///
/// Cost: one scan of both; memory for a page of rows. Fails with `locked` if a runner moves one
/// of them meanwhile (`runner::compare` holds it), `not_found`, `corrupt` or `io`.
result<view_comparison> compare_generations(store& log, const built_view& before,
                                            const built_view& after,
                                            const compare_options& options = {});

/// The two generations of a view that one would compare, the older first: what readers by name get
/// and what is built beside it or, if nothing is, the newest other one.
/// Fails with `not_found` if there are not two, or as `built_views`.
result<std::pair<built_view, built_view>> generations_to_compare(store& log, std::string_view view);

}  // namespace daybook::projections
