// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/rules.hpp>

#include "cli/command.hpp"

namespace daybook::cli {

/// The option that `rules_of` reads.
option rules_option();

/// The built-in rules with what each --rules adds to them, replaces, or takes away ("none").
/// Fails as `read_whole`, `read_yaml` and `replay::rule_set::parse`, with file, line and place.
result<replay::rule_set> rules_of(const arguments& given);

}  // namespace daybook::cli
