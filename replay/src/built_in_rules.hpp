// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace daybook::replay {

/// A rule file: what `rule_set::built_in` reads.
extern const std::string_view built_in_rules;

}  // namespace daybook::replay
