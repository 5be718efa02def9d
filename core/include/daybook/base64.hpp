// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Base64 with the standard alphabet and padding (RFC 4648, section 4). Any thread.
namespace daybook::base64 {

/// Appends `bytes` as base64.
void append(std::string& out, std::string_view bytes);

/// Nothing unless `text` is exactly what `append` writes for some bytes: no other characters,
/// whole padding, unused bits zero.
std::optional<std::string> decode(std::string_view text);

}  // namespace daybook::base64
