// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace daybook::compliance {

/// Every name that `redaction_rule::detectors` takes but "all".
std::span<const std::string_view> detector_names() noexcept;

}  // namespace daybook::compliance
