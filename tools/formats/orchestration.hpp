// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/fields.hpp"
#include "formats/line_format.hpp"

#include <string>
#include <string_view>

namespace daybook::formats {

/// Where lines without an issue go. No issue has this stream: theirs begin with "issue-".
inline constexpr std::string_view global_stream = "orchestration-global";

line_result parse_orchestration(std::string_view line);
void append_orchestration(std::string& to, const event_facts& event);

}  // namespace daybook::formats
