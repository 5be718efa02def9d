// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>

#include "cli/command.hpp"

#include <span>
#include <string>
#include <vector>

// Which projections a command line knows: those that daybook comes with, and those of the files
// that it names.
namespace daybook::cli {

struct known_projection {
    projections::any_projection projection;
    std::string from;  ///< "built-in", or the file.
};

/// The options that name files with projections; `command::uses_projections` adds them.
std::span<const option> projection_options();

/// All of them, to be asked for once in a run (one may stand on standard input): those of
/// --plugin and --view behind the built-in ones. Fails as `read_view_files` and
/// `projections::load_plugin` do, and with `invalid_argument` if two have one name.
result<std::vector<known_projection>> known_projections(const arguments& given);

/// Those with these names; all of them if there are no names. Fails with `not_found`, with a
/// suggestion.
result<std::vector<projections::any_projection>> projections_named(
    std::span<const known_projection> known, std::span<const std::string> names);

}  // namespace daybook::cli
