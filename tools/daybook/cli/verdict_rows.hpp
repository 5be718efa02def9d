// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/verdict.hpp>
#include <daybook/result.hpp>

#include "cli/command.hpp"

#include <string>

// How commands that verify tell what they found.
namespace daybook::cli {

/// The verdict over everything as the first row, with `message`, then each finding. The caller adds
/// what else there is to note, and ends the answer.
void tell_verification(record_sink& to, const compliance::verification& all,
                       const std::string& message);

/// Yes if all is verified, no if it was tampered with or rolled back, unknown (and a line on
/// standard error) if that cannot be told. Fails with `corrupt` if it is malformed.
result<answer> answer_of(const compliance::verification& all, console& at);

}  // namespace daybook::cli
