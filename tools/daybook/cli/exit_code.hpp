// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include "cli/command.hpp"

#include <span>
#include <string_view>

namespace daybook::cli {

/// How the program ends. The numbers are a promise to scripts.
enum class exit_code {
    ok = 0,
    no = 1,  ///< The question was answered, and the answer is no: no match.
    usage = 2,
    not_found = 3,
    refused = 4,
    conflict = 5,
    unavailable = 6,
    corrupt = 7
};

/// The one place where errors and answers become exit codes.
exit_code exit_code_of(errc code) noexcept;
exit_code exit_code_of(answer given) noexcept;

struct exit_meaning {
    exit_code code;
    std::string_view meaning;
};

/// What each code means, for help and documents.
std::span<const exit_meaning> exit_meanings() noexcept;

}  // namespace daybook::cli
