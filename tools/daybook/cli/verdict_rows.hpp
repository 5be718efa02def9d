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

/// Yes if all is verified, no if it was tampered with or rolled back. Fails with `timed_out` if
/// that cannot be told, and with `corrupt` for what cannot be read: exit codes 6 and 7.
result<answer> answer_of(const compliance::verification& all);

}  // namespace daybook::cli
