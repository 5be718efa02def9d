// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Well-formed UTF-8 (Unicode table 3-7): no overlong forms, no surrogates. Any thread.
namespace daybook::utf8 {

/// The bytes of the well-formed sequence (Unicode table 3-7) that `text` begins with; 0 if it
/// begins with none. Requires: `text` is not empty.
std::size_t sequence_size(std::string_view text) noexcept;

/// How many bytes of `text` are well formed before the first that are not.
std::size_t valid_size(std::string_view text) noexcept;

/// Is all of `text` well formed?
inline bool valid(std::string_view text) noexcept { return valid_size(text) == text.size(); }

}  // namespace daybook::utf8
