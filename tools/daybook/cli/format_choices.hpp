// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"
#include "formats/line_format.hpp"

namespace daybook::cli {

/// The option --format of import and export.
option line_format_option(std::string_view help);

/// What it says; native if it is not given.
formats::line_format line_format_of(const arguments& given);

}  // namespace daybook::cli
