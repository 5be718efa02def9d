// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// The value at JSON Pointer `pointer`, as it is written; nothing if there is none, or if any of
/// `document` is not JSON. Of members of one name the last counts, as in `find_pointer`.
/// Cost: one pass over the document and one over each value on the way.
std::optional<std::string_view> find_raw(std::string_view document, std::string_view pointer);

/// The same for several pointers, in their order, sharing the pass over the document.
std::vector<std::optional<std::string_view>> find_raw(std::string_view document,
                                                      std::span<const std::string> pointers);

}  // namespace daybook
