// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_recorder.hpp>

#include "cli/open_store.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

// What the command line writes into a signed log of what it does itself; why so, and why no more,
// is in compliance/docs/decisions/audit_trail.md.
namespace daybook::cli {

/// Who runs this command: --actor if it is given, else the user of the operating system.
actor who_runs(const arguments& given);

/// Begins to record, if the log can be appended to.
result<void> start_recording(const invocation& call, opened_store& log,
                             const compliance::ledger_options& opened);

/// Writes down what a command did that only read `log`, which is closed first: in compliance mode,
/// if DAYBOOK_LOG_KEY is set. That it could not be is told, and no failure.
void write_down(const invocation& call, opened_store log,
                const std::function<result<void>(compliance::audit_recorder&)>& what);

/// SHA-256 of the file that was written; empty if it went elsewhere, or there are several.
std::string hash_of_written(const std::vector<std::filesystem::path>& files);

}  // namespace daybook::cli
