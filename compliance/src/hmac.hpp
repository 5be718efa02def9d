// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/digest.hpp>

#include <string_view>

namespace daybook::compliance {

/// RFC 2104 with SHA-256.
digest hmac_sha256(std::string_view key, std::string_view text);

}  // namespace daybook::compliance
