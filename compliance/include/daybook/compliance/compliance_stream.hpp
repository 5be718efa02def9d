// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace daybook::compliance {

/// Where a log tells of itself: keys, erasures, archives, deletions, exports, who changed what. Its
/// events are never deleted.
inline constexpr std::string_view compliance_stream = "daybook.compliance-log";

}  // namespace daybook::compliance
