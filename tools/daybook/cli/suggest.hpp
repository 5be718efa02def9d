// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace daybook::cli {

/// " (did you mean X?)" with the candidate that `word` is most likely a slip of, or "".
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace daybook::cli
