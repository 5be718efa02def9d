// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::replay {

/// The tokens of a JSON Pointer, unescaped. Requires: it is one, and begins with '/'.
std::vector<std::string> pointer_tokens(std::string_view pointer);

/// The scalar that the tokens lead to in `document`, as text: a string's own, else as it is
/// written. Nothing if there is none, or null, an object or a list. Requires: `document` was
/// checked to be JSON. Cost: one pass over the text before it.
std::optional<std::string> scalar_at(std::string_view document,
                                     const std::vector<std::string>& tokens);

}  // namespace daybook::replay
