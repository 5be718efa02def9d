// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/snapshot.hpp>

#include "cli/command.hpp"

#include <string>
#include <vector>

namespace daybook::cli {

operand snapshot_stream_operand();

/// The stream that the operand names, "" for all. Fails with `not_found` if there is none.
result<std::string> snapshot_stream(const store& log, const arguments& given);

void tell_snapshots(const std::vector<snapshot_info>& snapshots, record_sink& to, shape s);

}  // namespace daybook::cli
