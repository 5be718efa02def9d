// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "formats/line_format.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace daybook::formats {

struct export_report {
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;                   ///< Of lines, before compression.
    std::vector<std::filesystem::path> files;  ///< In the order of their events; empty for "-".
};

struct export_options {
    line_format format = line_format::native;
    /// "-": standard output. A directory (or a path that ends in `/`): events.jsonl in it. Else a
    /// file; ".gz" and ".zst" at the end choose the compression.
    std::filesystem::path to = "-";
    /// A new file is begun before this many bytes of lines, so lines stay whole; 0 is never. The
    /// parts are NAME.1.jsonl, NAME.2.jsonl, ... and, last, NAME.jsonl.
    std::uint64_t rotate_bytes = 500'000'000;
    bool overwrite = false;
    render_options render;  ///< An empty source becomes "urn:uuid:" and the store's id.
    std::function<void(const export_report&)> progress;  ///< Every few thousand events.
};

/// Writes the events that match `q` as lines, oldest first unless `read` says otherwise.
///
/// Files appear when all is written: until then they have temporary names, which a failure removes.
/// Fails with `refused` (a file is there and `overwrite` is off), `io` (disk full, no permission),
/// or as `store::read` does.
result<export_report> export_events(const store& from, const query& q, const read_options& read,
                                    const export_options& options);

}  // namespace daybook::formats
