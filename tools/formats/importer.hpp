// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "formats/line_source.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

namespace daybook::formats {

/// What an import has done so far, or in all.
struct import_report {
    std::uint64_t read = 0;         ///< Lines, empty ones not counted.
    std::uint64_t added = 0;        ///< Events appended.
    std::uint64_t repeated = 0;     ///< Lines whose event is in the store already.
    std::uint64_t skipped = 0;      ///< Bad lines set aside.
    std::uint64_t bytes = 0;        ///< Read from disk.
    std::uint64_t bytes_total = 0;  ///< 0 if not known.
    std::uint64_t files = 0;
};

struct import_options {
    /// A commit holds at most this many lines and about this many bytes.
    std::size_t batch_lines = 4096;
    std::size_t batch_bytes = 4U << 20U;
    /// Bad lines are appended to this file as they are, and the import goes on: lines that cannot
    /// be read, and lines that disagree with the store (so, of a stream that lost a line, the rest
    /// too: mend the file and import it). The file is made when the first one is met.
    std::optional<std::filesystem::path> skip_bad;
    std::function<void(std::string_view reason)> skipped;  ///< Told of each, with its place.
    std::optional<durability> durable;
    std::function<void(const import_report&)> progress;  ///< After each commit.
};

/// Appends every line of `source` to `into`, in order, in commits of many lines.
///
/// Lines whose event is stored already (same id, same stream and, where the format states one, same
/// sequence) are counted as repeated and not added, so an import that was interrupted, or repeated
/// with a longer file, goes on where it stopped.
///
/// Fails with `invalid_argument` at a bad line (file, line, column, reason) and with `conflict`
/// where a line disagrees with the store: a wrong sequence, or another event at its place. Of the
/// batch in which that happens nothing is stored; earlier ones stay, and the message counts them.
/// Also fails as `line_source::next` (the lines before are stored) and as `store::commit`.
///
/// Not to be called under a `context_scope`: what a line leaves open would be filled from it.
result<import_report> import_lines(store& into, line_source& source,
                                   const import_options& options = {});

}  // namespace daybook::formats
