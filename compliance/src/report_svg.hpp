// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_report.hpp>

#include <string>

namespace daybook::compliance {

/// Appends the timeline as an SVG element: lanes with bars above a time axis, and how many events
/// there were below. Its colours are the page's; failures are hatched, what did not end is dashed.
/// Requires: the report has events.
void append_picture(std::string& to, const audit_report& report);

}  // namespace daybook::compliance
