// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/timeline.hpp>

#include "cli/record.hpp"

namespace daybook::cli {

/// Timeline entries as records, coloured by severity.
rows<projections::timeline_entry> timeline_rows(record_sink& to);

/// The colour of "info", "success", "warning", "error" and "critical".
tone tone_of_severity(std::string_view severity);

}  // namespace daybook::cli
