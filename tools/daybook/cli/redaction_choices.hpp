// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/redaction.hpp>
#include <daybook/options.hpp>

#include "cli/command.hpp"

#include <memory>

// Secrets that must not get into a log, and where the command line knows of them from:
//   DAYBOOK_REDACT      files of rules, or "common", separated by commas, beside --redact
//   DAYBOOK_REDACT_KEY  for rules that put tokens in place: at least 16 bytes
namespace daybook::cli {

/// --redact, for commands that append.
option redact_option();

/// What --redact and DAYBOOK_REDACT name, rules of the first file first; nothing if there is none.
/// Fails as `read_whole`, `read_yaml`, `parse_redaction_rules` and `redactor::make`, with the file.
result<std::shared_ptr<compliance::redactor>> redaction_of(const arguments& given);

/// `options` for a store whose appends `by`, if there is one, looks at.
store_options with_redaction(store_options options,
                             const std::shared_ptr<compliance::redactor>& by);

/// Says how often which rule did something, if any did.
void say_redactions(console& at, const std::shared_ptr<compliance::redactor>& by);

}  // namespace daybook::cli
