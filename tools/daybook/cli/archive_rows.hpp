// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/archive.hpp>

#include "cli/command.hpp"

namespace daybook::cli {

rows<archived_segment> archive_rows(record_sink& to, shape s = shape::list);

operand segment_operand();
/// The number that SEGMENT is. Fails with `invalid_argument`.
result<std::uint32_t> segment_of(const arguments& given);

}  // namespace daybook::cli
