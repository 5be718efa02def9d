// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/retention.hpp>

#include "cli/command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace daybook::cli {

rows<compliance::legal_hold> hold_rows(record_sink& to, shape s = shape::list);
rows<compliance::retention_proposal> proposal_rows(record_sink& to, shape s = shape::list);

/// Notes how many events were deleted lawfully, and under which policies.
void tell_lawful(record_sink& to, const std::vector<compliance::lawful_deletion>& all);

/// The proposal that an option or operand names. Fails with `not_found` or `invalid_argument`.
result<compliance::retention_proposal> proposal_named(const store& log, std::string_view what,
                                                      const std::string& id);

}  // namespace daybook::cli
