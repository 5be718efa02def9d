// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// What was removed from a store, gone from its files as well, and how to make sure.
namespace daybook {

/// Rewrites what keeps views, snapshots and other areas, and drops the write-ahead files, so that
/// rows which were removed or replaced before the call are in no file of the store any more. Events
/// are not touched. Appends and readers go on meanwhile.
///
/// What it cannot reach: files that a reader of the same program still has open go when it closes
/// them; the list of files (MANIFEST) names the first and the last key of files that were, until
/// the store is next opened; copies and forks have files of their own.
/// Fails with `refused` (open for reading) or `io`. Cost: reading and writing all areas once.
result<void> purge_store(store& of);

/// Where a text is that should not be there.
struct found_text {
    std::size_t which = 0;  ///< The index of the text that was looked for.
    std::string where{};    ///< "file 000012.log, byte 4711" or "a row of view.orders.v1".
    friend bool operator==(const found_text&, const found_text&) = default;
};

struct text_search {
    std::vector<found_text> found{};  ///< At most one for each text in each file or area.
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;  ///< Of files.
    std::uint64_t rows = 0;   ///< Of the log, the indexes and all areas, as they are uncompressed.
};

/// Looks for each of `texts`, as bytes, in every file below the store's directory, and in every key
/// and value of what RocksDB keeps in them, which may be compressed there.
/// Fails with `invalid_argument` (an empty text), `corrupt` or `io`. Cost: reading all of it.
result<text_search> find_in_store(const store& of, std::span<const std::string> texts);

/// The same in the files below another directory, as they are: what is compressed is not seen.
/// Fails with `not_found`, `invalid_argument` or `io`.
result<text_search> find_in_files(const std::filesystem::path& directory,
                                  std::span<const std::string> texts);

}  // namespace daybook
