// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/backup.hpp>

#include "cli/command.hpp"

#include <filesystem>
#include <vector>

// What the backup commands share.
namespace daybook::cli {

/// The operand that names the directory of the backups.
operand backup_target_operand();
std::filesystem::path backup_target_of(const arguments& given);

/// The backup that --number or an operand names, if one does.
result<std::optional<std::uint32_t>> backup_number(std::string_view option,
                                                   const std::optional<std::string>& text);

void tell_backups(const std::vector<backup_info>& backups, record_sink& to, shape s);

}  // namespace daybook::cli
