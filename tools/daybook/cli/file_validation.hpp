// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/validate.hpp>

#include "formats/line_source.hpp"

#include <functional>

namespace daybook::cli {

/// Validates the events of files, line by line. A line that cannot be read is a finding.
///
/// Sequences are taken where the format states them; positions and times of recording from native
/// lines that have them, else the place among the lines is the position. Fails as
/// `line_source::next`.
result<replay::validation_report> validate_lines(
    formats::line_source& lines, replay::validation_options options,
    const replay::finding_visitor& visit,
    const std::function<void(const formats::line_source&, std::uint64_t lines)>& progress);

}  // namespace daybook::cli
