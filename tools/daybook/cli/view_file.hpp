// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>

#include <string>
#include <vector>

namespace daybook::cli {

/// A projection that was read from a file.
struct view_from_file {
    std::string file;
    projections::any_projection projection;
};

/// The views that `path` declares: one ("-": standard input), or those of all files of a directory
/// whose names end in .yaml, .yml or .json, by name. The format is in
/// projections/docs/declarative_views.md.
///
/// Fails with `invalid_argument` at the first thing that is wrong, with file, line and place;
/// `not_found` if there is no such file, or none in the directory; `too_large`, `io`.
result<std::vector<view_from_file>> read_view_files(const std::string& path);

}  // namespace daybook::cli
