// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include "cli/console.hpp"
#include "cli/exit_code.hpp"

#include <string>

namespace daybook::cli {

/// The error as JSON on one line:
/// {"error":{"code":"conflict","exit":5,"message":"...","conflict":{...}}}.
std::string error_json(const error& e);

/// Tells the error on standard error, as one line or as JSON; the exit code that goes with it.
exit_code report(const error& e, bool as_json, console& at);

}  // namespace daybook::cli
